"""Corners of tables together: held against every corner of every cell, and every piece of one."""

import itertools

import numpy as np
import pytest

from optimizer.search.choices import combined as module
from optimizer.search.choices.combined import Limits, combined
from optimizer.search.choices.corners import Corners, Edges
from tests.effort import seeds

WIDE = 1e3


def drawn(random, cells, whole=False):
    """Tables of up to four pieces each, in units of the row; in whole ones many are as good as each other."""
    count = random.integers(2, 6, cells)
    inputs, gains = np.zeros((2, cells, count.max()))
    for cell, own in enumerate(count):
        steps, rises = random.uniform(0.1, 5.0, own), random.uniform(-1.0, 6.0, own)
        if whole:
            steps, rises = np.ceil(steps), np.rint(rises)
        inputs[cell, :own] = np.cumsum(steps) - 0.1
        inputs[cell, own:] = inputs[cell, own - 1]
        gains[cell, :own] = np.cumsum(rises)
        gains[cell, own:] = gains[cell, own - 1]
    takes = inputs - inputs[:, :1]
    return Corners(inputs, gains, takes, gains, np.diff(inputs, axis=1, prepend=-1.0) > 0.0)


def least_lost(corners, limits):
    """The least that any plan loses, and whether there is one, by looking at all of them."""
    lost = corners.gains - limits.price * corners.takes
    lost = lost.max(axis=1, keepdims=True) - lost
    cells, best = len(lost), np.inf
    options = [[(*own, 0.0, 0.0) for own in zip(corners.takes[c], lost[c], strict=True)] for c in range(cells)]
    for inside in [None, *range(cells)]:
        own = [
            options[c]
            if c != inside
            else [
                (begin[0], begin[1], end[0] - begin[0], (end[1] - begin[1]) / (end[0] - begin[0]))
                for begin, end in itertools.pairwise(options[c])
                if end[0] > begin[0]
            ]
            for c in range(cells)
        ]
        for plan in itertools.product(*own):
            taken, gone = sum(one[0] for one in plan), sum(one[1] for one in plan)
            if inside is None:
                if limits.least - 1e-12 <= taken <= limits.most + 1e-12:
                    best = min(best, gone + wasted(limits, taken))
                continue
            for end in (limits.least, limits.most):
                if np.isfinite(end) and 0.0 <= end - taken <= plan[inside][2]:
                    best = min(best, gone + plan[inside][3] * (end - taken) + wasted(limits, end))
    return best


def wasted(limits, taken):
    """What it costs to end short of the limit that has the price."""
    return limits.price * ((limits.most if limits.price > 0.0 else limits.least) - taken) if limits.price else 0.0


def kept(corners, limits, found):
    """What the plan that was found loses, by its inputs."""
    takes, gains = (
        [np.interp(x, *both) for x, *both in zip(found.inputs, corners.inputs, own, strict=True)]
        for own in (corners.takes, corners.gains)
    )
    assert limits.least - 1e-9 <= sum(takes) <= limits.most + 1e-9
    most = (corners.gains - limits.price * corners.takes).max(axis=1).sum()
    return most - sum(gains) + limits.price * sum(takes) + wasted(limits, sum(takes))


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", seeds(6, 60))
def test_the_least_that_is_lost_is_found_and_proved(seed, whole):
    """Up to five cells, at any price, where so much may be taken, has to be, or has to lie between."""
    random = np.random.default_rng(seed)
    corners = drawn(random, int(random.integers(1, 6)), whole)
    most = float(corners.takes[:, -1].sum() * random.uniform(0.1, 0.95))
    price = float(random.choice([0.5, 1.0, 2.0, -0.5, 0.0]))
    kind = seed % 3 if price > 0.0 else 1 + seed % 2
    least = (-np.inf, most, 0.7 * most)[kind]
    limits = Limits(least, most, most, 0, price)
    found, best = combined(corners, limits, WIDE, 0.0), least_lost(corners, limits)
    assert found.lost == pytest.approx(best, abs=1e-9)
    assert found.proved == found.lost
    assert kept(corners, limits, found) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", seeds(3, 20))
def test_nothing_more_is_proved_than_there_is_room_for(seed):
    """Where every plan loses more than the room, that is proved; and where there are too many, what is, is true."""
    random = np.random.default_rng(seed)
    corners = drawn(random, 5)
    most = float(corners.takes[:, -1].sum() * random.uniform(0.1, 0.95))
    limits = Limits(-np.inf, most, most, 0, 1.0)
    best = least_lost(corners, limits)
    assert combined(corners, limits, 0.5 * best, 0.0).proved == 0.5 * best
    assert combined(corners, limits, best, 0.25 * best).proved >= 0.75 * best * (1.0 - 1e-12)


def test_a_cell_inside_a_piece_may_take_less_than_any_corner_that_there_is_room_for():
    """Five of the first and four of the second's piece to five, whose lower end loses 18.5: more than there is room
    for."""
    takes = np.array([[0.0, 3.0, 5.0, 5.0, 5.0], [0.0, 5.0, 8.0, 9.0, 15.0]])
    gains = np.array([[0.0, 5.0, 10.0, 10.0, 10.0], [4.0, 9.0, 10.0, 12.0, 15.0]])
    corners = Corners(takes, gains, takes, gains, np.diff(takes, axis=1, prepend=-1.0) > 0.0)
    limits = Limits(6.3, 9.0, 9.0, 0, -0.5)
    found = combined(corners, limits, 15.0, 0.0)
    assert found.lost == pytest.approx(least_lost(corners, limits)) == pytest.approx(13.85)
    assert found.inputs == pytest.approx([5.0, 4.0])


@pytest.mark.parametrize("most", [1, 10, 100])
def test_too_many_plans_are_left(monkeypatch, most):
    """Of a few at a time less is proved, and that is true; of one nothing."""
    monkeypatch.setattr(module, "MOST", most)
    corners = drawn(np.random.default_rng(5), 5)
    limits = Limits(-np.inf, 9.0, 9.0, 0, 1.0)
    found, best = combined(corners, limits, WIDE, 0.0), least_lost(corners, limits)
    assert found.proved - 1e-12 <= best <= found.lost + 1e-12
    assert most > 1 or found.proved == 0.0


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_what_has_to_be_taken_is_taken_where_it_loses_least(seed):
    """Seven cells that take one or nothing and bring little or lose: of so many that must be taken none is left."""
    random = np.random.default_rng(seed)
    inputs, gains = np.tile([0.0, 1.0], (7, 1)), np.zeros((7, 2))
    gains[:, 1] = random.choice([-5.0, -0.01, -0.02, 0.01], 7)
    corners = Corners(inputs, gains, inputs, gains, np.ones((7, 2), dtype=bool))
    limits = Limits(float(must := random.integers(2, 6)), float(must), float(must), 0, 0.1)
    found = combined(corners, limits, WIDE, 0.0)
    assert found.lost == pytest.approx(least_lost(corners, limits), abs=1e-12)
    assert found.inputs.sum() == must


@pytest.mark.parametrize(("least", "price"), [(-np.inf, 0.0), (0.0, -1.0)])
def test_money_that_only_loses_gives_what_may_be_taken_no_price(least, price):
    """Nothing beyond the low ends may be taken: that has a price where it has to be all the same."""
    takes, gains = np.array([[0.0, 2.0]]), np.array([[-3.0, -5.0]])
    edges = Edges.of(Corners(takes, gains, takes, gains, np.ones((1, 2), dtype=bool)), None)
    assert Limits.of(edges, least, 0.0) == (least, 0.0, 0.0, 0, price)
