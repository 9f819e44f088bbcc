"""Intervals, tails and chances by hand."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.answers.evaluation import Spend, evaluate
from optimizer.answers.risk import risk_of, risk_or_reason
from optimizer.errors import ScenarioError
from optimizer.optimize import optimize
from optimizer.problem.scenario import Scenario
from tests.optimizer.toys import LINE, Wire, domain, line, wire


def lines(*slopes: float) -> Wire:
    return {"family": "linear", "draws": [{"slope": slope} for slope in slopes]}


def four(**objective: object) -> Scenario:
    """10 on tv and 20 on radio yield 10·(4, 1, 3, 2) + 20·2 of outcome, each worth 5 on tv and 1 on radio."""
    tactics = [
        line("tv", lines(4, 1, 3, 2), revenue_per_outcome=5, margin=0.5),
        line("radio", {"family": "linear", "slope": 2}),
    ]
    goals = [
        {"name": "half", "metric": "revenue", "at_least": 190},
        {"name": "tv alone", "metric": "outcome", "at_least": 15, "scope": {"tactics": ["tv"]}},
    ]
    return domain(wire(tactics, budget={"at_most": 30}, goals=goals, objective={"maximize": "revenue"} | objective))


SPEND = np.array([[10.0], [20.0]])


def test_four_draws_by_hand():
    """Revenue is 240, 90, 190, 140; profit half of tv's less 30, plus radio's 40."""
    risk = risk_of(four(), SPEND)
    assert (risk.draws, risk.level, risk.confidence) == (4, 0.9, 0.9)
    assert (risk.value.low, risk.value.mean, risk.value.high, risk.value.cvar) == (90, 165, 240, 90)
    assert (risk.revenue.low, risk.revenue.mean, risk.revenue.high) == (90, 165, 240)
    assert (risk.outcome.low, risk.outcome.mean, risk.outcome.high) == (50, 65, 80)
    assert (risk.profit.low, risk.profit.mean, risk.profit.high) == (35, 72.5, 110)
    tv, radio = risk.tactics
    assert (tv.tactic, tv.outcome.low, tv.outcome.mean, tv.revenue.high) == ("tv", 10, 25, 200)
    assert (radio.outcome.low, radio.outcome.high, radio.revenue.mean) == (40, 40, 40)
    assert [(goal.name, goal.chance) for goal in risk.goals] == [("half", 0.5), ("tv alone", 0.75)]


def test_the_tail_has_the_confidence_of_the_objective():
    risk = risk_of(four(confidence=0.5), SPEND)
    assert (risk.confidence, risk.value.cvar) == (0.5, 115)


def test_an_interval_leaves_a_twentieth_on_either_side():
    """Of 100 draws the fifth and the ninety-fifth."""
    problem = domain(wire({"tv": lines(*np.random.default_rng(1).permutation(100) + 1.0)}, budget={"at_most": 1}))
    risk = risk_of(problem, np.ones((1, 1)))
    assert (risk.value.low, risk.value.high) == (5, 95)


def test_the_worst_of_a_spend_that_is_minimised_is_what_it_is():
    problem = domain(
        wire({"tv": lines(1, 3)}, objective={"minimize": "spend"},
             goals=[{"name": "g", "metric": "outcome", "at_least": 20, "required": True}], budget={"at_most": 100})
    )  # fmt: skip
    risk = optimize(problem).risk
    assert (risk.value.low, risk.value.high, risk.value.cvar) == (10, 10, 10)
    assert risk.goals[0].chance == 0.5


def test_without_draws_there_is_no_risk_to_tell():
    problem = domain(wire({"tv": LINE}, budget={"at_most": 10}))
    assert risk_of(problem, np.ones((1, 1))) is None
    assert optimize(problem).risk is None


def test_unequal_draws_have_no_risk_and_the_plan_says_why():
    problem = domain(wire({"tv": lines(1, 2), "radio": lines(1, 2, 3)}, budget={"at_most": 10}))
    with pytest.raises(ScenarioError, match="joint sample"):
        risk_of(problem, np.ones((2, 1)))
    assert risk_or_reason(problem, np.ones((2, 1)))[0] is None
    plan = optimize(problem)
    assert plan.status == "optimal"
    assert plan.risk is None
    assert any("joint sample" in warning for warning in plan.warnings)


def test_plans_and_evaluations_tell_the_same_risk():
    plan = optimize(four())
    cells = [Spend(tactic=cell.tactic, period=cell.period, spend=cell.spend) for cell in plan.allocations]
    assert plan.risk is not None
    assert evaluate(four(), cells).risk == plan.risk
    assert plan.risk.value.mean == pytest.approx(plan.value)


def test_the_value_of_a_plan_with_confidence_is_its_cvar():
    plan = optimize(four(confidence=0.6))
    assert plan.risk.value.cvar == plan.value


def test_with_demand_pools_risk_stands_on_some_of_many_draws(monkeypatch):
    """One pool over 30 periods leaves time for 50 draws, the first and the last among them."""
    monkeypatch.setattr("optimizer.answers.risk.CONVERSIONS", 1500)
    tactics = [
        line("tv", lines(*range(1, 102)), feeds="p"),
        line("search", {"family": "linear", "slope": 1}, stage="downstream", draws_from="p"),
    ]
    periods = [str(period) for period in range(30)]
    pool = {"name": "p", "retention": 0.5}
    problem = domain(wire(tactics, periods=periods, demand_pools=[pool], budget={"at_most": 60}))
    risk, words = risk_or_reason(problem, np.ones((2, 30)))
    assert (risk.draws, risk.tactics[0].outcome.mean, risk.tactics[0].outcome.low) == (50, 30 * 51, 30 * 5)
    assert words == "risk is told by 50 of 101 draws, evenly spread: demand is converted anew in each"


@pytest.mark.usefixtures("unranged")
def test_with_demand_pools_a_plan_by_the_worst_draws_is_told_by_all_of_them():
    """The value of the plan is the mean over the worst of 101 draws, as its risk tells it."""
    tactics = [
        line("tv", lines(*range(1, 102)), stage="upstream", feeds="p", spend={"at_most": 5}),
        line("search", {"family": "linear", "slope": 1}, stage="downstream", draws_from="p"),
    ]
    periods = [str(period) for period in range(12)]
    document = wire(tactics, periods=periods, demand_pools=[{"name": "p", "retention": 0.5}], budget={"at_most": 60})
    plan = optimize(domain(document | {"objective": {"maximize": "revenue", "confidence": 0.9}}))
    assert plan.risk.draws == 101
    assert plan.risk.value.cvar == pytest.approx(plan.value, rel=1e-12)


def test_goals_in_parts_and_attainment_are_told_by_draw() -> None:
    """Slopes 1 and 3, 10 in each of two periods: 10 or 30 of 20 a period: half of it, or all."""
    response = {"family": "linear", "draws": [{"slope": 1}, {"slope": 3}]}
    goal = {"name": "g", "metric": "revenue", "at_least": 20, "path": {}}
    stated = wire(
        [line("a", response)], periods=["1", "2"], budget={"at_most": 20}, objective={"maximize": "goals"}, goals=[goal]
    )
    told = risk_of(domain(stated), np.array([[10.0, 10.0]]))
    assert told is not None
    assert (told.goals[0].chance, told.value.mean, told.value.cvar) == (0.5, 0.75, 0.5)
