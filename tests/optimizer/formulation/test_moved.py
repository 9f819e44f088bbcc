"""A moved model is the model that would have been built: same rows, same limits, no plan lost."""

import numpy as np
import pytest

from optimizer.formulation.model import build
from optimizer.formulation.moved import moved
from optimizer.formulation.response import inputs_of
from optimizer.formulation.spend import reach
from optimizer.questions.moving import Moving
from tests.optimizer.search.toys import TOYS
from tests.optimizer.toys import HILL, ROOT, domain, wire


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_its_rows_are_those_of_a_model_built_there(name, share):
    """At every amount, for every kind of rule: the same coefficients and limits as formulated from nothing."""
    scenario = domain(TOYS[name])
    moving = Moving(scenario=scenario, goal="g" if scenario.goals else None)
    amount = share * moving.now
    most = reach(scenario, 100.0)
    there = moved(build(scenario, most), moving.at(amount), moving.amounts(amount))
    fresh = build(moving.at(amount), most)
    assert there.scenario == fresh.scenario
    for one, other in zip(there.drafts, fresh.drafts, strict=True):
        assert (one.owner, one.side, one.lower, one.upper) == (other.owner, other.side, other.lower, other.upper)
    np.testing.assert_array_equal(there.matrix.values, fresh.matrix.values)
    np.testing.assert_array_equal(there.matrix.lower, fresh.matrix.lower)
    np.testing.assert_array_equal(there.matrix.upper, fresh.matrix.upper)
    assert (there.high <= fresh.high).all()
    assert (there.low == fresh.low).all()


@pytest.mark.parametrize("name", ["s-shaped", "adstock", "adstock that counts later"])
def test_columns_come_down_but_cut_off_no_plan(name):
    """A fifth of the budget narrows spends by halves; all of it in any one cell is still within every column."""
    scenario = domain(TOYS[name])
    moving = Moving(scenario=scenario)
    model = build(scenario, reach(scenario, 1e9))
    there = moved(model, moving.at(20.0), moving.amounts(20.0))
    wide, narrow = ((each.high * each.scale)[each.spend] for each in (model, there))
    assert (narrow >= 20.0).all()
    assert (narrow <= 50.0).all()
    assert (wide > 55.0).any()
    for cell in np.ndindex(narrow.shape):
        spend = np.zeros(narrow.shape)
        spend[cell] = 20.0
        read = inputs_of(scenario, spend)
        assert (read <= there.cells.high * (1 + 1e-12)).all()
        response = (there.cells.curves.value(read) - there.cells.zero) / there.cells.most
        assert (response <= there.high[there.cells.responses] * (1 + 1e-9) + 1e-12).all()


def test_columns_that_need_not_move_do_not():
    """Nine tenths of the budget leave the intervals, and with them the envelopes, as they were."""
    scenario = domain(wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}))
    moving = Moving(scenario=scenario)
    model = build(scenario, reach(scenario, 1e9))
    there = moved(model, moving.at(90.0), moving.amounts(90.0))
    assert there.high is model.high
    assert there.cells is model.cells
