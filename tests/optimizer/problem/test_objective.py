"""What the plan is to make as large, or as small, as it can be."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.objective import Objective


@pytest.mark.parametrize("aim", ["revenue", "profit", "outcome", "goals", "spend"])
def test_only_spend_is_minimised(aim):
    """Every other aim is maximised."""
    assert Objective(aim=aim).maximizes is (aim != "spend")


def test_a_negative_charge_on_spend_is_refused():
    """A marginal return below zero is no target."""
    with pytest.raises(ScenarioError) as refused:
        Objective(aim="revenue", target_marginal_roi=-0.1)
    assert (refused.value.code, refused.value.path) == ("out_of_range", "target_marginal_roi")


def test_a_charge_on_spend_says_nothing_of_goals():
    """Attainment has no unit that money could be weighed against."""
    with pytest.raises(ScenarioError) as refused:
        Objective(aim="goals", target_marginal_roi=1.0)
    assert (refused.value.code, refused.value.path) == ("contradictory_objective", "target_marginal_roi")


@pytest.mark.parametrize(("confidence", "code"), [(0.0, "out_of_range"), (1, "out_of_range"), (-0.1, "out_of_range")])
def test_a_confidence_is_between_none_and_all(confidence, code):
    """At 0 nothing is cut off, at 1 nothing is left."""
    with pytest.raises(ScenarioError) as refused:
        Objective(aim="revenue", confidence=confidence)
    assert (refused.value.code, refused.value.path) == (code, "confidence")


def test_spend_is_known_and_has_no_worst_draws():
    """A confidence beside minimise spend means nothing."""
    with pytest.raises(ScenarioError) as refused:
        Objective(aim="spend", confidence=0.9)
    assert (refused.value.code, refused.value.path) == ("contradictory_objective", "confidence")
