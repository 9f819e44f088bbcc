"""A top-down target, and targets that are not written out one by one."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.goal import Goal, GoalPath, Milestone
from optimizer.problem.pattern import Pattern
from optimizer.problem.scope import Scope
from tests.optimizer.toys import scenario

YEAR = ("q1", "q2", "q3", "q4")


def goal(**more):
    return Goal(**{"name": "FY", "metric": "revenue", "at_least": 100.0} | more)


def told(one):
    """Each part as (periods that count, target)."""
    return [(part.scope.periods, part.target) for part in one.parts(YEAR)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("name", "", "empty_name"), ("at_least", float("inf"), "not_finite"), ("at_least", "1", "not_a_number")],
)
def test_a_goal_needs_a_name_and_a_number(field, value, code):
    """Refused at the field itself."""
    with pytest.raises(ScenarioError) as refused:
        goal(**{field: value})
    assert (refused.value.code, refused.value.path) == (code, field)


def test_a_goal_below_zero_can_be_meant():
    """A loss of no more than 5 is a goal for profit."""
    assert goal(metric="profit", at_least=-5.0).target(YEAR) == -5.0


def test_a_simple_goal_has_one_part():
    """Its own scope, carry-out included where it names no periods."""
    assert told(goal()) == [(None, 100.0)]


def test_a_goal_by_a_period_counts_all_up_to_it():
    """Of its scope."""
    assert told(goal(by="q3")) == [(("q1", "q2", "q3"), 100.0)]
    assert told(goal(by="q3", scope=Scope(periods=("q2", "q3", "q4")))) == [(("q2", "q3"), 100.0)]


def test_milestones_stand_before_the_whole():
    """Cumulative: 30 by the half-year, 100 in all."""
    one = goal(milestones=(Milestone(by="q1", at_least=10.0), Milestone(by="q2", at_least=30.0)))
    assert told(one) == [(("q1",), 10.0), (("q1", "q2"), 30.0), (None, 100.0)]
    assert one.target(YEAR) == 100.0


def test_a_path_gives_each_period_its_own_target():
    """100·1.5^k in q2, q3, q4, times 1, 2, 1."""
    path = GoalPath(growth=0.5, seasonality=Pattern(cycle=(1.0, 2.0)))
    one = goal(path=path, scope=Scope(periods=("q2", "q3", "q4")))
    assert told(one) == [(("q2",), 100.0), (("q3",), 300.0), (("q4",), 225.0)]
    assert one.target(YEAR) == 625.0


REFUSED = [
    (goal(by="q9"), "unknown_period", "by"),
    (goal(by="q1", scope=Scope(periods=("q2",))), "out_of_scope", "by"),
    (goal(milestones=(Milestone(by="q9", at_least=1.0),)), "unknown_period", "milestones[0].by"),
    (goal(milestones=(Milestone(by="q2", at_least=1.0),) * 2), "not_increasing", "milestones[1].by"),
    (goal(by="q2", milestones=(Milestone(by="q2", at_least=1.0),)), "not_increasing", "milestones[0].by"),
    (goal(path=GoalPath(seasonality=Pattern(numbers=(1.0,)))), "wrong_length", "path.seasonality"),
]


@pytest.mark.parametrize(("one", "code", "path"), REFUSED)
def test_dates_that_cannot_be_meant_are_refused_with_the_scenario(one, code, path):
    """Periods that are not there, out of scope or out of order."""
    with pytest.raises(ScenarioError) as refused:
        scenario(periods=YEAR, goals=(one,))
    assert (refused.value.code, refused.value.path) == (code, f"goals[0].{path}")


@pytest.mark.parametrize("more", [{"by": "q2"}, {"milestones": (Milestone(by="q2", at_least=1.0),)}])
def test_a_path_stands_alone(more):
    """A target for each period leaves no room for dates."""
    with pytest.raises(ScenarioError) as refused:
        goal(path=GoalPath(growth=0.1), **more)
    assert (refused.value.code, refused.value.path) == ("contradictory_goal", "path")


def test_growth_without_end_is_refused():
    """A thousand periods of ninefold growth are beyond every number."""
    many = tuple(f"p{k}" for k in range(1000))
    with pytest.raises(ScenarioError) as refused:
        scenario(periods=many, goals=(goal(path=GoalPath(growth=9.0)),))
    assert (refused.value.code, refused.value.path) == ("out_of_range", "goals[0].path.growth")
