"""What the plan is to make as large, or as small, as it can be."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.objective import Objective


@pytest.mark.parametrize(("aim", "up"), [("revenue", True), ("profit", True), ("outcome", True), ("spend", False)])
def test_only_spend_is_minimised(aim, up):
    """Every other aim is maximised."""
    assert Objective(aim=aim).maximizes is up


def test_a_negative_charge_on_spend_is_refused():
    """A marginal return below zero is no target."""
    with pytest.raises(ScenarioError) as refused:
        Objective(aim="revenue", target_marginal_roi=-0.1)
    assert (refused.value.code, refused.value.path) == ("out_of_range", "target_marginal_roi")
