"""Dynamic programming over groups finds the best plan that trying them all finds."""

import itertools

import numpy as np
import pytest

from tests.effort import seeds
from tests.oracles import grouped, grouped_dp

POINTS = 17


def toy(seed):
    """Five S-shaped tactics in two groups and one alone, with a floor and a cap that bind."""
    rng = np.random.default_rng(seed)
    tactics = [
        {
            "name": f"t{number}",
            "tags": {"group": "ab"[number // 2] if number < 4 else "c"},
            "response": {"family": "hill", "ceiling": 100.0, "half_saturation": float(half), "shape": 2.5},
            "spend": {"at_most": 40.0},
        }
        for number, half in enumerate(rng.uniform(5, 30, 5))
    ]
    rules = [
        {"rule": "spend_range", "name": "a", "scope": {"tags": {"group": "a"}}, "at_most": 30.0},
        {"rule": "spend_range", "name": "b", "scope": {"tags": {"group": "b"}}, "at_least": 50.0},
    ]
    kind = "exactly" if seed % 2 else "at_most"
    return {"objective": {"maximize": "revenue"}, "budget": {kind: 100.0}, "tactics": tactics, "rules": rules}


@pytest.mark.parametrize("seed", seeds(1, 4))
def test_no_plan_on_a_grid_is_better(seed):
    """And its own keeps all limits."""
    problem = grouped.of(toy(seed))
    value, spend = grouped_dp.best(problem, 100)
    assert value == pytest.approx(problem.whole.value(spend), rel=1e-12)
    axis = np.linspace(0.0, 40.0, POINTS)
    gains = [item.gain(axis) for item in problem.whole.items]
    every = np.array(list(itertools.product(range(POINTS), repeat=5)))
    at = axis[every]
    kept = (at[:, :2].sum(axis=1) <= 30.0) & (at[:, 2:4].sum(axis=1) >= 50.0) & (at.sum(axis=1) <= 100.0)
    kept &= (at.sum(axis=1) == 100.0) | (not problem.whole.exactly)
    best = sum(gain[own] for gain, own in zip(gains, every[kept].T, strict=True)).max()
    assert best <= value <= best * 1.05
    assert spend[:2].sum() <= 30.0 + 1e-6
    assert spend[2:4].sum() >= 50.0 - 1e-6
    assert spend.sum() == pytest.approx(100.0, rel=1e-8)


def test_groups_that_meet_are_refused():
    """It asks what it cannot answer of nobody."""
    scenario = toy(0)
    scenario["rules"].append({"rule": "spend_range", "name": "all", "scope": {}, "at_most": 90.0})
    with pytest.raises(ValueError, match="disjoint"):
        grouped.of(scenario)
