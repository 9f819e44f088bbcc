"""No plan of a choice costs less than what choices say, at any prices; at the right ones some plan costs no more."""

import itertools

import numpy as np
import pytest

from optimizer.curves import CurveStack, Hill, Log, Power, ResponseCurve, SLogistic
from optimizer.search.choices import Cells, Choices, Table, balanced, spending

PLANS = 4_000


def problem(seed, count=4):
    """S-shaped cells and concave ones, some with least spends, before a bend or beyond it."""
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
    take = rng.uniform(0.8, 1.2, count)
    return Cells(
        curves=stack,
        worth=rng.uniform(0.5, 1.5, count),
        cost=rng.choice([0.0, 0.3], count),
        take=take,
        low=low,
        bend=np.clip(stack.turns()[0], low, high),
        high=high,
        limit=float(low @ take + rng.uniform(0.1, 0.9) * (high - low) @ take),
        rest=0.7,
    )


def plans(cells, seed, on=None):
    """Random plans within the limit, ends and bends among them, and what they cost; `on` may say which are on."""
    rng = np.random.default_rng(seed)
    share = rng.choice([0.0, 1.0, 0.5], (PLANS, len(cells.low)), p=[0.25, 0.1, 0.65])
    share = np.where(share == 0.5, rng.random(share.shape), share)
    at = cells.low + share * (cells.high - cells.low)
    at = np.where(rng.random(at.shape) < 0.1, cells.bend, at)
    at = at if on is None else np.where(on, np.maximum(at, cells.bend), np.minimum(at, cells.bend))
    at = at[at @ cells.take <= cells.limit]
    return at, cells.rest + at @ cells.cost - cells.curves.value(at) @ cells.worth


def every(cells):
    """All choices of all cells that may be off, and those that leave some open."""
    bent = np.flatnonzero(cells.bent)
    states = np.array(list(itertools.product([-1.0, 0.0, 1.0], repeat=len(bent))))
    return bent, Choices(cells, bent, states, ~cells.bent, np.ones(len(cells.low), dtype=bool))


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_of_a_choice_costs_less(seed):
    """Whatever the prices, and wherever the inputs that return them were looked for."""
    cells, rng = problem(seed), np.random.default_rng(seed)
    at, cost = plans(cells, seed)
    bent, choices = every(cells)
    with np.errstate(all="ignore"):
        prices = np.sort(np.append(rng.uniform(0.0, 3.0, 5), 0.0))
        least = choices.costs(Table.of(cells, prices, rng.uniform(0.0, 100.0, (6, len(cells.low))))).max(axis=0)
    on, off = at[:, bent] >= cells.bend[bent], at[:, bent] <= cells.bend[bent]
    for state, bound in zip(choices.states, least, strict=True):
        own = ((state == 0.0) | ((state > 0.0) & on) | ((state < 0.0) & off)).all(axis=1)
        assert bound <= cost[own].min(initial=np.inf) + 1e-9


@pytest.mark.parametrize("seed", range(25))
def test_the_best_choice_is_as_good_as_a_plan(seed):
    """At the prices at which choices spend the budget the least bound is hardly below the best of many plans."""
    cells = problem(seed)
    _, cost = plans(cells, seed)
    bent, choices = every(cells)
    whole = Choices(cells, bent, choices.states[(choices.states != 0.0).all(axis=1)], ~cells.bent, cells.low >= 0.0)
    with np.errstate(all="ignore"):
        table = balanced(cells)
        for _ in range(4):
            prices, _ = spending(table.prices, whole.spent(table), cells.limit)
            table = table.finer(cells, prices)
    least = float(whole.costs(table).max(axis=0).min())
    assert least <= cost.min() + 1e-9
    assert least >= cost.min() - 0.08 * abs(cost.min())


@pytest.mark.parametrize("seed", range(10))
def test_prices_surround_that_at_which_the_budget_is_spent(seed):
    """Below it cells at their better side want more than the limit, above it no more."""
    cells = problem(seed)
    with np.errstate(all="ignore"):
        table = balanced(cells)
    more = table.spent(cells) > cells.limit
    assert (np.diff(table.prices) > 0.0).all()
    assert more[0]
    assert not more[-1]


def test_a_choice_is_split_by_the_cell_that_is_least_decided():
    """Into on and off; what leaves nothing open stays."""
    cells = problem(5, 6)
    bent, choices = every(cells)
    with np.errstate(all="ignore"):
        table = balanced(cells)
    some = choices.of(np.array([np.zeros(len(bent)), np.ones(len(bent))]))
    halves = some.split(table, np.zeros(2, dtype=np.intp))
    assert len(halves.states) == 3
    cell = int(np.abs(table.on - table.off)[0][bent].argmin())
    assert sorted(halves.states[1:, cell].tolist()) == [-1.0, 1.0]
