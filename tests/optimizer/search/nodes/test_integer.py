"""On/off decisions and whole numbers, against every choice there is."""

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.integer import IntegerRelaxation
from tests.effort import seeds
from tests.optimizer.search.toys import toy
from tests.optimizer.toys import DOUBLE_ROOT, HILL, LINE, ROOT, domain, line, modelled, wire
from tests.oracles import instances

A, B, C = ({"tactics": [name]} for name in "abc")


def floors(document, on, amount):
    """The scenario with each cell decided: on from the amount up, or off."""
    tactics = [
        tactic | {"spend": {"at_least": amount, "at_most": 1000} if active else {"at_most": 0}}
        for tactic, active in zip(document["tactics"], on, strict=True)
    ]
    return document | {"tactics": tactics, "rules": []}


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("budget", [{"at_most": 100}, {"exactly": 75}])
@pytest.mark.parametrize("amount", seeds([20, 60], [40]))
def test_the_best_of_all_decisions_is_found(amount, budget):
    """Each of the eight ways to switch three tactics on or off, solved as a problem of its own."""
    rule = {"rule": "minimum_if_active", "name": "r", "at_least": amount}
    document = wire({"a": HILL, "b": DOUBLE_ROOT, "c": LINE}, budget=budget, rules=[rule])
    plan = optimize(domain(document))
    plans = [optimize(domain(floors(document, on, amount))) for on in itertools.product((True, False), repeat=3)]
    best = max(other.value for other in plans if other.value is not None)
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(best, rel=2e-6)
    assert plan.certificate.largest_violation == 0.0


@pytest.mark.parametrize("price", [7.5, 30.0, 33.33])
def test_the_best_number_of_pieces_is_found(price):
    """Every whole number of pieces, solved as a fixed amount."""
    rule = {"rule": "packages", "name": "r", "scope": A, "price": price}
    document = wire([line("a", HILL), line("b", ROOT)], budget={"at_most": 100}, rules=[rule])
    plan = optimize(domain(document))
    fixed = []
    for pieces in range(int(100 / price) + 1):
        promise = {"rule": "commitment", "name": "r", "scope": A, "amount": round(pieces * price, 2)}
        fixed.append(optimize(domain(document | {"rules": [promise]})).value)
    assert plan.value == pytest.approx(max(fixed), rel=2e-6)


def test_tangents_are_earned_by_the_decision():
    """At half a decision, no more than half of what the curve yields at twice the spend: the perspective."""
    model = toy("a threshold").model
    relaxation = IntegerRelaxation(model, Incumbent(model), Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), 1e-6)
    relaxation.refine(relaxation.root, -np.inf)
    spend, response, active = model.cells.inputs[0], model.cells.responses[0], model.integer
    for share in (0.3, 0.5, 0.9):
        fixed = np.array([share]), np.array([0.5 * share])
        relaxation.program.bound_columns(relaxation.tangents.place[active], fixed[0], fixed[0])
        relaxation.program.bound_columns(relaxation.tangents.place[[spend]], fixed[1], fixed[1])
        point = relaxation.point(relaxation.solve())
        inputs = relaxation.root.low.copy()
        inputs[0] = 0.5 * model.scale[spend]
        envelope = (relaxation.hull.value(inputs)[0] - model.cells.zero[0]) / model.cells.most[0]
        assert share * envelope - 1e-9 <= point[response] <= share * envelope * 1.05


def test_the_relaxation_of_runs_and_counts_is_tight():
    """Eight tactics in six periods: the first proposals prove what is asked for, in one region."""
    curves = [HILL | {"ceiling": 300 + 20 * n, "half_saturation": 30 + 3 * n, "shape": 1.0} for n in range(8)]
    rules = [
        {"rule": "active_count", "name": "focus", "at_most": 4},
        {"rule": "active_periods", "name": "flights", "min_run": 3, "at_most": 4, "minimum": 10},
    ]
    document = wire(
        {f"t{number}": curve for number, curve in enumerate(curves)},
        periods=list("123456"),
        budget={"at_most": 900},
        rules=rules,
        solve={"gap": 1e-4, "time_limit": 60},
    )
    plan = optimize(domain(document))
    assert plan.status == "optimal"
    assert plan.provenance.nodes == 1
    assert plan.provenance.rounds < 40
    assert plan.certificate.largest_violation == 0.0


