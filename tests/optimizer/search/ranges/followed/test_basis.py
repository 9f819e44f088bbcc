"""Which limits are taken to bind: independent of each other, and enough to determine the rest."""

import numpy as np
import pytest

from optimizer.search.ranges.followed.basis import basis_of
from optimizer.search.ranges.outward import Unknown
from tests.effort import seeds

NONE = np.zeros(3, dtype=bool)


class Written:
    """Second derivatives that are stated."""

    def __init__(self, *diagonal):
        self.matrix, self.asked = np.diag(diagonal), 0

    def whole(self):
        self.asked += 1
        return self.matrix

    def eigenvalues(self, free):
        return np.linalg.eigvalsh(self.matrix[np.ix_(free, free)])


ROUND = Written(1.0, 1.0, 1.0)
BENT = Written(1.0, 2.0, 0.0)


def test_a_row_that_others_add_up_to_is_left_out():
    """The third is the sum of the first two."""
    rows = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    basis = basis_of(rows, ROUND, (NONE, NONE), np.arange(3), np.zeros(0, dtype=int))
    assert basis.active.tolist() == [True, True, False]


def test_a_column_at_its_limit_gives_way_to_a_row_that_has_a_price():
    """Both hold the first column: the row is asked first."""
    rows, at_limit = np.array([[1.0, 0.0, 0.0]]), np.array([True, False, False])
    basis = basis_of(rows, ROUND, (NONE, at_limit), np.arange(1), np.zeros(0, dtype=int))
    assert (basis.active.tolist(), basis.fixed.tolist()) == ([True], [False] * 3)


def test_what_does_not_bend_is_held_by_a_row_that_is_tight_or_stays():
    """The third column is straight and worth nothing."""
    rows, nobody = np.array([[0.0, 1.0, 1.0]]), np.zeros(0, dtype=int)
    tight = basis_of(rows, BENT, (NONE, NONE), nobody, np.arange(1))
    assert (tight.active.tolist(), tight.held.any()) == ([True], False)
    alone = basis_of(rows, BENT, (NONE, NONE), nobody, nobody)
    assert (alone.active.tolist(), alone.held.tolist()) == ([False], [False, False, True])


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_where_nothing_bends_at_all_rows_and_columns_decide(seed):
    """Straight curves: the last digits of what rows leave over are no curvature, neither way."""
    rows, nobody = np.random.default_rng(seed).normal(size=(2, 3)), np.zeros(0, dtype=int)
    basis = basis_of(rows, Written(0.0, 0.0, 0.0), (NONE, NONE), np.arange(1), np.arange(1, 2))
    assert (basis.active.tolist(), basis.held.sum()) == ([True, True], 1)
    assert basis_of(rows, Written(0.0, 0.0, 0.0), (NONE, NONE), np.arange(1), nobody).held.sum() == 2


def test_where_the_rest_curves_the_wrong_way_nothing_is_told():
    """A saddle is no plan that is best of what is near; a row may hold it."""
    saddle, nobody = Written(1.0, -1.0, 1.0), np.zeros(0, dtype=int)
    rows = np.array([[0.0, 1.0, 0.0]])
    with pytest.raises(Unknown):
        basis_of(rows, saddle, (NONE, NONE), nobody, nobody)
    assert basis_of(rows, saddle, (NONE, NONE), np.arange(1), nobody).active.all()


def test_more_ways_down_than_rows_are_not_looked_at():
    """Each row takes one away at the most: two are left of three, so nothing is written out."""
    down, nobody = Written(-1.0, -2.0, -3.0), np.zeros(0, dtype=int)
    with pytest.raises(Unknown):
        basis_of(np.array([[0.0, 1.0, 0.0]]), down, (NONE, NONE), nobody, np.arange(1))
    assert down.asked == 0


def test_a_row_that_is_tight_takes_one_way_down_away():
    saddle, nobody = Written(1.0, -1.0, 1.0), np.zeros(0, dtype=int)
    basis = basis_of(np.array([[0.0, 1.0, 0.0]]), saddle, (NONE, NONE), nobody, np.arange(1))
    assert (basis.active.tolist(), basis.held.any()) == ([True], False)
