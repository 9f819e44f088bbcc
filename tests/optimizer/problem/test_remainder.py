"""The rest of a scenario asks of the open periods what the whole asks of all, the past being what it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.answers.certificate import violations
from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.actuals import Actual, Actuals
from optimizer.problem.remainder import Remainder, remainder
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from tests.effort import crossed, examples
from tests.optimizer.toys import HILL, LINE, ROOT, Wire, domain, line, wire

PERIODS = ["1", "2", "3", "4"]
A, B, AB = ({"tactics": list(names)} for names in ("a", "b", "ab"))
EARLY, LATE, MIDDLE = ({"periods": list(periods)} for periods in ("12", "34", "23"))
ADSTOCK = {"family": "geometric", "retention": 0.5, "carry_in": [30.0]}

RULES: dict[str, list[Wire]] = {
    "spend_range": [
        {"rule": "spend_range", "name": "r", "at_most": 300, "at_least": 100},
        {"rule": "spend_range", "name": "r", "at_most": 70, "scope": A | MIDDLE},
        {"rule": "spend_range", "name": "r", "at_most": 70, "scope": A | EARLY},
    ],
    "share_range": [
        {"rule": "share_range", "name": "r", "scope": A, "at_least": 0.3, "at_most": 0.6},
        {"rule": "share_range", "name": "r", "scope": A | MIDDLE, "of": B | MIDDLE, "at_most": 0.9},
        {"rule": "share_range", "name": "r", "scope": LATE, "at_least": 0.4},
        {"rule": "share_range", "name": "r", "scope": EARLY, "at_least": 0.4},
        {"rule": "share_range", "name": "r", "scope": A | LATE, "of": LATE, "at_least": 0.4},
    ],
    "metric_range": [
        {"rule": "metric_range", "name": "r", "metric": "outcome", "at_least": 700},
        {"rule": "metric_range", "name": "r", "metric": "profit", "scope": MIDDLE, "at_least": 100},
        {"rule": "metric_range", "name": "r", "metric": "spend", "scope": B, "at_most": 150},
    ],
    "efficiency": [
        {"rule": "efficiency", "name": "r", "at_least": 3.2},
        {"rule": "efficiency", "name": "r", "scope": B | MIDDLE, "at_least": 3.0},
    ],
    "change_limit": [
        {"rule": "change_limit", "name": "r", "amount": 30},
        {"rule": "change_limit", "name": "r", "share": 0.8, "scope": A | MIDDLE},
        {"rule": "change_limit", "name": "r", "amount": 40, "scope": LATE, "together": True},
        {"rule": "change_limit", "name": "r", "amount": 40, "scope": EARLY, "from_current": True},
    ],
    "turnover_limit": [
        {"rule": "turnover_limit", "name": "r", "amount": 150},
        {"rule": "turnover_limit", "name": "r", "share": 0.5, "scope": MIDDLE},
        {"rule": "turnover_limit", "name": "r", "lines": 3, "reference": [{"tactic": "a", "period": "3", "spend": 40}]},
    ],
    "linear": [
        {
            "rule": "linear",
            "name": "r",
            "at_least": -60,
            "at_most": 50,
            "terms": [{"scope": A | EARLY, "coefficient": 2}, {"scope": B, "coefficient": -1}],
        },
    ],
    "commitment": [
        {"rule": "commitment", "name": "r", "scope": A | MIDDLE, "amount": 80},
        {"rule": "commitment", "name": "r", "scope": A | {"periods": ["1"]}, "amount": 40},
    ],
    "minimum_if_active": [{"rule": "minimum_if_active", "name": "r", "scope": A | MIDDLE, "at_least": 40}],
    "packages": [{"rule": "packages", "name": "r", "scope": A | LATE, "price": 80}],
    "active_count": [
        {"rule": "active_count", "name": "r", "at_most": 1},
        {"rule": "active_count", "name": "r", "at_least": 2, "at_most": 2, "over_all": True},
        {"rule": "active_count", "name": "r", "at_most": 1, "over_all": True, "scope": MIDDLE},
    ],
    "active_periods": [
        {"rule": "active_periods", "name": "r", "at_least": 1, "at_most": 3},
        {"rule": "active_periods", "name": "r", "min_run": 2},
        {"rule": "active_periods", "name": "r", "min_run": 3},
        {"rule": "active_periods", "name": "r", "min_run": 3, "scope": {"periods": ["2", "3", "4"]}},
        {"rule": "active_periods", "name": "r", "min_run": 4, "running": 2},
        {"rule": "active_periods", "name": "r", "blackout": ["3"]},
        {"rule": "active_periods", "name": "r", "blackout": ["1"]},
    ],
    "requires": [
        {"rule": "requires", "name": "r", "scope": A, "needs": B},
        {"rule": "requires", "name": "r", "scope": A, "needs": B | EARLY},
        {"rule": "requires", "name": "r", "scope": A, "needs": B, "over_all": True},
        {"rule": "requires", "name": "r", "scope": A, "needs": B, "over_all": True, "minimum": 100},
    ],
    "exclusive": [
        {"rule": "exclusive", "name": "r"},
        {"rule": "exclusive", "name": "r", "over_all": True},
        {"rule": "exclusive", "name": "r", "groups": [A | EARLY, B, A | LATE], "over_all": True, "at_most": 2},
    ],
    "rate_card": [
        {"rule": "rate_card", "name": "r", "tiers": [{"at_least": 0, "price": 1}, {"at_least": 50, "price": 0.5}]}
    ],
}


def toy(*rules: Wire, **more: object) -> Wire:
    """Two tactics over four periods: an S-shape that is carried over, and a root."""
    tactics = [
        line("a", HILL, current_spend=40, adstock=ADSTOCK),
        line("b", ROOT, current_spend=20, revenue_per_outcome=4.0),
    ]
    return wire(tactics, periods=PERIODS, budget={"at_most": 1000}, rules=list(rules)) | more


def spends(shape: tuple[int, int], seed: int, count: int) -> list[Array]:
    """Spends of a few round amounts, so that limits are met, missed and hit."""
    draw = np.random.default_rng(seed)
    return [draw.choice([0.0, 0.0, 20.0, 40.0, 80.0], size=shape) for _ in range(count)]


def rest_of(scenario: Scenario, past: Array, now: int) -> Remainder:
    """The remainder after actuals that spent `past`."""
    lines = [
        Actual(tactic=tactic.name, period=period, spend=float(past[row, column]))
        for row, tactic in enumerate(scenario.tactics)
        for column, period in enumerate(scenario.periods[:now])
    ]
    return remainder(Actuals.of(scenario, lines), past, now)


@pytest.mark.parametrize(("kind", "now"), crossed([*RULES], [1, 2, 3]))
def test_a_rule_of_the_rest_holds_where_the_whole_rule_does(kind: str, now: int) -> None:
    """For pasts and futures of all kinds; only where the past cannot be mended, the rest does what is left."""
    for number, rule in enumerate(RULES[kind]):
        scenario = domain(toy(rule))
        valuer = Valuer(scenario)
        for spend in spends(valuer.shape, 7 * now + number, examples(5)):
            rest = rest_of(scenario, spend, now).scenario
            own = Valuer(rest)
            futures = spends(own.shape, number, 25)
            whole = [broken(valuer, np.hstack([spend[:, :now], future])) for future in futures]
            left = [broken(own, future) for future in futures]
            if not all(whole):
                assert whole == left, (rule, spend)


def broken(valuer: Valuer, spend: Array) -> bool:
    """Whether any rule of the valuer's scenario is broken."""
    valuation = valuer.value(spend)
    return any(rule.violation(valuation) > 1e-9 for rule in valuation.scenario.rules)


