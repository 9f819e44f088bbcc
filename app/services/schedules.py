"""Schedules: made, paused, triggered and deleted at run time; each due time runs once, however many processes look."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from app.errors import BusyError, NotFoundError, RefusedError, StaleError, problem_of
from app.records.audit import Act
from app.records.callers import Caller
from app.records.moments import is_id, microseconds, moment, new_id, stamp
from app.records.named import Expected
from app.records.schedules import Cause, Due, Run, Schedule, Terms, terms_of, terms_text
from app.services.cron import Cron
from app.services.cursor import Page, decode, page_of
from app.storage.database import Database
from app.storage.rows import Rows
from optimizer.errors import ScenarioError

KIND, RUN = "schedule", "run"
SHOWN = 5  # next due times that are told
AT_ONCE = 100  # schedules that are looked at in one round
LATE = 120_000_000  # microseconds after which a due time counts as caught up

log = structlog.get_logger()


class Orders(Protocol):
    """Whoever accepts the work of a run, in the transaction that begins it."""

    def order(self, rows: Rows, schedule: Schedule, run: Run) -> str:
        """The id of the job that does it."""

    def wake(self) -> None:
        """Somebody may look for work at once."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A schedule, and when it is due next."""

    schedule: Schedule
    due: tuple[int, ...]
    words: tuple[str, ...]


