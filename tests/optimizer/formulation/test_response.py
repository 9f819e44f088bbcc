"""Adstock and response: the cells that curves are read at, against the valuation of the same spend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.response import inputs_of
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from tests.optimizer.problem.carrying import ADSTOCKS, carrying
from tests.optimizer.toys import modelled

few = settings(max_examples=6, deadline=None, derandomize=True)


def point(model, spend):
    """The columns that a spend leads to on the true curves [planner's units]."""
    cells = model.cells
    columns = np.zeros(len(model.cost))
    columns[model.spend] = spend
    columns[cells.inputs] = inputs_of(model.scenario, spend)
    columns[cells.responses] = cells.curves.value(columns[cells.inputs]) - cells.zero
    return columns


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_rows_and_cells_say_what_the_valuation_says(adstock, data):
    """At any spend: every adstock row holds, responses lie within their columns, the cost is the value."""
    document, rows = data.draw(carrying(adstock))
    model, spend = modelled(document), np.array(rows)
    columns = point(model, spend)
    scaled = columns / model.scale
    assert model.matrix.violation(scaled).max(initial=0.0) <= 1e-12
    assert (scaled >= model.low - 1e-9).all()
    assert (scaled <= model.high + 1e-9).all()
    value = Valuer(model.scenario).value(spend)
    assert -float(model.cost @ scaled) * model.worth == pytest.approx(value.value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_outcome_of_a_tactic_is_its_cells_spread_over_periods(adstock, data):
    """Seasons, adstock after saturation and carry-out weigh the responses as the valuation does."""
    document, rows = data.draw(carrying(adstock))
    model, spend = modelled(document), np.array(rows)
    columns, value = point(model, spend), Valuer(model.scenario).value(spend)
    weights = np.array([0.5, 1.0, 2.0, 3.0])
    for tactic in range(2):
        told = model.cells.outcome(tactic, weights)
        known = weights[:-1] @ value.outcome[tactic] + weights[-1] * value.carry_out[tactic]
        assert told.values @ columns[told.columns] == pytest.approx(known, rel=1e-9, abs=1e-9)
    assert value.total("outcome", Scope()) >= 0
