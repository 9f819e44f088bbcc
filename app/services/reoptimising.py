"""One run of a schedule: what happened so far, the newest curves, keep or change; a draft only where it pays."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.errors import NotFoundError, RefusedError, problem_of
from app.records.audit import Act
from app.records.callers import Caller, Role
from app.records.jobs import Order, Priority
from app.records.moments import new_id, new_seed
from app.records.named import SENT_ALONG, Origin
from app.records.plans import PlanRecord
from app.records.schedules import Run, Schedule, Terms, terms_of
from app.records.standings import Standing, State
from app.records.webhooks import Event
from app.services.actuals import lines_of
from app.services.events import tell
from app.services.limits import Limits
from app.services.plans import PlanService, store
from app.services.ports import Desk, Result, Solver, UnderWay
from app.services.renaming import begun, named
from app.services.scenarios import ScenarioService
from app.storage.database import Database
from app.storage.rows import Rows
from optimizer.answers.plan import Plan
from optimizer.answers.replanning import Replanning
from optimizer.errors import HeadraceError, LimitError, ScenarioError
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from optimizer.questions.replanning import ReplanningQuestion, replan, spends_of

REOPTIMISATION = "reoptimisation"  # the kind of its jobs
OVER = "no_periods_left"
EXPECTED = (ScenarioError, LimitError, NotFoundError, RefusedError)  # of what a schedule names: told, not tried again


@dataclass(frozen=True, slots=True)
class InForce:
    """What is planned, the plan that is followed now, and what the scenario was made from."""

    scenario: Scenario
    plan: Plan
    origin: Origin


class Reoptimiser:
    """Does runs. Whatever it changes, it changes in the transaction that ends the run: done twice, it is kept once."""

    def __init__(
        self,
        database: Database,
        solver: Solver,
        plans: PlanService,
        scenarios: ScenarioService,
        limits: Limits,
        desk: Desk,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._database = database
        self._solver = solver
        self._plans = plans
        self._scenarios = scenarios
        self._limits = limits
        self._desk = desk
        self._clock = clock

    def order(self, rows: Rows, schedule: Schedule, run: Run) -> str:
        """Accept the work of a run, in the transaction that begins it: the id of the job."""
        order = Order(
            kind=REOPTIMISATION,
            payload=json.dumps({"schedule": schedule.id, "run": run.id}),
            name=schedule.name,
            actor=f"schedule {schedule.name}",
            priority=Priority.SCHEDULED,
            key=run.id,
        )
        return rows.jobs.accept(new_id("job", run.created_at), run.created_at, order)

    def wake(self) -> None:
        """Somebody may look for work at once."""
        self._desk.wake()

    def run(self, under_way: UnderWay) -> Result:
        """Do the job of a run. SolverFault and BusyError are for another attempt."""
        workspace, asked = under_way.job.workspace, json.loads(under_way.job.payload)
        with self._database.reading(workspace) as rows:
            schedule = rows.schedules.schedule(asked["schedule"])
            run = rows.runs.run(asked["run"], asked["schedule"])
        if schedule is None or run is None or run.ended_at is not None:
            return Result(store=_nothing)  # deleted meanwhile, or done already
        caller = Caller(workspace=workspace, actor=f"schedule {schedule.name}", role=Role.planner)
        try:
            return self._answered(caller, schedule, run)
        except EXPECTED as error:
            return self._failed(caller, schedule, run, error)

    def _failed(self, caller: Caller, schedule: Schedule, run: Run, error: HeadraceError) -> Result:
        """The run ends with the reason; a schedule that has nothing left to plan is paused, for it would fail again."""
        over = error.code == OVER
        told = _over(terms_of(schedule.terms)) if over else error
        text = json.dumps(problem_of(told).as_dict(), ensure_ascii=False)
        failed = replace(run, ended_at=self._now(), problem=text)
        return Result(store=lambda rows: _end(rows, caller, schedule if over else None, failed))

    def _answered(self, caller: Caller, schedule: Schedule, run: Run) -> Result:
        terms = terms_of(schedule.terms)
        found = self._in_force(caller, terms)
        self._limits.check_size(found.scenario)
        self._limits.check_time(found.scenario)
        question = self._question(caller, terms, found)
        answer = self._solver.ask(replan, question, seconds=question.seconds)
        record = self._draft(answer, found) if answer.decision == "change" else None
        stands = None if record is None else self._undecided(caller, schedule, record)
        record = None if stands else record
        ended = replace(
            run,
            ended_at=self._now(),
            decision=answer.decision,
            reason=answer.reason,
            gain=answer.gain,
            plan=None if record is None else record.id,
            answer=answer_text(answer, stands),
        )
        return Result(plan_id=ended.plan, store=lambda rows: _keep(rows, caller, ended, answer, record))

    def _in_force(self, caller: Caller, terms: Terms) -> InForce:
        if terms.scenario is None:
            candidate = self._plans.candidate(caller, terms.plan or "")
            return InForce(candidate.scenario, candidate.plan, self._origin(caller, candidate.label))
        stated = self._scenarios.stored(caller, terms.scenario)
        plan_id = terms.plan or self._baseline(caller, terms.scenario)
        return InForce(stated.scenario, self._plans.candidate(caller, plan_id).plan, stated.origin)

    def _baseline(self, caller: Caller, scenario_id: str) -> str:
        with self._database.reading(caller.workspace) as rows:
            baseline = rows.standings.baseline(scenario_id)
        if baseline is None:
            raise RefusedError(
                "no_baseline", "scenario", "has no baseline: no plan is in force", "approve a plan and make it that"
            )
        return baseline.plan_id

    def _origin(self, caller: Caller, plan_id: str) -> Origin:
        """Where a plan's scenario came from, so that what is proposed can take the plan's place."""
        with self._database.reading(caller.workspace) as rows:
            summary = rows.plans.summary(plan_id)
            if summary is None or summary.scenario_id is None or summary.scenario_version is None:
                return SENT_ALONG
            version = rows.scenarios.version(summary.scenario_id, summary.scenario_version)
        return SENT_ALONG if version is None else Origin(scenario=version)

    def _question(self, caller: Caller, terms: Terms, found: InForce) -> ReplanningQuestion:
        """Tactics that the scenario does not have are another scenario's: a book may serve several."""
        known = {tactic.name for tactic in found.scenario.tactics}
        with self._database.reading(caller.workspace) as rows:
            lines = tuple(line for line in lines_of(rows, terms.book) if line.tactic in known)
        return ReplanningQuestion(
            scenario=found.scenario,
            plan=spends_of(found.plan),
            actuals=lines,
            bookings=terms.bookings,
            turnover=terms.turnover,
            threshold=terms.threshold,
        )

    def _draft(self, answer: Replanning, found: InForce) -> PlanRecord:
        """The plan that is proposed, named by the period from which on it is another."""
        before = found.scenario.name.removesuffix(begun(found.scenario.periods[0]))
        scenario = replace(answer.scenario, name=named(before, begun(answer.now)))
        plan = replace(answer.plan, provenance=replace(answer.plan.provenance, digest=digest(scenario)))
        return self._plans.record(scenario, plan, new_seed(self._now()), found.origin)

    def _undecided(self, caller: Caller, schedule: Schedule, record: PlanRecord) -> str | None:
        """The draft that this schedule proposed last, if it answers the same question and nobody has decided on it."""
        with self._database.reading(caller.workspace) as rows:
            last = rows.runs.last_proposal(schedule.id)
            draft = None if last is None or last.plan is None else rows.plans.summary(last.plan)
            standing = None if draft is None else rows.standings.standing(draft.id)
        if draft is None or draft.digest != record.digest or draft.scenario_id != record.scenario_id:
            return None
        return draft.id if standing is None or standing.state is State.draft else None

    def _now(self) -> int:
        return self._clock() // 1000