class ScheduleService:
    """The schedules of the caller's workspace; every change is in its audit."""

    def __init__(self, database: Database, orders: Orders, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock

    def create(self, caller: Caller, name: str, cron: Cron, terms: Terms) -> Timed:
        """A schedule that is due from now on."""
        now = self._now()
        schedule = Schedule(
            id=new_id(KIND, now),
            name=name,
            cron=cron.expression,
            zone=cron.zone,
            terms=terms_text(terms),
            actor=caller.actor,
            created_at=now,
            next_at=_after(cron, now),
            paused_at=None,
            deleted_at=None,
        )
        with self._database.transaction(caller.workspace) as rows:
            _check_terms(rows, terms)
            rows.schedules.add(schedule)
            rows.audit.note(caller, Act.schedule_created, schedule.id, now, name=name, cron=cron.expression)
        return self._timed(schedule)

    def page(self, caller: Caller, limit: int, cursor: str | None = None) -> Page[Schedule]:
        """The newest `limit` schedules, after those of the page that gave the cursor."""
        before = None if cursor is None else decode(KIND, cursor)
        with self._database.reading(caller.workspace) as rows:
            found = rows.schedules.page(before, limit + 1)
        return page_of(found, limit)

    def schedule(self, caller: Caller, schedule_id: str) -> Timed:
        """One of them, and when it is due next."""
        with self._database.reading(caller.workspace) as rows:
            return self._timed(_found(rows, schedule_id))

    def pause(self, caller: Caller, schedule_id: str) -> Timed:
        """It is not due until it is resumed; runs that have begun go on."""
        return self._change(caller, schedule_id, Act.schedule_paused, paused=True)

    def resume(self, caller: Caller, schedule_id: str) -> Timed:
        """It is due again from now on; what it would have been due for meanwhile is left out."""
        return self._change(caller, schedule_id, Act.schedule_resumed, paused=False)

    def change(
        self, caller: Caller, schedule_id: str, name: str, cron: Cron, terms: Terms, expected: Expected
    ) -> Timed:
        """Another name, time or terms, after the version that is expected; runs that have begun take the new terms.

        When it is due next changes with its time only; what changes nothing makes no version.
        """
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            schedule = _held(rows, schedule_id)
            if not expected.allows(schedule.version):
                raise _stale()
            stated = {"name": name, "cron": cron.expression, "zone": cron.zone, "terms": terms_text(terms)}
            if all(getattr(schedule, field) == value for field, value in stated.items()):
                return self._timed(schedule)
            _check_terms(rows, terms)
            same_time = (schedule.cron, schedule.zone) == (cron.expression, cron.zone)
            kept = same_time or schedule.next_at is None
            next_at = schedule.next_at if kept else _after(cron, now)
            rows.audit.note(caller, Act.schedule_changed, schedule_id, now, name=name, cron=cron.expression)
            return self._timed(rows.schedules.change(schedule, **stated, next_at=next_at))

    def delete(self, caller: Caller, schedule_id: str) -> Schedule:
        """It is never due again. Its runs stay where they were made: in the audit, and as plans."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            schedule = _held(rows, schedule_id)
            rows.schedules.change(schedule, deleted_at=now, next_at=None)
            rows.audit.note(caller, Act.schedule_deleted, schedule_id, now)
        return schedule

    def trigger(self, caller: Caller, schedule_id: str) -> Run:
        """A run now, beside those that are due; of a paused schedule, too."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            schedule = _found(rows, schedule_id)
            _check_there(rows, terms_of(schedule.terms))
            run = self._begin(rows, schedule, f"by hand {stamp(now)}", now, "manual", now)
            if run is None:
                raise RefusedError("run_begun", "", "a run was begun in this very moment", "look for it in the list")
            rows.audit.note(caller, Act.schedule_triggered, schedule_id, now, run=run.id)
        self._orders.wake()
        return run

    def runs(self, caller: Caller, schedule_id: str, limit: int, cursor: str | None = None) -> Page[Run]:
        """What came of it, the newest first."""
        before = None if cursor is None else decode(RUN, cursor)
        with self._database.reading(caller.workspace) as rows:
            _found(rows, schedule_id)
            found = [_settled(rows, run) for run in rows.runs.page(schedule_id, before, limit + 1)]
        return page_of(found, limit)

    def run(self, caller: Caller, schedule_id: str, run_id: str) -> Run:
        """One run."""
        with self._database.reading(caller.workspace) as rows:
            _found(rows, schedule_id)
            run = rows.runs.run(run_id, schedule_id) if is_id(RUN, run_id) else None
            if run is None:
                raise NotFoundError("unknown_run", "", "no run has this id", "use an id that the list gave")
            return _settled(rows, run)

    def tick(self) -> int:
        """Begin what is due in every workspace; how many runs were begun. Any number of processes may do so at once."""
        now = self._now()
        with self._database.across_workspaces() as everywhere:
            due = everywhere.due_schedules(now, AT_ONCE)
        begun = sum(self._tried(each, now) for each in due)
        if begun:
            self._orders.wake()
        return begun

    def _tried(self, due: Due, now: int) -> bool:
        """One schedule; a fault of ours in it is no reason that others wait."""
        try:
            return self._fire(due.workspace, due.schedule, now)
        except BusyError:
            raise
        except Exception as error:
            log.error("fault", kind=type(error).__name__, where=f"schedule {due.schedule.id}")
            return False

    def _fire(self, workspace: str, schedule: Schedule, now: int) -> bool:
        """The latest due time up to now, once; those that were missed before it are left out.

        Only who moves the next due time on from the one that was read may begin the run, and the run's row has the
        time on the wall in its key: two safeguards, in one transaction with the job.
        """
        cron = Cron(expression=schedule.cron, zone=schedule.zone)
        latest = cron.latest(moment(now))
        with self._database.transaction(workspace) as rows:
            if latest is None or not rows.schedules.move_on(schedule, _after(cron, now)):
                return False
            due_at = microseconds(latest)
            cause: Cause = "due" if now - due_at <= LATE and due_at == schedule.next_at else "late"
            return self._begin(rows, schedule, cron.key(latest), due_at, cause, now) is not None

    def _begin(self, rows: Rows, schedule: Schedule, due: str, due_at: int, cause: Cause, now: int) -> Run | None:
        """The run of a due time, and its job; None where that time was run already."""
        run = Run(
            id=new_id(RUN, now), schedule=schedule.id, due=due, due_at=due_at, cause=cause, job=None, created_at=now
        )
        if not rows.runs.add_once(run):
            return None
        return rows.runs.ordered(run, self._orders.order(rows, schedule, run))

    def _change(self, caller: Caller, schedule_id: str, act: Act, *, paused: bool) -> Timed:
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            schedule = _held(rows, schedule_id)
            if (schedule.paused_at is not None) != paused:
                following = None if paused else _after(Cron(expression=schedule.cron, zone=schedule.zone), now)
                schedule = rows.schedules.change(schedule, paused_at=now if paused else None, next_at=following)
                rows.audit.note(caller, act, schedule_id, now)
            return self._timed(schedule)

    def _timed(self, schedule: Schedule) -> Timed:
        """When it is due next, up to so many times; nothing while it is paused."""
        cron = Cron(expression=schedule.cron, zone=schedule.zone)
        found: list[datetime] = []
        due = None if schedule.next_at is None else moment(schedule.next_at)
        while due is not None and len(found) < SHOWN:
            found.append(due)
            due = cron.after(due)
        return Timed(schedule, tuple(map(microseconds, found)), tuple(map(cron.words, found)))

    def _now(self) -> int:
        return self._clock() // 1000


def _after(cron: Cron, now: int) -> int:
    return microseconds(cron.after(moment(now)))


def _found(rows: Rows, schedule_id: str) -> Schedule:
    return _known(rows.schedules.schedule(schedule_id) if is_id(KIND, schedule_id) else None)


def _held(rows: Rows, schedule_id: str) -> Schedule:
    """The same, and nobody else changes it meanwhile."""
    return _known(rows.schedules.held(schedule_id) if is_id(KIND, schedule_id) else None)


def _known(schedule: Schedule | None) -> Schedule:
    if schedule is None:
        raise NotFoundError("unknown_schedule", "", "no schedule has this id", "use an id that POST or the list gave")
    return schedule


def _stale() -> StaleError:
    return StaleError(
        "changed_meanwhile", "If-Match", "names a version that is not the newest", "read it again, and decide again"
    )


def _check_terms(rows: Rows, terms: Terms) -> None:
    """Refuse what names a plan or a scenario that is not there."""
    if terms.plan is not None and (not is_id("plan", terms.plan) or rows.plans.plan(terms.plan) is None):
        raise ScenarioError("unknown_plan", "plan", "no plan has this id", "use an id that POST or the list gave")
    named = terms.scenario
    head = rows.scenarios.head(named) if named is not None and is_id("scenario", named) else None
    if named is not None and (head is None or head.deleted_at is not None):
        raise ScenarioError(
            "unknown_scenario", "scenario", "no stored scenario has this id", "use one that the list shows"
        )


def _check_there(rows: Rows, terms: Terms) -> None:
    """Refuse a run of a scenario that was deleted since the schedule was made."""
    head = None if terms.scenario is None else rows.scenarios.head(terms.scenario)
    if head is not None and head.deleted_at is not None:
        raise RefusedError(
            "scenario_deleted", "scenario", "is deleted", "restore it, or change the schedule to another scenario"
        )


def _settled(rows: Rows, run: Run) -> Run:
    """The run as its job left it: one whose job failed or was cancelled has ended with it."""
    job = None if run.ended_at is not None or run.job is None else rows.jobs.find(run.job)
    if job is None or job.state not in ("failed", "cancelled"):
        return run
    cancelled = RefusedError("job_cancelled", "", "its job was cancelled", "trigger another run")
    problem = job.problem or json.dumps(problem_of(cancelled).as_dict(), ensure_ascii=False)
    return replace(run, ended_at=job.ended_at, problem=problem)
