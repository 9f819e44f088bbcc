"""No input on a cell's side gains more than the tables say, and little less than they do."""

import numpy as np
import pytest

from optimizer.curves import CurveStack, Hill, Linear, Power, ResponseCurve, Tabulated
from optimizer.search.groups.gains import EITHER, OFF, ON, Cells, Gains
from tests.effort import seeds
from tests.optimizer.search.groups.toys import cells_of

STEPPED = Tabulated(points=((0.0, 0.0), (30.0, 5.0), (40.0, 60.0), (80.0, 70.0)))
GRID = np.linspace(0.0, 1.0, 2001)[:, None]


def most(cells, low, high, price):
    """The most that inputs on a grid gain, by cell."""
    at = low + (high - low) * GRID
    return (cells.worth * cells.curves.value(at) - price * at).max(axis=0)


@pytest.mark.parametrize("seed", seeds(5, 10))
def test_no_input_gains_more(seed):
    """On either side and on both, at prices near those of the table and far from them, below 0 too."""
    rng = np.random.default_rng(seed)
    cells = cells_of(rng, 6, STEPPED, Power(coefficient=5.0, exponent=0.6), Linear(slope=0.8))
    center, every = rng.uniform(0.3, 1.6, 6), np.arange(6)
    gains, turn = Gains.of(cells, center, 1e-6), np.where(cells.bent, cells.bend, cells.low)
    ends = {ON: (turn, cells.high), OFF: (cells.low, np.where(cells.bent, turn, cells.high))}
    ends[EITHER] = cells.low, cells.high
    for price in center * np.array([0.99, 1.3, 0.1, -0.5, 6.0])[:, None]:
        for side, (low, high) in ends.items():
            assert (gains.read(every, np.full(6, side), price)[0] >= most(cells, low, high, price) - 1e-12).all()


@pytest.mark.parametrize("seed", seeds(5, 10))
def test_no_input_on_a_part_of_a_side_gains_more(seed):
    """Of any side, and of a part of a part; together they are the whole."""
    rng = np.random.default_rng(seed)
    cells = cells_of(rng, 6, STEPPED, Power(coefficient=5.0, exponent=0.6), Linear(slope=0.8))
    center, every = rng.uniform(0.3, 1.6, 6), np.arange(6)
    gains, sides = Gains.of(cells, center, 1e-6), rng.integers(3, size=6)
    for _ in range(2):
        low, high = (own[gains.rows(every, sides)] for own in (gains.low, gains.high))
        first, second = gains.split(every, sides, rng.uniform(low, high))
        rows = gains.rows(every, first), gains.rows(every, second)
        assert (gains.low[rows[0]] == low).all()
        assert (gains.high[rows[0]] == gains.low[rows[1]]).all()
        assert (gains.high[rows[1]] == high).all()
        assert (gains.kind[rows[0]] == gains.kind[gains.rows(every, sides)]).all()
        sides = np.where(rng.random(6) < 0.5, first, second)
        low, high = (own[gains.rows(every, sides)] for own in (gains.low, gains.high))
        for price in center * np.array([0.99, 1.3, 0.1, -0.5, 6.0])[:, None]:
            assert (gains.read(every, sides, price)[0] >= most(cells, low, high, price) - 1e-12).all()


def hill_of(worth, low, bend, high, apart=False):
    """One S-shaped cell, on from `bend`, and off below or at its low end alone."""
    hill = ResponseCurve(members=(Hill(ceiling=100.0, half_saturation=30.0, shape=2.0),))
    return Cells(curves=CurveStack.of([hill]), worth=worth, low=low, bend=bend, high=high, apart=np.array([apart]))


@pytest.mark.parametrize("least", [40.0, 90.0])
def test_what_is_apart_is_nothing_or_its_minimum_and_more(least):
    """Nothing between, even where that would gain more; also where the minimum is all that it may spend."""
    zero, own = np.zeros(1), np.zeros(1, dtype=int)
    cells = hill_of(np.ones(1), zero, zero + least, zero + 90.0, apart=True)
    gains = Gains.of(cells, np.ones(1), 1e-7)
    for price in (0.2, 0.9, 1.1, 1.6, 5.0):
        on = most(cells, cells.bend, cells.high, price)[0]
        for side, true in ((OFF, 0.0), (ON, on), (EITHER, max(on, 0.0))):
            told, at, _ = gains.read(own, own + side, price + zero)
            assert true - 1e-12 <= told[0] <= true + 1e-2
            assert at[0] == 0.0 or at[0] >= least - 1e-9
    assert gains.off(own, np.array([-1.0]))[1][0] == 0.0


def test_they_are_close_near_the_prices_asked_for():
    """Within the error that is asked for of what is gained, with the input there and how fast it falls."""
    zero = np.zeros(1)
    cells = hill_of(np.ones(1), zero, np.array([8.0]), zero + 200.0)
    gains, own = Gains.of(cells, np.array([0.9]), 1e-7), np.zeros(1, dtype=int)
    gain, at, fall = gains.read(own, own + ON, np.array([0.93]))
    assert 0.0 <= gain[0] - most(cells, cells.bend, cells.high, 0.93)[0] <= 1e-5 * gain[0]
    assert cells.curves.slope(at)[0] == pytest.approx(0.93, rel=1e-3)
    further = gains.read(own, own + ON, np.array([0.9301]))[1]
    assert fall[0] == pytest.approx((at - further)[0] / 1e-4, rel=0.05)


def test_what_nothing_wants_stands_at_its_cheaper_end():
    """An outcome without worth."""
    one = np.ones(1)
    cells = hill_of(0.0 * one, 3.0 * one, 8.0 * one, 20.0 * one)
    gains, own = Gains.of(cells, one, 1e-6), np.zeros(1, dtype=int)
    for price, gain in ((0.5, -1.5), (-0.5, 10.0)):
        assert gains.read(own, own + EITHER, price * one)[0][0] == pytest.approx(gain)


@pytest.mark.parametrize(("worth", "high"), [(1.0, 0.0), (1.0, 4.0), (0.0, 9.0)])
def test_curves_that_begin_infinitely_steep(worth, high):
    """With no room at all, with little, and where nothing is wanted of them."""
    one, own = np.ones(1), np.zeros(1, dtype=int)
    curves = CurveStack.of([ResponseCurve(members=(Power(coefficient=5.0, exponent=0.5),))])
    cells = Cells(curves=curves, worth=worth * one, low=0.0 * one, bend=0.0 * one, high=high * one, apart=one < 0)
    gains = Gains.of(cells, one, 1e-6)
    for price in (-1.0, 0.0, 1.0, 2.0):
        true = most(cells, cells.low, cells.high, price)[0]
        assert true - 1e-12 <= gains.read(own, own + EITHER, price * one)[0][0] <= true + 0.2


def test_the_row_of_no_cell_is_empty():
    """Groups are filled up with it."""
    gains = Gains.of(cells_of(np.random.default_rng(0), 2), np.ones(2), 1e-6)
    assert all(own[0] == 0.0 for own in gains.read(np.array([2]), np.array([ON]), np.zeros(1)))
