"""Rows together end spends that none of them ends by itself, and never sooner than they do."""

import random

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.errors import ScenarioError
from optimizer.formulation.model import build
from optimizer.formulation.spend import reach
from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.search.spends.ends import ended
from optimizer.units import LARGEST
from tests.effort import examples, seeds
from tests.optimizer.toys import domain, wire

PROFIT = {"maximize": "profit"}


def linear(slope):
    return {"family": "linear", "slope": slope}


def rule(name, coefficients, at_most):
    terms = [{"scope": {"tactics": [tactic]}, "coefficient": own} for tactic, own in coefficients.items()]
    return {"rule": "linear", "name": name, "terms": terms, "at_most": at_most}


def lowest(costs, matrix, limits):
    """scipy's word, without its presolve: that calls some programs without an end infeasible, though 0 is in them."""
    return linprog(costs, A_ub=matrix, b_ub=limits, options={"presolve": False})


COMMITTED = {"rule": "commitment", "name": "k", "scope": {"periods": ["p0"]}, "amount": 5}


def shown(scenario):
    return ended(*(build(scenario, reach(scenario, far)) for far in (LARGEST, 1e-3 * LARGEST)))


TOGETHER = [rule("one", {"a": 1, "b": 1, "c": -1}, 5), rule("two", {"c": 1, "a": -0.5, "b": -0.5}, 0)]


def test_two_rows_together_end_spends_and_the_best_of_them_is_planned():
    """a + b ≤ c + 5 and c ≤ (a + b)/2: a + b ≤ 10 and c ≤ 5, at gains of 2, 1 and 0.5 a unit: 22.5."""
    tactics = {"a": linear(3), "b": linear(2), "c": linear(1.5)}
    plan = optimize(domain(wire(tactics, objective=PROFIT, rules=TOGETHER)))
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(22.5, rel=1e-6)


@pytest.mark.parametrize("left_out", [0, 1])
def test_without_one_of_them_nothing_ends_them(left_out):
    """What pays for itself at any spend is told."""
    rules = [own for number, own in enumerate(TOGETHER) if number != left_out]
    tactics = {"a": linear(3), "b": linear(2), "c": linear(1.5)}
    with pytest.raises(ScenarioError, match="pays for itself"):
        optimize(domain(wire(tactics, objective=PROFIT, rules=rules)))


def test_a_spend_that_rows_end_is_planned_beside_one_that_does_not_pay():
    """A profit of 0.72 a unit of spend is more than a has, whatever it spends: 0.088; b loses money and has no end."""
    floor = {"rule": "efficiency", "name": "f", "metric": "profit", "at_least": 0.72, "scope": {"tactics": ["a"]}}
    tactics = {"a": linear(1.088), "b": linear(0.97)}
    plan = optimize(domain(wire(tactics, objective=PROFIT, rules=[floor])))
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(0.0, abs=1e-6)


def test_returns_end_spends_on_curves_that_level_off():
    """A return of 2 on 10·√spend in all of two tactics: Σ spend is at most (5 √2)², at an even split."""
    root = {"family": "power", "coefficient": 10, "exponent": 0.5}
    roi = {"rule": "efficiency", "name": "roi", "metric": "revenue", "at_least": 2}
    scenario = domain(wire({"a": root, "b": root}, objective=PROFIT, rules=[roi]))
    end = shown(scenario)
    assert end.min() >= 50.0
    assert end.max() < 0.1 * LARGEST


@pytest.mark.parametrize("seed", seeds(8, examples(60)))
def test_the_end_is_beyond_every_plan_and_there_whenever_one_is(seed):
    """Random rows, against scipy: the most that each spend can be, or that there is no such most."""
    rng = random.Random(seed)
    names = "abcd"[: rng.randint(2, 4)]
    rows = [{own: rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0]) for own in names} for _ in range(rng.randint(1, 5))]
    limits = [rng.choice([0.0, 1.0, 10.0, 1e4]) for _ in rows]
    rules = [rule(f"r{number}", row, limits[number]) for number, row in enumerate(rows) if any(row.values())]
    scenario = canonical_order(domain(wire({own: linear(2) for own in names}, objective=PROFIT, rules=rules)))
    ends = shown(scenario)[:, 0]
    matrix = [[row[own] for own in names] for row in rows]
    for place, end in enumerate(ends.tolist()):
        best = lowest(-np.eye(len(names))[place], matrix, limits)
        if best.status == 3:
            assert end == np.inf
        else:
            assert best.status == 0
            assert -best.fun * (1.0 - 1e-9) <= end < 0.1 * LARGEST


