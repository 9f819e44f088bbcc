"""Each due time runs once: with replicas whose clocks differ, after downtime, and around pauses; on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import NotFoundError
from app.records.audit import AuditSelection
from app.records.callers import LOCAL, Caller, Role
from app.records.keys import Workspace
from app.records.moments import microseconds, moment
from app.records.schedules import Run, Schedule, Terms
from app.services.cron import Cron
from app.services.schedules import ScheduleService
from app.storage.database import Database
from app.storage.rows import Rows
from tests.app.databases import lay_out
from tests.app.services.test_cron import ZONES
from tests.app.storage.test_plans import record
from tests.effort import examples

START = datetime(2027, 3, 27, 12, tzinfo=UTC)  # the day before many clocks are changed
TERMS = Terms(plan="plan_" + "0" * 30)
OTHER = Caller(workspace="other", actor="somebody", role=Role.admin)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Clock:
    """A clock that is set by hand [datetime], and may be apart from others' by `skew`."""

    now: datetime = START
    skew: timedelta = timedelta(0)

    def __call__(self) -> int:
        return microseconds(self.now + self.skew) * 1000


@dataclass
class FakeOrders:
    """Remembers what was ordered, in transactions that were not undone."""

    ordered: list[tuple[str, str]] = field(default_factory=list)

    def order(self, rows: Rows, schedule: Schedule, run: Run) -> str:
        del rows
        self.ordered.append((schedule.id, run.due))
        return f"job of {run.id}"[:48]

    def wake(self) -> None:
        """Nobody sleeps here."""


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    lay_out(url)
    database = Database(url)
    with database.across_workspaces() as everywhere:
        everywhere.add_workspace(Workspace(id="other", name="Other", created_at=1))
    for workspace in ("default", "other"):
        with database.transaction(workspace) as rows:
            rows.plans.add(replace(record(0), id=TERMS.plan or ""))
    yield database
    database.close()


def service(database: Database, clock: Clock) -> ScheduleService:
    """A replica of its own."""
    return ScheduleService(database, FakeOrders(), clock)


def hourly(zone: str = "UTC") -> Cron:
    """Due at every hour of the wall."""
    return Cron(expression="0 * * * *", zone=zone)


def causes(own: ScheduleService, schedule_id: str) -> list[tuple[str, str]]:
    """The runs of a schedule, oldest first: when they were due, and why they were made."""
    return [(run.due, run.cause) for run in reversed(own.runs(LOCAL, schedule_id, 100).items)]


def test_each_due_time_runs_once_with_replicas_whose_clocks_differ(database: Database) -> None:
    """Three replicas at once, a schedule in each of twelve zones, clocks up to two minutes apart: each time once."""
    ticks = examples(30)
    skews = (timedelta(0), timedelta(seconds=90), timedelta(seconds=-40))
    clocks = [Clock(skew=skew) for skew in skews]
    replicas = [service(database, clock) for clock in clocks]
    schedules = {zone: replicas[0].create(LOCAL, zone, hourly(zone), TERMS).schedule.id for zone in ZONES}
    for number in range(ticks):
        for clock in clocks:
            clock.now = START + number * 10 * MINUTE
        threads = [threading.Thread(target=replica.tick) for replica in replicas]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    end = START + (ticks - 1) * 10 * MINUTE + max(skews)
    for zone, schedule_id in schedules.items():
        cron, due, expected = hourly(zone), START, []
        while (due := cron.after(due)) <= end:
            expected.append(cron.key(due))
        found = Counter(key for key, _ in causes(replicas[0], schedule_id)[-100:])
        assert found == Counter(expected[-100:]), zone


def test_after_downtime_the_latest_is_caught_up_once(database: Database) -> None:
    """Five hours were missed: one run, of the last of them, and then on time again."""
    clock = Clock()
    own = service(database, clock)
    made = own.create(LOCAL, "hourly", hourly(), TERMS).schedule
    clock.now = START + 5 * HOUR + 20 * MINUTE
    assert (own.tick(), own.tick()) == (1, 0)
    clock.now = START + 6 * HOUR
    assert own.tick() == 1
    assert causes(own, made.id) == [("2027-03-27T17:00", "late"), ("2027-03-27T18:00", "due")]


