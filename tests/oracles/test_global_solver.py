"""The independent solvers against each other, against brute force and against points found by hand."""

import numpy as np
import pytest

from tests.effort import crossed, seeds
from tests.oracles import brute, global_solver, grid_dp, instances, separable
from tests.oracles.polyline import majorant
from tests.oracles.slsqp import best_of_slsqp

TABLE = {"family": "tabulated", "points": [[0, 0], [80, 10], [100, 300], [200, 310]]}


def _toy(*responses, budget, **more):
    tactics = [{"name": f"t{i}", "stage": "upstream", "response": r} for i, r in enumerate(responses)]
    return {"objective": {"maximize": "revenue"}, "budget": {"at_most": budget}, "tactics": tactics} | more


def test_square_roots_by_hand():
    """10√a + 20√b within 500 is 500, at 100 and 400."""
    roots = [{"family": "power", "coefficient": c, "exponent": 0.5} for c in (10, 20)]
    solved = global_solver.solve(separable.of(_toy(*roots, budget=500)))
    assert solved.value == pytest.approx(500.0, rel=1e-7)
    assert solved.bound == pytest.approx(500.0, rel=1e-7)
    np.testing.assert_allclose(solved.spend, [100, 400], rtol=1e-3)


def test_all_of_a_step_or_nothing():
    """The relaxation halves the step; the optimum takes the whole of it."""
    solved = global_solver.solve(separable.of(_toy(TABLE, {"family": "linear", "slope": 2.5}, budget=100)))
    assert (solved.value, solved.spend.tolist()) == (300.0, [100.0, 0.0])


def test_a_step_that_the_budget_cannot_pay_is_left():
    """90 do not reach the step at 100: 90 · 2.5 are better than its foot, and the bound says so."""
    solved = global_solver.solve(separable.of(_toy(TABLE, {"family": "linear", "slope": 2.5}, budget=90)))
    assert solved.value == pytest.approx(225.0, rel=1e-9)
    assert solved.bound == pytest.approx(225.0, rel=1e-7)


def test_exactly_the_budget_even_where_money_is_wasted():
    """Profit falls with every euro, and 100 must be spent: 50 on the one that loses least."""
    poor = [{"family": "linear", "slope": s} for s in (0.5, 0.2)]
    scenario = _toy(*poor, budget=0) | {"objective": {"maximize": "profit"}, "budget": {"exactly": 100}}
    scenario["tactics"][0]["spend"] = {"at_most": 50}
    assert global_solver.solve(separable.of(scenario)).value == pytest.approx(-50 * 0.5 - 50 * 0.8)


@pytest.mark.parametrize("seed", seeds(2, 6))
@pytest.mark.parametrize("tactics", [2, 3])
def test_brute_force_never_beats_it(tactics, seed):
    """A fine grid over toys: nothing lies above the bound, and the grid comes as near as its step allows."""
    scenario = instances.one_period(tactics, seed, s_share=0.7, limits="wide")
    problem = separable.of(scenario)
    solved = global_solver.solve(problem)
    best = _best_on_grid(problem, 301)
    assert best <= solved.bound * (1 + 1e-12)
    assert best >= solved.value * (1 - 5e-3)
    assert solved.gap <= 1e-7


def _best_on_grid(problem, points):
    """All grid spends of all tactics but the last, which takes what is left."""
    *first, last = problem.items
    axes = [np.linspace(item.low, item.high, points) for item in first]
    spent = sum(np.meshgrid(*axes, indexing="ij"))
    gained = sum(np.meshgrid(*(i.gain(a) for i, a in zip(first, axes, strict=True)), indexing="ij"))
    rest = np.minimum(problem.budget - spent, last.high)
    return np.where(rest >= 0, gained + last.gain(np.maximum(rest, 0.0)), -np.inf).max()


@pytest.mark.parametrize(
    ("budget", "tactics", "limits"), crossed([0.75, 1.0], [10, 5], ["wide", "robyn", "narrow", "mixed"])
)
def test_the_two_solvers_bracket_one_optimum(tactics, budget, limits):
    """Dynamic programming's proven bracket holds branch and bound's value, and the other way round."""
    scenario = instances.one_period(tactics, 11, s_share=0.7, limits=limits, budget=budget)
    problem = separable.of(scenario)
    solved = global_solver.solve(problem)
    attained, proven, spend = grid_dp.bracket(problem, 1000)
    assert solved.gap <= 1e-7
    assert attained <= solved.bound * (1 + 1e-12)
    assert solved.value <= proven
    assert attained >= solved.value * (1 - 2e-3)
    assert problem.value(spend) == pytest.approx(attained, rel=1e-12)
    assert solved.spend.sum() <= problem.budget * (1 + 1e-12)


@pytest.mark.parametrize("seed", seeds(2, 3))
def test_local_solvers_never_pass_the_bound(seed):
    """Twenty SLSQP starts stay below the bound; on concave curves they reach the value."""
    scenario = instances.one_period(5, seed, limits="mixed")
    solved = global_solver.solve(separable.of(scenario))
    value, _ = best_of_slsqp(scenario, 3)
    assert solved.value * (1 - 1e-6) <= value <= solved.bound * (1 + 1e-12)


def test_a_false_bound_would_be_seen():
    """The bracket is not empty talk: a relaxation that ignores the dents lies outside it."""
    problem = separable.of(_toy(TABLE, TABLE, budget=190))
    hulls_only = global_solver._Search(problem, 1e-8)
    root = hulls_only.relax(hulls_only.everything)
    assert root is not None
    assert root.bound > grid_dp.bracket(problem, 1900)[1]


@pytest.mark.parametrize("shape", [0.4, 1.0, 1.3, 3.0, 8.0])
def test_the_majorant_lies_above_the_curve_and_hardly(shape):
    """A hundred thousand points of a hill, at every shape."""
    scenario = _toy({"family": "hill", "ceiling": 1e6, "half_saturation": 3e4, "shape": shape}, budget=2e5)
    item = separable.of(scenario).items[0]
    x, y = majorant(item.gain, item.slope, 0.0, 2e5, 1e-2)
    fine = np.linspace(0, 2e5, 100_001)[1:]
    above = np.interp(fine, x, y) - item.gain(fine)
    assert above.min() >= -1e-8
    assert above.max() <= 2e-2


def test_brute_force_knows_packages_shares_and_thresholds():
    """The contract's package example, a share of one half, and a threshold that is not worth its price."""
    scenario = _toy({"family": "linear", "slope": 5}, {"family": "linear", "slope": 3}, budget=100)
    first = {"tactics": ["t0"]}
    packages = {"rule": "packages", "name": "p", "scope": first, "price": 30}
    half = {"rule": "share_range", "name": "s", "scope": first, "at_most": 0.5}
    burst = {"rule": "minimum_if_active", "name": "m", "scope": first, "at_least": 70}
    assert brute.best(scenario | {"rules": [packages]}, 5.0)[0] == 480
    assert brute.best(scenario | {"rules": [half]}, 5.0)[0] == 400
    assert brute.best(scenario | {"rules": [burst, half]}, 5.0)[0] == 300
