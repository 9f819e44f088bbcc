"""Adstock and response: the cells that curves are read at, against the valuation of the same spend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.response import inputs_of
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from tests.optimizer.problem.carrying import ADSTOCKS, carrying
from tests.optimizer.toys import line, modelled, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

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


FLAT = [[0, 2.51381e-7], [0.00076335, 2.51381e-7], [0.000763351, 5.75343e-7], [0.001449, 4.29113e-6]]


def test_a_flat_piece_adds_nothing_whatever_doubles_read_there():
    """Effects of 1e-7 that go on after the plan: what two readings of the flat piece differ by is no response."""
    table = {"family": "tabulated", "points": FLAT}
    carry = {"family": "geometric", "retention": 0.65, "carry_in": [0.000226]}
    spend = {"at_least": 0.000361851, "at_most": 0.000649827}
    tactics = [line("a", table, adstock=carry, spend=spend)]
    document = wire(tactics, budget={"at_most": 0.0085}, digits=9, count_carry_out=True)
    cells = modelled(document).cells
    flat = cells.high <= FLAT[1][0]
    assert flat.sum() > 50
    assert (cells.most[flat] == 0.0).all()
    plan = solve(document)
    assert plan["status"] == "optimal"
    assert recheck(document, plan) == []
