"""No plan of a choice costs less than what choices say, at any prices; at the right ones some plan costs no more."""

import itertools

import numpy as np
import pytest

from optimizer.curves import CurveStack, Hill, Log, Power, ResponseCurve, SLogistic
from optimizer.search.choices.between import Pieces
from optimizer.search.choices.cells import Cells, Table, balanced
from optimizer.search.choices.choices import Choices, spending
from tests.effort import seeds

PLANS = 4_000
SHARES = np.array([0.5, 0.2, 0.8, 0.35])  # of what cells can take beyond the least, by point


def problem(seed, count=4):
    """S-shaped cells and concave ones, some with least spends, before a bend or beyond it; and a limit by point."""
    rng = np.random.default_rng(seed)

    def curve():
        half, shape = float(rng.uniform(20, 60)), float(rng.uniform(1.2, 4.0))
        kinds = [
            Hill(ceiling=100.0, half_saturation=half, shape=shape),
            SLogistic(ceiling=90.0, steepness=0.1, midpoint=half),
            Power(coefficient=9.0, exponent=0.5),
            Log(coefficient=40.0, scale=half),
        ]
        return ResponseCurve(members=(kinds[int(rng.choice(4, p=[0.5, 0.2, 0.15, 0.15]))],))

    stack = CurveStack.of([curve() for _ in range(count)])
    low, high = rng.choice([0.0, 15.0, 45.0], count), rng.uniform(50, 120, count)
    cells = Cells(
        curves=stack,
        worth=rng.uniform(0.5, 1.5, count),
        cost=rng.choice([0.0, 0.3], count),
        take=rng.uniform(0.8, 1.2, count),
        low=low,
        bend=np.clip(stack.turns()[0], low, high),
        high=high,
        least=np.zeros(count),
        rest=0.7,
    )
    return cells, low @ cells.take + SHARES * ((high - low) @ cells.take)


def plans(cells, limit, seed, on=None):
    """Random plans within the limit, and what they cost: ends and bends, and at the most one cell between them.

    `on` may say which cells are on.
    """
    rng = np.random.default_rng(seed)
    at = cells.low + rng.choice([0.0, 1.0, 0.3], (PLANS, len(cells.low))) * rng.random((PLANS, 1)) * (
        cells.high - cells.low
    )
    side = at >= cells.bend if on is None else np.broadcast_to(on, at.shape)
    off = np.where(rng.random(at.shape) < 0.1, cells.bend, cells.low) if on is None else cells.low
    between = rng.integers(len(cells.low), size=PLANS)[:, None] == np.arange(len(cells.low))
    at = np.where(side, np.maximum(at, cells.bend), np.where(between, np.minimum(at, cells.bend), off))
    at = at[at @ cells.take <= limit]
    return at, cells.rest + at @ cells.cost - cells.curves.value(at) @ cells.worth


def every(cells, points=1):
    """All choices of all cells that may be off, and those that leave some open: of each point."""
    bent = np.flatnonzero(cells.bent)
    states = np.array(list(itertools.product([-1.0, 0.0, 1.0], repeat=len(bent))))
    chosen, sides = (
        np.tile(bent, (points, 1)),
        (np.tile(~cells.bent, (points, 1)), np.ones((points, len(cells.low)), bool)),
    )
    return bent, Choices(cells, chosen, np.tile(states, (points, 1, 1)), sides)


@pytest.mark.parametrize("seed", seeds(9, 25))
def test_no_plan_of_a_choice_costs_less(seed):
    """Whatever the prices, and wherever the inputs that return them were looked for; at the limit of each point."""
    (cells, limits), rng = problem(seed), np.random.default_rng(seed)
    bent, choices = every(cells, len(limits))
    with np.errstate(all="ignore"):
        prices = np.sort(rng.uniform(0.0, 3.0, (len(limits), 6)) * [0.0, 1.0, 1.0, 1.0, 1.0, 1.0], axis=1)
        near = rng.uniform(0.0, 100.0, (*prices.shape, len(cells.low)))
        table = Table.of(cells, limits, prices, near)
        least = choices.costs(table, choices.alone(table)).max(axis=1)
    for limit, bounds in zip(limits, least, strict=True):
        at, cost = plans(cells, limit, seed)
        on, off = at[:, bent] >= cells.bend[bent], at[:, bent] < cells.bend[bent]
        for state, bound in zip(choices.states[0], bounds, strict=True):
            own = ((state == 0.0) | ((state > 0.0) & on) | ((state < 0.0) & off)).all(axis=1)
            assert bound <= cost[own].min(initial=np.inf) + 1e-9


@pytest.mark.parametrize("seed", seeds(9, 25))
def test_the_best_choice_is_as_good_as_a_plan(seed):
    """At the prices at which choices spend the budget the least bound is not far below the best of random plans."""
    cells, limits = problem(seed)
    _, choices = every(cells, len(limits))
    whole = choices.first(np.tile(np.flatnonzero(choices.whole[0]), (len(limits), 1)))
    with np.errstate(all="ignore"):
        table, _ = balanced(cells, limits)
        for _ in range(4):
            table = table.finer(cells, spending(table, whole.spent(table))[0])
    for limit, least in zip(
        limits, whole.costs(table, whole.alone(table)).max(axis=1).min(axis=1).tolist(), strict=True
    ):
        cost = plans(cells, limit, seed)[1].min()
        assert least <= cost + 1e-9
        assert least >= cost - 0.15 * abs(cost)


