"""Spend of a scope within limits."""

import pytest

from optimizer.problem.rules import SpendRange
from optimizer.problem.scope import Scope
from tests.optimizer.toys import scenario, valued

CASES = [
    ((10.0, 25.0), {"at_least": 40.0}, 5.0, -5.0),
    ((10.0, 25.0), {"at_least": 30.0, "at_most": 33.0}, 2.0, -2.0),
    ((10.0, 25.0), {"at_least": 30.0, "at_most": 50.0}, 0.0, 5.0),
    ((0.1, 0.2), {"at_least": 0.3}, 0.0, 0.0),
    ((0.1, 0.2), {"at_most": 0.3}, 0.0, 0.0),
    ((1e9 + 0.1, 0.2), {"at_most": 1e9 + 0.3}, 0.0, 0.0),
]


@pytest.mark.parametrize(("spend", "limits", "violation", "slack"), CASES)
def test_what_is_missing_or_too_much(spend, limits, violation, slack):
    """Sums are compared as decimals: 0.1 + 0.2 keeps 0.3 on both sides."""
    rule = SpendRange(name="r", **limits)
    own = valued(scenario(), *spend)
    assert (rule.violation(own), rule.slack(own)) == (violation, slack)


def test_one_cent_too_much_is_a_violation():
    """No tolerance on money."""
    rule = SpendRange(name="r", at_most=0.3)
    assert rule.violation(valued(scenario(), 0.1, 0.21)) == pytest.approx(0.01)


def test_only_the_scope_counts():
    """The other tactic may spend what it likes."""
    rule = SpendRange(name="r", scope=Scope(tactics=("tv",)), at_most=10.0)
    assert rule.violation(valued(scenario(), 10.0, 90.0)) == 0.0
