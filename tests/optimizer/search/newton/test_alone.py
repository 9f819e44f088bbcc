"""The prices of rows are the only ones where the rows that stand are independent over the spends that are free."""

import numpy as np
import pytest

from optimizer.search.newton.alone import alone
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Box
from tests.optimizer.toys import ROOT, line, modelled, wire


def told(rules, spends):
    """Whether the prices are the only ones at these spends of a, b and c within a budget of 100."""
    tactics = [line(name, ROOT, spend={"at_most": 60}) for name in "abc"]
    model = modelled(wire(tactics, budget={"at_most": 100}, rules=rules))
    columns = np.zeros(len(model.cost))
    columns[model.spend.ravel()] = np.array(spends) / model.scale[model.spend.ravel()]
    matrix = model.matrix
    many = type(matrix)(
        rows=matrix.rows,
        columns=matrix.columns,
        values=matrix.values,
        lower=matrix.lower[None],
        upper=matrix.upper[None],
    )
    box = Box(low=model.low[None], high=model.high[None])
    return bool(alone(Spends(model), many, box, columns[None])[0])


def share(name, of, **limits):
    return {"rule": "share_range", "name": name, "scope": {"tactics": of}} | limits


@pytest.mark.parametrize(
    ("rules", "spends", "expected"),
    [
        ([], [20, 30, 50], True),  # the budget alone, three spends free
        ([], [20, 30, 40], True),  # nothing stands
        ([], [0, 40, 60], True),  # one is free
        ([share("a", ["a"], at_most=0.2)], [20, 30, 50], True),  # two rows, and a and the others move by themselves
        ([share("a", ["a"], at_most=0.4)], [40, 0, 60], False),  # one spend is free for two rows
        ([share("a", ["a"], at_most=0.2), share("b, c", ["b", "c"], at_least=0.8)], [20, 30, 50], False),  # one limit
    ],
)
def test_prices_are_the_only_ones_where_rows_are_independent(rules, spends, expected):
    """By hand, on three spends of up to 60 within 100."""
    assert told(rules, spends) is expected
