"""Newton's methods see rows that decisions turn into limits as these, and their duals are told afterwards."""

import numpy as np
import pytest

from optimizer.search.bounds.bound import dual_bound
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.decided import Decided
from optimizer.search.nodes.integer import IntegerRelaxation
from optimizer.search.region.hull import Hull, Region
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, line, modelled, wire

RULE = {"rule": "minimum_if_active", "name": "r", "at_least": 60}


@pytest.fixture(autouse=True)
def _many(monkeypatch):
    """Few cells are looked at as many are."""
    monkeypatch.setattr("optimizer.search.nodes.integer.many", lambda _: True)


def _settled():
    """A model of two tactics that are on, one of which would spend less than its minimum, and the best point."""
    model = modelled(wire({"a": DOUBLE_ROOT, "b": ROOT}, budget={"at_most": 130}, rules=[RULE]))
    relaxation = IntegerRelaxation(model, Incumbent(model), Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), 1e-6)
    columns = model.low.copy()
    columns[model.integer] = 1.0
    return model, relaxation, columns


def test_the_best_with_decisions_made_needs_no_program():
    """Newton's method finds it: the program is not solved."""
    model, relaxation, columns = _settled()
    visit = relaxation.settle(columns, relaxation.root)
    spend = (visit.columns * model.scale)[model.spend[:, 0]]
    assert relaxation.rounds == 0
    assert spend.sum() == pytest.approx(130.0)
    assert spend.min() == pytest.approx(60.0, abs=1e-6)


def test_what_is_off_does_not_stand_in_the_way():
    """A curve that is endlessly steep at 0, where it stands, has no curvature that counts."""
    model, relaxation, columns = _settled()
    columns[model.integer[1]] = 0.0
    visit = relaxation.settle(columns, relaxation.root)
    assert relaxation.rounds == 0
    assert (visit.columns * model.scale)[model.spend[1, 0]] == 0.0


def test_duals_of_limits_prove_the_point():
    """With the dual of the minimum that binds the bound is the point's cost, without it is lower."""
    model, relaxation, columns = _settled()
    visit = relaxation.settle(columns, relaxation.root)
    decided, region = Decided.of(model), Region(low=model.cells.low, high=model.cells.high)
    hull, box = Hull(model, region), decided.limits(visit.columns)
    none = visit.duals.copy()
    none[[row.owner == "r" for row in model.drafts]] = 0.0
    cost = float(model.cost @ visit.columns)
    assert dual_bound(model, none, hull, region, box, visit.columns) < cost - 1e-4
    told = decided.told(visit.columns, none, hull)
    assert dual_bound(model, told, hull, region, box, visit.columns) == pytest.approx(cost, rel=1e-9)
    assert np.allclose(told, visit.duals)


def test_cells_are_led_by_prices():
    """At the prices of the best point each cell is where it stands, and beyond it where prices fall."""
    model, relaxation, columns = _settled()
    visit = relaxation.settle(columns, relaxation.root)
    decided, hull = Decided.of(model), Hull(model, relaxation.root)
    box = decided.limits(visit.columns)
    inputs = (visit.columns * model.scale)[model.cells.inputs]
    assert np.allclose(decided.led(visit.columns, visit.duals, hull, box), inputs, rtol=1e-6)
    more = decided.led(visit.columns, visit.duals, hull, box, 0.9)
    assert (more >= inputs - 1e-6).all()
    assert more.sum() > inputs.sum() + 0.1


def test_what_is_worth_nothing_is_bought_at_no_price():
    """However large its price is in the outcome that nobody wants: cells stand at their least."""
    asked = {"goals": [{"name": "g", "metric": "revenue", "at_least": 50}], "objective": {"minimize": "spend"}}
    model = modelled(wire([line("a", ROOT, spend={"at_least": 5, "at_most": 40})], budget={"at_most": 60}, **asked))
    region = Region(low=model.cells.low, high=model.cells.high)
    decided, hull = Decided.of(model), Hull(model, region)
    with np.errstate(over="raise"):
        led = decided.led(model.high, np.zeros(len(model.drafts)), hull, decided.limits(model.high), times=1e20)
    assert led == pytest.approx([5.0])