@pytest.mark.parametrize("seed", seeds(5, 10))
def test_prices_surround_that_at_which_the_budget_is_spent(seed):
    """From 0 on, to one at which cells at their better side want no more; told is which limits no price keeps."""
    cells, limits = problem(seed)
    enough = float((cells.high * cells.take).sum())
    with np.errstate(all="ignore"):
        table, kept = balanced(cells, np.append(limits, [enough, 0.9 * cells.low @ cells.take - 1.0]))
    more = table.spent(cells) > table.limit[:, None]
    assert (np.diff(table.prices, axis=1) >= 0.0).all()
    assert kept.tolist() == [True] * 5 + [False]
    assert (table.prices[:, 0] == 0.0).all()
    assert not more[:5, -1].any()
    assert more[5].all()
    best = table.costs(cells).argmax(axis=1)
    assert table.prices[4, best[4]] == 0.0


@pytest.mark.parametrize("seed", seeds(5, 10))
def test_a_point_has_the_prices_that_it_has_by_itself(seed):
    """At the same prices the same gains, whatever limits stand beside it; and what is finer stays in order."""
    cells, limits = problem(seed, 6)
    with np.errstate(all="ignore"):
        table, _ = balanced(cells, limits)
        for point in range(len(limits)):
            alone, _ = balanced(cells, limits[point : point + 1])
            np.testing.assert_allclose(alone.costs(cells).max(), table.costs(cells)[point].max(), rtol=1e-9, atol=1e-9)
        odd = np.tile([np.nan, np.inf, -1.0, 0.5], (len(limits), 1))
        finer = table.finer(cells, odd)
    assert finer.prices.shape[1] == table.prices.shape[1] + 4
    assert (np.diff(finer.prices, axis=1) >= 0.0).all()


def test_a_choice_is_split_by_the_cell_that_is_least_decided():
    """Into on and off; what leaves nothing open stays."""
    cells, limits = problem(5, 6)
    bent, choices = every(cells)
    with np.errstate(all="ignore"):
        table, _ = balanced(cells, limits[:1])
    two = np.ones((1, 2), dtype=bool)
    some = choices.of(np.array([[np.ones(len(bent)), np.zeros(len(bent))]]), two, Pieces.none((1, 2)))
    halves = some.split(table, np.zeros((1, 2), dtype=np.intp), two, ~two[0, :1], 2)
    [states] = halves.states[halves.there[..., None].repeat(len(bent), axis=2)].reshape(1, -1, len(bent))
    assert len(states) == 3
    cell = int(np.abs(table.on - table.off)[0, 0][bent].argmin())
    assert sorted(states[1:, cell].tolist()) == [-1.0, 1.0]
    assert states[0].tolist() == [1.0] * len(bent)


def test_choices_begin_with_all_that_some_cells_may_be():
    """What is held is there as it is alone; later cells are open, or held."""
    cells, _ = problem(5, 6)
    held = np.array([[False, True, False, False, False, False], [False, False, False, False, False, True]])
    on = np.array([[True, False, True, True, True, True]] * 2)
    begun = Choices.begun(cells, np.array([[0, 1, 2], [0, 1, 5]]), (held, on), 2)
    first, second = (states[there].tolist() for states, there in zip(begun.states, begun.there, strict=True))
    assert sorted(first) == [[-1.0, -1.0, 0.0], [1.0, -1.0, 0.0]]
    assert sorted(second) == [[-1.0, -1.0, 1.0], [-1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, 1.0]]


@pytest.mark.parametrize(
    "curve", [Power(coefficient=9.0, exponent=0.3), Hill(ceiling=9, half_saturation=40, shape=0.999)]
)
def test_curves_that_rise_without_end_at_0_have_numbers_at_any_price(curve):
    """At any price no input gains more than is told, and little less than that is gained."""
    stack = CurveStack.of([ResponseCurve(members=(curve,))])
    one, none = np.ones(1), np.zeros(1)
    cells = Cells(
        curves=stack, worth=one, cost=none, take=one, low=none, bend=none, high=100.0 * one, least=none, rest=0.0
    )
    prices = np.geomspace(1e-3, 1e6, 60)[None]
    told = Table.of(cells, one, prices).on[0, :, 0]
    inputs = np.concatenate([[0.0], np.geomspace(1e-30, 100.0, PLANS)])
    gained = (stack.value(inputs[:, None])[:, 0] - prices[0, :, None] * inputs).max(axis=1)
    assert np.isfinite(told).all()
    assert (told >= gained - 1e-12).all()
    assert (told <= gained + 0.01 * float(stack.value(np.array([100.0]))[0])).all()
