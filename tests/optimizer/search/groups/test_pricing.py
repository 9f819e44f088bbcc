"""Any duals of the rows prove a bound; the best of them are found."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.groups.pricing import _seen, _signed, alone, priced, proved, taken
from tests.effort import seeds
from tests.optimizer.search.groups.toys import every, plans, problem_of

SEEDS = seeds(3, 10)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_costs_less_whatever_the_duals(seed):
    """Against all plans on a grid; the sign that the row does not admit is dropped before."""
    problem, cells = problem_of(seed)
    _, costs = plans(problem, cells)
    for dual in (0.0, -0.2, -0.5, -1.0, -3.0):
        duals = np.array([dual])
        assert proved(problem, every(problem), duals).bound <= costs.min() + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_duals_are_found(seed):
    """No dual on a fine grid proves more than a little more."""
    problem, cells = problem_of(seed)
    duals = np.array([-0.5])
    choices = every(problem)
    found = priced(problem, choices, duals)
    again = proved(problem, choices._replace(price=found.reading.price), found.duals)
    assert again.bound >= found.bound - 1e-6
    for dual in np.linspace(-3.0, 0.0, 61):
        now = choices
        for _ in range(4):
            known = proved(problem, now, np.array([dual]))
            now = now._replace(price=known.reading.price)
        assert known.bound <= found.bound + 1e-2 * abs(found.bound - problem.rest)
    assert found.bound <= plans(problem, cells)[1].min() + 1e-9


def test_the_slope_is_what_the_rows_take():
    """The smooth bound changes by the limit less what choices take by their weights."""
    problem, _ = problem_of(3, (2, 2, 1), rows=2)
    free = np.full(3, np.inf)
    problem = replace(problem, groups=replace(problem.groups, least=-free, most=free))
    smooth, duals = problem.smooth, np.array([-0.4, -0.3])
    choices = every(problem)
    for _ in range(8):
        choices = choices._replace(price=proved(problem, choices, duals).reading.price)
    now = _seen(problem, choices, duals, smooth)
    slope = problem.upper - now.priced.weights @ taken(problem, choices, now.priced.reading)[0]
    for row in range(2):
        step = 1e-6 * np.eye(2)[row]
        rise = (
            _seen(problem, choices, duals + step, smooth).height - _seen(problem, choices, duals - step, smooth).height
        )
        assert rise / 2e-6 == pytest.approx(slope[row], rel=0.02, abs=0.2)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_choice_of_each_group_is_bounded_by_plans_with_it(seed):
    """No plan on the sides of a choice costs less than what is proved of it alone."""
    problem, cells = problem_of(seed, (3,))
    at, costs = plans(problem, cells)
    choices = every(problem)
    for place in range(len(choices.group)):
        chosen = choices.part(np.array([place]))
        bound = alone(problem, chosen, np.array([-0.5])).bound
        off = np.flatnonzero(chosen.sides[0] == 0)
        on = np.flatnonzero(chosen.sides[0] == 1)
        there = (at[:, off] <= cells.bend[off]).all(axis=1) & (at[:, on] >= cells.bend[on]).all(axis=1)
        assert bound <= costs[there].min(initial=np.inf) + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_lost_by_a_choice(seed):
    """A plan with it costs at the least so much more than the bound."""
    problem, cells = problem_of(seed, (3,))
    at, costs = plans(problem, cells)
    duals = np.array([-0.5])
    choices = every(problem)
    found = proved(problem, choices, duals)
    for sides, lost in zip(choices.sides, found.lost(choices), strict=True):
        off, on = np.flatnonzero(sides == 0), np.flatnonzero(sides == 1)
        there = (at[:, off] <= cells.bend[off]).all(axis=1) & (at[:, on] >= cells.bend[on]).all(axis=1)
        assert found.bound + lost <= costs[there].min(initial=np.inf) + 1e-9


@pytest.mark.parametrize("seed", seeds(14, 40))
def test_newton_s_step_is_the_best_that_keeps_signs(seed):
    """By the conditions of optimality: no dual turns, and none that is held at 0 wants to leave it."""
    rng = np.random.default_rng(seed)
    rows = 8
    base = rng.normal(size=(rows, rows))
    hessian = base @ base.T + 0.1 * np.eye(rows)
    duals, slope = np.where(rng.random(rows) < 0.5, rng.normal(size=rows), 0.0), 3.0 * rng.normal(size=rows)
    problem, _ = problem_of(0)
    problem = replace(problem, lower=np.zeros(rows), upper=np.ones(rows))
    step = _signed(problem, duals, hessian, slope)
    sign, left = np.where(duals != 0.0, np.sign(duals), np.sign(slope)), slope - hessian @ step
    after = sign * (duals + step)
    assert (after >= -1e-12).all()
    assert np.abs(left[after > 1e-9]).max(initial=0.0) <= 1e-9
    assert (sign * left)[after <= 1e-9].max(initial=0.0) <= 1e-9
    assert slope @ step >= 0.5 * step @ hessian @ step - 1e-9
