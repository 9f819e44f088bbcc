"""Whole units that keep limits on spend, moved one by one."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.money.nudge import Limits, Sides, Uneven, nudged
from optimizer.search.newton.rows import Dense
from tests.effort import seeds
from tests.optimizer.toys import ROOT, line, modelled, wire

SHARE = [{"rule": "share_range", "name": "share", "scope": {"tactics": ["a"]}, "at_most": 0.3}]


def shares(rng: np.random.Generator, cells: int, groups: int) -> tuple[Limits, np.ndarray]:
    """A budget and, for each group, a share that a real-valued point just keeps; and that point [units]."""
    point = rng.uniform(50.0, 500.0, cells)
    total, group = point.sum(), rng.integers(0, groups, cells)
    rows = [np.ones(cells)]
    for own in range(groups):
        share = point[group == own].sum() / total
        rows.append((group == own) - share)
    upper = np.array([total, *np.zeros(groups)])
    upper[1::2] += 3.0  # every other group has room
    return Limits(rows=Dense(np.array(rows)), lower=np.full((1, groups + 1), -np.inf), upper=upper[None]), point


@pytest.mark.parametrize("seed", seeds(10, 30))
def test_rounding_is_brought_back_inside_shares(seed):
    """Cells rounded at random keep every row after few moves, none of them far, none outside its own limits."""
    rng = np.random.default_rng(seed)
    limits, point = shares(rng, int(rng.integers(6, 60)), int(rng.integers(2, 6)))
    units = np.floor(point + rng.uniform(0.0, 1.0, len(point))).astype(np.int64)
    least, most = np.floor(point).astype(np.int64) - 3, np.ceil(point).astype(np.int64) + 3
    moved = nudged(limits, units, point, least, most)
    assert limits.broken(moved[None].astype(float)) == 0.0
    assert ((least <= moved) & (moved <= most)).all()


@pytest.mark.parametrize("seed", seeds(5, 10))
def test_many_points_step_together_as_each_would_alone(seed):
    """Of points that break few limits, many, or none, each ends at the units that it has by itself."""
    rng = np.random.default_rng(seed)
    limits, point = shares(rng, 40, 5)
    room = np.repeat([[0.0], [1e6], [2.0], [0.5]], len(limits.rows), axis=1)
    all_of_them = replace(limits, lower=np.repeat(limits.lower, 4, axis=0), upper=limits.upper + room)
    units = np.floor(point + rng.uniform(0.0, 1.0, (4, len(point)))).astype(np.int64)
    least, most = units - 3, units + 3
    moved = nudged(all_of_them, units, np.array([point] * 4), least, most)
    each = [
        nudged(all_of_them.part(slice(place, place + 1)), own, point, least[place], most[place])
        for place, own in enumerate(units)
    ]
    np.testing.assert_array_equal(moved, each)
    np.testing.assert_array_equal(moved[1], units[1])
    assert (moved != units).any()


def test_what_cannot_be_kept_is_left_no_worse():
    """No cell may move: the units stay as they are."""
    limits = Limits(rows=Dense(np.ones((1, 2))), lower=np.array([[-np.inf]]), upper=np.array([[9.5]]))
    units = np.array([[5], [5]])
    assert nudged(limits, units, units.astype(float), units, units).tolist() == [[5], [5]]


def test_what_single_steps_are_too_short_for_is_left_as_it_is():
    """A limit that is missed by thousands, as where pieces are sold for thousands, is no rounding: no unit is moved."""
    limits = Limits(rows=Dense(np.ones((1, 2))), lower=np.array([[-np.inf]]), upper=np.array([[1000.0]]))
    units, least = np.array([[5000, 5000]]), np.zeros((1, 2), dtype=np.int64)
    assert nudged(limits, units, units.astype(float), least, units).tolist() == [[5000, 5000]]
    near = np.array([[500, 520]])
    assert nudged(limits, near, near.astype(float), least, near).sum() == 1000


def test_only_rows_on_spend_are_read():
    """A share of spend is; a limit on outcome and an adstock are not. Limits are in minor units."""
    carried = line("b", ROOT, adstock={"family": "geometric", "retention": 0.5})
    outcome = {"rule": "metric_range", "name": "outcome", "metric": "outcome", "at_most": 1e6}
    model = modelled(wire([line("a", ROOT), carried], budget={"at_most": 10}, rules=[*SHARE, outcome]))
    limits = Limits.of([model], 0.01)
    assert limits is not None
    np.testing.assert_allclose(limits.rows.written_out(), [[1.0, 1.0], [0.7, -0.3]])
    assert limits.upper.tolist() == [[1000.0, 0.0]]


@pytest.mark.parametrize("seed", seeds(5, 10))
def test_sides_that_are_far_are_kept_by_every_pair(seed):
    """Whatever cell is moved up and whatever other down, what is missing is missing on sides within two units."""
    rng = np.random.default_rng(seed)
    limits, point = shares(rng, 12, 4)
    limits = Limits(rows=limits.rows, lower=limits.upper - rng.uniform(0.0, 6.0, 5), upper=limits.upper)
    units, cells = np.floor(point), np.arange(-1, 12)
    moves = np.vstack([np.zeros(12), np.eye(12)])
    left = np.array([[limits.broken((units + up - down)[None])[0] for down in moves] for up in moves])
    over = limits.over(limits.rows.times(units[None]))
    reach = np.tile(limits.rows.largest(), 2)
    near, one = Sides.of(over > -2.0 * reach, over), Sides.of(over > -reach, over)
    assert near.numbers.shape[1] < over.shape[1]
    np.testing.assert_allclose(near.between(limits.rows, cells[None], cells[None])[0], left, atol=1e-12)
    rows = Uneven.of(limits.rows)
    np.testing.assert_allclose(one.after(rows)[:, 0], [left[1:, 0], left[0, 1:]], atol=1e-12)
    before = one.over - rng.uniform(0.0, 2.0, one.over.shape)
    more = one.after(rows) - Sides(one.numbers, before).after(rows)
    np.testing.assert_allclose(one.after(rows, before), more, atol=1e-12)


def test_a_point_with_fewer_sides_that_matter_has_others_that_do_not():
    """Of the first point the upper side of a + b is half a unit beyond and the lower one of a − b near; of the second
    no side is, so that no unit is missing there."""
    rows = Dense(np.array([[1.0, 1.0], [1.0, -1.0]]))
    over = np.array([[0.5, -9.0, -9.0, -0.25], [-9.0, -8.0, -7.0, -6.0]])
    sides = Sides.of(over > -1.0, over)
    assert sorted(sides.numbers[0].tolist()) == [0, 3]
    assert sides.after(Uneven.of(rows)).tolist() == [[[1.5, 2.25], [0.0, 0.0]], [[0.75, 0.0], [0.0, 0.0]]]


def test_what_doubles_alone_may_miss_moves_nothing():
    """Half as much beyond what counts as kept: sums of hundreds of millions of units are no surer."""
    limits = Limits(rows=Dense(np.ones((1, 2))), lower=np.array([[-np.inf]]), upper=np.array([[10.0 - 1.5e-7]]))
    units, least = np.array([[5, 5]]), np.zeros((1, 2), dtype=np.int64)
    assert limits.broken(units[None].reshape(1, 2).astype(float)) > 0.0
    assert nudged(limits, units, units.astype(float), least, units).tolist() == [[5, 5]]


@pytest.mark.parametrize("less", range(12))
def test_very_many_units_are_told_apart(less):
    """Of 10¹⁵ units a ten-thousandth too much for a share of 0.3001 is seen, which doubles lose in the sum."""
    rules = [SHARE[0] | {"at_most": 0.3001}]
    model = modelled(wire({"a": ROOT, "b": ROOT}, budget={"at_most": 1e15}, rules=rules, digits=0))
    limits = Limits.of([model], 1.0)
    assert limits is not None
    total = 10**15 - 7001 - 10_000 * less  # 0.3001 of it is a ten-thousandth less than a whole number
    part = 300_099_999_997_899 - 3001 * less
    units = np.array([part, total - part])
    moved = nudged(limits, units, units.astype(float), np.zeros_like(units), np.full_like(units, 10**15))
    assert np.abs(moved - units).max() == 1
    assert 10_000 * moved[0] <= 3001 * moved.sum()
    assert moved.sum() <= 10**15


@pytest.mark.parametrize("kind", ["shares", "one of many", "all others"])
def test_what_a_unit_makes_of_rows_is_told_of_the_cells_that_are_not_as_most(kind):
    """The rows are what is usual, and others in their places; of 120 cells not all are looked at."""
    rng = np.random.default_rng(1)
    values = np.where(rng.random((7, 120)) < 0.2, 0.7, -0.3)
    if kind == "one of many":
        values = np.zeros((7, 120))
        values[np.arange(7), rng.integers(0, 120, 7)] = 1.0
    elif kind == "all others":
        values = rng.normal(size=(7, 120))
    uneven = Uneven.of(Dense(values))
    which, entry = uneven.entries(np.arange(7))
    written = np.tile(uneven.usual[:, None], (1, 120))
    written[which, uneven.cells[entry]] = uneven.values[entry]
    np.testing.assert_array_equal(written, values)
    assert (len(entry) < 0.25 * values.size) is (kind != "all others")
    some = np.array([5, 2])
    place, own = uneven.entries(some)
    np.testing.assert_array_equal(
        uneven.values[own], np.concatenate([uneven.values[entry[which == row]] for row in some])
    )
    np.testing.assert_array_equal(np.bincount(place, minlength=2), uneven.others[some])