def test_a_replica_that_looked_before_cannot_run_what_is_over(database: Database) -> None:
    """It read the schedule, slept, and comes back when another has caught up: an older due time is not run after it."""
    slow, fast = Clock(), Clock()
    sleeper, other = service(database, slow), service(database, fast)
    made = other.create(LOCAL, "hourly", hourly(), TERMS).schedule
    with database.across_workspaces() as rows:
        read = rows.due_schedules(microseconds(START + HOUR), 10)[0]
    fast.now = START + 3 * HOUR
    assert other.tick() == 1
    assert sleeper._fire(read.workspace, read.schedule, microseconds(START + HOUR)) is False
    assert causes(other, made.id) == [("2027-03-27T15:00", "late")]


def test_a_run_and_its_job_begin_together_or_not_at_all(database: Database) -> None:
    """Where the job is not accepted, the time is still due, and others do not wait."""

    class Refusing(FakeOrders):
        def order(self, rows: Rows, schedule: Schedule, run: Run) -> str:
            if schedule.id == made.id:
                raise RuntimeError
            return super().order(rows, schedule, run)

    clock = Clock()
    own = service(database, clock)
    made = own.create(LOCAL, "hourly", hourly(), TERMS).schedule
    own.create(LOCAL, "another", hourly(), TERMS)
    clock.now = START + HOUR
    assert ScheduleService(database, Refusing(), clock).tick() == 1
    assert own.runs(LOCAL, made.id, 10).items == ()
    assert own.tick() == 1


def test_pausing_stops_and_resuming_makes_nothing_up(database: Database) -> None:
    """What was due meanwhile is left out; a paused schedule can be triggered."""
    clock = Clock()
    own = service(database, clock)
    made = own.create(LOCAL, "hourly", hourly(), TERMS).schedule
    assert own.pause(LOCAL, made.id).due == ()
    clock.now = START + 5 * HOUR + MINUTE
    assert own.tick() == 0
    assert own.trigger(LOCAL, made.id).cause == "manual"
    resumed = own.resume(LOCAL, made.id)
    assert moment(resumed.due[0]) == START + 6 * HOUR
    assert own.tick() == 0
    with database.reading("default") as rows:
        acts = {entry.act.value for entry in rows.audit.page(AuditSelection(), 10)}
    assert acts == {f"schedule.{done}" for done in ("resumed", "triggered", "paused", "created")}


def test_a_deleted_schedule_is_never_due_and_not_found(database: Database) -> None:
    """Nor triggered, nor resumed."""
    clock = Clock()
    own = service(database, clock)
    made = own.create(LOCAL, "hourly", hourly(), TERMS).schedule
    own.delete(LOCAL, made.id)
    clock.now = START + 5 * HOUR
    assert own.tick() == 0
    for gone in (own.schedule, own.pause, own.resume, own.trigger, own.delete):
        with pytest.raises(NotFoundError):
            gone(LOCAL, made.id)
    assert own.page(LOCAL, 10).items == ()


def test_the_next_due_times_are_told_in_words(database: Database) -> None:
    """Five of them, across the change of the clock."""
    own = service(database, Clock())
    made = own.create(LOCAL, "daily", Cron(expression="30 2 * * *", zone="Europe/Berlin"), TERMS)
    assert len(made.due) == len(made.words) == 5
    assert made.words[0] == (
        "Sunday 28 March 2027, 03:00 in Europe/Berlin (01:00 UTC): the clock skips the time before"
    )
    assert made.words[1] == "Monday 29 March 2027, 02:30 in Europe/Berlin (00:30 UTC)"


def test_workspaces_do_not_see_each_others_schedules(database: Database) -> None:
    """Foreign ids are unknown; one tick serves both."""
    clock = Clock()
    own = service(database, clock)
    made = own.create(LOCAL, "hourly", hourly(), TERMS).schedule
    theirs = own.create(OTHER, "hourly", hourly(), TERMS).schedule
    for asked in (own.schedule, own.trigger, own.delete):
        with pytest.raises(NotFoundError):
            asked(OTHER, made.id)
    clock.now = START + HOUR
    assert own.tick() == 2
    assert len(own.runs(OTHER, theirs.id, 10).items) == 1


def test_lists_are_paged(database: Database) -> None:
    """Newest first, without a gap."""
    clock = Clock()
    own = service(database, clock)
    made = []
    for number in range(5):
        clock.now = START + number * MINUTE
        made.append(own.create(LOCAL, str(number), hourly(), TERMS).schedule.id)
    first = own.page(LOCAL, 3)
    second = own.page(LOCAL, 3, first.next)
    assert [each.id for each in (*first.items, *second.items)] == made[::-1]
    assert second.next is None
