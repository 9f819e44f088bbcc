"""A metric of a scope within limits."""

import pytest

from optimizer.problem.rules import MetricRange
from tests.optimizer.problem.rules.samples import TV
from tests.optimizer.toys import scenario, valued

CASES = [
    ("outcome", {"at_most": 70.0}, 10.0, -10.0),  # 2·10 + 3·20 = 80
    ("outcome", {"at_least": 60.0, "at_most": 90.0}, 0.0, 10.0),
    ("profit", {"at_least": 60.0}, 10.0, -10.0),
    ("spend", {"at_most": 29.0}, 1.0, -1.0),
    ("outcome", {"at_most": 80.0 * (1 - 9e-10)}, 0.0, 0.0),
    ("outcome", {"at_least": 80.0 * (1 + 9e-10)}, 0.0, 0.0),
]


@pytest.mark.parametrize(("metric", "limits", "violation", "slack"), CASES)
def test_how_far_the_metric_is_off(metric, limits, violation, slack):
    """To a billionth of the limit: curves are not decimals."""
    rule = MetricRange(name="r", metric=metric, **limits)
    own = valued(scenario(), 10.0, 20.0)
    assert (rule.violation(own), rule.slack(own)) == (violation, slack)


def test_a_hundred_millionth_is_a_violation():
    """The tolerance ends where the certificate's does."""
    rule = MetricRange(name="r", metric="outcome", at_most=80.0 * (1 - 1e-8))
    assert rule.violation(valued(scenario(), 10.0, 20.0)) > 0


def test_only_the_scope_counts():
    """10 at slope 2."""
    assert (
        MetricRange(name="r", metric="revenue", scope=TV, at_most=15.0).violation(valued(scenario(), 10.0, 9.0)) == 5.0
    )
