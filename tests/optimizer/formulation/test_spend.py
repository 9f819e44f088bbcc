"""How far each cell's spend may reach, and the rows of the budget."""

import numpy as np
import pytest

from optimizer.formulation.spend import LOOSE, reach
from tests.optimizer.toys import LINE, ROOT, domain, line, modelled, wire

PERIODS = ["1", "2"]
REACHED = [
    ({"budget": {"at_most": 100}}, [[30, 30], [100 * LOOSE, 100 * LOOSE]]),
    ({"budget": {"exactly": 20}}, [[20 * LOOSE, 20 * LOOSE], [20 * LOOSE, 20 * LOOSE]]),
    ({"budget": {"at_most": 100, "by_period": {"2": {"at_most": 25}}}}, [[30, 25 * LOOSE], [100 * LOOSE, 25 * LOOSE]]),
    ({"budget": {"at_most": 100, "by_period": {"1": {"exactly": 150}}}}, [[30, 30], [100 * LOOSE, 100 * LOOSE]]),
    ({"objective": {"minimize": "spend"}}, [[30, 30], [np.inf, np.inf]]),
]


@pytest.mark.parametrize(("more", "reached"), REACHED)
def test_the_nearest_limit_is_the_reach(more, reached):
    """A cell's own limit; a little more than its period's budget or the whole; without end where there is none."""
    document = wire([line("tv", ROOT, spend={"at_most": 30}), line("search", LINE)], periods=PERIODS, **more)
    assert reach(domain(document), np.inf).tolist() == reached


def test_a_ceiling_stands_in_for_what_is_not_limited():
    """And only there."""
    document = wire([line("tv", ROOT, spend={"at_most": 30}), line("search", LINE)], objective={"minimize": "spend"})
    assert reach(domain(document), 500.0).tolist() == [[30.0], [500.0 * LOOSE]]


def test_a_floor_above_the_reach_keeps_a_column_in_order():
    """Spend of at least 60 within a budget of 50 is for the rows to refuse: no column is upside down."""
    model = modelled(wire([line("tv", ROOT, spend={"at_least": 60})], budget={"at_most": 50}))
    assert (model.low <= model.high).all()
    assert model.low[0] * model.scale[0] == 60.0
