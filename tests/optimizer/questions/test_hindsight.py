"""What a plan loses against knowing the draw, held against solving each draw as a scenario of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.errors import LimitError, ScenarioError
from optimizer.optimize import SizeLimits, optimize
from optimizer.problem.draws import drawn_tactic
from optimizer.problem.scenario import Scenario
from optimizer.questions.hindsight import plan_risk
from tests.optimizer.toys import LINE, domain, line, wire

LOGS = [{"coefficient": c, "scale": s} for c, s in ((20, 30), (35, 10), (60, 25), (9, 40), (30, 12))]
SLOPES = [{"slope": s} for s in (0.5, 0.9, 0.2, 1.6, 0.7)]


def problem(**more: Any) -> Scenario:
    return domain(
        wire(
            [line("tv", {"family": "log", "draws": LOGS}), line("search", {"family": "linear", "draws": SLOPES})],
            **{"budget": {"at_most": 60}} | more,
        )
    )


def alone(own: Scenario, draw: int) -> float:
    """The best value with that draw's curves in place of all."""
    objective = replace(own.objective, confidence=None)
    return optimize(
        replace(own, objective=objective, tactics=tuple(drawn_tactic(each, draw) for each in own.tactics))
    ).value


@pytest.mark.parametrize("objective", [{"maximize": "revenue"}, {"maximize": "revenue", "confidence": 0.7}])
def test_the_regret_of_each_draw_is_that_of_its_own_scenario(objective):
    own = problem(objective=objective)
    plan = optimize(own)
    told = plan_risk(own, plan)
    assert told.risk == plan.risk
    hindsight = told.hindsight
    assert (hindsight.asked, hindsight.solved) == (5, 5)
    assert sorted(each.draw for each in hindsight.draws) == [0, 1, 2, 3, 4]
    for each in hindsight.draws:
        assert each.best == pytest.approx(alone(own, each.draw), rel=3e-6)
        assert each.best <= each.bound <= each.best * (1 + 2e-6)
        assert each.regret == each.best - each.value >= 0.0
    regrets = [each.regret for each in hindsight.draws]
    assert hindsight.mean == pytest.approx(sum(regrets) / 5)
    assert hindsight.worst == max(regrets) <= hindsight.worst_at_most
    assert hindsight.mean <= hindsight.mean_at_most <= hindsight.mean + 1e-3


def test_draws_are_spread_by_rank():
    """Of five values the least, the middle one and the largest."""
    own = problem()
    plan = optimize(own)
    values = sorted(each.value for each in plan_risk(own, plan).hindsight.draws)
    three = plan_risk(own, plan, 3).hindsight
    assert three.asked == 3
    assert [each.value for each in three.draws] == [values[0], values[2], values[4]]


def test_goals_stay_those_of_expected_outcome():
    """Under a draw with a weak tv its own outcome would miss the goal; what could have been chosen is the same."""
    goal = {"name": "g", "metric": "outcome", "at_least": 40, "required": True, "scope": {"tactics": ["tv"]}}
    own = problem(goals=[goal])
    told = plan_risk(own, optimize(own)).hindsight
    assert told.solved == 5
    assert all(each.regret >= 0.0 for each in told.draws)


def test_spend_without_limits_is_followed_under_each_draw():
    own = domain(
        wire(
            [line("tv", {"family": "log", "draws": LOGS}), line("search", {"family": "log", "draws": LOGS[::-1]})],
            objective={"maximize": "profit"},
        )
    )
    for each in plan_risk(own, optimize(own)).hindsight.draws:
        assert each.best == pytest.approx(alone(own, each.draw), rel=3e-6, abs=1e-6)


def test_where_a_draw_pays_without_end_there_is_no_hindsight():
    lines = {"family": "linear", "draws": [{"slope": 0.1}, {"slope": 1.5}]}
    own = domain(
        wire([line("tv", {"family": "log", "draws": LOGS[:2]}), line("x", lines)], objective={"maximize": "profit"})
    )
    told = plan_risk(own, optimize(own))
    assert told.risk.draws == 2
    assert told.hindsight is None


def test_minimised_spend_has_risk_and_no_regret():
    goal = {"name": "g", "metric": "outcome", "at_least": 30, "required": True}
    own = problem(objective={"minimize": "spend"}, goals=[goal])
    told = plan_risk(own, optimize(own))
    assert told.hindsight is None
    assert 0.0 < told.risk.goals[0].chance < 1.0


def test_time_is_shared_and_what_was_solved_is_said():
    own = problem(solve={"time_limit": 1})
    plan = optimize(own)
    ticks = iter(range(10**9))
    told = plan_risk(own, plan, clock=lambda: next(ticks) * 0.2)
    assert told.hindsight is None or told.hindsight.solved < 5


def test_what_has_no_risk_is_refused():
    plain = domain(wire({"tv": LINE}, budget={"at_most": 10}))
    missing = problem(goals=[{"name": "g", "metric": "outcome", "at_least": 1e9, "required": True}])
    for own, code in ((plain, "no_draws"), (missing, "nothing_planned")):
        with pytest.raises(ScenarioError) as refused:
            plan_risk(own, optimize(own))
        assert refused.value.code == code


def test_sizes_are_looked_at_first():
    own = problem()
    with pytest.raises(LimitError, match="readings of draws"):
        plan_risk(own, optimize(own), limits=SizeLimits(readings=9))
    with pytest.raises(LimitError, match="readings of draws"):
        optimize(own, limits=SizeLimits(readings=9))
    optimize(own, limits=SizeLimits(readings=10))
