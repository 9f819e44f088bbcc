"""Which pieces are counted by columns, and what limits of sums of pieces become."""

import numpy as np
import pytest

from optimizer.formulation.rules.packages import MANY
from tests.optimizer.toys import LINE, ROOT, line, modelled, wire

A, B = {"tactics": ["a"]}, {"tactics": ["b"]}


def sold(*prices, budget=None):
    """The model of two tactics, each sold at a price, or not at all; and its rows of the budget."""
    packages = [
        {"rule": "packages", "name": f"p{number}", "scope": scope, "price": price}
        for number, (scope, price) in enumerate(zip((A, B), prices, strict=False))
    ]
    model = modelled(wire({"a": ROOT, "b": LINE}, budget=budget or {"at_most": 1e4}, rules=packages))
    return model, [row for row in model.drafts if row.owner == "budget"]


@pytest.mark.parametrize(("price", "counted"), [(1e4 / MANY * 2, True), (1e4 / MANY / 2, False)])
def test_columns_count_pieces_up_to_many(price, counted):
    """Beyond that the spend is left as it is."""
    model, _ = sold(price)
    assert (len(model.integer) == 1) is counted
    assert len(model.uncounted) == (not counted)


@pytest.mark.parametrize(
    ("prices", "budget", "limits"),
    [
        ((0.7, 0.7), {"at_most": 1e4}, (-np.inf, 9999.5)),
        ((0.7, 0.7), {"exactly": 9999.5}, (9999.5, 9999.5)),
        ((0.6, 0.9), {"at_most": 1e4}, (-np.inf, 9999.9)),  # in steps of 0.3
        ((0.7,), {"at_most": 1e4}, (-np.inf, 1e4)),  # the other takes what is left
        ((700.0, 700.0), {"at_most": 1e4}, (-np.inf, 1e4)),  # columns say so
    ],
)
def test_a_limit_of_nothing_but_pieces_is_a_whole_number_of_them(prices, budget, limits):
    """In the decimals that were written."""
    _, [row] = sold(*prices, budget=budget)
    assert (row.lower, row.upper) == limits


def test_an_amount_between_pieces_leaves_its_row_empty():
    """9,999 is no whole number of times 0.7."""
    _, [row] = sold(0.7, 0.7, budget={"exactly": 9999})
    assert (row.lower, row.upper) == (9999.5, 9998.8)


def test_the_last_piece_within_a_limit_is_a_row_of_the_rule():
    """A tactic may spend up to 9,999, and 14,284 pieces are 9,998.8; at 9,998.8 there is nothing to say."""
    for most, limits in ((9999, [9998.8]), (9998.8, [])):
        tactic = line("a", ROOT, spend={"at_most": most})
        rule = {"rule": "packages", "name": "p", "scope": A, "price": 0.7}
        model = modelled(wire([tactic], budget={"at_most": 1e6}, rules=[rule]))
        assert [row.upper for row in model.drafts if row.owner == "p"] == limits
