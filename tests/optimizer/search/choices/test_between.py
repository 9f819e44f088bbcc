"""No plan costs less than what is told of one cell between the ends of its side; one such cell is enough."""

import numpy as np
import pytest

from optimizer.search.choices.between import PARTS, Pieces
from optimizer.search.choices.choices import Table
from tests.optimizer.search.choices.test_choices import plans, problem


def looked_at(cells, limit, rng):
    """Some choice of what is on, and a table of prices."""
    on = ~cells.bent | (rng.random(len(cells.low)) < 0.5)
    with np.errstate(all="ignore"):
        return on, Table.of(cells, np.array([limit]), np.sort(np.append(rng.uniform(0.0, 3.0, 8), 0.0))[None])


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_with_one_cell_between_costs_less(seed):
    """Whatever the prices: with none, and piece by piece with one of them."""
    (cells, (limit, *_)), rng = problem(seed), np.random.default_rng(seed)
    on, table = looked_at(cells, limit, rng)
    pieces = Pieces.of(cells, on).split()
    alone, costs, spent = pieces.costs(cells, table, on)
    assert spent.shape == (table.prices.shape[1], 1 + len(pieces.cell))
    at, cost = plans(cells, limit, seed, on)
    off = ~on & cells.bent
    assert alone.max() <= cost[(at[:, off] == cells.low[off]).all(axis=1)].min(initial=np.inf) + 1e-9
    for number, cell in enumerate(pieces.cell.tolist()):
        others = off.copy()
        others[cell] = False
        own = (at[:, others] == cells.low[others]).all(axis=1)
        own &= (at[:, cell] >= pieces.left[number]) & (at[:, cell] <= pieces.right[number])
        assert costs[:, number].max() <= cost[own].min(initial=np.inf) + 1e-9


def test_pieces_cover_the_sides_of_what_is_off():
    """From the low end to the bend, each as often as it has parts, and split again without a gap."""
    cells, _ = problem(5, 6)
    on = np.arange(6) % 2 == 0
    whole = Pieces.of(cells, on)
    assert whole.cell.tolist() == np.flatnonzero(cells.bent & ~on).tolist()
    parts = whole.split()
    assert len(parts.cell) == (len(PARTS) - 1) * len(whole.cell)
    for cell, left, right in zip(*whole, strict=True):
        own = parts.cell == cell
        np.testing.assert_array_equal(parts.left[own], np.append(left, parts.right[own][:-1]))
        assert parts.right[own][-1] == right
    low, high = parts.middles(cells.low, cells.high)
    own = np.arange(len(low)), parts.cell
    np.testing.assert_array_equal(low[own], high[own])
    assert (low[own] >= parts.left).all()
    assert (low[own] <= parts.right).all()


@pytest.mark.parametrize("seed", range(10))
def test_two_cells_between_are_no_better_than_one(seed):
    """Money that goes from one to the other brings more in one of the directions, until one is at an end."""
    (cells, _), rng = problem(seed, 8), np.random.default_rng(seed)
    bent = np.flatnonzero(cells.bent)
    if len(bent) < 2:
        return
    first, second = bent[:2]
    at = cells.low + rng.random(8) * (cells.high - cells.low)
    at[[first, second]] = (0.5 * (cells.low + cells.bend))[[first, second]]

    def cost(step):
        moved = at.copy()
        moved[first] += step / cells.take[first]
        moved[second] -= step / cells.take[second]
        return cells.rest + moved @ cells.cost - cells.curves.value(moved) @ cells.worth

    way = 0.5 * min(((cells.bend - cells.low) * cells.take)[[first, second]])
    assert min(cost(way), cost(-way)) <= cost(0.0) + 1e-12
