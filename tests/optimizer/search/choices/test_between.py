"""No plan costs less than what is told of one cell between the ends of its side; one such cell is enough."""

import numpy as np
import pytest

from optimizer.search.choices.between import PARTS, Between, Pieces, Sides
from optimizer.search.choices.choices import Table
from tests.optimizer.search.choices.test_choices import plans, problem


def looked_at(cells, limit, rng, *, free=0.0):
    """Some choice of what is on, of which a part is left open, and a table of prices."""
    on = ~cells.bent | (rng.random(len(cells.low)) < 0.5)
    open_ = cells.bent & (rng.random(len(on)) < free)
    with np.errstate(all="ignore"):
        table = Table.of(cells, np.array([limit]), np.sort(np.append(rng.uniform(0.0, 3.0, 8), 0.0))[None])
    return Sides((on & ~open_)[None], open_[None]), table


def as_chosen(cells, sides, at):
    """Which plans are of a choice, but for a cell between: what is on is, what is off is at its low end."""
    [on], [free] = sides
    kept = np.where(on, at >= cells.bend, at == cells.low)
    return kept | (free & ((at >= cells.bend) | (at == cells.low)))


@pytest.mark.parametrize("free", [0.0, 0.5])
@pytest.mark.parametrize("seed", range(25))
def test_no_plan_with_one_cell_between_costs_less(seed, free):
    """Whatever the prices: with none, and piece by piece with one of them."""
    (cells, (limit, *_)), rng = problem(seed), np.random.default_rng(seed)
    sides, table = looked_at(cells, limit, rng, free=free)
    pieces, between = Pieces.of(cells, sides).split(), Between(cells, table, None, 0)
    alone, spent = between.alone(sides)
    gains, more = between.gains(sides, pieces, np.arange(len(alone))[:, None])
    assert spent.shape == alone.shape == (table.prices.shape[1], 1)
    assert gains.shape == more.shape == (len(alone), len(pieces.cell))
    ways = [sides.on[0] | (sides.free[0] & (rng.random(len(cells.low)) < 0.5)) for _ in range(4)]
    at, cost = (np.concatenate(own) for own in zip(*(plans(cells, limit, seed, on) for on in ways), strict=True))
    chosen = as_chosen(cells, sides, at)
    assert alone.max() <= cost[chosen.all(axis=1)].min(initial=np.inf) + 1e-9
    tried = 0
    for number, cell in enumerate(pieces.cell.tolist()):
        own = chosen[:, np.arange(len(cells.low)) != cell].all(axis=1)
        own &= (at[:, cell] >= pieces.left[number]) & (at[:, cell] <= pieces.right[number])
        tried += own.sum()
        assert (alone[:, 0] - gains[:, number]).max() <= cost[own].min(initial=np.inf) + 1e-9
    assert tried or not len(pieces.cell)


def test_pieces_cover_the_sides_of_what_is_not_on():
    """From the low end to the bend, each as often as it has parts, and split again without a gap."""
    cells, _ = problem(5, 6)
    on, free = np.arange(6) % 2 == 0, np.arange(6) == 3
    whole = Pieces.of(cells, Sides(np.stack([on, on]), np.stack([free, ~free & ~on])))
    off = np.flatnonzero(cells.bent & ~on).tolist()
    assert [sorted(whole.cell[whole.owner == choice].tolist()) for choice in (0, 1)] == [off, off]
    parts = whole.split()
    assert len(parts.cell) == (len(PARTS) - 1) * len(whole.cell)
    for owner, cell, left, right in zip(*whole, strict=True):
        own = (parts.owner == owner) & (parts.cell == cell)
        np.testing.assert_array_equal(parts.left[own], np.append(left, parts.right[own][:-1]))
        assert parts.right[own][-1] == right


def test_what_is_decided_is_no_longer_open():
    """Once on and once off, the others as they were."""
    sides = Sides(np.array([[True, False, False]]), np.array([[False, True, True]]))
    both = sides.decided(np.array([0]), np.array([1]))
    assert both.on.tolist() == [[True, True, False], [True, False, False]]
    assert both.free.tolist() == [[False, False, True], [False, False, True]]
    assert sides.joined(both).on.shape == (3, 3)


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
