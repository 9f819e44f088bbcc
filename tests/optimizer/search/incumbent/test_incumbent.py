"""The best point so far keeps every row on the true curves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.problem.valuation import Valuer
from optimizer.search.incumbent.incumbent import Incumbent
from tests.optimizer.search.toys import TOYS, toy


@pytest.mark.parametrize("name", TOYS)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.data())
def test_a_plans_claimed_responses_do_not_count(name, data):
    """Points of the grid with responses made up: taken at their true cost, or not at all."""
    known = toy(name)
    incumbent = Incumbent(known.model)
    point = known.points[data.draw(st.integers(0, len(known.points) - 1))]
    boasting = point.copy()
    boasting[known.model.cells.responses] = data.draw(st.floats(0.0, 1.0))
    assert incumbent.offer(boasting)
    assert incumbent.cost == pytest.approx(known.model.cost @ point, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", TOYS)
def test_the_best_of_the_grid_stays(name):
    """Offered in any order, only better points are taken, and cost is the value of the spend."""
    known, rng = toy(name), np.random.default_rng(1)
    incumbent = Incumbent(known.model)
    for row in rng.permutation(len(known.points))[:200]:
        before = incumbent.cost
        assert incumbent.offer(known.points[row]) == (known.cost[row] < before)
    spend = (incumbent.columns * known.model.scale)[known.model.spend]
    sign = -1.0 if known.model.scenario.objective.maximizes else 1.0
    value = Valuer(known.model.scenario).value(spend).value
    assert incumbent.cost * known.model.worth == pytest.approx(sign * value, rel=1e-9)


def test_a_point_that_breaks_a_row_on_the_true_curves_is_refused():
    """Claimed outcome of 150 where the curve yields 250: the limit sees the curve."""
    model = toy("outcome at most").model
    claims = np.zeros(len(model.cost))
    claims[model.spend[0]] = 0.8
    claims[model.cells.responses[0]] = 0.1
    incumbent = Incumbent(model)
    assert not incumbent.offer(claims)
    assert (incumbent.columns, incumbent.cost) == (None, np.inf)
    assert incumbent.broken(incumbent.truth(claims)).max() > 0.1


def test_a_plan_spends_nothing_or_its_minimum():
    """Where cells have one; less of it than can be told from nothing is nothing."""
    known = toy(next(iter(TOYS)))
    cells, at = known.model.cells, known.points[known.cost.argmin()]
    spent = at[cells.inputs] * known.model.scale[cells.inputs]
    assert spent.max() > 0.0
    for times, taken in ((0.0, True), (1.0, True), (1.5, False), (1e7, True)):
        model = replace(known.model, cells=replace(cells, least=times * spent))
        assert Incumbent(model).offer(at) == taken
