"""From what the search found to the plan that is told."""

from dataclasses import replace

import pytest

from optimizer.answers.plan import Conflict, Provenance
from optimizer.optimize import canonical_order
from optimizer.search.deadline import Deadline
from optimizer.search.draws.tail import search_tail
from optimizer.search.plan.outcome import conflict_plan, found_plan, is_proved, missing_plan, proved_gap
from optimizer.search.search import search
from tests.optimizer.toys import DOUBLE_ROOT, LINE, ROOT, TABLE, domain, line, modelled, wire

PROVENANCE = Provenance(digest="d", solver="s", headrace="0", seconds=0.0, formulation="f", rounds=1, nodes=1)
TABLES = wire({"a": TABLE, "b": ROOT}, budget={"at_most": 60})
ROOTS = wire({"b": DOUBLE_ROOT, "a": ROOT}, budget={"at_most": 500})


def found_of(document):
    """What the search finds, in canonical order as `optimize` asks it."""
    ordered = canonical_order(domain(document))
    sorted_document = document | {"tactics": sorted(document["tactics"], key=lambda own: own["name"])}
    model = modelled(sorted_document)
    assert model.scenario == ordered
    return search(model, 1e-6, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), lambda *_: None)


def told(document, **changes):
    return found_plan(domain(document), replace(found_of(document), **changes), PROVENANCE)


def test_rows_stand_in_the_scenarios_own_order():
    """b was written first, a is solved first."""
    plan = told(ROOTS)
    assert [(cell.tactic, cell.spend) for cell in plan.allocations] == [("b", 400.0), ("a", 100.0)]
    assert [line_.tactic for line_ in plan.tactics] == ["b", "a"]


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


def test_no_bound_at_all_is_told_as_none():
    """And no gap: not a gap of nothing."""
    plan = told(ROOTS, bound=-float("inf"), stopped=True)
    assert (plan.status, plan.gap, plan.bound) == ("feasible", None, None)


def test_a_conflict_has_no_figures():
    """Only the names, and why it stopped."""
    plan = conflict_plan(Conflict(conflicting=("a", "b"), minimal=True, detail="these"), PROVENANCE)
    assert (plan.status, plan.termination.reason, plan.conflict.conflicting) == ("conflict", "conflict", ("a", "b"))
    assert (plan.value, plan.bound, plan.certificate, plan.allocations) == (None, None, None, ())


@pytest.mark.parametrize(("stopped", "reason"), [(True, "time_limit"), (False, "stalled")])
def test_no_plan_says_why(stopped, reason):
    """Time that is up is not the same as a search that ended without an answer."""
    plan = missing_plan(domain(ROOTS), stopped, PROVENANCE)
    assert (plan.status, plan.termination.reason) == ("no_plan", reason)
    assert (plan.termination.limit is not None) is stopped


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


def test_each_cell_is_told_what_limits_it():
    """Its own limit, the budget; nothing where the next unit does not pay."""
    tactics = [line("a", LINE, spend={"at_most": 40}), line("b", ROOT)]
    plan = told(wire(tactics, budget={"at_most": 60}))
    assert [cell.limited_by for cell in plan.allocations] == [("spend limit of a",), ("budget",)]
    rich = told(wire([line("b", ROOT)], objective={"maximize": "profit"}, budget={"at_most": 60}))
    assert [(cell.spend, cell.limited_by) for cell in rich.allocations] == [(25.0, ())]


def test_without_duals_a_plan_for_the_worst_draws_is_told_without_prices():
    """On a river, where time was up before any credit was searched to its end."""
    made = {"family": "linear", "draws": [{"slope": 2}, {"slope": 1}]}
    tactics = [line("tv", made, feeds="p"), line("web", LINE, stage="downstream", draws_from="p"), line("x", made)]
    aim = {"maximize": "revenue", "confidence": 0.5}
    document = wire(tactics, budget={"at_most": 100}, demand_pools=[{"name": "p", "initial": 10}], objective=aim)
    deadline = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
    found = search_tail(canonical_order(domain(document)), deadline, lambda *_: None)
    assert found.credit is not None
    plan = found_plan(domain(document), replace(found, duals=None), PROVENANCE)
    assert plan.budget is not None
    assert (plan.status, plan.budget.price) == ("optimal", None)


def test_ranges_take_no_time_that_there_is_not():
    """The plan, its prices and a warning are told without them."""
    found, over = found_of(TABLES), Deadline(clock=lambda: 1.0, start=0.0, seconds=0.5)
    in_time, late = (found_plan(domain(TABLES), found, PROVENANCE, until=until) for until in (None, over))
    assert in_time.budget.price_holds_from is not None
    assert in_time.budget.price == late.budget.price
    assert (late.budget.price_holds_from, late.budget.price_holds_to) == (None, None)
    assert late.value == in_time.value
    assert any("not worked out" in warning and "budget" in warning for warning in late.warnings)
