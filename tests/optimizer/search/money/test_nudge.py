"""Whole units that keep limits on spend, moved one by one."""

import numpy as np
import pytest

from optimizer.search.money.nudge import Limits, nudged
from optimizer.search.newton.rows import Dense
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
    return Limits(rows=Dense(np.array(rows)), lower=np.full(groups + 1, -np.inf), upper=upper), point


@pytest.mark.parametrize("seed", range(30))
def test_rounding_is_brought_back_inside_shares(seed):
    """Cells rounded at random keep every row after few moves, none of them far, none outside its own limits."""
    rng = np.random.default_rng(seed)
    limits, point = shares(rng, int(rng.integers(6, 60)), int(rng.integers(2, 6)))
    units = np.floor(point + rng.uniform(0.0, 1.0, len(point))).astype(np.int64)
    least, most = np.floor(point).astype(np.int64) - 3, np.ceil(point).astype(np.int64) + 3
    moved = nudged(limits, units, point, least, most)
    assert limits.broken(limits.rows.times(moved.astype(float))) == 0.0
    assert ((least <= moved) & (moved <= most)).all()


def test_what_cannot_be_kept_is_left_no_worse():
    """No cell may move: the units stay as they are."""
    limits = Limits(rows=Dense(np.ones((1, 2))), lower=np.array([-np.inf]), upper=np.array([9.5]))
    units = np.array([[5], [5]])
    assert nudged(limits, units, units.astype(float), units, units).tolist() == [[5], [5]]


def test_what_single_steps_are_too_short_for_is_left_as_it_is():
    """A limit that is missed by thousands, as where pieces are sold for thousands, is no rounding: no unit is moved."""
    limits = Limits(rows=Dense(np.ones((1, 2))), lower=np.array([-np.inf]), upper=np.array([1000.0]))
    units, least = np.array([[5000, 5000]]), np.zeros((1, 2), dtype=np.int64)
    assert nudged(limits, units, units.astype(float), least, units).tolist() == [[5000, 5000]]
    near = np.array([[500, 520]])
    assert nudged(limits, near, near.astype(float), least, near).sum() == 1000


def test_only_rows_on_spend_are_read():
    """A share of spend is; a limit on outcome and an adstock are not. Limits are in minor units."""
    carried = line("b", ROOT, adstock={"family": "geometric", "retention": 0.5})
    outcome = {"rule": "metric_range", "name": "outcome", "metric": "outcome", "at_most": 1e6}
    model = modelled(wire([line("a", ROOT), carried], budget={"at_most": 10}, rules=[*SHARE, outcome]))
    limits = Limits.of(model, 0.01)
    assert limits is not None
    np.testing.assert_allclose(limits.rows.written_out(), [[1.0, 1.0], [0.7, -0.3]])
    assert limits.upper.tolist() == [1000.0, 0.0]


@pytest.mark.parametrize("seed", range(10))
def test_rows_that_are_not_near_are_kept_by_every_pair(seed):
    """Whatever cell is moved up and whatever other down, what is missing is missing of the rows that are near."""
    rng = np.random.default_rng(seed)
    limits, point = shares(rng, 12, 4)
    limits = Limits(rows=limits.rows, lower=limits.upper - rng.uniform(0.0, 6.0, 5), upper=limits.upper)
    activity, cells = limits.rows.times(np.floor(point)), np.arange(-1, 12)
    sides, whole = limits.near(activity), np.hstack([limits.rows.written_out(), np.zeros((5, 1))])
    left = [[limits.broken(activity + whole[:, up] - whole[:, down]) for down in cells] for up in cells]
    np.testing.assert_allclose(sides.between(cells, cells), left, atol=1e-12)
    np.testing.assert_allclose(sides.after(), [np.array(left)[1:, 0], np.array(left)[0, 1:]], atol=1e-12)


def test_a_row_far_from_its_limits_is_not_near():
    """Two units below 9 a pair that moves one up and one down changes nothing that counts."""
    limits = Limits(
        rows=Dense(np.array([[1.0, 1.0], [1.0, -1.0]])), lower=np.full(2, -np.inf), upper=np.array([9.0, 9.0])
    )
    near = limits.near(np.array([6.5, 8.0]))
    assert near.over == pytest.approx([-1.0], abs=1e-6)
    assert near.rows.written_out().tolist() == [[1.0, -1.0]]


def test_what_doubles_alone_may_miss_moves_nothing():
    """Half as much beyond what counts as kept: sums of hundreds of millions of units are no surer."""
    limits = Limits(rows=Dense(np.ones((1, 2))), lower=np.array([-np.inf]), upper=np.array([10.0 - 1.5e-7]))
    units, least = np.array([[5, 5]]), np.zeros((1, 2), dtype=np.int64)
    assert limits.broken(np.array([10.0])) > 0.0
    assert nudged(limits, units, units.astype(float), least, units).tolist() == [[5, 5]]
