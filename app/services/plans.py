"""Making plans, keeping them, finding them again, and holding them against each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.errors import NotFoundError
from app.records.audit import Act
from app.records.callers import Caller
from app.records.moments import is_id, new_seed, seeded_at
from app.records.named import SENT_ALONG, Origin
from app.records.plans import ListedPlan, PlanRecord, Selection
from app.records.webhooks import Event
from app.services.cursor import Page, decode, page_of
from app.services.events import tell
from app.services.limits import Limits
from app.services.ports import Documents, Identity, Solver
from app.storage.database import Database
from app.storage.plans import PlanRows
from app.storage.rows import Rows
from optimizer.answers.comparison import Candidate, Comparison, compare
from optimizer.answers.explanation import Explanation, explanation_of
from optimizer.answers.plan import Plan
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from optimizer.questions.hindsight import RiskAnswer, plan_risk
from optimizer.units import exact

KIND = "plan"
LARGEST_MINOR = 2**63 - 1  # what a database counts to

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made:
    """A plan that has just been stored."""

    id: str
    text: str


class PlanService:
    """Everything that is done with plans. A plan is stored before it is answered, and never changed."""

    def __init__(
        self,
        database: Database,
        solver: Solver,
        documents: Documents,
        limits: Limits,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._database = database
        self._solver = solver
        self._documents = documents
        self._limits = limits
        self._clock = clock

    def make(self, caller: Caller, scenario: Scenario, seed: str | None = None, origin: Origin = SENT_ALONG) -> Made:
        """Solve and store: whatever the outcome, it is kept with its status; for one `seed`, once."""
        self._limits.check_size(scenario)
        self._limits.check_time(scenario)
        if seed is not None and (made := self.made(caller, seed)):
            return made
        return self.keep(caller, self.record(scenario, self._solver.solve(scenario), seed, origin))

    def made(self, caller: Caller, seed: str) -> Made | None:
        """The plan that this seed has given already."""
        plan_id = f"{KIND}_{seed}"
        with self._database.reading(caller.workspace) as rows:
            text = rows.plans.plan(plan_id)
        return None if text is None else Made(plan_id, text)

    def keep(self, caller: Caller, record: PlanRecord) -> Made:
        """Store a plan; the one that is there when somebody else, who took the request over, was quicker."""
        with self._database.transaction(caller.workspace) as rows:
            if store(rows, caller, record, self._clock() // 1000):
                return Made(record.id, record.plan)
        return Made(record.id, self.plan(caller, record.id))

    def plan(self, caller: Caller, plan_id: str) -> str:
        """The text of a plan."""
        return self._found(caller, plan_id, lambda plans: plans.plan(plan_id))

    def scenario(self, caller: Caller, plan_id: str) -> str:
        """The text of the scenario that a plan answers."""
        return self._found(caller, plan_id, lambda plans: plans.scenario(plan_id))

    def page(self, caller: Caller, selection: Selection, limit: int, cursor: str | None = None) -> Page[ListedPlan]:
        """The newest `limit` plans of the selection, after those of the page that gave the cursor."""
        if cursor is not None:
            selection = replace(selection, before=decode(KIND, cursor))
        with self._database.reading(caller.workspace) as rows:
            found = rows.plans.page(selection, limit + 1)
        return page_of(found, limit)

    def compare(self, caller: Caller, plan_ids: Sequence[str], common: str | None = None) -> Comparison:
        """Plans side by side, in the order asked for; `common` is the one whose curves value them all."""
        found = []
        for place, plan_id in enumerate(plan_ids):
            try:
                found.append(self.candidate(caller, plan_id))
            except NotFoundError as missing:
                raise missing.at(f"plans[{place}]") from None
        return compare(found, common=common)

    def explain(self, caller: Caller, plan_id: str) -> Explanation:
        """A plan in sentences, from what is stored of it."""
        candidate = self.candidate(caller, plan_id)
        return explanation_of(candidate.scenario, candidate.plan)

    def risk(self, caller: Caller, plan_id: str, draws: int) -> RiskAnswer:
        """A stored plan under the draws of its curves, within the time limit of its scenario."""
        stored = self.candidate(caller, plan_id)
        seconds = stored.scenario.solve.time_limit
        return self._solver.ask(plan_risk, stored.scenario, stored.plan, draws, seconds=seconds)

    def candidate(self, caller: Caller, plan_id: str) -> Candidate:
        """A plan with the scenario that it answers, to be held against others."""
        return Candidate(
            label=plan_id,
            scenario=self._documents.scenario(self.scenario(caller, plan_id)),
            plan=self._documents.plan(self.plan(caller, plan_id)),
        )

    def _found(self, caller: Caller, plan_id: str, read: Callable[[PlanRows], T | None]) -> T:
        found = None
        if is_id(KIND, plan_id):
            with self._database.reading(caller.workspace) as rows:
                found = read(rows.plans)
        if found is None:
            raise NotFoundError("unknown_plan", "", "no plan has this id", "use an id that POST or the list gave")
        return found

    def record(self, scenario: Scenario, plan: Plan, seed: str | None, origin: Origin) -> PlanRecord:
        """The plan as it will be kept."""
        seed = seed or new_seed(self._clock() // 1000)
        created_at = seeded_at(seed)  # of the request, where that is sent again: so that ids sort by it
        identity = Identity(id=f"{KIND}_{seed}", name=scenario.name, created_at=created_at, origin=origin)
        spend_minor, digits = _minor(plan, scenario.money_digits)
        return PlanRecord(
            id=identity.id,
            created_at=created_at,
            name=scenario.name,
            status=plan.status,
            currency=scenario.currency,
            value=plan.value,
            gap=plan.gap,
            spend_minor=spend_minor,
            digits=digits,
            digest=digest(scenario),
            scenario_id=None if origin.scenario is None else origin.scenario.id,
            scenario_version=None if origin.scenario is None else origin.scenario.version,
            scenario=self._documents.scenario_text(scenario),
            plan=self._documents.plan_text(plan, identity),
        )


def store(rows: Rows, caller: Caller, record: PlanRecord, now: int) -> bool:
    """Add a plan, a line about it to the audit and word of it to webhooks, unless it is there: whether it was added.

    The line has the time of its transaction; the plan that of the request, which may have waited for long.
    """
    added = rows.plans.add(record)
    if added:
        rows.audit.note(caller, Act.plan_made, record.id, now, name=record.name, status=record.status)
        tell(rows, Event.plan_ready, now, plan=record.id, name=record.name, status=record.status)
    return added


def _minor(plan: Plan, digits: int) -> tuple[int | None, int]:
    """The plan's spend in whole minor units; with fewer digits where a database could not count so far."""
    if plan.totals is None:
        return None, digits
    minor = round(exact(plan.totals.spend) * 10**digits)
    return (minor, digits) if minor <= LARGEST_MINOR else _minor(plan, digits - 1)