def test_decisions_are_released_after_they_were_tried():
    """The box and the columns' limits are the model's again."""
    model = toy("packages").model
    relaxation = IntegerRelaxation(model, Incumbent(model), Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), 1e-6)
    relaxation.refine(relaxation.root, -np.inf)
    np.testing.assert_array_equal(relaxation.box.high, model.high)
    relaxation.program.relax(True)
    free = relaxation.solve()
    assert free.cost <= relaxation.incumbent.cost + 1e-9


def test_what_is_proposed_is_a_plan_where_time_ends_with_it(monkeypatch):
    """None is left for the best with its decisions."""
    model, now = toy("packages").model, [0.0]
    incumbent, deadline = Incumbent(model), Deadline(clock=lambda: now[0], start=0.0, seconds=60.0)
    relaxation = IntegerRelaxation(model, incumbent, deadline, 1e-6)
    solve = relaxation.program.solve

    def last(seconds):
        outcome = solve(seconds)
        now[0] = 61.0 if outcome.row_duals is None else 0.0
        return outcome

    monkeypatch.setattr(relaxation.program, "solve", last)
    assert relaxation.refine(relaxation.root, -np.inf).ending == "limit"
    assert incumbent.columns is not None


def test_a_plan_with_decisions_says_that_its_prices_hold_with_them_fixed():
    """A whole number has no derivative, and the rule no price."""
    rule = {"rule": "packages", "name": "r", "scope": A, "price": 30}
    plan = optimize(domain(wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=[rule])))
    assert "prices hold with the chosen on/off decisions fixed" in plan.warnings
    assert next(told.price for told in plan.rules if told.name == "r") is None
    free = next(cell for cell in plan.allocations if cell.tactic == "b")
    assert plan.budget.price == pytest.approx(free.marginal_revenue, rel=1e-6)


def test_a_proposal_that_leads_no_further_is_not_made_again(monkeypatch):
    """The program is solved to its end, below what is left to reach, and no plan is there: only branching helps."""
    model = toy("a threshold").model
    incumbent = Incumbent(model)
    incumbent.offer(np.zeros(len(model.cost)))
    monkeypatch.setattr(incumbent, "offer", lambda _: False)
    relaxation = IntegerRelaxation(model, incumbent, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), 1e-3)
    monkeypatch.setattr(IntegerRelaxation, "allowed", 1e-3)
    proposals = []
    propose = relaxation._proposed
    monkeypatch.setattr(relaxation, "_proposed", lambda *asked: proposals.append(asked) or propose(*asked))
    assert relaxation.refine(relaxation.root, -np.inf).ending == "converged"
    assert 1 <= len(proposals) <= 2


@pytest.mark.parametrize("claim", ["a bound", "nothing holds"])
def test_what_a_known_plan_refutes_proves_nothing(claim, monkeypatch):
    """HiGHS has cut off best points before: where a plan in the region beats its bound, the linear one is kept."""
    model = toy("a threshold").model
    deadline = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
    first, incumbent = Incumbent(model), Incumbent(model)
    known = IntegerRelaxation(model, first, deadline, 1e-6)
    known.refine(known.root, -np.inf)
    incumbent.offer(first.columns)
    relaxation, best = IntegerRelaxation(model, incumbent, deadline, 1e-6), incumbent.cost
    honest = relaxation._proposed

    def lying(region, gap, share):
        outcome = honest(region, gap, share)
        if claim == "a bound":
            return replace(outcome, bound=best + 0.05 * abs(best))
        return replace(outcome, ending="infeasible", columns=None)

    monkeypatch.setattr(relaxation, "_proposed", lying)
    visit = relaxation.refine(relaxation.root, -np.inf)
    assert (visit.ending, visit.bound <= best) == ("converged", True)
    assert incumbent.cost == best


def test_a_large_program_holds_two_tangents_of_each_cell():
    """Proposals exchange the tangents of many cells: the program is as large at the end as at the beginning."""
    document = instances.one_period(900, 1, limits="wide")
    rules = [
        {"rule": "minimum_if_active", "name": own["name"], "scope": {"tactics": [own["name"]]}, "at_least": floor}
        for own in document["tactics"][:100]
        if (floor := round(0.3 * own["current_spend"], 2))
    ]
    model = modelled(document | {"rules": rules})
    relaxation = IntegerRelaxation(model, Incumbent(model), Deadline.after(60.0, time.monotonic), 1e-6)
    visit = relaxation.refine(relaxation.root, -np.inf)
    assert visit.bound >= relaxation.cutoff
    assert relaxation.program.rows <= len(model.drafts) + 2 * len(model.cells.inputs)
