"""Amounts that leave no plan: all that are below the least are told, and none that is not, whatever is multiplied."""

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.search.many import impossible as room
from optimizer.search.many.abreast import Abreast, shared
from optimizer.search.many.impossible import impossible
from optimizer.search.many.together import Together
from optimizer.search.region.hull import Box, Hull, Region
from tests.optimizer.search.many.test_together import GAP, models, never
from tests.oracles import instances

SHARES = [1, 2, 3, 6, 7, 8]


def asked(document, shares):
    """Which of the budgets were proved impossible."""
    amounts = (np.array(shares) * document["budget"]["at_most"]).round(2).tolist()
    points, _ = models(document, amounts)
    own = Abreast(points, shared(points[0]), GAP)
    region = Region(low=own.model.cells.low, high=own.model.cells.high)
    low, high = (np.tile(side, (len(points), 1)) for side in (own.model.low, own.model.high))
    return amounts, impossible(own.model, Hull(own.model, region), region, Box(low=low, high=high), never())


def least_budget(document):
    """The least total spend that keeps limits and shares, by another solver."""
    lines, rules = document["tactics"], document["rules"]
    names, rows = [line["name"] for line in lines], []
    for rule in rules:
        own = np.array([name in rule["scope"]["tactics"] for name in names], dtype=float)
        rows += [rule["at_least"] - own, own - rule["at_most"]]
    bounds = [(line["spend"]["at_least"], line["spend"]["at_most"]) for line in lines]
    return linprog(np.ones(len(names)), A_ub=np.array(rows), b_ub=np.zeros(len(rows)), bounds=bounds).fun


@pytest.mark.parametrize("limits", ["mixed", "narrow"])
@pytest.mark.parametrize("seed", SHARES)
def test_what_is_below_the_least_budget_is_told(seed, limits):
    """Budgets of 20 tactics beside five shares, the nearest a millionth below and above the least."""
    document = instances.with_shares(instances.one_period(20, seed, limits=limits))
    least = least_budget(document)
    shares = np.array([0.5, 0.9, 1 - 1e-6, 1 + 1e-6, 1.1, 2.0]) * least / document["budget"]["at_most"]
    _, told = asked(document, shares)
    assert told.tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize("seed", SHARES)
def test_what_can_be_kept_is_not_told_impossible_whatever_the_multipliers(seed, monkeypatch):
    """Those of the program, disturbed, and any others: the sum is reckoned under the limits of each amount."""
    document, rng = instances.with_shares(instances.one_period(20, seed)), np.random.default_rng(seed)
    least, own = least_budget(document), room._multipliers
    shares = np.linspace(0.5, 1.5, 21) * least / document["budget"]["at_most"]

    def disturbed(*asked):
        for known in own(*asked):
            yield from (known + size * rng.normal(size=known.shape) for size in (0.0, 1e-6, 1e-3, 1.0))

    monkeypatch.setattr(room, "_multipliers", disturbed)
    amounts, told = asked(document, shares)
    assert told.any()
    assert not told[np.array(amounts) >= least].any()


@pytest.mark.parametrize("seed", SHARES)
def test_no_region_of_what_is_impossible_is_visited(seed, monkeypatch):
    """Below the least budget nothing is walked to, and what is above is found as ever."""
    document = instances.with_shares(instances.one_period(20, seed))
    least = least_budget(document)
    points, _ = models(document, (np.array([0.8, 0.9, 0.99, 1.2, 1.5, 2.0]) * least).round(2).tolist())
    monkeypatch.setattr(Abreast, "visit", lambda *_: pytest.fail("a region is visited"))
    founds = Together(points, shared(points[0]), GAP, never()).run(lambda _: None)
    assert [found.proved_empty for found in founds] == [True, True, True, False, False, False]
    assert all(found.columns is not None for found in founds[3:])
