"""Runs: verdicts are kept, drafts are proposed where it pays, word is sent, and done twice it is kept once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.errors import RefusedError
from app.records.audit import Act, AuditSelection
from app.records.callers import LOCAL
from app.records.named import Content, Expected
from app.records.plans import Selection
from app.records.schedules import Run, Terms
from app.records.webhooks import Event
from app.routes.documents import WireDocuments
from app.security.outbound import Outbound
from app.services.actuals import ActualService
from app.services.audit import AuditService
from app.services.cron import Cron
from app.services.limits import Limits
from app.services.named import NamedService
from app.services.plans import PlanService
from app.services.ports import UnderWay
from app.services.reoptimising import REOPTIMISATION, Reoptimiser
from app.services.scenarios import ScenarioService
from app.services.schedules import ScheduleService
from app.services.standings import StandingService
from app.services.webhooks import WebhookService
from app.storage.database import Database
from optimizer.answers.replanning import Threshold
from optimizer.errors import SolverFault
from optimizer.optimize import optimize
from optimizer.problem.actuals import Actual
from optimizer.problem.scenario import Scenario
from tests.app.databases import lay_out
from tests.app.fake_solver import InstantSolver
from tests.optimizer.toys import Wire, line, wire

GOALS = [{"name": "year", "metric": "revenue", "at_least": 480}]


def document(slope_b: float = 2.0, **more: object) -> Wire:
    """Two straight lines over three periods, 50 a period at most, 180 in all: a is filled first, then the other."""
    tactics = [
        line("a", {"family": "linear", "slope": 3}, spend={"at_most": 50}),
        line("b", {"family": "linear", "slope": slope_b}, spend={"at_most": 50}),
    ]
    return wire(tactics, periods=["1", "2", "3"], budget={"at_most": 180}) | more


class FakeDesk:
    """Nobody works here: jobs are done when the test says so."""

    name, lease = "nobody", 1.0

    def wake(self) -> None:
        """Nobody sleeps here."""

    def adopt(self, *_: object) -> None:
        """Nobody works here."""


class RealSolver(InstantSolver):
    """Solves in this process."""

    def solve(self, scenario: Scenario, *_: object, **__: object) -> Any:
        return optimize(scenario)


class House:
    """All services, in this process, on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        solver, documents, limits = RealSolver(), WireDocuments(), Limits(cells=50, seconds=60.0)
        self.plans = PlanService(database, solver, documents, limits)
        self.scenarios = ScenarioService(database, documents, self.plans, NamedService("curve_set", database), limits)
        self.standings = StandingService(database)
        self.actuals = ActualService(database, self.plans)
        self.webhooks = WebhookService(database, Outbound(private=False))
        self.reoptimiser = Reoptimiser(database, solver, self.plans, self.scenarios, limits, FakeDesk())
        self.schedules = ScheduleService(database, self.reoptimiser)

    def in_force(self, **more: object) -> tuple[str, str]:
        """A stored scenario and its baseline."""
        content = Content(name="Year", tags=(), notes="", document=json.dumps(document(**more)))  # type: ignore[arg-type]
        scenario = self.scenarios.create(LOCAL, content)
        stated = self.scenarios.stored(LOCAL, scenario.id)
        plan = self.plans.make(LOCAL, stated.scenario, None, stated.origin).id
        self.standings.approve(LOCAL, plan)
        self.standings.make_baseline(LOCAL, plan)
        return scenario.id, plan

    def happened(self, plan: str, outcome: float | None = None, share: float = 1.0) -> None:
        """The first period went as planned, or a share of it; what a brought was measured."""
        cells = [cell for cell in self.plans.candidate(LOCAL, plan).plan.allocations if cell.period == "1"]
        lines = [
            Actual(
                tactic=cell.tactic,
                period="1",
                spend=share * cell.spend,
                outcome=outcome if cell.tactic == "a" else None,
            )
            for cell in cells
        ]
        self.actuals.upload(LOCAL, "default", lines)

    def run(self, terms: Terms, *, store: int = 1) -> Run:
        """A run of a new schedule by hand, done, and stored so many times."""
        schedule = self.schedules.create(LOCAL, "weekly", Cron(expression="0 6 * * 1", zone="UTC"), terms).schedule
        return self.run_again(schedule.id, store=store)

    def run_again(self, schedule_id: str, *, store: int = 1) -> Run:
        """The same of one that is there."""
        run = self.schedules.trigger(LOCAL, schedule_id)
        with self.database.queue() as queue:
            job = queue.claim("nobody", 60.0, [REOPTIMISATION])
        assert job is not None
        for _ in range(store):
            result = self.reoptimiser.run(UnderWay(job))
            with self.database.transaction("default") as rows:
                result.store(rows)
        return self.schedules.run(LOCAL, schedule_id, run.id)

    def told(self) -> list[dict[str, Any]]:
        """What webhooks are told, the newest first."""
        [webhook] = self.webhooks.all(LOCAL)
        return [json.loads(own.body) for own in self.webhooks.deliveries(LOCAL, webhook.id, 50).items]


