"""A top-down target."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.goal import Goal


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("name", "", "empty_name"), ("at_least", float("inf"), "not_finite"), ("at_least", "1", "not_a_number")],
)
def test_a_goal_needs_a_name_and_a_number(field, value, code):
    """Refused at the field itself."""
    with pytest.raises(ScenarioError) as refused:
        Goal(**{"name": "FY", "metric": "revenue", "at_least": 1.0} | {field: value})
    assert (refused.value.code, refused.value.path) == (code, field)


def test_a_goal_below_zero_can_be_meant():
    """A loss of no more than 5 is a goal for profit."""
    assert Goal(name="FY", metric="profit", at_least=-5.0).at_least == -5.0
