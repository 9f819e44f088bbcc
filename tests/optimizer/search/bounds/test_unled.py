"""Columns that no direction leads on, and what shows it."""

import numpy as np

from optimizer.formulation.directions import balances
from optimizer.search.bounds.unled import unled
from tests.optimizer.toys import LINE, modelled, wire


def test_multipliers_show_what_is_not_led_on():
    """a ≤ b/2 and b ≤ a/2: multipliers of 1 or more on both sides; c is led on, and nothing shows anything of it."""
    terms = [[("a", 1), ("b", -0.5)], [("b", 1), ("a", -0.5)]]
    rules = [
        {
            "rule": "linear",
            "name": f"r{number}",
            "at_most": 0,
            "terms": [{"scope": {"tactics": [own]}, "coefficient": size} for own, size in row],
        }
        for number, row in enumerate(terms)
    ]
    model = modelled(wire(dict.fromkeys("abc", LINE), rules=rules, budget={"at_most": 100}))
    ways = balances(model, np.zeros(len(model.cells.inputs)))
    left, multipliers = unled(ways, 10.0)
    shares = ways.matrix.priced(multipliers, len(ways.columns))
    spends = [ways.columns.tolist().index(column) for column in model.spend.ravel()]
    assert left[spends].tolist() == [True, True, False]
    assert (multipliers >= 0.0).all()
    assert (shares[spends[:2]] >= 1.0 - 1e-9).all()
    assert not unled(ways, 0.0)[0].any()