@pytest.fixture
def house(url: str) -> Iterator[House]:
    lay_out(url)
    database = Database(url)
    yield House(database)
    database.close()


def listen(house: House) -> None:
    """A webhook that is told of what runs find."""
    house.webhooks.create(LOCAL, "https://93.184.216.34/", [Event.proposal_made, Event.goal_at_risk])


def test_a_plan_that_is_still_the_best_is_kept(house: House) -> None:
    """The verdict is there, no draft is, nobody is told."""
    listen(house)
    scenario, plan = house.in_force()
    house.happened(plan)
    run = house.run(Terms(scenario=scenario))
    assert (run.decision, run.plan, run.problem) == ("keep", None, None)
    assert run.answer is not None
    assert json.loads(run.answer)["now"] == "2"
    assert house.told() == []
    assert [own.id for own in house.plans.page(LOCAL, Selection(), 10).items] == [plan]


def test_new_curves_lead_to_a_draft_that_says_why(house: House) -> None:
    """The scenario's newest version counts; the draft answers the rest of it, and can become the baseline."""
    listen(house)
    scenario, plan = house.in_force(goals=GOALS)
    house.happened(plan)
    newer = Content(name="Year", tags=(), notes="", document=json.dumps(document(4.0, goals=GOALS)))
    house.scenarios.change(LOCAL, scenario, newer, Expected(versions=None))
    run = house.run(Terms(scenario=scenario), store=2)
    assert (run.decision, run.reason) == ("change", "gain")
    assert run.plan is not None
    drafts = house.plans.page(LOCAL, Selection(), 10).items
    assert [own.id for own in drafts] == [run.plan, plan]
    assert (drafts[0].name, drafts[0].state, drafts[0].scenario_version) == ("toy, from 2", "draft", 2)
    assert "gains" in house.standings.standing(LOCAL, run.plan).notes
    [proposal] = [told for told in house.told() if told["type"] == "proposal.made"]
    assert proposal["data"] == {"schedule": run.schedule, "run": run.id, "plan": run.plan, "gain": run.gain}
    with house.database.reading("default") as rows:
        [entry] = [own for own in rows.audit.page(AuditSelection(), 50) if own.act.value == "plan.proposed"]
    assert (entry.thing, entry.actor, entry.detail["run"]) == (run.plan, "schedule weekly", run.id)
    house.standings.approve(LOCAL, run.plan)
    house.standings.make_baseline(LOCAL, run.plan)
    again = house.run(Terms(scenario=scenario))
    assert (again.decision, again.plan) == ("keep", None)


def test_what_stands_undecided_is_not_proposed_again(house: House) -> None:
    """The verdict is the same and names the draft; no second one is made, nobody is told twice. Once something changed,
    or the draft was decided on, there is a new proposal."""
    listen(house)
    scenario, plan = house.in_force()
    house.happened(plan)

    def newer(slope: float) -> None:
        content = Content(name="Year", tags=(), notes="", document=json.dumps(document(slope)))
        house.scenarios.change(LOCAL, scenario, content, Expected(versions=None))

    newer(4.0)
    first = house.run(Terms(scenario=scenario))
    again = house.run_again(first.schedule)
    assert (again.decision, again.reason, again.gain, again.plan) == ("change", first.reason, first.gain, None)
    verdict = json.loads(again.answer or "{}")
    assert verdict["proposed_before"] == first.plan
    assert f"as {first.plan}, which nobody has decided on" in verdict["sentences"][-1]
    assert json.loads(first.answer or "{}")["proposed_before"] is None
    assert [told["type"] for told in house.told()] == ["proposal.made"]
    assert len(house.plans.page(LOCAL, Selection(), 10).items) == 2
    assert house.run(Terms(scenario=scenario)).plan is not None  # another schedule has not proposed it
    newer(5.0)
    other = house.run_again(first.schedule)
    assert other.plan not in (None, first.plan)
    house.standings.approve(LOCAL, other.plan or "")
    assert house.run_again(first.schedule).plan not in (None, first.plan, other.plan)


def test_a_gain_below_the_threshold_proposes_nothing(house: House) -> None:
    """What was not spent on a in the first period is spent on b later: less than half of what is kept."""
    _, plan = house.in_force()
    house.happened(plan, share=0.5)
    run = house.run(Terms(plan=plan, threshold=Threshold(share=0.5)))
    assert (run.decision, run.reason, run.plan) == ("keep", "no_gain_possible", None)
    assert house.run(Terms(plan=plan, threshold=Threshold(share=0.05))).plan is not None


