"""No course gains more than what `most_of` says, and the inputs that it tells gain nearly that."""

import itertools

import numpy as np
import pytest

from optimizer.curves import CurveStack, Hill, ResponseCurve, Tabulated
from optimizer.search.bounds.course import Course, most_of
from tests.effort import seeds

WEEKS = 4


def course(seed, *, shape=None, **more):
    """A random course of one curve over a few weeks, whose prices buy a part of what could be bought."""
    rng = np.random.default_rng(seed)
    hill = Hill(ceiling=100.0, half_saturation=float(rng.uniform(20, 60)), shape=shape or float(rng.uniform(1.3, 4.0)))
    curves = CurveStack.of([ResponseCurve(members=(more.pop("curve", hill),))], np.zeros(WEEKS, dtype=np.intp))
    retention, most = float(rng.uniform(0.1, 0.8)), rng.uniform(30, 80, WEEKS)
    least = rng.choice([0.0, 5.0], WEEKS)
    turn, flat = curves.turns()
    numbers = {
        "worth": rng.uniform(0.5, 1.5, WEEKS),
        "price": rng.uniform(-0.1, 1.2, WEEKS),
        "low": reached(least, retention),
        "high": reached(most, retention),
        "least": least,
        "most": most,
        "turn": turn,
        "flat": flat,
    }
    return Course(curves=curves, retention=retention, **numbers | more)


def reached(entering, retention):
    """The inputs that what enters leads to."""
    inputs, before = np.zeros(len(entering)), 0.0
    for week, own in enumerate(entering):
        inputs[week] = before = own + retention * before
    return inputs


def gain(own, inputs):
    return float((own.worth * own.curves.value(inputs) - own.price * inputs).sum())


def on_a_grid(own, steps):
    """Every course of a grid that stays within the limits of its inputs: the most that one gains."""
    best = -np.inf
    for shares in itertools.product(np.linspace(0.0, 1.0, steps), repeat=WEEKS):
        inputs = reached(own.least + np.array(shares) * (own.most - own.least), own.retention)
        if (inputs >= own.low).all() and (inputs <= own.high).all():
            best = max(best, gain(own, inputs))
    return best


def climbed(own, starts=10, sweeps=3):
    """The most that courses gain which are bettered week by week, from random starts."""
    rng, best = np.random.default_rng(0), -np.inf
    for _ in range(starts):
        share = rng.choice([0.0, 1.0, rng.uniform()], WEEKS)
        for week in list(range(WEEKS)) * sweeps:
            tried = np.tile(share, (201, 1))
            tried[:, week] = np.linspace(0.0, 1.0, 201)
            inputs = np.array([reached(own.least + row * (own.most - own.least), own.retention) for row in tried])
            inside = ((inputs >= own.low) & (inputs <= own.high)).all(axis=1)
            gains = np.where(inside, [gain(own, row) for row in inputs], -np.inf)
            share, best = tried[int(np.argmax(gains))], max(best, float(gains.max()))
    return best


def follows(own, inputs):
    """Whether inputs lead to each other."""
    entering = inputs - own.retention * np.concatenate([[0.0], inputs[:-1]])
    return ((entering >= own.least - 1e-9) & (entering <= own.most + 1e-9)).all()


@pytest.mark.parametrize("seed", seeds(2, 12))
def test_no_course_of_a_grid_gains_more(seed):
    """And what is told is reached by inputs that follow each other."""
    own = course(seed)
    most, inputs = most_of([own], 1e-3)[0]
    assert most >= on_a_grid(own, 11)
    assert follows(own, inputs)
    assert gain(own, inputs) <= most <= gain(own, inputs) + 1e-3


def short(own, weeks):
    """The first weeks of a course."""
    cut = {key: getattr(own, key)[:weeks] for key in ("worth", "price", "low", "high", "least", "most", "turn", "flat")}
    return Course(curves=own.curves.take(np.arange(weeks)), retention=own.retention, **cut)


def test_courses_together_are_told_what_each_is_told_alone():
    """Of any length, however large their inputs are, and beside one that does not exist."""
    some = [short(course(seed), 1 + seed % WEEKS) for seed in range(90)]
    some[7] = course(7, low=some[3].high.max() + np.full(WEEKS, 900.0), high=np.full(WEEKS, 2000.0))
    together = most_of(some, 1e-6)
    for own, (most, inputs) in zip(some, together, strict=True):
        [(alone, expected)] = most_of([own], 1e-6)
        assert most == alone
        assert (inputs is None) == (expected is None)
        if inputs is not None:
            np.testing.assert_array_equal(inputs, expected)
    assert together[7] == (-np.inf, None)


@pytest.mark.parametrize("seed", seeds(2, 3))
def test_no_course_that_is_bettered_gains_more(seed):
    """Where pieces are dropped, none that could gain more is."""
    own = course(seed)
    assert most_of([own], 1e-6)[0][0] >= climbed(own)


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_within_a_part_of_the_inputs_it_is_no_more(seed):
    """A region: one week is kept low."""
    whole = course(seed)
    high = whole.high.copy()
    high[2] = 0.5 * (whole.low[2] + whole.high[2])
    part = course(seed, high=high)
    most, _ = most_of([part], 1e-3)[0]
    assert on_a_grid(part, 11) <= most <= most_of([whole], 1e-3)[0][0] + 1e-3


@pytest.mark.parametrize("seed", seeds(2, 4))
def test_a_table_may_bend_anywhere(seed):
    """Nothing is known of it but that it rises."""
    table = Tabulated(points=((0.0, 0.0), (10.0, 2.0), (20.0, 50.0), (60.0, 55.0), (70.0, 90.0), (400.0, 100.0)))
    own = course(seed, curve=table)
    most, inputs = most_of([own], 1e-2)[0]
    assert most >= on_a_grid(own, 9)
    assert gain(own, inputs) <= most <= gain(own, inputs) + 0.05 * abs(most)


def test_by_hand():
    """Where outcome is worth nothing: the first week buys all, unless what it leaves to the others costs more."""
    own = course(0, shape=2.0, price=np.array([-1.0, 2.0, 2.0, 2.0]), worth=np.full(WEEKS, 1e-9))
    most, inputs = most_of([own], 1e-9)[0]
    expected = reached(np.where(own.price < 0, own.most, own.least), own.retention)
    # the first week pays 1 a unit, but what it leaves to the others costs 2 a unit
    if own.retention * (1 + own.retention + own.retention**2) * 2 > 1:
        expected = reached(own.least, own.retention)
    assert inputs == pytest.approx(expected, abs=1e-3)
    assert most == pytest.approx(-float(own.price @ expected), abs=1e-3)


def test_limits_that_no_course_keeps():
    """More must be left over than can be there."""
    own = course(1)
    most, inputs = most_of([course(1, low=own.high + 1.0, high=own.high + 2.0)], 1e-3)[0]
    assert (most, inputs) == (-np.inf, None)
