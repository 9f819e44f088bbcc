"""Choices that leave members open stand for every choice there is, and prove as much once they are taken apart."""

import numpy as np
import pytest

from optimizer.search.groups.gains import EITHER
from optimizer.search.groups.leaves import settled, unwritten
from optimizer.search.groups.pricing import priced, proved
from tests.effort import seeds
from tests.optimizer.search.groups.toys import every, plans, problem_of

SIZES = ((2, 1), (3, 2), (4, 3))


def taken_apart(problem, duals):
    """From one choice a group on."""
    return settled(problem, unwritten(problem, np.zeros(len(problem.groups.least))), duals, np.inf)


@pytest.mark.parametrize("seed", seeds(2, 12))
def test_no_plan_costs_less(seed):
    """Against all plans on a grid, whatever the duals to begin at."""
    problem, cells = problem_of(seed)
    best = plans(problem, cells)[1].min(initial=np.inf)
    for dual in (0.0, -0.5, -2.0):
        assert taken_apart(problem, np.array([dual]))[1].bound <= best + 1e-9


def _short(seed, sizes):
    """By how much less is proved than with every choice written out."""
    problem, _ = problem_of(seed, sizes)
    duals = np.array([-0.5])
    listed = every(problem)
    assert (listed.sides[problem.groups.bent[listed.group]] != EITHER).all()
    known, found = priced(problem, listed, duals), taken_apart(problem, duals)[1]
    return (known.bound - found.bound) / abs(known.bound - problem.rest)


@pytest.mark.parametrize("sizes", SIZES)
def test_as_much_is_proved_as_by_all_choices(sizes):
    """Where Newton's method ends at an edge of so few curves, some hundredths less."""
    short = np.array([_short(seed, sizes) for seed in range(8)])
    assert (short <= 1e-3).sum() >= 6
    assert short.max() <= 0.05


@pytest.mark.parametrize("seed", seeds(2, 12))
def test_every_choice_is_one_of_a_group_exactly_once(seed):
    """What is taken apart still covers all sides of all members, and none twice."""
    problem, _ = problem_of(seed, (3, 2))
    choices, _ = taken_apart(problem, np.array([-0.5]))
    for group, bent in enumerate(problem.groups.bent):
        sides = choices.sides[choices.group == group][:, bent]
        every = np.stack(np.meshgrid(*[[0, 1]] * int(bent.sum())), axis=-1).reshape(-1, int(bent.sum()))
        held = ((sides[:, None, :] == every) | (sides[:, None, :] == EITHER)).all(axis=2)
        assert (held.sum(axis=0) == 1).all()


def test_enough_is_enough():
    """What proves as much as is asked for is not taken apart."""
    problem, _ = problem_of(3, (4, 3))
    duals = np.array([-0.5])
    first = unwritten(problem, np.zeros(2))
    enough = proved(problem, first, duals).bound - 1.0
    choices, found = settled(problem, first, duals, enough)
    assert len(choices.group) == 2
    assert found.bound >= enough
