"""Goals as a plan meets them, and how they add up."""

from optimizer.answers.goals import goal_results, rates_of_goals, tree_warnings
from optimizer.problem.goal import Goal, GoalPath, Milestone
from optimizer.problem.scope import Scope
from tests.optimizer.toys import scenario, tactic, valued

ALL, TV, SEARCH = Scope(), Scope(tactics=("tv",)), Scope(tactics=("search",))


def goal(name, at_least, scope=ALL, **more):
    return Goal(**{"name": name, "metric": "revenue", "at_least": at_least, "scope": scope} | more)


def planned(*goals, **more):
    """tv is worth 2 a unit of money, search 3, in two periods."""
    return scenario(periods=("a", "b"), goals=goals, **more)


def results(*goals, spend=((10, 20), (5, 0))):
    return {one.name: one for one in goal_results(valued(planned(*goals), *spend))}


def test_a_simple_goal_has_no_parts():
    """75 of 80."""
    one = results(goal("FY", 80.0))["FY"]
    assert (one.target, one.achieved, one.shortfall, one.met, one.parts) == (80.0, 75.0, 5.0, False, ())


def test_parts_are_told_one_by_one_and_their_shortfalls_add_up():
    """By a: 35 of 50; in all 75 of 80."""
    one = results(goal("FY", 80.0, milestones=(Milestone(by="a", at_least=50.0),)))["FY"]
    told = [(part.period, part.by, part.target, part.achieved, part.shortfall) for part in one.parts]
    assert told == [(None, "a", 50.0, 35.0, 15.0), (None, None, 80.0, 75.0, 5.0)]
    assert (one.target, one.achieved, one.shortfall, one.met) == (80.0, 75.0, 20.0, False)


def test_a_path_is_met_when_every_period_is():
    """35 of 30 and 40 of 45."""
    one = results(goal("FY", 30.0, path=GoalPath(growth=0.5)))["FY"]
    assert [(part.period, part.shortfall) for part in one.parts] == [("a", 0.0), ("b", 5.0)]
    assert (one.target, one.achieved, one.shortfall, one.met) == (75.0, 75.0, 5.0, False)


def test_children_are_added_up():
    """60 and 30 are 10 less than 100; a child of another metric adds up to nothing that could be compared."""
    parent, parts = goal("FY", 100.0), [goal("x", 60.0, TV, parent="FY"), goal("y", 30.0, SEARCH, parent="FY")]
    told = results(parent, *parts)
    assert (told["FY"].children_target, told["FY"].children_gap, told["x"].parent) == (90.0, -10.0, "FY")
    assert told["x"].children_target is None
    other = goal("z", 1.0, metric="spend", parent="FY")
    assert results(parent, *parts, other)["FY"].children_target is None


def test_sums_that_differ_are_warned_of():
    """As a planner would say it."""
    parts = [goal("x", 1_000_000.0, TV, parent="FY"), goal("y", 900_000.0, SEARCH, parent="FY")]
    assert list(tree_warnings(planned(goal("FY", 2_000_000.0), *parts))) == [
        "the parts of FY add up to 1,900,000, 100,000 less than FY itself"
    ]
    assert list(tree_warnings(planned(goal("FY", 1_500_000.0), *parts))) == [
        "the parts of FY add up to 1,900,000, 400,000 more than FY itself"
    ]
    assert list(tree_warnings(planned(goal("FY", 1_900_000.0), *parts))) == []


def test_scopes_outside_and_scopes_that_overlap_are_warned_of():
    """Not refused: a planner may mean it."""
    outside = planned(goal("FY", 5.0, TV), goal("x", 5.0, SEARCH, parent="FY"))
    assert list(tree_warnings(outside)) == ["goal x is part of FY, but counts what FY does not"]
    twice = planned(goal("FY", 5.0), goal("x", 2.0, TV, parent="FY"), goal("y", 3.0, parent="FY"))
    assert list(tree_warnings(twice)) == ["parts of FY count the same tactics and periods twice: x, y"]
    rest = goal("y", 3.0, Scope(periods=("b",)), parent="FY")
    dated = planned(goal("FY", 5.0), goal("x", 2.0, parent="FY", by="a"), rest)
    assert list(tree_warnings(dated)) == []


def test_a_unit_of_outcome_counts_where_a_part_is_missed():
    """80 are missed: 2/80 a unit of tv, 3/80 one of search; 35 by a are met and count nothing."""
    one = goal("FY", 80.0, milestones=(Milestone(by="a", at_least=35.0),))
    toy = planned(one)
    outcome, spend = rates_of_goals(valued(toy, (10, 20), (5, 0)), [one])
    assert outcome.tolist() == [[1 / 115] * 3] * 2
    assert spend.tolist() == [[0.0, 0.0]] * 2


def test_tactics_of_other_worth_weigh_more():
    """Revenue per outcome is in the rate; a path counts its own period only."""
    one = goal("g", 1000.0, path=GoalPath())
    toy = planned(one, tactics=(tactic("tv", revenue_per_outcome=4.0),))
    outcome, _ = rates_of_goals(valued(toy, (1, 1)), [one])
    assert outcome.tolist() == [[4 / 2000, 4 / 2000, 0.0]]
