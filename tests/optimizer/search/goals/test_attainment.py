"""Goals by priority: hand-solved, against an independent linear program, against every plan on a grid, and by laws."""

import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimizer.optimize import optimize
from tests.effort import crossed, examples, seeds
from tests.optimizer.toys import HILL, LINE, ROOT, TABLE, domain, line, wire
from tests.optimizer.unranged import unranged
from tests.oracles.curves import Witness
from tests.oracles.exact import Statement
from tests.oracles.goals import by_level
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve, spend_by_tactic

A, B, C = ({"tactics": [name]} for name in "abc")
TWO = {"family": "linear", "slope": 2}


def goal(name, at_least, scope=None, **more):
    return {"name": name, "metric": "revenue", "at_least": at_least, "scope": scope or {}} | more


def pursued(tactics, goals, at_most=100, **more):
    """A scenario that maximises goals; `digits` fine enough for gaps to be judged."""
    budget = {"at_most": at_most}
    return wire(tactics, objective={"maximize": "goals"}, goals=goals, budget=budget, digits=6) | more


def levels(plan):
    """By level (priority, shortfall, bound)."""
    return [(one["priority"], pytest.approx(one["shortfall"], abs=1e-6), one["bound"]) for one in plan["attainment"]]


def test_the_first_priority_is_met_first_and_the_second_gets_what_is_left():
    """a earns 3, b 2 a unit. 240 of a take 80; the 20 left earn 40 of 100 in b: 1 + 0.4, and 0.02 more a unit."""
    document = pursued({"a": LINE, "b": TWO}, [goal("x", 240, A, priority=1), goal("y", 100, B, priority=2)])
    plan = solve(document)
    assert recheck(document, plan) == []
    assert (plan["status"], spend_by_tactic(plan)) == ("optimal", {"a": 80.0, "b": 20.0})
    assert plan["value"] == pytest.approx(1.4, rel=1e-6)
    assert levels(plan) == [(1, 0.0, 0.0), (2, 0.6, pytest.approx(0.6, abs=1e-6))]
    assert plan["budget"]["price"] == pytest.approx(0.02, rel=1e-6)
    assert plan["rules"][0]["price_unit"] == "attainment of goals per unit of money"


def test_a_goal_that_is_met_beside_one_that_is_not_is_told_as_met():
    """A search ends within its gap, which goals of a level share: x was told as missed by a ten millionth."""
    power = {"family": "power", "coefficient": 245.787, "exponent": 0.6}
    logistic = {"family": "logistic", "ceiling": 126182, "rate": 2.67152e-05}
    tanh = {"family": "tanh", "ceiling": 127548, "scale": 29355.4}
    tactics = [
        line("a", power, stage="upstream", revenue_per_outcome=1.19, spend={"at_most": 60000}),
        line("b", logistic, stage="downstream", revenue_per_outcome=0.9, spend={"at_most": 80000}),
        line("c", tanh, stage="upstream", revenue_per_outcome=1.29, spend={"at_most": 60000}),
    ]
    both = {"tactics": ["a", "b"]}
    goals = [goal("x", 160000, both, priority=1), goal("y", 534000, {"tactics": ["c"]}, priority=1)]
    rule = {"rule": "share_range", "name": "r", "scope": {"stage": "upstream"}, "at_least": 0.35, "at_most": 0.5}
    document = pursued(tactics, goals, at_most=133500, digits=2, rules=[rule])
    plan = solve(document)
    assert (plan["status"], recheck(document, plan)) == ("optimal", [])
    assert [one["met"] for one in plan["goals"]] == [True, False]


def test_with_the_priorities_turned_the_money_turns():
    """100 of b take 50; the 50 left earn 150 of 240."""
    plan = solve(pursued({"a": LINE, "b": TWO}, [goal("x", 240, A, priority=2), goal("y", 100, B, priority=1)]))
    assert spend_by_tactic(plan) == {"a": 50.0, "b": 50.0}
    assert plan["value"] == pytest.approx(1 + 150 / 240, rel=1e-6)


@pytest.mark.parametrize("floor", [0, 20])
def test_what_is_lost_at_an_earlier_level_is_kept_as_small(floor):
    """Each unit of a loses 0.5: profit is largest at its floor, and revenue of a, which comes after, gets no more."""
    loss = line("a", {"family": "linear", "slope": 0.5}, spend={"at_least": floor})
    goals = [goal("x", 50, A, metric="profit", priority=1), goal("y", 100, A, priority=2)]
    plan = solve(pursued([loss], goals))
    assert (plan["status"], spend_by_tactic(plan)) == ("optimal", {"a": floor})
    assert levels(plan) == [
        (1, 1 + 0.5 * floor / 50, pytest.approx(1 + 0.5 * floor / 50, abs=1e-6)),
        (2, 1 - 0.5 * floor / 100, pytest.approx(1 - 0.5 * floor / 100, abs=1e-6)),
    ]