RICH = {
    "carry_over": toy(count_carry_out=True),
    "seasons": toy(
        tactics=[
            line("a", HILL, seasonality=[1.0, 2.0, 0.5, 3.0], adstock=ADSTOCK | {"after_saturation": True}),
            line("b", LINE, seasonality={"cycle": [1.0, 1.5], "growth": 0.1}),
        ],
        events=[
            {"name": "fair", "scope": MIDDLE, "lift": 1.7},
            {"name": "past", "scope": {"periods": ["1"]}, "lift": 2},
        ],
    ),
    "prices": toy(RULES["rate_card"][0]),
    "pools": toy(
        tactics=[
            line("a", HILL, adstock=ADSTOCK, feeds="p", lead=1, demand_per_outcome=0.5),
            line("b", ROOT, stage="downstream", draws_from="p"),
            line("c", LINE, stage="downstream", draws_from="p", revenue_per_outcome=0.5),
        ],
        demand_pools=[{"name": "p", "initial": 50, "organic": [10, 20, 30, 40], "retention": 0.8, "end_value": 0.1}],
    ),
}


@pytest.mark.parametrize("name", RICH)
def test_past_and_rest_add_up_to_the_whole(name: str) -> None:
    """Every metric, and what the whole is worth: nothing is lost or counted twice where the past is as planned."""
    scenario = domain(RICH[name])
    valuer = Valuer(scenario)
    for now in (1, 2, 3):
        for spend in spends(valuer.shape, now, 10):
            left, whole = rest_of(scenario, spend, now), valuer.value(spend)
            rest = Valuer(left.scenario).value(spend[:, now:])
            for metric in scenario.metrics:
                together = left.past.total(metric, Scope()) + rest.total(metric, Scope())
                assert together == pytest.approx(whole.total(metric, Scope()), rel=1e-9, abs=1e-6)
            assert rest.end_value == pytest.approx(whole.end_value, rel=1e-9, abs=1e-9)