AIMS = {
    "revenue": {"maximize": "revenue"},
    "outcome": {"maximize": "outcome"},
    "charged": {"maximize": "revenue", "target_marginal_roi": 0.5},
    "profit": PROFIT,
    "spend": {"minimize": "spend"},
}


def random_lines(rng):
    """Lines in rows of two spends, floors under returns and under spends; as rules, and as A·spend ≤ limits."""
    slopes = {own: round(rng.uniform(0.6, 3.0), 2) for own in "abcd"[: rng.randint(2, 4)]}
    rules, rows, limits = [], [], []

    def add(one, row, limit):
        rules.append(one | {"name": f"r{len(rules)}"})
        rows.append([row.get(own, 0.0) for own in slopes])
        limits.append(limit)

    for own in slopes:
        other = rng.choice([each for each in slopes if each != own])
        row = {own: round(rng.uniform(0.5, 2), 2), other: -round(rng.uniform(0.05, 1.2), 2)}
        limit = round(rng.uniform(5, 100), 1)
        if rng.random() < 0.85:
            add(rule("", row, limit), row, limit)
    if rng.random() < 0.6:
        scope, least = rng.sample(sorted(slopes), 2), round(rng.uniform(0.5, 2.5), 2)
        floor = {"rule": "efficiency", "at_least": least, "scope": {"tactics": scope}}
        add(floor, {own: least - slopes[own] for own in scope}, 0.0)
    if rng.random() < 0.5:
        own, least = rng.choice(sorted(slopes)), round(rng.uniform(1, 60), 1)
        add({"rule": "spend_range", "at_least": least, "scope": {"tactics": [own]}}, {own: -1.0}, -least)
    return slopes, rules, np.array(rows).reshape(len(rows), len(slopes)), limits


def told(scenario):
    """The value of the plan, or what is said in its place."""
    try:
        plan = optimize(domain(scenario))
    except ScenarioError as error:
        return error.code
    return plan.bound if plan.status in ("optimal", "feasible") else plan.status


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("seed", range(examples(12)))
def test_lines_without_a_budget_are_told_what_a_linear_program_says(seed, aim):
    """Random scenarios, against scipy: the optimum; a conflict; or that spend has no end, where none is charged."""
    slopes, rules, matrix, limits = random_lines(random.Random(seed))
    gains = np.array(list(slopes.values())) - {"profit": 1.0, "charged": 0.5}.get(aim, 0.0)
    weights = np.ones(len(slopes)) if aim == "spend" else -gains
    best, most = (lowest(cost, matrix, limits) for cost in (weights, -np.ones(len(slopes))))
    answer = told(wire({own: linear(slope) for own, slope in slopes.items()}, objective=AIMS[aim], rules=rules))
    if best.status == 2:
        assert answer == "conflict"
    elif most.status == 3 and aim in ("revenue", "outcome"):
        assert answer == "no_budget"
    elif best.status == 3:
        assert answer == "unbounded"
    else:
        value = best.fun if aim == "spend" else -best.fun  # a floor on what does not pay is a loss
        assert answer == pytest.approx(value, rel=1e-6, abs=0.02)


@pytest.mark.parametrize("seed", range(examples(12)))
def test_goals_are_pursued_where_rows_end_the_spend(seed):
    """A soft goal of as much revenue as there is to have is attained; where spend has no end, that is told."""
    slopes, rules, matrix, limits = random_lines(random.Random(seed))
    best, most = (lowest(cost, matrix, limits) for cost in (-np.array(list(slopes.values())), -np.ones(len(slopes))))
    wanted = {"name": "g", "metric": "revenue", "at_least": 1000.0, "required": False, "priority": 1}
    tactics = {own: linear(slope) for own, slope in slopes.items()}
    answer = told(wire(tactics, objective={"maximize": "goals"}, rules=rules, goals=[wanted]))
    if best.status == 2:
        assert answer == "conflict"
    elif most.status == 3:
        assert answer == "no_budget"
    else:
        assert answer == pytest.approx(min(1.0, -best.fun / 1000.0), rel=1e-4)


@pytest.mark.parametrize(("least", "best"), [(0, 10.0), (1000, -90.0)])
def test_what_has_no_end_but_only_loses_money_is_planned(least, best):
    """a ≤ 0.4·b + 10, a gains 1 a unit and b loses 0.5: 10 of a; where b has to spend 1000, 410 of a."""
    floor = {"rule": "spend_range", "name": "floor", "scope": {"tactics": ["b"]}, "at_least": least}
    rules = [rule("ratio", {"a": 1, "b": -0.4}, 10), floor]
    plan = optimize(domain(wire({"a": linear(2), "b": linear(0.5)}, objective=PROFIT, rules=rules)))
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(best, rel=1e-6)


