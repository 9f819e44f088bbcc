"""How much money there is."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.budget import BudgetLimit

REFUSED = [
    ({}, "empty_budget", ""),
    ({"exactly": 5.0, "at_most": 5.0}, "contradictory_budget", "exactly"),
    ({"exactly": 5.0, "at_least": 0.0}, "contradictory_budget", "exactly"),
    ({"at_least": 2.0, "at_most": 1.0}, "minimum_above_maximum", "at_least"),
    ({"at_most": -1.0}, "out_of_range", "at_most"),
    ({"at_most": float("nan")}, "not_finite", "at_most"),
    ({"exactly": True}, "not_a_number", "exactly"),
]


@pytest.mark.parametrize(("limit", "code", "path"), REFUSED)
def test_a_budget_that_cannot_be_meant_is_refused(limit, code, path):
    """Empty, contradictory, upside down, negative or no number."""
    with pytest.raises(ScenarioError) as refused:
        BudgetLimit(**limit)
    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize(
    ("limit", "least", "most"),
    [({"at_most": 3.0}, None, 3.0), ({"at_least": 3.0}, 3.0, None), ({"exactly": 0.0}, 0.0, 0.0)],
)
def test_an_exact_budget_is_a_limit_on_both_sides(limit, least, most):
    """Exactly nothing is a budget, too."""
    budget = BudgetLimit(**limit)
    assert (budget.at_least, budget.at_most) == (least, most)