GOALS = {
    "whole": {"at_least": 900},
    "by a date": {
        "at_least": 500,
        "by": "3",
        "milestones": [{"by": "1", "at_least": 50}, {"by": "2", "at_least": 200}],
    },
    "path": {"at_least": 150, "path": {"growth": 0.2}},
    "of a scope": {"at_least": 300, "scope": A | {"periods": ["2", "3", "4"]}},
}


@pytest.mark.parametrize("stated", GOALS)
def test_a_goal_of_the_rest_misses_what_the_whole_goal_misses(stated: str) -> None:
    """In the parts that are open; a goal that asks for nothing more is met, or over."""
    goal = GOALS[stated] | {"name": "g", "metric": "revenue", "required": True}
    scenario = domain(toy(goals=[goal]))
    for now in (1, 2, 3):
        for spend in spends((2, 4), 31 * now, 20):
            left = rest_of(scenario, spend, now)
            rest = Valuer(left.scenario).value(spend[:, now:])
            whole = Valuer(scenario).value(spend)
            parts = [part for part in scenario.goals[0].parts(scenario.periods) if left.past.after(part.scope)]
            over = [part for part in parts if (part.by or part.period) in scenario.periods[:now]]
            open_parts = [part for part in parts if part not in over]
            missed = any(part.target - whole.total("revenue", part.scope) > 1e-6 for part in open_parts)
            assert missed == any(name == "g" and by > 1e-6 for name, by, _ in violations(rest))


