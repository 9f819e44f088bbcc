"""Frontiers: each point is the plan of its own scenario, laws of shape, and budgets sought against closed forms."""

from __future__ import annotations

import itertools
import pickle
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.answers import frontier as answers
from optimizer.errors import LimitError, ScenarioError
from optimizer.optimize import optimize
from optimizer.questions import frontier as room
from optimizer.questions.frontier import FrontierQuestion, Spread, amounts_of, frontier
from optimizer.questions.moving import Moving
from tests.effort import examples, seeds
from tests.optimizer.questions.test_sweep import PAIRED, traced
from tests.optimizer.search.toys import TOYS
from tests.optimizer.toys import DOUBLE_ROOT, HILL, LINE, ROOT, TABLE, domain, line, wire
from tests.optimizer.unranged import unranged
from tests.oracles import global_solver, instances, separable

ROOTS = wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100})  # revenue √(500·B), spent 1 : 4
GOAL = [{"name": "g", "metric": "revenue", "at_least": 200, "required": True}]
SEEDS = seeds(2, 60)


def close(first, second, slack):
    return abs(first - second) <= slack + 1e-6 * abs(second)


@pytest.mark.parametrize("name", [*TOYS, "minimum if active"])
def test_each_point_is_the_plan_of_its_own_scenario(name):
    """Status, value within both gaps, and a bound that the other plan does not break: at every amount."""
    document = TOYS.get(name, PAIRED)
    scenario = domain(document)
    goal = "g" if scenario.goals else None
    moving = Moving(scenario=scenario, goal=goal)
    spread = Spread(start=0.0, stop=400.0 if goal else 150.0, points=4)
    for point in frontier(FrontierQuestion(scenario=scenario, goal=goal, spread=spread)).points:
        with unranged():
            plan = optimize(moving.at(point.amount))
        assert point.status == plan.status, point
        if plan.value is None:
            continue
        slack = abs(point.bound - point.value) + abs(plan.bound - plan.value)
        assert close(point.value, plan.value, slack), point
        better = -1.0 if goal else 1.0
        assert better * plan.value <= better * point.bound + 1e-6 * abs(plan.value)
        assert point.certificate.largest_violation == 0.0
        assert sum(row.spend for row in point.tactics) == pytest.approx(point.spend)


def test_points_that_are_searched_together_need_no_program():
    """Twenty budgets of smooth concave curves."""
    answer = traced(ROOTS, spread=Spread(start=50.0, stop=100.0, points=20))
    assert answer.provenance.rounds == 0
    for point in answer.points:
        assert point.value == pytest.approx((500.0 * point.amount) ** 0.5, rel=1e-6)
        assert point.marginal == pytest.approx(0.5 * (500.0 / point.amount) ** 0.5, rel=1e-4)
        assert point.gap <= 2e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_is_the_best_there_is(seed):
    """S-shaped mixes within limits of several kinds, against an independent global solver. (law P1)"""
    limits, share = [("wide", 1.0), ("robyn", 1.0), ("narrow", 0.5), ("mixed", 0.7)][seed % 4]
    document = instances.one_period(5 + 5 * (seed % 3), seed, s_share=share, limits=limits)
    budget = document["budget"]["at_most"]
    for point in traced(document, spread=Spread(start=0.25 * budget, stop=2.0 * budget, points=7)).points:
        if point.amount < sum(tactic.get("spend", {}).get("at_least", 0.0) for tactic in document["tactics"]):
            assert point.status == "conflict"
            continue
        known = global_solver.solve(separable.of(document | {"budget": {"at_most": point.amount}}))
        assert point.status == "optimal"
        assert point.value >= known.value * (1 - 2e-6), "the plan is worse than a known plan"
        assert point.value <= known.bound * (1 + 1e-9), "the plan is worth more than can be"
        assert point.bound >= known.value * (1 - 1e-9), "the bound cuts a known plan off"
        assert point.certificate.largest_violation == 0.0