def test_a_level_that_only_loses_is_attained_by_the_plan_that_is_told():
    """A convex curve loses least when one period has all that is committed, not when the two share it."""
    convex = {"family": "power", "coefficient": 0.01, "exponent": 2}
    goals = [goal("x", 100, metric="profit", priority=1)]
    rules = [{"rule": "commitment", "name": "all", "amount": 38}]
    plan = solve(pursued([line("a", convex)], goals, periods=["1", "2"], rules=rules))
    assert sorted(cell["spend"] for cell in plan["allocations"]) == [0.0, 38.0]
    assert levels(plan) == [(1, 1 + (38 - 14.44) / 100, pytest.approx(1.2356, abs=1e-6))]


def test_equals_are_weighed_by_weight_and_target():
    """A unit of money brings 3/240 of x or 2/100 of y: y first, unless x counts twice as much."""
    for weight, spend in ((1.0, {"a": 50.0, "b": 50.0}), (2.0, {"a": 80.0, "b": 20.0})):
        goals = [goal("x", 240, A, weight=weight), goal("y", 100, B)]
        assert spend_by_tactic(solve(pursued({"a": LINE, "b": TWO}, goals))) == spend


def test_of_plans_that_attain_the_same_the_cheapest_is_taken():
    """150 in all at 3 a unit: 50 of 100 are spent, and no more would help: the price is 0."""
    plan = solve(pursued({"a": LINE, "b": TWO}, [goal("x", 150)]))
    assert spend_by_tactic(plan) == {"a": 50.0, "b": 0.0}
    assert (plan["value"], plan["bound"], plan["budget"]["price"]) == (1.0, 1.0, 0.0)
    assert plan["goals"][0]["met"]


def test_required_goals_and_rules_hold_whatever_is_pursued():
    """40 of b are required, 20 of it; the rest goes to x."""
    goals = [goal("x", 300, A, priority=1), goal("must", 40, B, required=True)]
    document = pursued({"a": LINE, "b": TWO}, goals)
    plan = solve(document)
    assert spend_by_tactic(plan) == {"a": 80.0, "b": 20.0}
    assert recheck(document, plan) == []
    rule = {"rule": "spend_range", "name": "r", "scope": A, "at_most": 30}
    assert spend_by_tactic(solve(document | {"rules": [rule]})) == {"a": 30.0, "b": 20.0}


def test_a_conflict_is_a_conflict():
    """What is required cannot be met: nothing is pursued."""
    plan = solve(pursued({"a": LINE}, [goal("x", 1), goal("must", 400, required=True)]))
    assert (plan["status"], plan["attainment"]) == ("conflict", [])
    assert set(plan["conflict"]["conflicting"]) == {"budget", "must"}


def test_goals_in_parts_are_attained_part_by_part():
    """60 and 60·1.5 of revenue at 3: 20 and 30; with 40, 1 − 30/150 is attained, whichever period goes short."""
    one = goal("x", 60, path={"growth": 0.5})
    document = pursued([line("a", LINE)], [one], at_most=40, periods=["1", "2"])
    plan = solve(document)
    assert recheck(document, plan) == []
    assert plan["value"] == pytest.approx(0.8, rel=1e-6)
    assert [part["target"] for part in plan["goals"][0]["parts"]] == [60.0, 90.0]
    assert sum(cell["spend"] for cell in plan["allocations"]) == 40.0


def test_milestones_bring_money_forward():
    """ROOT earns 10√x: 90 by the first of two periods takes 81; evenly split, 100 would bring 70.7 by then."""
    one = goal("x", 120, milestones=[{"by": "1", "at_least": 90}])
    plan = solve(pursued([line("a", ROOT)], [one], periods=["1", "2"]))
    assert [cell["spend"] for cell in plan["allocations"]] == pytest.approx([81.0, 9.0], abs=1e-4)
    assert plan["goals"][0]["met"]


def test_a_metric_may_be_below_zero():
    """Profit of at least 100 from a line that loses: the budget must be spent, and attainment is −50/100."""
    document = pursued({"a": {"family": "linear", "slope": 0.5}}, [goal("x", 100) | {"metric": "profit"}])
    plan = solve(document | {"budget": {"exactly": 100}})
    assert (plan["status"], plan["value"]) == ("optimal", pytest.approx(-0.5, rel=1e-6))


