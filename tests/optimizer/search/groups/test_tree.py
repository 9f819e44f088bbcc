"""The bound that branching proves is below every plan, and close to the best one."""

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.groups.choices import likely
from optimizer.search.groups.exchange import Plans
from optimizer.search.groups.tree import PATIENCE, Tree
from optimizer.search.region.place import Aim
from tests.optimizer.search.groups.toys import plans, problem_of


def run(problem, target, seconds=1.0, known=-np.inf):
    """The bound of all choices."""
    return searched(problem, target, seconds, known)[1]


def searched(problem, target, seconds=1.0, known=-np.inf):
    """The tree, and its bound."""
    duals = np.full(len(problem.upper), -0.5)
    count = len(problem.groups.least)
    listed, _ = likely(problem.groups, problem.gains, problem.prices(duals), np.zeros(count), 1e6)
    aim = Aim(lambda: target, lambda *_: None, 0.02)
    tree = Tree(
        problem,
        Plans(problem, lambda: -np.inf, lambda *_: None),
        aim,
        Deadline(clock=lambda: 0.0, start=0.0, seconds=seconds),
        known,
    )
    return tree, tree.run(listed, duals)


@pytest.mark.parametrize("seed", range(16))
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


def test_no_time_is_the_bound_of_the_root():
    """Which is not that of the leaves, but a bound."""
    problem, cells = problem_of(1, (2, 1))
    best = plans(problem, cells)[1].min()
    assert run(problem, best + 1.0, seconds=0.0) <= run(problem, best + 1.0) + 1e-9


def test_a_tree_that_proves_less_than_is_known_is_left():
    """After some nodes, with the bound of those; where it proves more it goes on."""
    problem, _ = problem_of(9, (4, 4, 4), rows=2)
    whole, bound = searched(problem, 1e3)
    left, less = searched(problem, 1e3, known=bound + 1.0)
    assert whole._count > 2 * PATIENCE
    assert left._count <= PATIENCE + 1
    assert less < bound
    assert searched(problem, 1e3, known=less - 1.0)[1] == bound