@given(
    curves=st.lists(st.sampled_from([ROOT, DOUBLE_ROOT, HILL, TABLE, LINE]), min_size=1, max_size=3),
    top=st.floats(20.0, 300.0),
    charge=st.sampled_from([0.0, 0.5]),
)
@settings(max_examples=examples(8))
def test_a_larger_budget_is_worth_no_less(curves, top, charge):
    """At most B: value never falls; and where every curve is concave no step gains more than the one before."""
    tactics = {str(place): curve for place, curve in enumerate(curves)}
    objective = {"maximize": "revenue", "target_marginal_roi": charge}
    answer = traced(
        wire(tactics, objective=objective, budget={"at_most": 1}), spread=Spread(start=0, stop=top, points=6)
    )
    values = [point.value for point in answer.points]
    slack = 2e-6 * max(values) + 1e-6 + max(point.certificate.rounding_cost for point in answer.points)
    steps = [after - before for before, after in itertools.pairwise(values)]
    assert min(steps) >= -slack
    if HILL not in curves and TABLE not in curves:
        assert all(after <= before + 2 * slack for before, after in itertools.pairwise(steps))


def test_a_goal_moves_too():
    """Least spend for a revenue g of 10√x + 20√y is g²/500; more is impossible within 100 and is a conflict, named."""
    document = wire([line("a", ROOT), line("b", DOUBLE_ROOT)], objective={"minimize": "spend"}, goals=GOAL)
    answer = traced(document, goal="g", amounts=(300.0, 100.0, 200.0))
    assert [point.amount for point in answer.points] == [100.0, 200.0, 300.0]
    for point in answer.points:
        assert point.value == pytest.approx(point.amount**2 / 500.0, rel=1e-3)
        assert point.bound <= point.value <= point.bound + 0.011
        assert point.marginal == pytest.approx(point.amount / 250.0, rel=1e-3)
    within = traced(document | {"budget": {"at_most": 100}}, goal="g", amounts=(100.0, 230.0, 250.0))
    assert [point.status for point in within.points] == ["optimal", "conflict", "conflict"]
    assert [point.conflicting for point in within.points] == [(), ("budget", "g"), ("budget", "g")]
    assert within.sought == ()


def test_an_amount_with_nothing_to_spend_misleads_no_later_one():
    """Beside a decision, a is off at 0 and at 20, and worth 4 a unit from 30 on: 120 of 30, and 202 of 60."""
    table = {"family": "tabulated", "points": [[0, 0], [50, 200], [100, 210]]}
    burst = {"rule": "minimum_if_active", "name": "m", "at_least": 30}
    document = wire({"a": table}, budget={"at_most": 100}, rules=[burst])
    points = traced(document, amounts=(0.0, 20.0, 30.0, 60.0)).points
    assert [point.value for point in points] == [0.0, 0.0, 120.0, pytest.approx(202.0)]


def test_an_exact_budget_is_spent_to_the_cent():
    """Also where that loses money, and at amounts that a range makes."""
    answer = traced(wire({"a": ROOT}, objective={"maximize": "profit"}, budget={"exactly": 100}))
    assert len(answer.points) == 21
    assert [point.spend for point in answer.points] == [point.amount for point in answer.points]
    assert answer.points[-1].value == pytest.approx(10 * 200**0.5 - 200)


def test_the_least_spend_within_an_exact_budget_is_that_budget():
    """At 0 nothing is spent; what is as good as that tells nothing of what another budget makes everybody spend."""
    document = wire({"a": ROOT, "b": HILL}, objective={"minimize": "spend"}, budget={"exactly": 50})
    answer = traced(document, amounts=(0.0, 20.0, 50.0))
    assert [(point.status, point.spend) for point in answer.points] == [
        ("optimal", 0.0),
        ("optimal", 20.0),
        ("optimal", 50.0),
    ]


def test_the_money_stops_paying_where_profit_is_largest():
    """√(500·B) − B is largest at 125; with margins of a half at 31.25; caps end it by name."""
    [answer] = traced(ROOTS, amounts=(10.0,)).sought
    assert (answer.question, answer.status, answer.ended_by) == ("stops_paying", "optimal", "curves")
    assert answer.detail == "one more unit of money would make a loss"
    assert answer.budget == pytest.approx(125.0, abs=0.02)
    halved = [tactic | {"margin": 0.5} for tactic in ROOTS["tactics"]]
    [answer] = traced(ROOTS | {"tactics": halved}, amounts=(10.0,)).sought
    assert answer.budget == pytest.approx(31.25, abs=0.02)
    capped = [tactic | {"spend": {"at_most": 20}} for tactic in ROOTS["tactics"]]
    [answer] = traced(ROOTS | {"tactics": capped}, amounts=(10.0,)).sought
    assert (answer.budget, answer.ended_by) == (40.0, "limits")
    assert answer.limits == ("spend limit of a", "spend limit of b")
    [answer] = traced(wire({"a": LINE}, budget={"at_most": 5}), amounts=(1.0,)).sought
    assert (answer.status, answer.budget, answer.plan) == ("unbounded", None, None)


