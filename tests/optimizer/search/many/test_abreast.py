"""Visits of many points at once: what they say of their regions is true."""

import numpy as np
import pytest

from optimizer.search.many.abreast import Abreast, shared
from optimizer.search.region.hull import Region
from tests.optimizer.search.many.test_together import GAP, SHARED
from tests.optimizer.search.toys import toy
from tests.optimizer.toys import ROOT, modelled, wire


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        *((name, True) for name in SHARED),
        ("adstock", False),
        ("packages", False),
        ("tables and draws", False),
        ("outcome at most", False),
    ],
)
def test_what_can_be_searched_together(name, shares):
    """No carry-over before the curve, no decisions, nothing that wants less outcome."""
    assert (shared(toy(name).model) is not None) is shares


@pytest.mark.parametrize(("points", "shares"), [([[0, 0], [5, 1], [9, 8]], False), ([[0, 0], [5, 7], [9, 8]], True)])
def test_tables_that_bend_are_searched_point_by_point(points, shares):
    """Each by its pieces; concave ones together."""
    table = {"family": "tabulated", "points": points}
    assert (shared(modelled(wire({"a": ROOT, "b": table}, budget={"at_most": 10}))) is not None) is shares


@pytest.mark.parametrize("name", SHARED)
def test_no_plan_on_the_grid_costs_less_than_a_visits_bound(name):
    """The whole and its halves by the first cell, side by side; and no plan that was found is worth more than it."""
    known = toy(name)
    abreast = Abreast([known.model] * 2, shared(known.model), GAP)
    low, high = abreast.root.low.copy(), abreast.root.high.copy()
    high[1, 0] = 0.5 * high[1, 0]
    region = Region(low=low, high=high)
    visits = abreast.visit(np.arange(2), region, np.full(2, -np.inf), None)
    for place in range(2):
        part = Region(low=low[place], high=high[place])
        assert visits.bounds[place] <= known.best(part) + 1e-9
        assert visits.bounds[place] <= abreast.cost[place] + 1e-9
