"""What a threshold asks for."""

import pytest

from optimizer.answers.replanning import Threshold
from optimizer.errors import ScenarioError


@pytest.mark.parametrize(("value", "least"), [(2000.0, 20.0), (100.0, 5.0), (-2000.0, 20.0), (0.0, 5.0)])
def test_the_larger_of_amount_and_share_counts(value: float, least: float) -> None:
    """1 % of the value kept, whatever its sign, and 5 at the least."""
    assert Threshold(amount=5.0, share=0.01).on(value) == least


@pytest.mark.parametrize("wrong", [{"amount": -1.0}, {"share": -0.1}, {"share": float("nan")}])
def test_a_threshold_is_a_number_from_0_up(wrong: dict[str, float]) -> None:
    """Neither losses nor nonsense are asked for."""
    with pytest.raises(ScenarioError):
        Threshold(**wrong)