def test_budgets_and_spend_of_the_rest_are_what_is_left() -> None:
    """What was spent is taken off the total, never below nothing; budgets of open periods stay."""
    scenario = domain(toy(budget={"exactly": 300, "by_period": {"1": {"at_most": 90}, "3": {"at_most": 90}}}))
    past = np.array([[60.0, 20.0, 0.0, 0.0], [30.1, 0.2, 0.0, 0.0]])
    left = rest_of(scenario, past, 2)
    budget = left.scenario.budget
    assert budget.total is not None
    assert budget.total.exactly == 189.7
    assert [period for period, _ in budget.by_period] == ["3"]
    assert [tactic.current_spend for tactic in left.scenario.tactics] == [20.0, 0.2]
    over = rest_of(scenario, past * 10, 2)
    assert over.scenario.budget.total is not None
    assert over.scenario.budget.total.exactly == 0.0
    assert over.notes[-1] == "more than the whole budget is spent already: nothing is left"


def test_measured_outcome_counts_and_what_is_not_told_is_as_planned() -> None:
    """A goal of 900 asks for 900 less the measured outcome and what the spend still brings."""
    scenario = domain(toy(goals=[{"name": "g", "metric": "outcome", "at_least": 900, "required": True}]))
    planned = np.full((2, 4), 40.0)
    told = Actuals.of(scenario, [Actual(tactic="a", period="1", spend=80.0, outcome=123.0)])
    left = remainder(told, planned, 1)
    assert left.past.spend.tolist() == [[80.0], [40.0]]
    assert left.past.outcome[0, 0] == 123.0
    still = left.past.carried.sum()
    expected = 900 - 123.0 - left.past.outcome[1, 0] - still
    assert left.scenario.goals[0].at_least == pytest.approx(expected)
    assert left.notes == ("1: the plan's spend stands for 1 tactic without actuals",)


def test_demand_that_was_really_converted_is_gone() -> None:
    """50 + 10 of demand, 25 converted: 0.8 · 35 are left, beside what is on its way."""
    scenario = domain(RICH["pools"])
    lines = [
        Actual(tactic="a", period="1", spend=10.0, outcome=30.0),
        Actual(tactic="b", period="1", spend=10.0, outcome=25.0),
        Actual(tactic="c", period="1", spend=0.0, outcome=0.0),
    ]
    left = remainder(Actuals.of(scenario, lines), np.zeros((3, 4)), 1)
    idle = Valuer(scenario).idle[0, 0]
    pool = left.scenario.demand_pools[0]
    assert pool.initial == pytest.approx(0.8 * 35)
    assert pool.organic.spread(3).tolist() == pytest.approx([20 + 0.5 * (30 + idle), 30, 40])


def test_goals_that_are_pursued_keep_their_share_of_the_whole() -> None:
    """A target of 900 of which 300 are missing counts a third; with none left to pursue, revenue is."""
    goals = [{"name": "g", "metric": "spend", "at_least": 900, "weight": 3}]
    scenario = domain(toy(goals=goals, objective={"maximize": "goals"}))
    past = np.array([[300.0, 0, 0, 0], [300.0, 0, 0, 0]])
    left = rest_of(scenario, past, 1).scenario
    assert (left.goals[0].at_least, left.goals[0].weight) == (300.0, pytest.approx(1.0))
    met = rest_of(scenario, past * 2, 1).scenario
    assert (met.goals, met.objective.aim) == ((), "revenue")


def test_what_cannot_be_meant_is_refused() -> None:
    """No period left, an unknown tactic, a cell twice; periods of other scenarios are passed over."""
    scenario = domain(toy())
    actual = Actual(tactic="a", period="1", spend=1.0)
    with pytest.raises(ScenarioError, match="no period to plan"):
        remainder(Actuals.of(scenario, []), np.zeros((2, 4)), 4)
    with pytest.raises(ScenarioError, match=r"actuals\[1\].tactic"):
        Actuals.of(scenario, [actual, replace(actual, tactic="tv")])
    with pytest.raises(ScenarioError, match=r"actuals\[1\]: names a cell"):
        Actuals.of(scenario, [actual, actual])
    assert Actuals.of(scenario, [replace(actual, period="2031")]).periods == 0
    assert Actuals.of(scenario, [replace(actual, period="3")]).periods == 3