def test_returns_that_are_asked_for_are_met_exactly():
    """√(500·B)/B = 5 at B = 20; the marginal return ½·√(500/B) is 2 at 31.25."""
    answer = traced(ROOTS, amounts=(50.0,), target_roi=5.0, target_marginal_roi=2.0)
    _, roi, marginal = answer.sought
    assert (roi.question, roi.status, roi.ended_by) == ("target_roi", "optimal", "curves")
    assert roi.budget == pytest.approx(20.0, abs=0.02)
    assert roi.budget <= roi.at_most <= 20.0 * (1 + 1e-6)
    assert roi.plan.roi >= 5.0 * (1 - 1e-9)
    assert marginal.budget == pytest.approx(31.25, abs=0.02)
    assert marginal.plan.value == pytest.approx(marginal.plan.revenue)
    assert marginal.plan.value <= marginal.plan.bound <= marginal.plan.value * (1 + 1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_budgets_sought_are_those_of_an_independent_solver(seed):
    """No budget leaves more revenue less m · spend, none above returns r in all; what is told is a plan there."""
    document = instances.one_period(6, seed, s_share=[0.0, 1.0, 0.5][seed % 3], limits="wide")
    now = document["budget"]["at_most"]

    @cache
    def best(budget):
        known = global_solver.solve(separable.of(document | {"budget": {"at_most": budget}}))
        return known.value, known.bound

    most = best(now)[0] / now
    answer = traced(document, amounts=(now,), target_roi=0.8 * most, target_marginal_roi=0.3 * most)
    pays, roi, marginal = answer.sought
    others = [share * now for share in (0.2, 0.6, 1.0, 1.5, 2.5, 4.0)]
    for sought, charge in ((pays, 1.0), (marginal, 0.3 * most)):
        assert sought.status == "optimal"
        left = sought.plan.revenue - charge * sought.budget
        assert left <= best(sought.budget)[1] - charge * sought.budget + 1e-9 * sought.plan.revenue
        for budget in (*others, 0.99 * sought.budget, 1.01 * sought.budget):
            assert best(budget)[0] - charge * budget <= left + 2e-6 * sought.plan.revenue
    assert roi.status == "optimal"
    assert roi.plan.roi >= 0.8 * most * (1 - 1e-9)
    assert roi.budget == pytest.approx(roi.at_most, rel=2e-6, abs=0.05)
    for budget in (*others, 1.001 * roi.at_most, 1.1 * roi.at_most):
        assert budget <= roi.at_most or best(budget)[0] < 0.8 * most * budget


def test_the_largest_budget_with_a_return_lies_behind_a_dip():
    """S-shaped: the return is 0 at first, rises, falls; 400·x^1.7/(40^1.7 + x^1.7) = 2x last at the larger root."""
    answer = traced(wire({"a": HILL}, budget={"at_most": 50}), amounts=(50.0,), target_roi=2.0).sought[1]

    def curve(spend):
        return 400 * spend**1.7 / (40**1.7 + spend**1.7)

    low, high = 100.0, 400.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if curve(middle) >= 2 * middle else (low, middle)
    assert answer.budget == pytest.approx(low, abs=0.02)
    assert answer.at_most >= low - 1e-6
    assert answer.status == "optimal"


def test_no_spend_may_keep_a_return():
    """A line of 3 never returns 4 a unit: the answer is 0; within a cap of 7 it returns 2 throughout."""
    nothing = traced(wire({"a": LINE}, budget={"at_most": 5}), amounts=(1.0,), target_roi=4.0).sought[1]
    assert (nothing.budget, nothing.plan.spend) == (0.0, 0.0)
    capped = wire([line("a", LINE, spend={"at_most": 7})], budget={"at_most": 5})
    all_of_it = traced(capped, amounts=(1.0,), target_roi=2.0).sought[1]
    assert (all_of_it.budget, all_of_it.ended_by, all_of_it.limits) == (7.0, "limits", ("spend limit of a",))


def test_tactics_stand_in_the_order_of_the_scenario():
    """Whatever order they were solved in; each with its spend by period."""
    document = wire([line("z", ROOT), line("a", LINE)], periods=["1", "2"], budget={"at_most": 10})
    answer = traced(document, amounts=(10.0,))
    assert [row.tactic for row in answer.points[0].tactics] == ["z", "a"]
    assert answer.periods == ("1", "2")
    for row in answer.points[0].tactics:
        assert sum(row.by_period) == pytest.approx(row.spend)


def test_rows_of_tactics_are_made_when_they_are_read(monkeypatch):
    """Twenty budgets of two tactics: none of their forty rows is made before one is asked for."""
    made, row = [], answers.TacticPoint
    monkeypatch.setattr(answers, "TacticPoint", lambda **fields: made.append(fields["tactic"]) or row(**fields))
    answer = traced(ROOTS, spread=Spread(start=50.0, stop=100.0, points=20))
    assert made == []
    last = answer.points[-1]
    assert (last.tactics[-1].tactic, made) == ("b", ["b"])
    assert [own.tactic for own in last.tactics[:1]] == ["a"]
    assert sum(own.revenue for own in last.tactics) == pytest.approx(last.revenue)
    assert last.tactics == pickle.loads(pickle.dumps(last.tactics)) != answer.points[0].tactics


def test_usual_amounts():
    """A quarter to twice the stated budget or target in 21 steps, in whole cents; lists sorted, each once."""
    usual = amounts_of(FrontierQuestion(scenario=domain(ROOTS | {"budget": {"at_most": 33333.33}})))
    assert (len(usual), usual[0], usual[-1]) == (21, 8333.33, 66666.66)
    assert all(round(amount, 2) == amount for amount in usual)
    goal = domain(wire({"a": ROOT}, objective={"minimize": "spend"}, goals=GOAL))
    assert amounts_of(FrontierQuestion(scenario=goal, goal="g"))[::20] == (50.0, 400.0)
    listed = FrontierQuestion(scenario=domain(ROOTS), amounts=(5.0, 2.0, 5.0))
    assert amounts_of(listed) == (2.0, 5.0)


@pytest.mark.parametrize(
    ("asked", "code", "path"),
    [
        ({"goal": "nobody"}, "unknown_goal", "goal"),
        ({"amounts": ()}, "empty", "budgets"),
        ({"amounts": (1.0,) * 201}, "too_many", "budgets"),
        ({"amounts": (-1.0,)}, "out_of_range", "budgets[0]"),
        ({"amounts": (1.0,), "spread": Spread(start=0, stop=1, points=2)}, "one_range", "range"),
        ({"spread": Spread(start=-1, stop=1, points=2)}, "out_of_range", "range.from"),
        ({"target_roi": 0.0}, "not_positive", "target_roi"),
        ({"target_marginal_roi": -1.0}, "out_of_range", "target_marginal_roi"),
        ({"time_limit": 0.0}, "out_of_range", "time_limit"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, code, path):
    """With the path of the field on the wire."""
    with pytest.raises(ScenarioError) as refusal:
        FrontierQuestion(scenario=domain(ROOTS), **asked)
    assert (refusal.value.code, refusal.value.path) == (code, path)


def test_what_a_scenario_cannot_answer_is_refused(monkeypatch):
    """Goals that are not required, no range to guess, returns of other aims, answers too long."""
    soft = wire({"a": ROOT}, budget={"at_most": 5}, goals=[GOAL[0] | {"required": False}])
    with pytest.raises(ScenarioError, match="not required"):
        FrontierQuestion(scenario=domain(soft), goal="g")
    with pytest.raises(ScenarioError, match="no amount above 0"):
        frontier(FrontierQuestion(scenario=domain(wire({"a": ROOT}, objective={"maximize": "profit"}))))
    profit = domain(ROOTS | {"objective": {"maximize": "profit"}})
    with pytest.raises(ScenarioError, match="maximise revenue"):
        FrontierQuestion(scenario=profit, target_roi=2.0)
    least = domain(wire({"a": ROOT}, objective={"minimize": "spend"}, goals=GOAL))
    with pytest.raises(ScenarioError, match="maximise something"):
        FrontierQuestion(scenario=least, goal="g", target_marginal_roi=2.0)
    monkeypatch.setattr(room, "MOST_CELLS", 10)
    with pytest.raises(LimitError, match="fewer points"):
        frontier(FrontierQuestion(scenario=domain(ROOTS)))


def test_a_confidence_is_kept_at_every_point():
    """Each point is the plan of the worst draws at that budget; so is the spend with the most profit."""
    draws = {"family": "power", "draws": [{"coefficient": 10, "exponent": 0.5}, {"coefficient": 20, "exponent": 0.5}]}
    document = wire({"a": draws}, objective={"maximize": "revenue", "confidence": 0.5}, budget={"at_most": 100})
    answer = traced(document, amounts=(25.0, 100.0))
    assert [point.value for point in answer.points] == pytest.approx([50.0, 100.0], rel=1e-5)
    assert answer.sought[0].budget == pytest.approx(25.0, abs=0.05)
    with pytest.raises(ScenarioError, match="nothing besides"):
        FrontierQuestion(scenario=domain(document), target_roi=2.0)


def test_demand_pools_flow_at_every_point():
    """Each point is the plan of its own scenario; a rest of demand that is worth something is no revenue, by name."""
    river = wire(
        [
            line("brand", ROOT, stage="upstream", feeds="p", revenue_per_outcome=0, demand_per_outcome=2.0),
            line("search", LINE, stage="downstream", draws_from="p", spend={"at_most": 60}),
        ],
        budget={"at_most": 100},
        demand_pools=[{"name": "p", "initial": 20}],
    )
    moving = Moving(scenario=domain(river))
    for point in traced(river, amounts=(10.0, 40.0, 90.0)).points:
        plan = optimize(moving.at(point.amount))
        assert close(point.value, plan.value, abs(point.bound - point.value) + abs(plan.bound - plan.value)), point
        assert point.status == plan.status
    with pytest.raises(ScenarioError, match=r"demand_pools\[0\].end_value"):
        FrontierQuestion(scenario=domain(river | {"demand_pools": [{"name": "p", "end_value": 0.1}]}), target_roi=1.8)


def test_a_goal_in_parts_moves_in_proportion():
    """10√x a period: targets of 30 and 60, then 40 and 80, cost 9 + 36 and 16 + 64."""
    path = {"growth": 1.0}
    goal = {"name": "g", "metric": "revenue", "at_least": 30, "required": True, "path": path}
    asked = wire({"a": ROOT}, objective={"minimize": "spend"}, goals=[goal], periods=["1", "2"])
    told = frontier(FrontierQuestion(scenario=domain(asked), goal="g", amounts=(30.0, 40.0)))
    assert [point.value for point in told.points] == pytest.approx([45.0, 80.0], rel=1e-5)


def test_goals_by_priority_have_no_frontier():
    """Attainment of several levels is no one value."""
    asked = wire(
        {"a": ROOT}, objective={"maximize": "goals"}, budget={"at_most": 5}, goals=[GOAL[0] | {"required": False}]
    )
    with pytest.raises(ScenarioError) as refusal:
        FrontierQuestion(scenario=domain(asked))
    assert (refusal.value.code, refusal.value.path) == ("no_such_frontier", "scenario.objective")


def test_money_stops_paying_sooner_where_a_half_of_revenue_is_profit():
    """10·√a with a half of it is worth its spend up to 6.25, of two 12.5, whatever limits leave beyond."""
    tactics = [line(name, ROOT, spend={"at_most": 60}, margin=0.5) for name in "ab"]
    [answer] = traced(wire(tactics, budget={"at_most": 100}), amounts=(5.0, 10.0, 50.0)).sought
    assert (answer.status, answer.ended_by) == ("optimal", "curves")
    assert answer.budget == pytest.approx(12.5, abs=0.02)
    assert answer.plan.value == pytest.approx(12.5, abs=1e-6)
    assert answer.plan.bound == pytest.approx(12.5, rel=1e-8)


def test_budgets_that_are_all_below_what_is_to_be_spent_are_conflicts() -> None:
    """None of them can be stated, and no model is built."""
    scenario = domain(wire({"a": ROOT, "b": LINE}, budget={"at_least": 50, "at_most": 90}))
    found = frontier(FrontierQuestion(scenario=scenario, amounts=(10.0, 20.0, 40.0)))
    assert [(point.status, point.conflicting) for point in found.points] == [("conflict", ("budget",))] * 3
    assert found.provenance.formulation == "nothing was built"
