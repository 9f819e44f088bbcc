"""Approving plans, making one the baseline of its scenario, and what is said of them: notes and pins."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.errors import ForbiddenError, NotFoundError, RefusedError, StaleError
from app.records.audit import Act
from app.records.callers import Caller, Role
from app.records.moments import is_id
from app.records.named import Expected
from app.records.plans import Summary
from app.records.standings import Standing, State
from app.storage.database import Database
from app.storage.rows import Rows

TRIES = 4  # of a step that others are taken beside
APPROVABLE = ("optimal", "feasible")


Step = Callable[["StandingService", Caller, str], Standing]


class StandingService:
    """draft → approved → baseline, and back. Every step is in the audit; approvers take them, and only approvers change
    what is said of a plan once it is approved."""

    def __init__(self, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock = clock

    def standing(self, caller: Caller, plan_id: str) -> Standing:
        """How a plan stands."""
        with self._database.reading(caller.workspace) as rows:
            return _standing(rows, _summary(rows, plan_id))

    def baseline(self, caller: Caller, scenario_id: str) -> Standing | None:
        """The plan that a stored scenario is held to, if there is one."""
        with self._database.reading(caller.workspace) as rows:
            return rows.standings.baseline(scenario_id)

    def annotate(self, caller: Caller, plan_id: str, notes: str, pinned: bool, expected: Expected) -> Standing:
        """Put notes and a pin on a plan, after the revision that is expected to be the newest."""
        with self._database.transaction(caller.workspace) as rows:
            old = _standing(rows, _summary(rows, plan_id))
            if not expected.allows(old.revision):
                raise _stale()
            if old.locked and not caller.role.covers(Role.approver):
                raise ForbiddenError("locked", "", "the plan is approved", "ask an approver to change it")
            if (notes, pinned) == (old.notes, old.pinned):
                return old
            return self._put(rows, caller, replace(old, notes=notes, pinned=pinned), Act.plan_annotated)

    def take(self, step: Step, caller: Caller, plan_id: str) -> Standing:
        """A step, taken again where another was taken in the same moment: it ends as if it came after that one."""
        for _ in range(TRIES):
            try:
                return step(self, caller, plan_id)
            except StaleError:
                continue
        return step(self, caller, plan_id)

    def approve(self, caller: Caller, plan_id: str) -> Standing:
        """From now on only approvers change how it stands; what is approved already stays as it is."""
        with self._database.transaction(caller.workspace) as rows:
            plan = _summary(rows, plan_id)
            old = _standing(rows, plan)
            if old.state is not State.draft:
                return old
            if plan.status not in APPROVABLE:
                raise RefusedError("nothing_to_approve", "", f"its status is {plan.status}", "approve another")
            new = replace(old, state=State.approved, approved_by=caller.actor, approved_at=self._now())
            return self._put(rows, caller, new, Act.plan_approved)

    def withdraw(self, caller: Caller, plan_id: str) -> Standing:
        """A draft again; a baseline has to be replaced or released first."""
        with self._database.transaction(caller.workspace) as rows:
            old = _standing(rows, _summary(rows, plan_id))
            if old.state is State.baseline:
                raise RefusedError("is_baseline", "", "the plan is the baseline", "release it first")
            if old.state is State.draft:
                return old
            new = replace(old, state=State.draft, approved_by=None, approved_at=None)
            return self._put(rows, caller, new, Act.plan_withdrawn)

    def make_baseline(self, caller: Caller, plan_id: str) -> Standing:
        """The scenario is held to this plan, and no longer to the one before, which stays approved."""
        with self._database.transaction(caller.workspace) as rows:
            old = _standing(rows, _summary(rows, plan_id))
            if old.state is State.baseline:
                return old
            if old.scenario_id is None:
                raise RefusedError(
                    "no_scenario",
                    "",
                    "it was not made from a stored scenario",
                    "store the scenario and plan it by its id",
                )
            if old.state is State.draft:
                raise RefusedError("not_approved", "", "the plan is a draft", "approve it first")
            scenario = rows.scenarios.head(old.scenario_id)
            if scenario is None or scenario.deleted_at is not None:
                raise RefusedError("scenario_deleted", "", "its scenario is deleted", "restore the scenario first")
            before = rows.standings.baseline(old.scenario_id)
            if before is not None:
                self._put(rows, caller, replace(before, state=State.approved), Act.plan_replaced)
            return self._put(rows, caller, replace(old, state=State.baseline), Act.plan_made_baseline)

    def release(self, caller: Caller, plan_id: str) -> Standing:
        """Approved, and no longer the baseline."""
        with self._database.transaction(caller.workspace) as rows:
            old = _standing(rows, _summary(rows, plan_id))
            if old.state is not State.baseline:
                return old
            return self._put(rows, caller, replace(old, state=State.approved), Act.plan_released)

    def _put(self, rows: Rows, caller: Caller, new: Standing, act: Act) -> Standing:
        following = replace(new, revision=new.revision + 1)
        if not rows.standings.put(following):
            raise _stale()
        rows.audit.note(caller, act, new.plan_id, self._now(), state=new.state.value, revision=following.revision)
        return following

    def _now(self) -> int:
        return self._clock() // 1000


def _summary(rows: Rows, plan_id: str) -> Summary:
    found = rows.plans.summary(plan_id) if is_id("plan", plan_id) else None
    if found is None:
        raise NotFoundError("unknown_plan", "", "no plan has this id", "use an id that POST or the list gave")
    return found


def _standing(rows: Rows, plan: Summary) -> Standing:
    return rows.standings.standing(plan.id) or Standing(plan_id=plan.id, scenario_id=plan.scenario_id)


def _stale() -> StaleError:
    return StaleError("changed_meanwhile", "", "it was changed meanwhile", "read it again, then send again")