def answer_text(answer: Replanning, stands: str | None = None) -> str:
    """A re-planning as it is kept with its run; the plan that it found is kept as a plan, if it is proposed.

    `stands` is the draft that proposed the same before.
    """
    names = ("now", "decision", "reason", "gain", "gain_at_most", "threshold", "moved", "sentences", "notes")
    told: dict[str, Any] = {name: getattr(answer, name) for name in names}
    told |= {"kept": asdict(answer.kept), "changed": None if answer.changed is None else asdict(answer.changed)}
    told["goals"] = [asdict(goal) for goal in answer.goals]
    told["status"] = answer.plan.status
    told["conflicting"] = () if answer.plan.conflict is None else answer.plan.conflict.conflicting
    told["proposed_before"] = stands
    if stands is not None:
        again = f"The same was proposed before, as {stands}, which nobody has decided on: it is not proposed again."
        told["sentences"] = (*answer.sentences, again)
    return json.dumps(told, ensure_ascii=False, allow_nan=False)


def _nothing(rows: Rows) -> None:
    del rows


def _over(terms: Terms) -> ScenarioError:
    """That nothing is left to plan, in the words of a schedule."""
    return ScenarioError(
        OVER,
        "plan" if terms.scenario is None else "scenario",
        f"has no period left to plan: its last one has actuals in book {terms.book}",
        "the schedule is paused; change it to what follows and resume it, or delete it",
    )


def _end(rows: Rows, caller: Caller, over: Schedule | None, failed: Run) -> None:
    """A run that failed has ended; the schedule that is over is paused, unless it was changed meanwhile."""
    if not rows.runs.end(failed) or over is None:
        return
    now, held = failed.ended_at, rows.schedules.held(over.id)
    if held is not None and held.version == over.version and held.paused_at is None and now is not None:
        rows.schedules.change(held, paused_at=now, next_at=None)
        rows.audit.note(caller, Act.schedule_paused, over.id, now, reason=OVER, run=failed.id)


def _keep(rows: Rows, caller: Caller, run: Run, answer: Replanning, record: PlanRecord | None) -> None:
    """The run's end, the draft, and word of both; nothing where the run had ended."""
    if not rows.runs.end(run):
        return
    now, about = run.ended_at or 0, {"schedule": run.schedule, "run": run.id}
    if record is not None:
        store(rows, caller, record, now)
        rows.standings.put(_standing(record, run, answer))
        rows.audit.note(caller, Act.plan_proposed, record.id, now, **about)
        tell(rows, Event.proposal_made, now, **about, plan=record.id, gain=answer.gain)
    if answer.at_risk:
        goals = [asdict(goal) for goal in answer.goals if goal.at_risk]
        tell(rows, Event.goal_at_risk, now, **about, goals=goals)


def _standing(record: PlanRecord, run: Run, answer: Replanning) -> Standing:
    """A draft whose notes say where it comes from and why."""
    notes = "\n".join((f"Proposed by run {run.id} of schedule {run.schedule}.", *answer.sentences))
    return Standing(plan_id=record.id, scenario_id=record.scenario_id, notes=notes, revision=1)
