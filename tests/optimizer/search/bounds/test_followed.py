"""What is told without following a course is never too little, and no more than asked above what a course gains."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.bounds.course import most_of
from optimizer.search.bounds.followed import Followed
from tests.effort import seeds
from tests.optimizer.search.bounds.test_course import course, gain

ENOUGH = 1e-1


def follow(followed, own, enough):
    """Follow a course, and remember what was found."""
    [told] = most_of([own], enough)
    followed.remember(own, *told)
    return told


def priced(own, share):
    """The course at another price of all its weeks."""
    return replace(own, price=own.price + share)


@pytest.mark.parametrize("seed", seeds(2, 8))
def test_between_two_prices_no_course_gains_more(seed):
    """What is told holds against the course itself, and its inputs gain nearly that."""
    own, followed, told = course(seed), Followed(), 0
    for share in (0.0, 0.01, 1.0):
        follow(followed, priced(own, share), 1e-4)
    for share in [*np.linspace(0.0, 0.01, 11), *np.linspace(0.02, 1.0, 11)]:
        there = priced(own, share)
        found = followed.told(there, ENOUGH)
        if found is not None:
            told += 1
            assert found[0] >= most_of([there], 1e-5)[0][0] - 1e-5
            assert gain(there, found[1]) >= found[0] - ENOUGH
    assert told > 3


@pytest.mark.parametrize("seed", seeds(2, 8))
def test_off_the_line_it_is_not_too_little(seed):
    """Prices that lie on no line with known ones: what is told still holds."""
    own, followed, rng = course(seed), Followed(), np.random.default_rng(seed)
    for _ in range(6):
        follow(followed, priced(own, rng.uniform(-0.01, 0.01, len(own.price))), 1e-4)
    for _ in range(10):
        there = replace(
            priced(own, rng.uniform(-0.01, 0.01, len(own.price))), worth=own.worth * rng.uniform(0.99, 1.01)
        )
        found = followed.told(there, 10.0)
        assert found is None or found[0] >= most_of([there], 1e-5)[0][0] - 1e-5


def test_other_limits_are_another_course():
    """What is known within wider limits says nothing of the inputs that are best within narrower ones."""
    own, followed = course(3), Followed()
    follow(followed, own, 1e-4)
    assert followed.told(own, ENOUGH) is not None
    assert followed.told(replace(own, high=0.5 * own.high), ENOUGH) is None
