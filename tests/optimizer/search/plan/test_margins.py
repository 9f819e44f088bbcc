"""What the next unit of money brings in each cell, and what spend limits are worth."""

import numpy as np
import pytest

from optimizer.problem.valuation import Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.plan.margins import margins_of, spend_limit_prices
from optimizer.search.plan.outcome import whole_spend
from optimizer.search.prices.duals import prices_of
from optimizer.search.search import search
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, modelled, wire

CAPPED = wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 500})


def told(document):
    """What was found, rounded to money, and its margins."""
    found = search(modelled(document), 1e-6, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), lambda *_: None)
    valuer = Valuer(found.model.scenario)
    whole, minor, _ = whole_spend(found, valuer)
    prices = prices_of(found.model, found.duals, whole, found.columns)
    return whole, minor, margins_of(found, whole, valuer, prices, minor.unit)


def test_at_the_best_split_every_cell_brings_the_price_of_the_budget():
    """10·√100 and 20·√400: half a unit each; what is left of it after the budget's price is nothing."""
    _, _, margins = told(CAPPED)
    assert margins.worth.ravel() == pytest.approx([0.5, 0.5], rel=1e-9)
    assert margins.charges["budget"].ravel() == pytest.approx([0.5, 0.5], rel=1e-6)
    assert margins.gain.ravel() == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_ceiling_is_worth_what_its_cell_would_gain_and_a_floor_what_it_loses():
    """√ at most 50 of 500: 10/(2√50) − 20/(2√450); held at 200: 10/(2√200) − 20/(2√300)."""
    for limits, side, price in (
        ({"at_most": 50}, "at_most", 5 / np.sqrt(50) - 10 / np.sqrt(450)),
        ({"at_least": 200}, "at_least", 5 / np.sqrt(200) - 10 / np.sqrt(300)),
        ({"at_least": 200, "at_most": 200}, "exactly", 5 / np.sqrt(200) - 10 / np.sqrt(300)),
    ):
        document = CAPPED | {
            "tactics": [own | ({"spend": limits} if own["name"] == "a" else {}) for own in CAPPED["tactics"]]
        }
        whole, minor, margins = told(document)
        prices = spend_limit_prices(whole.scenario, whole, margins, minor)
        assert prices.named(whole.scenario) == {("spend limit of a", side): pytest.approx(price, rel=1e-6)}
