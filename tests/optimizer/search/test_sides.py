"""No inputs within their groups' limits gain more than what `most_of` says; where cells are off or on, some do."""

import itertools

import numpy as np
import pytest

from optimizer.curves import CurveStack, Hill, Logistic, ResponseCurve, Tabulated
from optimizer.search.sides import CHOSEN, Groups, Terms, most_of

POINTS = 61
STEPPED = Tabulated(points=((0.0, 0.0), (30.0, 5.0), (40.0, 60.0), (80.0, 70.0)))


def curves_of(rng, count, *others):
    """S-shaped ones, and now and then another."""
    hills = [
        Hill(ceiling=100.0, half_saturation=float(rng.uniform(20, 60)), shape=float(rng.uniform(1.2, 4.0)))
        for _ in range(3)
    ]
    shapes = [*hills, Logistic(ceiling=90.0, rate=0.05), *others]
    return [ResponseCurve(members=(shapes[int(rng.integers(len(shapes)))],)) for _ in range(count)]


def problem(seed, sizes=(3, 2), others=()):
    """Groups of few cells, at prices near those at which cells are worth turning on."""
    rng = np.random.default_rng(seed)
    count = sum(sizes)
    groups = Groups.of(CurveStack.of(curves_of(rng, count, *others)), list(sizes))
    terms = Terms(
        worth=rng.uniform(0.5, 1.5, count) * (rng.random(count) > 0.1),
        price=rng.uniform(0.3, 1.6, count),
        low=rng.choice([0.0, 10.0], count),
        high=rng.uniform(50, 90, count),
        start=rng.uniform(-0.3, 0.3, len(sizes)),
    )
    least = rng.uniform(0.1, 0.5, len(sizes)) * np.bincount(groups.group, terms.high)
    return groups, terms, least, least * rng.choice([1.0, 1.2, 3.0], len(sizes))


def most_on_grid(groups, terms, least, most):
    """The most that inputs on a grid gain; the last cell of a group also takes what is missing to its limits."""
    total = 0.0
    for group in range(len(least)):
        cells = np.flatnonzero(groups.group == group)
        axes = [np.linspace(terms.low[cell], terms.high[cell], POINTS) for cell in cells[:-1]]
        free = np.array(list(itertools.product(*axes)))
        last, spent = cells[-1], free.sum(axis=1)
        ends = [np.full(len(free), x) for x in np.linspace(terms.low[last], terms.high[last], POINTS)]
        ends += [least[group] - spent, most[group] - spent]
        best = -np.inf
        for end in ends:
            inputs = np.zeros((len(free), groups.curves.size))
            inputs[:, cells[:-1]], inputs[:, last] = free, np.clip(end, terms.low[last], terms.high[last])
            money = inputs[:, cells].sum(axis=1)
            kept = (money >= least[group] - 1e-9) & (money <= most[group] + 1e-9)
            gains = terms.worth * groups.curves.value(inputs) - terms.price * inputs
            best = max(best, float(gains[kept][:, cells].sum(axis=1).max(initial=-np.inf)))
        total += best
    return total


@pytest.mark.parametrize("seed", range(6))
def test_no_inputs_gain_more_with_tables_among_the_curves(seed):
    """Against every point of a grid; a table's dents stay under its hull."""
    groups, terms, least, most = problem(seed, others=(STEPPED,))
    gain, _ = most_of(groups, terms, lambda _: (least, most), 0.0)
    assert gain >= most_on_grid(groups, terms, least, most) - 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_no_inputs_gain_more(seed):
    """Against every point of a grid; what is told of inputs is within their limits."""
    groups, terms, least, most = problem(seed)
    gain, inputs = most_of(groups, terms, lambda _: (least, most), 0.0)
    assert gain >= most_on_grid(groups, terms, least, most) - 1e-9
    assert (inputs >= terms.low - 1e-9).all()
    assert (inputs <= terms.high + 1e-9).all()


@pytest.mark.parametrize("share", [0.6, 1.5, 2.4])
def test_a_group_has_whole_cells_only(share):
    """Three curves alike, money for some of them: the answer is nearer to what whole cells gain than to envelopes."""
    hill = ResponseCurve(members=(Hill(ceiling=100.0, half_saturation=30.0, shape=3.0),))
    groups = Groups.of(CurveStack.of([hill] * 3), [3])
    low, high, touch = np.zeros(3), np.full(3, 90.0), 30.0 * 2.0 ** (1.0 / 3.0)
    terms = Terms(worth=np.ones(3), price=np.zeros(3), low=low, high=high, start=np.full(1, 1.7))
    least, most = np.full(1, -np.inf), np.full(1, share * touch)
    gain, _ = most_of(groups, terms, lambda _: (least, most), 0.0)
    known = most_on_grid(groups, terms, np.zeros(1), most)
    slope = float(groups.curves.value(np.full(3, touch))[0]) / touch
    flat = slope * share * touch
    assert known - 1e-9 <= gain <= 0.6 * known + 0.4 * flat
    assert known < 0.98 * flat


@pytest.mark.parametrize("seed", range(3))
def test_more_cells_than_are_chosen_are_bounded_too(seed):
    """Cells that are not chosen stand at the better side: no random inputs gain more."""
    groups, terms, least, most = problem(seed, (CHOSEN + 4, 2))
    gain, _ = most_of(groups, terms, lambda _: (least, 3.0 * most), 0.0)
    rng = np.random.default_rng(seed)
    inputs = terms.low + rng.beta(0.3, 0.5, (20_000, groups.curves.size)) * (terms.high - terms.low)
    money = np.stack([inputs[:, groups.group == group].sum(axis=1) for group in range(2)], axis=1)
    kept = ((money >= least) & (money <= 3.0 * most)).all(axis=1)
    gains = (terms.worth * groups.curves.value(inputs) - terms.price * inputs)[kept].sum(axis=1)
    assert gains.max() <= gain


def test_limits_hear_what_is_known():
    """They are asked without a bound first, then with ever better ones."""
    groups, terms, least, most = problem(0)
    heard = []
    most_of(groups, terms, lambda gain: (heard.append(gain), (least, most))[1], 0.0)
    assert heard[0] == np.inf
    assert len(heard) > 2
    assert heard[1:] == sorted(heard[1:], reverse=True)
