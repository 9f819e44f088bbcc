"""Rows with multiples of totals, and thin ones, are what they are written out."""

import numpy as np
import pytest

from optimizer.formulation.matrix import Entries
from optimizer.optimize import optimize
from optimizer.search.newton import rows as held
from optimizer.search.newton.rows import Dense, Raised, Sparse, rows_of
from tests.effort import seeds
from tests.optimizer.toys import domain, modelled
from tests.oracles import instances


def drawn(rng, rows=7, spends=12, totals=2):
    """The same rows in both ways."""
    there = rng.uniform(size=(rows, spends)) < 0.3
    row, column = np.nonzero(there)
    values, times, whole = rng.normal(size=len(row)), rng.normal(size=(rows, totals)), rng.normal(size=(totals, spends))
    dense = times @ whole
    dense[row, column] += values
    return Sparse(Entries(row, column, values), times, whole), Dense(dense)


@pytest.mark.parametrize("totals", [0, 2])
@pytest.mark.parametrize("worth", [0, 50])
@pytest.mark.parametrize("seed", seeds(3, 20))
def test_both_say_the_same(seed, worth, totals, monkeypatch):
    """Products with spends, prices and weights; single spends; some of the rows, and some of those."""
    monkeypatch.setattr(held, "WORTH", worth if seed % 2 else 10**9)  # by pairs of entries, or at length
    monkeypatch.setattr(held, "AT_ONCE", 30)
    rng = np.random.default_rng(seed)
    pair = drawn(rng, totals=totals)
    some = np.array([1, 2, 4, 6])
    last = np.array([0, 3])
    parts = [own.part(some) for own in pair]
    _same(rng, *pair)
    _same(rng, *parts)
    _same(rng, *(own.part(last) for own in parts))


@pytest.mark.parametrize("seed", seeds(5, 10))
def test_what_is_added_to_some_rows_is_theirs(seed):
    """As what responses add to rows that count them."""
    rng = np.random.default_rng(seed)
    sparse, dense = drawn(rng)
    which, some = np.array([1, 4, 5]), np.array([0, 4, 6])
    for shape in ((3, 12), (3, 3, 12)):
        more = rng.normal(size=shape)
        whole = np.broadcast_to(dense.written_out(), (*shape[:-2], *dense.shape)).copy()
        whole[..., which, :] += more
        pair = Raised(sparse, which, more), Dense(whole)
        _same(rng, *pair, single=len(shape) == 2)
        _same(rng, *(own.part(some) for own in pair), single=len(shape) == 2)


def _same(rng, sparse, dense, single=True):
    spends, prices = rng.normal(size=(3, 2, 12)), rng.normal(size=(3, 2, len(dense)))
    weights, factors = rng.uniform(size=(3, 12)), rng.normal(size=12)
    way, spend, steps = np.array([0, 1, 1, 2]), np.array([5, 0, 5, 11]), rng.normal(size=4)
    asks = (
        lambda own: own.written_out(),
        lambda own: own.written_out(slice(1, 3)),
        lambda own: own.columns(spend),
        lambda own: own.times(spends),
        lambda own: own.pulled(prices),
        lambda own: own.squared(weights),
        lambda own: own.by(factors).times(spends),
    )
    of_one = (
        lambda own: own.largest(),
        lambda own: own.paid(prices[:, 0], way, spend),
        lambda own: own.asked(steps, way, spend, 3),
    )
    for ask in (*asks, *(of_one if single else ())):
        np.testing.assert_allclose(ask(sparse), ask(dense), atol=1e-12)


def by_channel(document, channels=4):
    """The scenario with limits of what every fourth tactic spends, period by period."""
    rules = []
    for channel in range(channels):
        own = document["tactics"][channel::channels]
        most = round(1.1 * sum(tactic["current_spend"] for tactic in own), 2)
        for period in document.get("periods", [None]):
            scope = {"tactics": [tactic["name"] for tactic in own]} | ({"periods": [period]} if period else {})
            rules.append({"rule": "spend_range", "name": f"{channel} {period}", "scope": scope, "at_most": most})
    return document | {"rules": rules}


CHANNELS = {
    "24 tactics": lambda seed: by_channel(instances.one_period(24, seed)),
    "8 weeks": lambda seed: by_channel(instances.weekly(8, seed, weeks=8)),
    "S-shaped 24": lambda seed: by_channel(instances.one_period(24, seed, s_share=0.5, limits="wide")),
}


@pytest.mark.parametrize("seed", seeds(1, 2))
@pytest.mark.parametrize("kind", CHANNELS)
def test_plans_do_not_tell_whether_thin_rows_are_written_out(kind, seed, monkeypatch):
    """Values, and prices."""
    document = CHANNELS[kind](seed)
    model = modelled(document)
    before, every = optimize(domain(document)), (model.matrix, np.arange(len(model.drafts)), model.spend.ravel())
    assert not rows_of(*every).sparse
    monkeypatch.setattr(held, "MANY", 0)
    monkeypatch.setattr(held, "THIN", 0)
    assert rows_of(*every).sparse
    after = optimize(domain(document))
    assert after.value == pytest.approx(before.value, rel=2e-6)
    same = 1e-5 * abs(before.budget.price or 1.0)
    assert after.budget.price == pytest.approx(before.budget.price, abs=same)
    for own, other in zip(after.rules, before.rules, strict=True):
        assert own.price == pytest.approx(other.price, rel=1e-3, abs=same)
