"""How far soft goals are attained."""

from dataclasses import replace

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.attainment import attained, attainment, levels_of
from optimizer.problem.goal import Goal, GoalPath, Milestone
from optimizer.problem.objective import Objective
from optimizer.problem.pattern import Pattern
from tests.optimizer.toys import scenario, valued


def goal(name, at_least, **more):
    return Goal(name=name, metric="revenue", at_least=at_least, **more)


def pursued(*goals, **more):
    """tv and search in two periods, worth 2 and 3 a unit of money."""
    return scenario(periods=("a", "b"), objective=Objective(aim="goals"), goals=goals, **more)


def test_levels_are_priorities_and_goals_without_one_come_last():
    """Required goals are in none."""
    toy = pursued(
        goal("x", 1.0, priority=2),
        goal("y", 1.0),
        goal("z", 1.0, priority=1, weight=3.0),
        goal("must", 1.0, required=True),
    )
    told = [(level.priority, [one.name for one in level.goals], level.weight) for level in levels_of(toy)]
    assert told == [(1, ["z"], 3.0), (2, ["x"], 1.0), (None, ["y"], 1.0)]


def test_attainment_is_one_less_the_relative_shortfall():
    """tv 10 and 20, search 0: revenue 20 and 40. By a 20 of 40, in all 60 of 80: (20 + 20) of 120 are missing."""
    one = goal("g", 80.0, milestones=(Milestone(by="a", at_least=40.0),), weight=2.0)
    toy = pursued(one)
    value = valued(toy, [10, 20], [0, 0])
    assert attained(one, value) == pytest.approx(2.0 * (1.0 - 40.0 / 120.0))
    assert value.value == attainment(value)


def test_what_one_period_has_over_does_not_help_another():
    """30 a period: 60 in the first does not make up for 0 in the second."""
    one = goal("g", 30.0, path=GoalPath())
    assert attained(one, valued(pursued(one), [30, 0], [0, 0])) == 0.5


@pytest.mark.parametrize("target", [0.0, -5.0])
def test_a_target_that_shares_cannot_be_taken_of_is_refused_where_it_is_pursued(target):
    """Measured it may be, and required."""
    with pytest.raises(ScenarioError) as refused:
        pursued(goal("x", 1.0), goal("g", target))
    assert (refused.value.code, refused.value.path) == ("not_positive", "goals[1].at_least")
    assert pursued(goal("x", 1.0), goal("g", target, required=True)).goals[1].at_least == target


IDLE = GoalPath(seasonality=Pattern(numbers=(1.0, 0.0)))


def test_a_season_of_0_asks_for_nothing_and_is_attained():
    """30 in the first period, nothing in the second: all of it is there."""
    one = goal("g", 30.0, path=IDLE)
    assert attained(one, valued(pursued(one), [15, 0], [0, 0])) == 1.0
    assert attained(one, valued(pursued(one), [5, 30], [0, 0])) == pytest.approx(1 / 3)


def test_a_season_of_0_is_refused_for_what_may_be_below_0():
    """Profit of 0 or more is something to attain, and no share of it is."""
    with pytest.raises(ScenarioError) as refused:
        pursued(replace(goal("g", 30.0, path=IDLE), metric="profit"))
    assert (refused.value.code, refused.value.path) == ("not_positive", "goals[0].at_least")


def test_goals_are_no_objective_without_a_soft_goal():
    """There is nothing to pursue."""
    with pytest.raises(ScenarioError) as refused:
        pursued(goal("must", 1.0, required=True))
    assert (refused.value.code, refused.value.path) == ("no_soft_goal", "goals")


def test_goals_need_a_budget_as_revenue_does():
    """Nothing else ends the spend."""
    with pytest.raises(ScenarioError) as refused:
        pursued(goal("x", 1.0), at_most=None)
    assert refused.value.code == "no_budget"