def lexicographic(slopes, goals, budget):
    """What each level attains at best, by linear programs: minimise Σ w·u, metric + T·u ≥ T, earlier levels held."""
    count, size = len(slopes), len(slopes) + len(goals)
    rows, limits = [np.r_[np.ones(count), np.zeros(len(goals))]], [budget]
    for k, (scope, target, _, _) in enumerate(goals):
        row = np.zeros(size)
        row[:count] = [-slope * (tactic in scope) / target for tactic, slope in enumerate(slopes)]
        row[count + k] = -1.0
        rows.append(row)
        limits.append(-1.0)
    found = []
    for level in sorted({priority for _, _, priority, _ in goals}):
        cost = np.zeros(size)
        cost[count:] = [weight * (priority == level) for _, _, priority, weight in goals]
        best = linprog(cost, A_ub=rows, b_ub=limits, bounds=[(0, None)] * count + [(0, 1)] * len(goals)).fun
        found.append(best)
        rows.append(cost)
        limits.append(best + 1e-9)
    return found


@settings(max_examples=examples(8), deadline=None)
@given(
    slopes=st.lists(st.integers(1, 9), min_size=3, max_size=3),
    stated=st.lists(
        st.tuples(st.sets(st.integers(0, 2), min_size=1), st.integers(20, 600), st.integers(1, 3), st.integers(1, 3)),
        min_size=2,
        max_size=4,
    ),
    budget=st.integers(20, 200),
)
def test_on_lines_each_level_attains_what_linear_programs_say(slopes, stated, budget):
    """An independent sequence of programs, solved by another solver interface."""
    tactics = {f"t{k}": {"family": "linear", "slope": slope} for k, slope in enumerate(slopes)}
    goals = [
        goal(f"g{k}", target, {"tactics": [f"t{t}" for t in sorted(scope)]}, priority=priority, weight=weight)
        for k, (scope, target, priority, weight) in enumerate(stated)
    ]
    plan = solve(pursued(tactics, goals, at_most=budget))
    told = [level["shortfall"] for level in plan["attainment"]]
    assert plan["status"] == "optimal"
    assert told == pytest.approx(lexicographic(slopes, stated, budget), abs=2e-5)


BENT = {
    "two levels": [goal("x", 300, A, priority=1), goal("y", 60, B, priority=2)],
    "two tactics in one goal": [goal("x", 330, priority=1), goal("y", 80, B, priority=2)],
    "equals": [goal("x", 300, A), goal("y", 60, B, weight=2.0)],
    "no hope for the first": [goal("x", 900, A, priority=1), goal("y", 30, B, priority=2), goal("z", 500)],
}


SECONDS = {"root": (ROOT, 100), "table": (TABLE, 45)}


@pytest.mark.parametrize(("name", "beside"), crossed([*BENT], [*SECONDS]))
def test_on_bent_curves_no_plan_on_a_grid_is_ahead(name, beside):
    """At the first level that differs, no plan on the grid attains more; and none passes a level's bound."""
    second, at_most = SECONDS[beside]
    document = pursued({"a": HILL, "b": second}, BENT[name], at_most=at_most)
    plan = solve(document)
    assert (plan["status"], recheck(document, plan)) == ("optimal", [])
    weights = [level["weight"] for level in plan["attainment"]]
    own = [level["weight"] - level["shortfall"] for level in plan["attainment"]]
    bounds = [level["weight"] - level["bound"] for level in plan["attainment"]]
    witness, statement = Witness(document), Statement.of(document)
    for first in np.arange(0, at_most + 0.5, 2.5):
        other = by_level(statement, witness.value(np.array([first, at_most - first])))
        for k, weight in enumerate(weights):
            assert other[k] <= bounds[k] + 1e-7 * weight
            if other[k] < own[k] - 2e-5 * weight:
                break


@pytest.mark.parametrize("name", ["two tactics in one goal", "equals"])
def test_more_budget_never_makes_the_first_level_fall_shorter(name):
    """Later levels only at equal earlier ones (law F1, level by level)."""
    told = []
    for at_most in (30, 60, 120):
        plan = solve(pursued({"a": HILL, "b": ROOT}, BENT[name], at_most=at_most))
        told.append([level["shortfall"] for level in plan["attainment"]])
    for before, after in itertools.pairwise(told):
        for low, high in zip(before, after, strict=True):
            assert high <= low + 5e-6
            if high < low - 5e-6:
                break


def test_names_and_their_order_change_no_figure():
    """Goals and tactics called otherwise, written backwards (law D2)."""
    goals = BENT["two tactics in one goal"]
    plain = solve(pursued({"a": HILL, "b": ROOT}, goals))
    turned = [one | {"name": f"z{one['name']}"} for one in goals[::-1]]
    other = solve(pursued({"b": ROOT, "a": HILL}, turned))
    assert spend_by_tactic(other) == spend_by_tactic(plain)
    assert (other["value"], other["bound"]) == (plain["value"], plain["bound"])


