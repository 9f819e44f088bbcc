"""No inputs of a group on the sides of a choice gain more than what is read of it."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.groups.choices import Choices
from optimizer.search.groups.gains import EITHER, OFF, ON
from tests.effort import seeds
from tests.optimizer.search.groups.toys import every, plans, problem_of


def gained(problem, cells, at, prices):
    """What the groups gain with inputs, shape (plans, groups)."""
    gains = np.append(cells.worth * cells.curves.value(at) - prices[:-1] * at, np.zeros((len(at), 1)), axis=1)
    return np.stack([gains[:, own].sum(axis=1) for own in problem.groups.members], axis=1)


@pytest.mark.parametrize("seed", seeds(5, 12))
def test_no_inputs_gain_more(seed):
    """Against every point of a grid, group by group; again and again it is read closer, and never too close."""
    problem, cells = problem_of(seed)
    prices = problem.prices(np.array([-0.4]))
    at, _ = plans(replace(problem, upper=problem.upper + np.inf), cells)
    known = gained(problem, cells, at, prices).max(axis=0)
    choices, before = every(problem), np.inf
    for _ in range(6):
        reading = choices.read(problem.groups, problem.gains, prices)
        choices = choices._replace(price=reading.price)
        best = np.array([reading.gain[choices.group == group].max() for group in range(len(known))])
        assert (best >= known - 1e-9).all()
        assert best.sum() <= before + 1e-12
        before = best.sum()
    assert before <= known.sum() + 0.15 * abs(known).sum()


def test_a_side_of_one_member():
    """Choices that have it, or a part of it, or leave it open, with it; those of other groups as they are."""
    problem, _ = problem_of(0, (2, 2))
    groups, gains = problem.groups, problem.gains
    part = gains.split(np.zeros(1, dtype=int), np.array([OFF]), np.array([20.0]))[0][0]
    sides = np.array([[ON, ON], [OFF, ON], [part, ON], [EITHER, OFF], [ON, ON]])
    choices = Choices(np.array([0, 0, 0, 0, 1]), sides, np.zeros(5))
    off = choices.with_side(groups, gains, (0, 0), OFF)
    assert off.sides.tolist() == [[OFF, ON], [part, ON], [OFF, OFF], [ON, ON]]
    assert choices.sides[3, 0] == EITHER


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_no_part_of_a_choice_gains_more_than_the_whole(seed):
    """The best of them gains less and less, and never less than plans on a grid."""
    problem, cells = problem_of(seed, (3,))
    choices = Choices(np.zeros(1, dtype=int), np.full((1, 3), EITHER), np.zeros(1))
    prices, gains = problem.prices(np.zeros(1)), [np.inf]
    for _ in range(60):
        reading = choices.read(problem.groups, problem.gains, prices)
        gains.append(float(reading.gain.max()))
        choices = choices._replace(price=reading.price)
        places = np.repeat(reading.gain.argmax(), 3)
        where = places[:1], np.array([len(gains) % 3])
        choices = choices.split(problem.groups, problem.gains, where, reading.at[where])
    assert (np.diff(gains) <= 1e-9).all()
    at, _ = plans(replace(problem, upper=problem.upper + np.inf), cells)
    if len(at):
        best = (cells.worth * cells.curves.value(at) - problem.cost[:-1] * at).sum(axis=1).max()
        assert gains[-1] >= best - 1e-6


def test_open_members_take_their_better_side():
    """Which is what they gain more on, at prices of the cells."""
    problem, _ = problem_of(0, (3, 2, 1))
    prices, groups = problem.prices(np.array([-0.3])), problem.groups
    open_ = Choices(np.arange(3), np.full(groups.members.shape, EITHER), np.zeros(3))
    whole = open_.resolved(groups, problem.gains, prices)
    assert (whole.sides[groups.bent] != EITHER).all()
    assert (whole.sides[~groups.bent] == EITHER).all()
    turned = [whole.sides.copy() for _ in range(2)]
    for side, own in zip((ON, OFF), turned, strict=True):
        own[groups.bent] = side
    free = replace(groups, least=groups.least - np.inf, most=groups.most + np.inf)
    gain = [whole._replace(sides=own).read(free, problem.gains, prices).gain for own in (whole.sides, *turned)]
    assert (gain[0] >= np.maximum(gain[1], gain[2]) - 1e-12).all()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_smoothed_is_no_less_and_hardly_more(seed):
    """By ε·log 2 for each open member at the most; what is read without is the same as by the better sides."""
    problem, _ = problem_of(seed, (3, 2))
    groups, gains, smooth = problem.groups, problem.gains, 0.5
    open_ = Choices(np.arange(2), np.full(groups.members.shape, EITHER, dtype=np.intp), np.full(2, 0.1))
    for dual in (0.0, -0.4, -1.0):
        prices = problem.prices(np.array([dual]))
        found = open_.read(groups, gains, prices, smooth)
        again, _ = open_._replace(price=found.price)._look(groups, gains, prices, 0.0, groups.bent)
        assert (found.soft >= found.gain - 1e-12).all()
        assert (found.soft <= found.gain + smooth * np.log(2.0) * groups.bent.sum(axis=1) + 1e-12).all()
        assert again.gain == pytest.approx(found.gain)
        assert again.soft == pytest.approx(found.gain)
