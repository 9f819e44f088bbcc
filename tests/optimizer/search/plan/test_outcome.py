"""From what the search found to the plan that is told."""

from dataclasses import replace

import pytest

from optimizer.answers.plan import Conflict
from optimizer.problem.canonical import canonical_order
from optimizer.search.deadline import Deadline
from optimizer.search.draws.tail import search_tail
from optimizer.search.plan.outcome import conflict_plan, found_plan, missing_plan
from tests.optimizer.search.plan.toys import PROVENANCE, ROOTS, TABLES, found_of, told
from tests.optimizer.toys import LINE, ROOT, domain, line, wire


def test_rows_stand_in_the_scenarios_own_order():
    """b was written first, a is solved first."""
    plan = told(ROOTS)
    assert [(cell.tactic, cell.spend) for cell in plan.allocations] == [("b", 400.0), ("a", 100.0)]
    assert [line_.tactic for line_ in plan.tactics] == ["b", "a"]


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
