"""How far one more unit of money in a cell moves a row."""

import numpy as np

from optimizer.formulation.draft import Sum
from optimizer.search.prices.takes import Takes
from tests.optimizer.toys import domain, line, modelled, valued, wire

SEARCH = line("search", {"family": "linear", "slope": 3}, stage="downstream", draws_from="p", seasonality=[1, 2])
TV = line("tv", {"family": "linear", "slope": 2}, feeds="p")
RIVER = wire([SEARCH, TV], periods=["1", "2"], budget={"at_most": 100}, demand_pools=[{"name": "p", "initial": 500}])


def takes():
    model = modelled(RIVER)
    return model, Takes(model, valued(domain(RIVER), [[10.0, 20.0], [30.0, 5.0]]))


def test_spend_moves_a_row_by_its_coefficient():
    """A row over spends."""
    model, own = takes()
    row = Sum(columns=model.spend.ravel(), values=np.array([1.0, 2.0, 3.0, 4.0]))
    assert own.of(row).tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_what_is_converted_moves_with_the_response():
    """5 for each unit converted in the second period, where a unit of money responds by 3 · 2; directly nothing."""
    model, own = takes()
    assert model.currents is not None
    row = Sum(columns=model.currents.realised[:1, 1], values=np.array([5.0]))
    assert own.of(row).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert own.of_demand(row).tolist() == [[0.0, 5.0], [0.0, 0.0]]
    assert own.through_demand(row).tolist() == [[0.0, 30.0], [0.0, 0.0]]
