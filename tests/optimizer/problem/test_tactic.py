"""One line that money is spent on."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.tactic import CarryOver, Metric, SpendLimits
from tests.optimizer.toys import tactic

REFUSED = [
    (lambda: tactic(""), "empty_name", "name"),
    (lambda: tactic(stage="sideways"), "unknown_stage", "stage"),
    (lambda: tactic(revenue_per_outcome=-1.0), "out_of_range", "revenue_per_outcome"),
    (lambda: tactic(margin=-0.1), "out_of_range", "margin"),
    (lambda: tactic(current_spend=float("nan")), "not_finite", "current_spend"),
    (lambda: SpendLimits(at_least=-1.0), "out_of_range", "at_least"),
    (lambda: SpendLimits(at_most=float("inf")), "not_finite", "at_most"),
    (lambda: SpendLimits(at_least=2.0, at_most=1.0), "minimum_above_maximum", "at_least"),
    (lambda: CarryOver(carry_in=(1.0, -2.0)), "out_of_range", "carry_in[1]"),
    (lambda: Metric(per_spend="1"), "not_a_number", "per_spend"),
    (lambda: Metric(per_outcome=2e15), "out_of_range", "per_outcome"),
]


@pytest.mark.parametrize(("make", "code", "path"), REFUSED)
def test_what_cannot_be_meant_is_refused_at_its_field(make, code, path):
    """Names, stages and numbers."""
    with pytest.raises(ScenarioError) as refused:
        make()
    assert (refused.value.code, refused.value.path) == (code, path)


def test_the_order_of_tags_and_metrics_is_no_difference():
    """Both are kept sorted."""
    a, b = ("a", Metric(per_spend=1.0)), ("b", Metric(per_outcome=2.0))
    one = tactic(tags=(("x", "1"), ("y", "2")), metrics=(a, b))
    other = tactic(tags=(("y", "2"), ("x", "1")), metrics=(b, a))
    assert (one.tags, one.metrics) == (other.tags, other.metrics)


def test_a_metric_that_a_tactic_lacks_is_nothing_there():
    """So that a scope may hold tactics with and without it."""
    own = Metric(per_spend=2.0)
    assert tactic(metrics=(("reach", own),)).metric("reach") == own
    assert tactic().metric("reach") == Metric(per_spend=0.0, per_outcome=0.0)
