"""Uphill on the least of many planes: never above the best, near it, and the mixture keeps what prices can tell."""

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.formulation.matrix import Matrix
from optimizer.search.bounds.climb import CLOSE, LOOKS, Climb, Look
from tests.effort import seeds


def matrix_of(dense, lower, upper):
    """Rows written out."""
    rows, columns = np.nonzero(np.ones_like(dense))
    return Matrix(rows=rows, columns=columns, values=dense.ravel(), lower=lower, upper=upper)


class Points:
    """The least cost over a few points per block, at duals of rows that all blocks share: L(π) and its columns."""

    def __init__(self, seed, rows, blocks=4, points=5):
        rng = np.random.default_rng(seed)
        self.take = rng.uniform(0.0, 1.0, (rows, blocks * points))
        self.cost = -(self.take.sum(axis=0) + rng.uniform(0.0, 0.5, blocks * points))
        self.block = np.repeat(np.arange(blocks), points)
        self.upper = self.take @ rng.dirichlet(np.ones(points), blocks).ravel()  # of mixtures some keep them
        self.matrix = matrix_of(self.take, np.full(rows, -np.inf), self.upper)
        self.asked = 0

    def look(self, duals):
        """The duals as far as rows admit them."""
        self.asked += 1
        duals = np.minimum(duals, 0.0)
        reduced, columns = self.cost - duals @ self.take, np.zeros(len(self.cost))
        for block in range(self.block.max() + 1):
            own = np.flatnonzero(self.block == block)
            columns[own[reduced[own].argmin()]] = 1.0
        return Look(float(reduced @ columns + duals @ self.upper), duals, columns)

    def best(self):
        """The largest L, by linear programming over mixtures of points."""
        blocks = (self.block == np.arange(self.block.max() + 1)[:, None]).astype(float)
        return linprog(self.cost, self.take, self.upper, blocks, np.ones(len(blocks))).fun


NONE = np.zeros(0, dtype=np.intp)


def climbed(points, target, look=None, aside=NONE):
    """A climb from no price at all, and where it ended."""
    climb = Climb(points.matrix, aside, look or points.look, target)
    return climb, climb.run(points.look(np.zeros(len(points.upper))))


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_with_one_row_the_best_is_all_but_found(seed):
    """Of what is missing up to a little more than can be reached, a part at the most could still be had."""
    points = Points(seed, 1)
    best = points.best()
    target = best + 0.1
    climb, sides = climbed(points, target)
    assert climb.best.bound <= best + 1e-9
    assert target - climb.best.bound <= (target - best) / (1.0 - CLOSE) + 1e-9
    assert climb.best.bound == points.look(climb.best.duals).bound
    assert climb.best in sides


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_both_sides_of_an_edge_mix_to_what_keeps_the_row(seed):
    """One takes too much of it, the other too little."""
    points = Points(seed, 1)
    climb, sides = climbed(points, points.best() + 0.1)
    if len(sides) == 2:
        taken = [float(points.take[0] @ own.columns) for own in sides]
        assert min(taken) <= points.upper[0] <= max(taken)
        mixed = climb.mixed(*sides)
        assert float(points.take[0] @ mixed) == pytest.approx(points.upper[0], abs=1e-9)
        assert [mixed[points.block == own].sum() for own in range(4)] == pytest.approx([1.0] * 4)


def test_most_seeds_have_an_edge():
    """The tests above are about something."""
    assert sum(len(climbed(points, points.best() + 0.1)[1]) == 2 for points in (Points(s, 1) for s in range(20))) >= 15


@pytest.mark.parametrize("rows", [2, 4])
@pytest.mark.parametrize("seed", seeds(5, 10))
def test_with_more_rows_it_gets_on(seed, rows):
    """Never is more told than there is, nor asked more often than that; half of what first duals leave is gone."""
    points = Points(seed, rows)
    first, best = points.look(np.zeros(rows)).bound, points.best()
    points.asked = 0
    climb, sides = climbed(points, best + 0.01)
    assert climb.best.bound <= best + 1e-9
    assert best - climb.best.bound <= 0.5 * (best - first)
    assert points.asked <= LOOKS
    assert sides == (climb.best,)


def test_what_is_aimed_at_is_enough():
    """No look more."""
    points = Points(0, 1)
    first = points.look(np.zeros(1))
    points.asked = 0
    assert Climb(points.matrix, NONE, points.look, first.bound).run(first) == (first,)
    assert points.asked == 0


def test_rows_aside_keep_no_price():
    """Whatever they are broken by."""
    points = Points(1, 2)
    climb, _ = climbed(points, points.best(), aside=np.array([1]))
    assert climb.best.duals[0] < 0.0
    assert climb.best.duals[1] == 0.0


def test_when_time_is_up_the_best_so_far_is_told():
    """A look that proves nothing ends the climb."""
    points = Points(2, 1)
    first = points.look(np.zeros(1))
    assert Climb(points.matrix, NONE, lambda own: Look(-np.inf, own, first.columns), 0.0).run(first) == (first,)
