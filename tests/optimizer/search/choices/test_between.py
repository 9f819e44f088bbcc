"""No plan costs less than what is told of one cell between the ends of its side; one such cell is enough."""

import numpy as np
import pytest

from optimizer.search.choices.between import PARTS, Pieces
from optimizer.search.choices.cells import Table
from optimizer.search.choices.choices import Choices
from tests.effort import seeds
from tests.optimizer.search.choices.test_choices import every, plans, problem


def prices_of(cells, limits, rng):
    """A table of some prices of each point."""
    prices = np.sort(np.append(rng.uniform(0.0, 3.0, (len(limits), 8)), np.zeros((len(limits), 1)), axis=1), axis=1)
    with np.errstate(all="ignore"):
        return Table.of(cells, limits, prices)


def of_choice(cells, choices, place, chosen, at):
    """Which plans are of a choice: of one point, whose cells that are not chosen are on."""
    state, (cell, left, right) = choices.states[0, place], (own[0, place] for own in choices.pieces)
    on, low = at[:, chosen] >= cells.bend[chosen], at[:, chosen] == cells.low[chosen]
    off = ~on if cell < 0 else low
    own = ((state == 0.0) & (on | off)) | ((state > 0.0) & on) | ((state < 0.0) & off)
    if right > left:
        own[:, chosen == cell] = (at[:, [cell]] >= left) & (at[:, [cell]] <= right)
    return own.all(axis=1)


@pytest.mark.parametrize("seed", seeds(3, 25))
def test_no_plan_with_one_cell_between_costs_less(seed):
    """Whatever the prices, and piece by piece: those that stand where the choice has them."""
    (cells, (limit, *_)), rng = problem(seed, 5), np.random.default_rng(seed)
    table, (bent, choices) = prices_of(cells, np.array([limit]), rng), every(cells)
    if not len(bent):
        return
    at, cost = plans(cells, limit, seed)
    for _ in range(3):
        free, within = np.zeros(choices.there.shape, dtype=np.intp), rng.random(choices.there.shape) < 0.5
        choices = choices.split(table, free, within, np.array([True]), 100)
    with np.errstate(all="ignore"):
        bounds = choices.costs(table, choices.alone(table)).max(axis=1)[0]
    assert choices.pieces.wide.any()
    for place in np.flatnonzero(choices.there[0]).tolist():
        own = of_choice(cells, choices, place, bent, at)
        assert bounds[place] <= cost[own].min(initial=np.inf) + 1e-9


@pytest.mark.parametrize("seed", seeds(9, 25))
def test_parts_of_choices_have_all_their_plans(seed):
    """Those of a choice are of one of its parts, unless only a cell between could make them better, and none gains."""
    (cells, (limit, *_)), rng = problem(seed, 5), np.random.default_rng(seed)
    table, (bent, choices) = prices_of(cells, np.array([limit]), rng), every(cells)
    if not len(bent):
        return
    at, _ = plans(cells, limit, seed)
    choices = choices.first(rng.integers(choices.there.shape[1], size=(1, 3)))
    for _ in range(5):
        some = np.flatnonzero(choices.there[0])
        choices = choices.first(rng.choice(some, size=(1, min(4, len(some))), replace=False))
        rows, shape = rng.integers(table.prices.shape[1], size=choices.there.shape), choices.there.shape
        within, slow = rng.random(shape) < 0.5, rng.random(1) < 0.5
        parts = choices.split(table, rows, within, slow, 3)
        there = np.zeros(len(at), dtype=bool)
        for place in np.flatnonzero(parts.there[0]).tolist():
            there |= of_choice(cells, parts, place, bent, at)
        for place in range(shape[1]):
            own, off = of_choice(cells, choices, place, bent, at), bent[choices.states[0, place] < 0.0]
            if choices.any[0, place] and not within[0, place]:
                off = off[table.between[0, rows[0, place], off] > 0.0]
                own &= (at[:, off] != cells.low[off]).any(axis=1)
            assert there[own].all()


def test_pieces_cover_the_sides_of_what_is_off():
    """From the low end to the bend, each as often as it has parts, and split again without a gap."""
    whole = Pieces(np.array([3, 1]), np.array([0.0, 2.0]), np.array([10.0, 2.0]))
    parts = whole.split()
    assert parts.cell.tolist() == [[3] * (len(PARTS) - 1), [1] * (len(PARTS) - 1)]
    np.testing.assert_array_equal(parts.left[:, 0], whole.left)
    np.testing.assert_array_equal(parts.right[:, -1], whole.right)
    np.testing.assert_array_equal(parts.left[:, 1:], parts.right[:, :-1])
    assert whole.wide.tolist() == [True, False]
    assert whole.middle.tolist() == [5.0, 2.0]


def test_plans_are_looked_for_in_the_middle_of_a_piece():
    """The cell of a piece stands there, others on their sides."""
    cells, (limit, *_) = problem(5, 6)
    table, held = prices_of(cells, np.array([limit]), np.random.default_rng(0)), np.ones((1, 6), dtype=bool)
    on = ~cells.bent[None]
    cell = int(np.flatnonzero(cells.bent)[0])
    pieces = Pieces(np.array([[cell, -1]]), np.array([[1.0, 0.0]]), np.array([[2.0, 0.0]]))
    choices = Choices(cells, np.array([[cell]]), np.full((1, 2, 1), -1.0), (held, on), pieces=pieces)
    low, high = choices.ends(table, np.zeros((1, 2), dtype=np.intp))
    assert low[0, 0, cell] == high[0, 0, cell] == 1.5
    assert low[0, 1, cell] == high[0, 1, cell] == cells.low[cell]
    others = np.arange(6) != cell
    np.testing.assert_array_equal(low[0][:, others], np.where(on[0], cells.bend, cells.low)[others][None].repeat(2, 0))


@pytest.mark.parametrize("seed", seeds(5, 10))
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
