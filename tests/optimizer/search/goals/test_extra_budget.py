"""What a missed goal would take: hand-solved, and proved by planning with it."""

import time
from dataclasses import replace

import pytest

from optimizer.optimize import optimize
from optimizer.search.deadline import Deadline
from optimizer.search.goals.extra_budget import extra_budgets
from tests.optimizer.search.goals.test_attainment import TWO, A, B, Jumping, goal, pursued
from tests.optimizer.toys import HILL, LINE, ROOT, domain, line, wire
from tests.oracles.solve import solve

CAP = {"family": "tabulated", "points": [[0, 0], [50, 100]]}


def extras(plan):
    """By goal: what it would take, and why that is not known."""
    return {one["name"]: (one["extra_budget"], one["extra_budget_reason"]) for one in plan["goals"]}


def test_it_is_the_least_that_meets_the_goal_beside_all_that_is_met():
    """x takes 80 of 100 and is met; y has 40 of 100 at 2 a unit: 30 more."""
    goals = [goal("x", 240, A, priority=1), goal("y", 100, B, priority=2)]
    assert extras(solve(pursued({"a": LINE, "b": TWO}, goals))) == {"x": (None, None), "y": (30.0, None)}


def test_a_goal_that_is_missed_by_less_than_is_proved_is_kept():
    """x is told as missed by a ten millionth: y may not take its money; 30 is enough, and a millionth less may do."""
    goals = [goal("x", 240, A, priority=1), goal("y", 100, B, priority=2)]
    scenario = domain(pursued({"a": LINE, "b": TWO}, goals))
    x, y = optimize(scenario).goals
    missed = replace(x, met=False, shortfall=240e-7)
    _, told = extra_budgets(scenario, (missed, y), Deadline.after(10.0, time.monotonic))
    assert (told.extra_budget, told.extra_budget_reason) == (30.0, "this much is enough; less may do")
    _, told = extra_budgets(scenario, (replace(x, met=False, shortfall=2.4), y), Deadline.after(10.0, time.monotonic))
    assert (told.extra_budget, told.extra_budget_reason) == (0.0, None)


def test_what_the_objective_leaves_out_may_need_no_more():
    """Revenue is made with a, at 3 a unit; 100 from b would have been within the budget."""
    document = wire({"a": LINE, "b": TWO}, budget={"at_most": 100}, goals=[goal("y", 100, B)])
    plan = solve(document)
    assert extras(plan) == {"y": (0.0, None)}
    assert plan["warnings"] == ["goals that are not required are measured, not pursued: y"]


def test_curves_that_end_below_it_are_named():
    """b yields 100 and no more."""
    plan = solve(pursued({"a": LINE, "b": CAP}, [goal("y", 120, B)]))
    assert extras(plan) == {"y": (None, "no budget meets it: its curves end below it")}


def test_limits_that_stop_it_are_named():
    """300 of a takes 100; its limit is 40, and that of the period 60."""
    tactics = [line("a", LINE, spend={"at_most": 40}), line("b", TWO)]
    plan = solve(pursued(tactics, [goal("x", 300, A)]))
    assert extras(plan) == {"x": (None, "no budget meets it beside spend limit of a")}
    budget = {"at_most": 100, "by_period": {"all": {"at_most": 60}}}
    plan = solve(pursued({"a": LINE}, [goal("x", 300, A)]) | {"budget": budget})
    assert extras(plan) == {"x": (None, "no budget meets it beside budget of all")}


def test_required_goals_need_no_answer():
    """They are met, or there is no plan."""
    plan = solve(pursued({"a": LINE}, [goal("x", 300, A), goal("must", 30, A, required=True)]))
    assert extras(plan)["must"] == (None, None)


@pytest.mark.parametrize("aim", ["goals", "revenue"])
def test_with_so_much_more_the_goal_can_be_met_and_with_less_it_cannot(aim):
    """S-shaped: the goals that were met and this one, required, at budgets just above and below."""
    goals = [goal("x", 330, A, priority=1), goal("y", 60, B, priority=2), goal("z", 500, priority=3)]
    document = pursued({"a": HILL, "b": ROOT}, goals, at_most=110) | {"objective": {"maximize": aim}}
    plan = solve(document)
    met = {one["name"] for one in plan["goals"] if one["met"]}
    for name, (extra, reason) in extras(plan).items():
        if name in met:
            continue
        assert reason is None
        asked = [one | {"required": True} for one in goals if one["name"] in {*met, name}]
        for more, status in ((extra + 1e-3, "optimal"), (extra - 1e-2, "conflict")):
            if extra or status == "optimal":
                budget = {"at_most": 110 + more}
                told = solve(document | {"objective": {"maximize": "revenue"}, "goals": asked, "budget": budget})
                assert told["status"] == status, (name, extra, more)


def test_time_that_is_up_is_told():
    """The plan comes first; what it would take is looked for in what is left."""
    document = pursued({"a": LINE, "b": TWO}, [goal("x", 240, A, priority=1), goal("y", 100, B, priority=2)])
    for looks in range(10, 60, 5):
        plan = optimize(domain(document), clock=Jumping(looks))
        if plan.goals and not plan.goals[1].met and plan.goals[1].extra_budget is None:
            assert plan.goals[1].extra_budget_reason == "time was up before it was known"
            return
    raise AssertionError("no clock stopped between the plan and its question")


def test_a_missed_parent_may_be_left_out_of_the_question():
    """x is part of FY, which is missed: what x would take is asked without FY."""
    goals = [goal("FY", 900, priority=2), goal("x", 330, A, priority=1, parent="FY")]
    plan = solve(pursued({"a": LINE, "b": TWO}, goals))
    assert extras(plan)["x"] == (10.0, None)


def test_a_required_part_of_a_soft_goal_may_be_in_conflict():
    """400 of a at 3 a unit, with 100: the conflict names it without its parent, and moves milestones in proportion."""
    due = [{"by": "1", "at_least": 300}]
    goals = [goal("FY", 900), goal("x", 400, A, required=True, parent="FY", milestones=due)]
    plan = solve(pursued([line("a", LINE)], goals, periods=["1", "2"]))
    assert (plan["status"], plan["conflict"]["conflicting"]) == ("conflict", ["budget", "x"])
    assert {one["item"]: one["to"] for one in plan["conflict"]["relaxations"]} == pytest.approx(
        {"budget": 400 / 3, "x": 300.0}, abs=0.01
    )
