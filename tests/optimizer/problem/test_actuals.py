"""What is known of the past."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.actuals import Actual, Actuals
from tests.optimizer.toys import scenario

TOLD = (Actual(tactic="tv", period="2", spend=7.0, outcome=3.0), Actual(tactic="search", period="1", spend=5.0))


def test_what_is_not_told_is_not_a_number_and_taken_as_planned() -> None:
    """Neither spend nor outcome is made up."""
    actuals = Actuals.of(scenario(periods=("1", "2", "3")), TOLD)
    assert np.isnan(actuals.spend).sum() == 4
    assert actuals.outcome[0, 1] == 3.0
    assert np.isnan(actuals.outcome[1, 0])
    assert actuals.over(np.ones((2, 3))).tolist() == [[1, 7, 1], [5, 1, 1]]


def test_the_past_ends_with_the_last_actual() -> None:
    """Two periods are known, one of them when the second is not looked at."""
    actuals = Actuals.of(scenario(periods=("1", "2", "3")), TOLD)
    assert (actuals.periods, actuals.until(1).periods, actuals.until(0).periods) == (2, 1, 0)


@pytest.mark.parametrize("wrong", [{"spend": -1.0}, {"spend": float("inf")}, {"outcome": float("nan")}])
def test_amounts_are_numbers(wrong: dict[str, float]) -> None:
    """Spend is 0 or more; a measured outcome may be negative."""
    with pytest.raises(ScenarioError):
        Actual(**{"tactic": "tv", "period": "1", "spend": 1.0} | wrong)  # type: ignore[arg-type]
    assert Actual(tactic="tv", period="1", spend=1.0, outcome=-2.0).outcome == -2.0