def test_whole_numbers_and_switches_are_kept():
    """Packages of 30 and nothing below 20: every plan there is, tried."""
    rules = [
        {"rule": "packages", "name": "p", "scope": A, "price": 30},
        {"rule": "minimum_if_active", "name": "m", "scope": B, "at_least": 20},
    ]
    document = pursued({"a": LINE, "b": ROOT}, [goal("x", 200, A, priority=1), goal("y", 50, B, priority=2)])
    plan = solve(document | {"rules": rules})
    # 60 or 90 for x: 200 needs 66.7, so 90; the 10 left are too few for b
    assert spend_by_tactic(plan) == {"a": 90.0, "b": 0.0}
    assert recheck(document | {"rules": rules}, plan) == []


def test_rounding_to_coarse_money_is_told_and_no_fault():
    """Whole units where half units matter: values are those of the rounded money, bounds those that were proved."""
    goals = [goal("x", 100.5 * 3, A, priority=1), goal("y", 10, B, priority=2)]
    plan = solve(pursued({"a": LINE, "b": TWO}, goals, at_most=7) | {"digits": 0})
    assert all(cell["spend"] == int(cell["spend"]) for cell in plan["allocations"])
    assert plan["value"] <= plan["bound"]


class Jumping:
    """A clock that stands still for some looks, then jumps past every limit."""

    def __init__(self, looks):
        self._looks = iter([0.0] * looks)

    def __call__(self):
        return next(self._looks, 1e6)


@cache
def hopeless():
    """A scenario whose first goal is out of reach, and its plan when there is time."""
    document = pursued({"a": HILL, "b": ROOT}, BENT["no hope for the first"])
    with unranged():
        return document, solve(document)


@pytest.mark.parametrize("looks", seeds((1, 12, 35, 100_000), (5, 8, 20, 60)))
def test_a_clock_that_jumps_leaves_an_honest_plan_or_none(looks):
    """Levels that were not searched may attain everything, for all that was proved."""
    document, best = hopeless()
    plan = optimize(domain(document), clock=Jumping(looks))
    if plan.status == "no_plan":
        assert looks < 20
        return
    first = plan.attainment[0]
    assert first.bound <= best["attainment"][0]["shortfall"] + 1e-9 <= first.shortfall + 2e-6
    assert plan.certificate.largest_violation == 0.0
    assert (plan.status == "optimal") == (plan.bound - plan.value <= 1e-6 * plan.value + plan.certificate.rounding_cost)


def test_progress_is_told_in_attainment():
    """Values below bounds, up to the number of goals."""
    seen = []
    optimize(domain(pursued({"a": HILL, "b": ROOT}, BENT["two levels"])), progress=seen.append)
    assert seen
    assert all(each.value <= each.bound + 1e-9 <= 2.0 + 1e-8 for each in seen if each.value is not None)
    assert [each.nodes for each in seen] == sorted(each.nodes for each in seen)


def test_demand_is_made_for_goals_too():
    """30 of demand, 2 more for each unit of tv; search converts 3: 2x + 30 = 3y, x + y = 100 bring 3·46 of 150."""
    tv = line("tv", TWO, feeds="p", revenue_per_outcome=0)
    search = line("search", LINE, stage="downstream", draws_from="p")
    pools = [{"name": "p", "initial": 30, "retention": 0.5}]
    document = pursued([tv, search], [goal("x", 150, priority=1)], demand_pools=pools)
    plan = solve(document)
    assert recheck(document, plan) == []
    assert (spend_by_tactic(plan), plan["value"]) == ({"tv": 54.0, "search": 46.0}, pytest.approx(138 / 150, rel=1e-6))
    assert plan["budget"]["price"] == pytest.approx(1.2 / 150, rel=1e-6)
    assert plan["goals"][0]["extra_budget"] == pytest.approx(10.0, abs=1e-4)


def test_next_to_nothing_that_is_attained_is_within_its_bound():
    """2e-14 of a goal: what is missing is 1 less that, of which doubles know two digits."""
    slow = {"family": "exponential", "ceiling": 1.8727290093072667e-05, "scale": 1e15}
    goals = [{"name": "g", "metric": "outcome", "at_least": 4.0733e-05, "scope": {}, "priority": 1}]
    document = wire(
        [line("t0", slow, stage="downstream", spend={"at_most": 24.0}, current_spend=17.0)],
        periods=["p0", "p1", "p2"],
        objective={"maximize": "goals"},
        budget={"at_most": 36.0},
        goals=goals,
        digits=1,
    )
    plan = optimize(domain(document))
    assert plan.status == "optimal"
    assert plan.value <= plan.bound