def test_limits_that_only_tolerances_keep_are_a_conflict():
    """a and b are 10 at the most, and a floor of 30 is under a: told before c, which has no end."""
    rules = [
        rule("x", {"a": 1, "b": -0.5}, 5),
        rule("y", {"b": 1, "a": -0.5}, 5),
        {"rule": "spend_range", "name": "floor", "scope": {"tactics": ["a"]}, "at_least": 30},
    ]
    curves = {"a": linear(2), "b": linear(2), "c": linear(3)}
    assert optimize(domain(wire(curves, objective=PROFIT, rules=rules))).status == "conflict"


@pytest.mark.parametrize("aim", ["revenue", "outcome", "profit"])
def test_a_conflict_is_told_before_what_has_no_end(aim):
    """A floor of 100 under what may spend 50, whatever b spends."""
    document = wire(
        {"a": linear(2), "b": linear(3)},
        objective={"maximize": aim},
        rules=[{"rule": "spend_range", "name": "floor", "scope": {"tactics": ["a"]}, "at_least": 100}],
    )
    document["tactics"][0]["spend"] = {"at_most": 50}
    plan = optimize(domain(document))
    assert plan.status == "conflict"
    assert set(plan.conflict.conflicting) == {"floor", "spend limit of a"}


STATED = {
    "two ratios": ([rule("x", {"a": 1, "b": -2}, 0), rule("y", {"b": 1, "a": -0.25}, 100)], {}, 1400),
    "a share of what is limited": (
        [{"rule": "share_range", "name": "s", "scope": {"tactics": ["a"]}, "at_least": 0.5}],
        {"a": {"at_most": 100}},
        500,
    ),
    "metrics": ([{"rule": "metric_range", "name": "m", "metric": "revenue", "at_most": 100}], {}, 100),
}


@pytest.mark.parametrize("case", STATED)
def test_rules_that_end_spends_are_as_good_as_a_budget(case):
    """By hand, of lines that return 2 and 3."""
    rules, limits, value = STATED[case]
    document = wire({"a": linear(2), "b": linear(3)}, rules=rules)
    for tactic in document["tactics"]:
        tactic["spend"] = limits.get(tactic["name"], {})
    assert told(document) == pytest.approx(value)


@pytest.mark.parametrize("start", [{"budget": {"by_period": {"p0": {"at_most": 5}}}}, {"rules": [COMMITTED]}])
def test_steps_from_a_limited_period_end_the_others(start):
    """5, and then at most 3 more a period, at 2 a unit."""
    steps = {"rule": "change_limit", "name": "c", "amount": 3}
    rules = [steps, *start.get("rules", [])]
    document = wire({"a": linear(2)}, periods=["p0", "p1", "p2"]) | start | {"rules": rules}
    assert told(document) == pytest.approx(2 * (5 + 8 + 11))


def test_a_return_ends_the_spend_on_a_curve_that_levels_off():
    """10·√x ≥ x/2 up to x = 400."""
    root = {"family": "power", "coefficient": 10, "exponent": 0.5}
    roi = {"rule": "efficiency", "name": "roi", "at_least": 0.5}
    assert told(wire({"a": root}, rules=[roi])) == pytest.approx(200.0)


def test_what_a_row_limits_a_spend_to_far_out_is_no_end_of_it():
    """Of b at most a tenth of a, and of c at most a tenth of b: nothing ends a."""
    rules = [rule("x", {"b": 1, "a": -0.1}, 5), rule("y", {"c": 1, "b": -0.1}, 5)]
    tactics = {own: linear(2) for own in "abc"}
    assert told(wire(tactics, rules=rules)) == "no_budget"
    assert told(wire(tactics, objective=PROFIT, rules=rules)) == "unbounded"


def test_rows_that_leave_nothing_to_spend_are_planned():
    """Shares of b of 73 % or more and of 28 % or less: only 0 is both, told without dividing by what is left."""
    b = {"rule": "share_range", "scope": {"tactics": ["b"]}}
    rules = [b | {"name": "x", "at_least": 0.73}, b | {"name": "y", "at_most": 0.28}]
    rules.append({"rule": "spend_range", "name": "z", "scope": {"tactics": ["a"]}, "at_most": 912.2})
    tactics = {own: linear(slope) for own, slope in zip("abc", (1.94, 2.44, 2.88), strict=True)}
    assert told(wire(tactics, objective=PROFIT, rules=rules)) == pytest.approx(0.0, abs=1e-6)
