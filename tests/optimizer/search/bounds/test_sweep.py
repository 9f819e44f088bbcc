"""Sweeps over pieces against all ways through them, of courses alone and together."""

import itertools

import numpy as np
import pytest

from optimizer.search.bounds.sweep import APART, Reach, Sweep, range_max
from tests.effort import seeds


def reach(rng, weeks):
    """Some neighbouring pieces a week, of which some were dropped, and what may enter."""
    left, right, count, largest = [], [], [], float(rng.uniform(1.0, 1e6))
    for _ in range(weeks):
        edges = np.sort(rng.uniform(0.0, largest, int(rng.integers(2, 6))))
        kept = rng.random(len(edges) - 1) < 0.8
        kept[0] = True
        left, right, count = [*left, *edges[:-1][kept]], [*right, *edges[1:][kept]], [*count, kept.sum()]
    least, most = rng.uniform(0.0, 0.2, weeks) * largest, rng.uniform(0.3, 2.0, weeks) * largest
    first = np.concatenate([[0], np.cumsum(count)])
    return Reach(
        first=first,
        left=np.array(left),
        right=np.array(right),
        least=np.repeat(least, count),
        most=np.repeat(most, count),
        retention=float(rng.uniform(0.1, 0.9)),
        largest=largest,
    )


def ways(own, gains):
    """Every way through one piece a week that follow each other: its pieces, and what they gain."""
    apart, before = APART * own.largest, (0.0, 0.0)
    for path in itertools.product(*(range(*ends) for ends in itertools.pairwise(own.first.tolist()))):
        before, follows = (0.0, 0.0), True
        for piece in path:
            low, high = before[0] + own.least[piece] - apart, before[1] + own.most[piece] + apart
            follows &= own.right[piece] >= low and own.left[piece] <= high
            before = own.retention * own.left[piece], own.retention * own.right[piece]
        if follows:
            yield path, sum(gains[piece] for piece in path)


@pytest.mark.parametrize("seed", seeds(10, 30))
def test_all_ways_through_pieces(seed):
    """The best of all, one that is as good, and the best through each piece."""
    rng = np.random.default_rng(seed)
    some = [reach(rng, int(rng.integers(1, 5))) for _ in range(int(rng.integers(1, 6)))]
    gains = [rng.normal(size=len(own.left)) for own in some]
    sweep = Sweep(some, gains)
    for own, gain, (best, path), through in zip(some, gains, sweep.best(), sweep.through(), strict=True):
        every = list(ways(own, gain))
        assert best == pytest.approx(max((value for _, value in every), default=-np.inf), rel=1e-12)
        if every:
            assert tuple(path) in {way for way, value in every if value == pytest.approx(best, rel=1e-12)}
        for piece in range(len(own.left)):
            expected = max((value for way, value in every if piece in way), default=-np.inf)
            assert through[piece] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_of_many_ranges(seed):
    """Empty ones have none."""
    rng = np.random.default_rng(seed)
    values, ends = rng.normal(size=20), rng.integers(0, 21, (50, 2))
    expected = [max(values[first:after], default=-np.inf) for first, after in ends]
    np.testing.assert_array_equal(range_max(values, *ends.T), expected)
