"""The highest point of a quadratic with limits keeps the conditions that make it so, whatever is held and let go."""

import numpy as np
import pytest

from optimizer.search.newton.uphill import uphill


def problem(seed, size, rank):
    """A concave quadratic, flat in some directions where `rank` is less, and a limit on one side of most unknowns."""
    rng = np.random.default_rng([seed, size, rank])
    factor = rng.normal(size=(size, rank))
    slope = factor @ rng.normal(size=rank)  # no way leads up without end
    side = rng.integers(-1, 2, size)
    ends = rng.exponential(size=size) * (rng.random(size) < 0.7)
    return factor @ factor.T, slope, np.where(side < 0, -ends, -np.inf), np.where(side > 0, ends, np.inf)


@pytest.mark.parametrize("rank", [30, 12])
@pytest.mark.parametrize("size", [1, 5, 30])
@pytest.mark.parametrize("seed", range(6))
def test_no_unknown_gains_by_moving(seed, size, rank):
    """Between limits the slope is 0; at one it leads outward."""
    bends, slope, low, high = problem(seed, size, rank)
    found = uphill(bends, slope, low, high)
    left = slope - bends @ found
    assert ((found >= low) & (found <= high)).all()
    least = 1e-6 * np.abs(slope).max()
    assert (left[found > low] >= -least).all()
    assert (left[found < high] <= least).all()


@pytest.mark.parametrize("size", [1, 5, 30])
def test_many_are_found_as_each_by_itself(size):
    """Six at once, which take more exchanges and fewer."""
    each = [problem(seed, size, 30) for seed in range(6)]
    together = uphill(*(np.array(own) for own in zip(*each, strict=True)))
    for found, own in zip(together, each, strict=True):
        np.testing.assert_allclose(found, uphill(*own), rtol=1e-7, atol=1e-9 * np.abs(together).max())


def test_limits_that_contradict_one_another_are_not_both_kept():
    """Two prices of one sum, of a floor and of its cap: that of the cap falls to 0 before that of the floor rises."""
    bends, slope = np.ones((2, 2)), np.array([2.0, 5.0])  # a floor of 2, a cap of 5 that is priced at −1
    found = uphill(bends, slope, np.array([0.0, -np.inf]), np.array([np.inf, 1.0]))
    np.testing.assert_allclose(found, [1.0, 1.0], rtol=1e-6)


def test_where_nothing_bends_the_way_is_long_and_finite():
    """What is added to curvature of which there is none tells a step all the same."""
    found = uphill(np.zeros((2, 2)), np.array([1.0, -1.0]), np.zeros(2), np.full(2, np.inf))
    assert found[0] > 1e6
    assert np.isfinite(found).all()
    assert found[1] == 0.0
