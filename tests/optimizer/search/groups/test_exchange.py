"""Plans that are looked for get better by exchange, and are what they are said to be."""

import numpy as np
import pytest

from optimizer.search.groups.exchange import Plans
from optimizer.search.groups.gains import EITHER
from optimizer.search.groups.pricing import alone, priced
from tests.effort import seeds
from tests.optimizer.search.groups.toys import every, plans, problem_of


@pytest.mark.parametrize("seed", seeds(2, 8))
def test_the_best_choice_is_found_among_few(seed):
    """Of all choices of three groups, one whose plans cost about as little as any can."""
    problem, cells = problem_of(seed, (2, 1, 1))
    costs = plans(problem, cells)[1]
    duals, found = np.array([-0.5]), []
    listed = every(problem)
    looks = Plans(problem, lambda: np.inf, lambda chosen, known: found.append((chosen, known)))
    looks.look(listed, priced(problem, listed, duals))
    chosen, known = found[0]
    assert chosen.group.tolist() == [0, 1, 2]
    assert (chosen.sides[problem.groups.bent] != EITHER).all()
    assert known.bound == pytest.approx(alone(problem, chosen, known.duals).bound, abs=1e-3)
    assert known.bound <= costs.min() + 0.1 * abs(costs.min() - problem.rest)


def test_only_what_could_be_better_is_sought():
    """A target that nothing reaches asks for no plan."""
    problem, _ = problem_of(0, (2, 1, 1))
    duals = np.array([-0.5])
    listed = every(problem)
    looks = Plans(problem, lambda: -np.inf, lambda *_: pytest.fail("nothing to look for"))
    looks.look(listed, priced(problem, listed, duals))


def test_no_choice_is_sought_twice():
    """Near the same choice of each group there is the same plan."""
    problem, _ = problem_of(0, (2, 1, 1))
    duals, found = np.array([-0.5]), []
    listed = every(problem)
    looks = Plans(problem, lambda: np.inf, lambda chosen, _: found.append(chosen.sides.tobytes()))
    for _ in range(5):
        looks.look(listed, priced(problem, listed, duals))
    assert 0 < len(found) == len(set(found))
