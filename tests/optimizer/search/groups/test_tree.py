"""The bound that branching proves is below every plan, and close to the best one."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.groups.exchange import Plans
from optimizer.search.groups.tree import Tree
from optimizer.search.region.place import Aim
from tests.effort import seeds
from tests.optimizer.search.groups.toys import every, plans, problem_of


def as_it_is(problem, _):
    """What is proved leaves groups as much room as before."""
    return problem


def run(problem, target, seconds=1.0, narrowed=as_it_is):
    """The bound of all choices."""
    duals = np.full(len(problem.upper), -0.5)
    listed = every(problem)
    aim = Aim(lambda: target, lambda *_: None, 0.02)
    tree = Tree(
        narrowed,
        Plans(problem, lambda: -np.inf, lambda *_: None),
        aim,
        Deadline(clock=lambda: 0.0, start=0.0, seconds=seconds),
    )
    return tree.run(problem, listed, duals)


@pytest.mark.parametrize("seed", seeds(2, 16))
@pytest.mark.parametrize("rows", [1, 2])
def test_no_plan_costs_less(seed, rows):
    """Against all plans on a grid; what is left is the grid's, which limits leave few points of."""
    problem, cells = problem_of(seed, (2, 1), rows=rows)
    _, costs = plans(problem, cells)
    if not len(costs):
        return
    best = costs.min()
    bound = run(problem, best + 1.0)
    assert bound <= best + 1e-9
    assert bound >= best - 0.2 * abs(best - problem.rest)
    assert run(problem, best - 20.0) <= best - 20.0


@pytest.mark.parametrize("seed", seeds([1, 3], [4, 5]))
def test_what_is_proved_of_a_node_narrows_its_parts(seed, monkeypatch):
    """Of a plan that is worth looking for its groups' spends are known better: as many nodes prove more of it."""
    monkeypatch.setattr("optimizer.search.groups.tree.NODES", 3)
    problem, cells = problem_of(seed, (2, 1))
    at, costs = plans(problem, cells)
    members, spends = problem.groups.members, np.append(at[costs.argmin()], 0.0)
    spent = spends[members].sum(axis=1)

    def narrowed(before, _):
        groups = before.groups
        least, most = np.maximum(groups.least, 0.98 * spent), np.minimum(groups.most, 1.02 * spent)
        return replace(before, groups=replace(groups, least=least, most=most))

    wide, narrow = (run(problem, costs.min() + 1.0, narrowed=way) for way in (as_it_is, narrowed))
    assert wide + 1e-3 < narrow <= costs.min() + 1e-9


def test_no_time_is_the_bound_of_the_root():
    """Which is not that of the leaves, but a bound."""
    problem, cells = problem_of(1, (2, 1))
    best = plans(problem, cells)[1].min()
    assert run(problem, best + 1.0, seconds=0.0) <= run(problem, best + 1.0) + 1e-9
