"""Spend of a scope as a share of another's."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import ShareRange
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SEARCH, TV
from tests.optimizer.toys import scenario, valued

CASES = [
    ((20.0, 60.0), {"at_least": 0.5}, Scope(), 0.25),
    ((20.0, 60.0), {"at_least": 0.2, "at_most": 0.3}, Scope(), 0.0),
    ((30.0, 60.0), {"at_most": 0.25}, SEARCH, 0.25),
    ((0.0, 0.0), {"at_least": 0.5}, Scope(), 0.0),
    ((0.1, 0.2), {"at_least": 1 / 3}, Scope(), 0.0),
    ((0.3, 0.7), {"at_least": 0.3, "at_most": 0.3}, Scope(), 0.0),
    ((3.3, 7.7), {"at_least": 0.3, "at_most": 0.3}, Scope(), 0.0),
]


@pytest.mark.parametrize(("spend", "limits", "of", "violation"), CASES)
def test_how_far_the_share_is_off(spend, limits, of, violation):
    """Told as a share of the whole, measured in exact money; a share of nothing is kept."""
    rule = ShareRange(name="r", scope=TV, of=of, **limits)
    assert rule.violation(valued(scenario(), *spend)) == pytest.approx(violation, abs=0.0)


def test_a_floor_on_a_share_of_nothing_is_broken_by_no_spend():
    """0 of 0 is enough, but a part without its whole breaks an upper limit."""
    rule = ShareRange(name="r", scope=TV, of=SEARCH, at_most=0.5)
    assert rule.violation(valued(scenario(), 10.0, 0.0)) == 10.0


def test_a_cent_off_the_share_is_a_violation():
    """30.01 of 100.00 is not at most 0.3."""
    rule = ShareRange(name="r", scope=TV, at_most=0.3)
    assert rule.violation(valued(scenario(), 30.01, 69.99)) == pytest.approx(1e-4)
    assert rule.violation(valued(scenario(), 30.0, 70.0)) == 0.0


def test_a_share_moves_its_row_by_the_whole():
    """One more percent of 80 is 0.8 of money."""
    rule = ShareRange(name="r", scope=TV, at_most=0.3)
    assert rule.leverage(valued(scenario(), 20.0, 60.0)) == 80.0


@pytest.mark.parametrize("share", [-0.1, 2e6])
def test_a_share_that_is_none_is_refused(share):
    """Below nothing, or a million times the whole."""
    with pytest.raises(ScenarioError) as refused:
        ShareRange(name="r", at_least=share)
    assert (refused.value.code, refused.value.path) == ("out_of_range", "at_least")


def test_the_whole_must_exist_too():
    """`of` is checked like the scope."""
    with pytest.raises(ScenarioError) as refused:
        scenario(rules=(ShareRange(name="r", of=Scope(tags=(("a", "b"),)), at_most=0.5),))
    assert (refused.value.code, refused.value.path) == ("unknown_tag", "rules[0].of.tags.a")


@pytest.mark.parametrize("cents", range(-3, 4))
@pytest.mark.parametrize("limits", [{"at_least": 0.3}, {"at_most": 0.3}, {"at_least": 0.3, "at_most": 0.3}])
def test_a_share_is_broken_by_what_its_slack_is_below_0(cents, limits):
    """By cents, at 0.3 to the last of 1e13 of them: where doubles tell as little as nothing, decimals are asked."""
    rule = ShareRange(name="r", scope=TV, **limits)
    for whole in (1000, 10**7, 10**13):
        part = 3 * whole // 10 + cents
        spent = valued(scenario(), part / 100, (whole - part) / 100)
        assert rule.violation(spent) == max(0.0, -rule.slack(spent))
        assert (rule.violation(spent) > 0.0) is (
            (cents < 0 and "at_least" in limits) or (cents > 0 and "at_most" in limits)
        )
