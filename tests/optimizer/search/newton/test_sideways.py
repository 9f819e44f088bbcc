"""How spends answer prices, and what rows make of it, against the matrices written out."""

import numpy as np
import pytest

from optimizer.search.newton import rows as held
from optimizer.search.newton import sideways
from optimizer.search.newton.sideways import Sideways
from optimizer.search.newton.spends import Curvature, Spends
from tests.optimizer.toys import modelled
from tests.oracles import instances

MODELS = {
    "shares of weeks": lambda: instances.with_shares(instances.weekly(6, 0, weeks=5)),
    "shares of regions": lambda: instances.regional(4, 5, 0),
}


def told(model, points):
    """What is said of some points: J·H⁻¹·Jᵀ, what prices move, single spends at the first, shares and other rows."""
    spends, rng = Spends(model), np.random.default_rng(1)
    count, cells = len(spends.columns), len(model.cells.inputs)
    curvature = Curvature(
        spends,
        rng.uniform(0.5, 2.0, (points, cells)),
        rng.uniform(0.1, 1.0, (points, count)),
        rng.random((points, count)) < 0.8,
    )
    rows, found = spends.direct, Sideways(spends.direct, curvature)
    prices = rng.normal(size=(points, 3, len(rows)))
    yield found.schur
    yield found(prices)
    if points == 1:
        way, spend = np.array([0, 2, 1]), np.array([1, 4, count - 1])
        yield found.paid(prices[0], way, spend)
        yield found.shares(np.linalg.inv(found.schur[0] + np.eye(len(rows))))
        yield found.across(rows)
    jacobian = rows.written_out()
    whole = curvature.inverse(np.broadcast_to(jacobian, (points, *jacobian.shape)))
    yield whole @ jacobian.T - found.schur
    yield prices @ whole - found(prices)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("points", [1, 2])
@pytest.mark.parametrize("kind", MODELS)
def test_large_ones_say_what_small_ones_say(kind, points, sparse, monkeypatch):
    """Whether H⁻¹·Jᵀ is held or not, and a few rows at a time."""
    if sparse:
        monkeypatch.setattr(held, "MANY", 0)
        monkeypatch.setattr(held, "THIN", 0)
    model = modelled(MODELS[kind]())
    small = list(told(model, points))
    monkeypatch.setattr(sideways, "LARGE", 0)
    monkeypatch.setattr(sideways, "AT_ONCE", 3 * len(model.spend.ravel()))
    large = list(told(model, points))
    for own, other in zip(small, large, strict=True):
        assert own == pytest.approx(other, rel=1e-9, abs=1e-12)
    for left in (*small[-2:], *large[-2:]):
        assert np.abs(left).max() <= 1e-9
