"""A fixed amount."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import Commitment
from tests.optimizer.toys import scenario, valued


@pytest.mark.parametrize(("spend", "violation"), [((0.1, 0.2), 0.0), ((0.1, 0.1), 0.1), ((0.3, 0.2), 0.2)])
def test_more_and_less_are_both_off(spend, violation):
    """0.1 + 0.2 keeps a promise of 0.3."""
    rule, own = Commitment(name="r", amount=0.3), valued(scenario(), *spend)
    assert rule.violation(own) == pytest.approx(violation, abs=1e-15)
    assert (rule.violation(own) == 0) is (violation == 0)
    assert rule.slack(own) == -rule.violation(own)


@pytest.mark.parametrize(("amount", "size"), [(40.0, 40.0), (0.0, 1.0)])
def test_a_violation_is_compared_with_the_amount(amount, size):
    """With 1 where nothing is promised."""
    assert Commitment(name="r", amount=amount).size == size


def test_a_negative_promise_is_refused():
    """Money does not flow back."""
    with pytest.raises(ScenarioError) as refused:
        Commitment(name="r", amount=-1.0)
    assert (refused.value.code, refused.value.path) == ("out_of_range", "amount")
