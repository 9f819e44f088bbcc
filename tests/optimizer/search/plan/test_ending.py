"""How a plan ends: what was proved of it, and what its reader is warned of."""

from dataclasses import replace

import pytest

from optimizer.search.plan.ending import is_proved, proved_gap
from optimizer.search.plan.outcome import found_plan
from tests.optimizer.search.plan.toys import PROVENANCE, ROOTS, found_of, told
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, domain, line, wire


def test_a_proved_gap_is_optimal():
    """Value, bound and gap are the certificate's."""
    plan = told(ROOTS)
    assert (plan.status, plan.termination.reason) == ("optimal", "gap_reached")
    assert (plan.value, plan.bound, plan.gap) == (plan.certificate.value, plan.certificate.bound, plan.certificate.gap)
    assert plan.value == pytest.approx(500.0, rel=1e-9)


@pytest.mark.parametrize(("stopped", "reason"), [(True, "time_limit"), (False, "stalled")])
def test_without_a_proof_a_plan_is_feasible_only(stopped, reason):
    """A bound twice as high: the gap is told, optimal is not claimed."""
    found = found_of(ROOTS)
    plan = told(ROOTS, bound=2.0 * found.cost, stopped=stopped)
    assert (plan.status, plan.termination.reason) == ("feasible", reason)
    assert plan.gap == pytest.approx(1.0, rel=1e-6)
    assert (plan.termination.limit is not None) is stopped


def test_what_is_proved_of_the_rounded_plan_is_proved():
    """The point before rounding falls short by 1e-5, the plan does not; one that breaks a limit proves nothing."""
    found = replace(found_of(ROOTS), stopped=True)
    short = replace(found, cost=found.cost * (1.0 - 1e-5))
    plan = found_plan(domain(ROOTS), short, PROVENANCE)
    assert (plan.status, plan.termination.reason, plan.termination.detail) == ("optimal", "gap_reached", "")
    assert plan.gap <= 1e-6 < proved_gap(short)
    assert not [warning for warning in plan.warnings if "time was up" in warning]
    broken = replace(plan.certificate, largest_violation=1e-3)
    assert not is_proved(domain(ROOTS), short, broken)
    assert not is_proved(domain(ROOTS), short, replace(plan.certificate, gap=None))


@pytest.mark.parametrize("stopped", [True, False])
def test_that_time_left_no_prices_is_told(stopped):
    """And not that they hold for the plan as it was chosen: there are none."""
    plan = told(ROOTS, duals=None, stopped=stopped, bound=2.0 * found_of(ROOTS).cost if stopped else -500.0)
    assert plan.budget.price is None
    [said] = [warning for warning in plan.warnings if "prices" in warning]
    assert said == "limits have no prices here: time was up before they were worked out"


def test_no_bound_at_all_is_told_as_none():
    """And no gap: not a gap of nothing."""
    plan = told(ROOTS, bound=-float("inf"), stopped=True)
    assert (plan.status, plan.gap, plan.bound) == ("feasible", None, None)


def test_what_rounding_took_is_told_apart_from_the_gap():
    """Whole euros on a curve of thousands a euro: the search proved its gap, cents are the rest."""
    document = wire(
        {"a": ROOT, "b": {"family": "log", "coefficient": 50, "scale": 7}}, budget={"at_most": 33}, digits=0
    )
    plan = told(document)
    assert plan.status == "optimal"
    assert plan.gap > 1e-6
    assert "rounding" in plan.termination.detail
    assert plan.certificate.rounding_cost == pytest.approx(plan.bound - plan.value, rel=1e-3)


@pytest.mark.parametrize(("budget", "left"), [(1.9, "a gap of 54.1 %"), (0.9, "nothing of the value")])
def test_what_rounding_leaves_of_small_money_is_said(budget, left):
    """Whole euros where 1.9 were to be shared out: optimal before rounding, and a long way from it after. (law P3)"""
    plan = told(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": budget}, digits=0))
    assert plan.status == "optimal"
    assert any(left in warning and "state `digits`" in warning for warning in plan.warnings)
    finer = told(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": budget}, digits=6))
    assert not any("before rounding" in warning for warning in finer.warnings)


def test_demand_that_comes_too_late_is_said():
    """A lead of as many periods as there are."""
    tactics = [
        line("u", ROOT, stage="upstream", feeds="p", lead=2),
        line("s", ROOT, stage="downstream", draws_from="p"),
    ]
    pool = {"name": "p", "initial": 10}
    late = wire(tactics, periods=["1", "2"], budget={"at_most": 50}, demand_pools=[pool])
    said = "no demand that u makes arrives within the plan: its lead is 2, and there are 2 periods"
    assert said in told(late).warnings
    assert said not in told(late | {"periods": ["1", "2", "3"]}).warnings


def test_wishes_are_told_not_to_be_pursued():
    """A goal that is not required is measured."""
    plan = told(ROOTS | {"goals": [{"name": "wish", "metric": "revenue", "at_least": 9000}]})
    assert any("wish" in warning for warning in plan.warnings)
    assert (plan.goals[0].met, plan.goals[0].price) == (False, None)
