"""Budgets that are sought by their return: what is told where none is, and of which objective; and how points end."""

import pytest

from optimizer.optimize import optimize
from tests.optimizer.questions.test_frontier import ROOTS, traced
from tests.optimizer.toys import ROOT, domain, line, wire


def test_a_return_that_no_spend_reaches_is_told_with_the_highest_that_was_seen():
    """Money that must be spent returns less: that is no conflict of limits."""
    forced = wire([line("a", ROOT, spend={"at_least": 100})], budget={"at_most": 400})  # returns 10 / √spend
    [_, sought] = traced(forced, amounts=(100.0, 400.0), target_roi=2.0).sought
    assert sought.status == "conflict"
    assert sought.detail == "no spend that is allowed here returns 2; the highest return of the points is 1"
    [_, unknown] = traced(forced, amounts=(50.0,), target_roi=2.0).sought
    assert unknown.detail == "no plan keeps every limit and required goal here"


def test_the_certificate_of_a_budget_sought_speaks_of_the_same_objective_as_its_plan():
    """Without the charge that the question put on spend."""
    point = traced(ROOTS, amounts=(100.0,), target_marginal_roi=2.0).sought[1].plan
    told = (point.value, point.bound, point.gap)
    assert told == (point.certificate.value, point.certificate.bound, point.certificate.gap)
    assert point.value == pytest.approx(point.revenue)


def test_a_point_says_that_its_proof_is_one_before_rounding():
    """As its own plan does."""
    document = ROOTS | {"digits": 0}
    [point] = traced(document, amounts=(102.0,)).points
    plan = optimize(domain(document | {"budget": {"at_most": 102}}))
    assert "the rest is rounding" in point.detail
    assert (point.status, point.detail) == (plan.status, plan.termination.detail)
    assert (point.value, point.gap) == (plan.value, plan.gap)
