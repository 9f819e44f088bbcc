"""Plans side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.answers.comparison import Candidate, compare
from optimizer.curves import Linear, Tabulated
from optimizer.errors import ScenarioError
from tests.optimizer.answers.plans import SEARCH, TV, candidate, no_plan, root, scenario, tactic

FIRST = candidate("first", scenario(), {"tv": 40.0, "search": 60.0})
SECOND = candidate("second", scenario(budget=80.0), {"tv": 80.1})


def test_cells_stand_side_by_side_with_their_difference() -> None:
    """Every cell of any plan is a row; differences are from the first plan, free of binary dust."""
    rows = {row.tactic: row for row in compare([FIRST, SECOND]).allocations}
    assert rows["tv"].spend == (40.0, 80.1)
    assert rows["tv"].difference == (0.0, 40.1)
    assert rows["search"].spend == (60.0, 0.0)
    large = candidate("large", scenario(), {"tv": 217323.5}), candidate("larger", scenario(), {"tv": 224815.3})
    assert compare(large).allocations[0].difference == (0.0, 7491.8)


def test_a_cell_that_a_plan_lacks_is_none() -> None:
    """A tactic only one plan knows has no spend, and no difference, in the other."""
    alone = candidate("alone", scenario(TV), {"tv": 5.0})
    (_, search) = compare([alone, FIRST]).allocations
    assert search.spend == (None, 60.0)
    assert search.difference == (None, None)


def test_values_totals_goals_and_limits_stand_side_by_side() -> None:
    """Figures are the plans' own, by name."""
    compared = compare([FIRST, SECOND])
    assert compared.labels == ("first", "second")
    assert compared.values == (260.0, 160.2)
    assert compared.gaps == (0.1, 0.1)
    assert [each.spend for each in compared.totals if each] == [100.0, 80.1]
    assert [goal.achieved for goal in compared.goals[0].results if goal] == [260.0, 160.2]
    assert compared.rules[0].name == "budget"


def test_equal_scenarios_do_not_differ_whatever_their_order() -> None:
    """The order of tactics is not a difference."""
    turned = candidate("turned", scenario(SEARCH, TV), {"tv": 1.0})
    assert compare([FIRST, turned]).differences == ()


def test_a_difference_is_named_by_tactic_and_field() -> None:
    """A changed parameter is one row with both texts."""
    steeper = candidate("steeper", scenario(tactic("tv", Linear(slope=2.5)), SEARCH), {})
    (found,) = compare([FIRST, steeper]).differences
    assert found.path == "tactics[tv].response.members[0].slope"
    assert found.values == ("2.0", "2.5")


def test_what_a_scenario_lacks_is_one_difference() -> None:
    """A missing tactic is one row; where it is absent the value is None."""
    (found,) = compare([candidate("alone", scenario(TV), {}), FIRST]).differences
    assert found.path == "tactics[search]"
    assert found.values[0] is None
    assert found.values[1] is not None
    assert found.values[1].startswith('{"assumptions": []')


def test_tags_and_budgets_differ_by_key() -> None:
    """Pairs are compared by their key, lists by position; fields stand in the order of their names."""
    tagged = candidate("tagged", scenario(replace(TV, tags=(("region", "north"),)), SEARCH, budget=9.0), {})
    paths = [each.path for each in compare([FIRST, tagged]).differences]
    assert paths == ["budget.total.at_most", "tactics[tv].tags.region"]


def test_differences_beyond_five_hundred_are_counted() -> None:
    """The list is capped, and the rest is told."""
    left = tactic("tv", Tabulated(points=tuple((float(n), float(n)) for n in range(400))))
    right = tactic("tv", Tabulated(points=tuple((n + 0.5, n + 0.25) for n in range(400))))
    compared = compare([candidate("left", scenario(left), {}), candidate("right", scenario(right), {})])
    assert len(compared.differences) == 500
    assert compared.more_differences == 300


def test_a_long_value_is_cut_and_its_length_told() -> None:
    """A table of points that one scenario lacks does not fill the page."""
    table = tactic("table", Tabulated(points=tuple((float(n), float(n)) for n in range(400))))
    (found,) = compare([FIRST, candidate("more", scenario(TV, SEARCH, table), {})]).differences
    assert found.values[1] is not None
    assert len(found.values[1]) < 230
    assert found.values[1].endswith("characters)")


def test_every_allocation_is_valued_on_the_curves_of_the_first() -> None:
    """√-curves instead of straight ones: the second plan is worth what the first one's curves say."""
    other = candidate("other", scenario(tactic("tv", root(10.0)), SEARCH), {"tv": 25.0, "search": 1.0})
    mine, theirs = compare([FIRST, other]).revalued
    assert mine.value == FIRST.plan.value
    assert (theirs.value, theirs.revenue, theirs.outcome, theirs.profit) == (53.0, 53.0, 53.0, 27.0)


def test_the_common_curves_can_be_those_of_any_plan() -> None:
    """`common` names the plan whose curves judge."""
    other = candidate("other", scenario(tactic("tv", root(10.0)), SEARCH), {"tv": 25.0, "search": 1.0})
    compared = compare([FIRST, other], common="other")
    assert compared.common == "other"
    assert compared.revalued[1].value == other.plan.value
    assert compared.revalued[0].value == pytest.approx(10 * 40**0.5 + 180)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (candidate("x", scenario(tactic("radio", root(1.0))), {"radio": 5.0}), "have no tactic radio"),
        (candidate("x", scenario(periods=("2",)), {"tv": 5.0}), "have no period 2"),
        (candidate("x", scenario(currency="USD"), {"tv": 5.0}), "its money is USD"),
        (Candidate(label="x", scenario=scenario(), plan=no_plan(scenario())), "there is no plan"),
    ],
    ids=["tactic", "period", "currency", "no plan"],
)
def test_what_cannot_be_valued_there_says_why(other: Candidate, reason: str) -> None:
    """A plan that the common curves do not cover has no figures but a reason."""
    revalued = compare([FIRST, other]).revalued[1]
    assert revalued.value is None
    assert revalued.reason is not None
    assert reason in revalued.reason


def test_a_tactic_without_spend_is_no_obstacle() -> None:
    """What is not spent needs no curve."""
    other = candidate("other", scenario(TV, SEARCH, tactic("radio", root(1.0))), {"tv": 5.0})
    assert compare([FIRST, other]).revalued[1].value == 10.0


@pytest.mark.parametrize(
    ("labels", "common", "code"),
    [
        (["a"], None, "too_few"),
        (list("abcdefg"), None, "too_many"),
        (["a", "a"], None, "duplicate_name"),
        (["a", "b"], "c", "unknown_plan"),
    ],
)
def test_what_cannot_be_compared_is_refused(labels: list[str], common: str | None, code: str) -> None:
    """Two to six plans, each under its own label, one of them common."""
    with pytest.raises(ScenarioError) as caught:
        compare([replace(FIRST, label=label) for label in labels], common)
    assert caught.value.code == code
