"""The interior-point method lands where linear programs and SLSQP land, for many points at once, and claims nothing."""

import numpy as np
import pytest

from optimizer.search.bounds.bound import dual_bound
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.interior import Interior, Limits, _Equations, _Walk
from optimizer.search.newton.spends import Spends, can_follow
from optimizer.search.newton.walks import followed
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.hull import Box
from optimizer.search.search import search
from tests.effort import seeds
from tests.optimizer.search.newton.mixes import BENT, BENT_BESIDE, BESIDE, MIXES, whole
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import modelled


def never():
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def _landed(model, gap=1e-8):
    hull, region, box = whole(model)
    point, duals = followed(Spends(model), model, hull, region, box, gap)
    return point, dual_bound(model, duals, hull, region, box, point)


@pytest.mark.parametrize("seed", seeds(1, 4))
@pytest.mark.parametrize("mix", MIXES | BESIDE)
def test_it_finds_the_optimum_of_concave_curves(mix, seed, monkeypatch):
    """From the middle of nowhere: the cost that linear programs prove optimal, and a bound as close."""
    model = modelled((MIXES | BESIDE)[mix](seed))
    with monkeypatch.context() as patch:
        patch.setattr(Relaxation, "open", lambda *_: None)
        patch.setattr(Relaxation, "_without_program", lambda *_: None)
        known = search(model, 1e-9, never(), lambda *_: None)
    point, bound = _landed(model)
    incumbent = Incumbent(model)
    assert incumbent.offer(point)
    assert incumbent.cost == pytest.approx(known.cost, rel=1e-7)
    assert known.cost - 1e-7 * abs(known.cost) <= bound <= known.cost + 1e-12


@pytest.mark.parametrize("seed", seeds(1, 4))
@pytest.mark.parametrize("mix", BENT | BENT_BESIDE)
def test_over_envelopes_it_finds_what_linear_programs_find(mix, seed, monkeypatch):
    """Curves that are straight in places: no worse a bound than the ladder of tangents, which knows nothing of it."""
    model = modelled((BENT | BENT_BESIDE)[mix](seed))
    monkeypatch.setattr(Relaxation, "_without_program", lambda *_: None)
    relaxation = Relaxation(model, Incumbent(model), never(), 1e-9)
    ladder = relaxation.refine(relaxation.root, -np.inf)
    point, bound = _landed(model)
    assert bound >= ladder.bound - 1e-5 * abs(ladder.bound)
    assert bound == pytest.approx(model.cost @ point, rel=1e-5)  # the ladder ends where only branching helps


@pytest.mark.parametrize("mix", MIXES | BENT)
def test_many_points_are_found_as_one_by_one(mix):
    """Budgets from tight to loose, all in one walk."""
    model = modelled((MIXES | BENT)[mix](1))
    hull, region, box = whole(model)
    spends = Spends(model)
    own, rows = spends.columns, spends.rows
    budget = [number for number, row in enumerate(rows) if model.drafts[row].owner == "budget"]
    low = np.concatenate([box.low[own], model.matrix.lower[rows]])
    high = np.concatenate([box.high[own], model.matrix.upper[rows]])
    limits = Limits(low=np.tile(low, (5, 1)), high=np.tile(high, (5, 1)))
    least = float(low[: len(own)] @ spends.direct.written_out()[budget[0]])
    limits.high[:, len(own) + budget[0]] = least + (high[len(own) + budget[0]] - least) * np.linspace(0.3, 1.2, 5)
    problem = Interior(spends, hull, region, spends.rest(box.low))
    together = problem.sight(problem(limits, 1e-9)[0]).cost
    alone = [
        float(problem.sight(problem(Limits(low=limits.low[[k]], high=limits.high[[k]]), 1e-9)[0]).cost[0])
        for k in range(5)
    ]
    np.testing.assert_allclose(together, alone, rtol=1e-6)
    assert (np.diff(together) <= 1e-9).all()


@pytest.mark.parametrize("mix", BESIDE)
def test_a_step_solves_the_equations_written_out(mix):
    """Newton's equations with every column and every row in one matrix, where nothing was eliminated."""
    model = modelled(BESIDE[mix](0))
    hull, region, box = whole(model)
    spends = Spends(model)
    problem = Interior(spends, hull, region, spends.rest(box.low))
    own = np.concatenate([spends.columns, spends.beside.columns])
    lower, upper = spends.beside.limits(model)
    low = np.concatenate([box.low[own], model.matrix.lower[spends.rows], lower])[None]
    high = np.concatenate([box.high[own], model.matrix.upper[spends.rows], upper])[None]
    with np.errstate(all="ignore"):
        walk = _Walk(problem, Limits(low=low, high=high), 1e-8, None)
        walk.step()
    size, sight = problem.size, walk.sight
    below, above = walk.distances()
    bends = problem.bends(sight, np.full(sight.inputs.shape, 1e-3))
    slack = np.concatenate([problem.pull(sight, walk.prices), walk.prices], axis=1) - walk.down + walk.up
    broken = sight.rows - walk.at[:, size:]
    equations = _Equations(walk, np.where(walk.movable, walk.down / below + walk.up / above, 0.0), slack, broken)
    step = equations.step(bends, -walk.down * below, -walk.up * above)

    width, at = 1e-6, walk.at[:, :size]
    moves = width * np.eye(size)
    rows = (problem.sight(at + moves).rows - problem.sight(at - moves).rows).T / (2.0 * width)
    pull = problem.pull(sight, walk.prices) - step.prices @ rows - step.down[:, :size] + step.up[:, :size]
    kernel = (spends.inputs(np.eye(problem.spends)) - spends.inputs(np.zeros(problem.spends))).T
    curved = np.maximum(problem.earned(walk.prices) * bends, 0.0)
    pull[:, : problem.spends] += (step.at[:, : problem.spends] @ kernel.T * curved) @ kernel
    np.testing.assert_allclose((pull - walk.down[:, :size] + walk.up[:, :size])[walk.movable[:, :size]], 0.0, atol=1e-7)
    np.testing.assert_allclose(step.at[:, :size] @ rows.T - step.at[:, size:], -broken, atol=1e-7)
    held = (step.prices - step.down[:, size:] + step.up[:, size:] + slack[:, size:])[walk.movable[:, size:]]
    np.testing.assert_allclose(held, 0.0, atol=1e-9)


@pytest.mark.parametrize("name", [name for name in TOYS if can_follow(toy(name).model)])
def test_whatever_comes_back_its_bound_holds(name):
    """Kinks, upper limits on outcome, decisions: the duals prove no more than every plan on the grid admits."""
    known = toy(name)
    _, bound = _landed(known.model)
    assert bound <= known.best() + 1e-9


def test_rows_that_nothing_keeps_end_the_walk():
    """An empty region is nothing that it can prove: it comes back, and the point breaks a row."""
    model = modelled(MIXES["one budget"](0))
    hull, region, box = whole(model)
    tight = Box(low=box.low, high=box.high)
    spent = model.spend.ravel()
    tight.low[spent] = box.high[spent]
    point, _ = followed(Spends(model), model, hull, region, tight, 1e-8)
    assert model.matrix.violation(point).max() > 1e-3