def test_goals_at_risk_are_told_of_whatever_is_decided(house: House) -> None:
    """100 measured instead of 150: 460 of 480, and nothing to be done about it."""
    listen(house)
    scenario, plan = house.in_force(goals=GOALS)
    house.happened(plan, outcome=100.0)
    run = house.run(Terms(scenario=scenario))
    assert run.decision == "keep"
    [told] = house.told()
    assert (told["type"], told["data"]["goals"][0]["kept_shortfall"]) == ("goal.at_risk", 20.0)


def test_what_a_schedule_names_may_be_gone(house: House) -> None:
    """A scenario without a baseline; nothing left to plan: the run fails with the reason, and is not tried again."""
    content = Content(name="Bare", tags=(), notes="", document=json.dumps(document()))
    bare = house.scenarios.create(LOCAL, content).id
    problem = json.loads(house.run(Terms(scenario=bare)).problem or "{}")
    assert problem["code"] == "no_baseline"
    scenario, _ = house.in_force()
    house.actuals.upload(LOCAL, "default", [Actual(tactic="a", period="3", spend=1.0)])
    run = house.run(Terms(scenario=scenario))
    [over] = json.loads(run.problem or "{}")["errors"]
    assert (over["code"], over["path"]) == ("no_periods_left", "scenario")
    assert over["problem"] == "has no period left to plan: its last one has actuals in book default"


def test_a_schedule_that_has_nothing_left_to_plan_is_paused(house: House) -> None:
    """Once, by itself, with the reason in the audit; not where it was changed while the run went on."""
    scenario, _ = house.in_force()
    house.actuals.upload(LOCAL, "default", [Actual(tactic="a", period="3", spend=1.0)])
    run = house.run(Terms(scenario=scenario), store=2)
    paused = house.schedules.schedule(LOCAL, run.schedule).schedule
    assert (paused.paused_at, paused.next_at) == (run.ended_at, None)
    house.run_again(run.schedule)
    noted = AuditService(house.database).page(LOCAL, AuditSelection(act=Act.schedule_paused), 10).items
    assert [(entry.thing, entry.detail) for entry in noted] == [
        (run.schedule, {"reason": "no_periods_left", "run": run.id})
    ]


def test_a_schedule_that_was_changed_meanwhile_goes_on(house: House) -> None:
    """Its new terms may have something left."""
    scenario, plan = house.in_force()
    house.actuals.upload(LOCAL, "default", [Actual(tactic="a", period="3", spend=1.0)])
    cron = Cron(expression="0 6 * * 1", zone="UTC")
    made = house.schedules.create(LOCAL, "weekly", cron, Terms(scenario=scenario)).schedule
    house.schedules.trigger(LOCAL, made.id)
    with house.database.queue() as queue:
        job = queue.claim("nobody", 60.0, [REOPTIMISATION])
    assert job is not None
    result = house.reoptimiser.run(UnderWay(job))
    house.schedules.change(LOCAL, made.id, "weekly", cron, Terms(plan=plan, book="new"), Expected(versions=None))
    with house.database.transaction("default") as rows:
        result.store(rows)
    assert house.schedules.schedule(LOCAL, made.id).schedule.paused_at is None


def test_no_run_begins_of_a_scenario_that_was_deleted(house: House) -> None:
    """It would fail; restored, it can be triggered again."""
    scenario, _ = house.in_force()
    cron = Cron(expression="0 6 * * 1", zone="UTC")
    made = house.schedules.create(LOCAL, "weekly", cron, Terms(scenario=scenario)).schedule
    house.scenarios.delete(LOCAL, scenario, Expected(versions=None))
    with pytest.raises(RefusedError) as refused:
        house.schedules.trigger(LOCAL, made.id)
    assert refused.value.code == "scenario_deleted"
    house.scenarios.restore(LOCAL, scenario)
    assert house.schedules.trigger(LOCAL, made.id).cause == "manual"


def test_a_solver_that_fails_is_for_another_attempt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored, and the run has not ended."""
    scenario, _ = house.in_force()

    def fail(*_: object, **__: object) -> None:
        raise SolverFault("solver_died", "", "died", "again")

    monkeypatch.setattr(house.reoptimiser._solver, "ask", fail)
    with pytest.raises(SolverFault):
        house.run(Terms(scenario=scenario))


def test_a_run_whose_job_was_cancelled_has_ended(house: House) -> None:
    """Nothing will come of it, and it says so."""
    scenario, _ = house.in_force()
    cron = Cron(expression="0 6 * * 1", zone="UTC")
    schedule = house.schedules.create(LOCAL, "weekly", cron, Terms(scenario=scenario)).schedule
    run = house.schedules.trigger(LOCAL, schedule.id)
    with house.database.transaction("default") as rows:
        rows.jobs.cancel(run.job or "")
    ended = house.schedules.runs(LOCAL, schedule.id, 5).items[0]
    assert ended.ended_at is not None
    assert json.loads(ended.problem or "{}")["code"] == "job_cancelled"
