"""Newton's equations with curvature by tactic: against the same equations written out."""

import numpy as np
import pytest

from optimizer.search.newton.spends import Spends
from optimizer.search.ranges.followed.bends import Bends
from optimizer.search.ranges.outward import Unknown
from tests.optimizer.search.newton.mixes import MIXES
from tests.optimizer.toys import modelled

HELD, OTHERS = 0.2, 2


def some(mix, straight=()):
    """The curvature of a mix at random weights of both signs, with others behind; cells `straight` do not bend."""
    rng = np.random.default_rng(5)
    spends = Spends(modelled(MIXES[mix](1)))
    weights = rng.uniform(-1.0, 1.0, len(spends.scale))
    weights[list(straight)] = 0.0
    columns = len(spends.columns) + OTHERS
    free = rng.uniform(size=columns) > HELD
    free[-OTHERS:] = True
    return Bends(spends=spends, weights=weights, columns=columns), free, rng


def matrix(bends):
    """H column by column, from what spends lead to."""
    count, spends = len(bends.spends.columns), bends.spends
    reads = (spends.inputs(np.eye(count)) - spends.kernel.constant).T  # cells, spends
    found = np.zeros((bends.columns, bends.columns))
    found[:count, :count] = reads.T @ (bends.weights[:, None] * reads)
    return found


@pytest.mark.parametrize("mix", MIXES)
def test_the_whole_is_what_spends_lead_to(mix):
    bends, _, _ = some(mix)
    assert bends.whole() == pytest.approx(matrix(bends), abs=1e-12)


@pytest.mark.parametrize("mix", MIXES)
def test_eigenvalues_by_tactic_are_those_of_the_whole(mix):
    bends, free, _ = some(mix)
    told = np.sort(bends.eigenvalues(free))
    assert told == pytest.approx(np.linalg.eigvalsh(matrix(bends)[np.ix_(free, free)]), abs=1e-12)


@pytest.mark.parametrize("straight", [(), (0, 1, 2)])
@pytest.mark.parametrize("mix", MIXES)
def test_a_step_keeps_the_equations(mix, straight):
    bends, free, rng = some(mix, straight)
    rows = rng.uniform(-1.0, 1.0, (OTHERS + len(straight), bends.columns))  # as many as do not bend
    right, goal = rng.uniform(-1.0, 1.0, bends.columns), rng.uniform(-1.0, 1.0, len(rows))
    x, prices = bends.by_tactic(free, right, rows, goal) or bends.dense(free, right, rows, goal)
    assert not x[~free].any()
    assert (rows @ x)[: len(goal)] == pytest.approx(goal, abs=1e-6)
    assert (matrix(bends) @ x - prices @ rows - right)[free] == pytest.approx(0.0, abs=1e-6)


def test_what_decides_nothing_is_unknown():
    bends, free, rng = some(next(iter(MIXES)))
    rows = np.tile(rng.uniform(0.1, 1.0, bends.columns), (2, 1))
    with pytest.raises(Unknown):
        bends.dense(free, np.ones(bends.columns), rows, np.array([0.0, 1.0]))


def test_what_hardly_bends_is_not_eliminated_with():
    """A logistic spend next to 0 has so little curvature that all else would drown in its part of the rows."""
    bends, free, rng = some("one budget")
    free[:] = True
    weights = np.abs(bends.weights) + 0.1
    weights[0] = 1e-11
    bends = Bends(spends=bends.spends, weights=weights, columns=len(bends.spends.columns))
    rows = rng.uniform(0.1, 1.0, (OTHERS, bends.columns))
    right, goal = rng.uniform(-1.0, 1.0, bends.columns), rng.uniform(-1.0, 1.0, OTHERS)
    told = bends.by_tactic(free[: bends.columns], right, rows, goal)
    assert told is not None
    x, prices = told
    assert rows @ x == pytest.approx(goal, abs=1e-9)
    assert matrix(bends) @ x - prices @ rows - right == pytest.approx(0.0, abs=1e-9)
