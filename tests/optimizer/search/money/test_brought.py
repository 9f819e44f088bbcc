"""A spend that solvers left thousands of units off its limits, brought within them."""

import numpy as np
import pytest

from optimizer.problem.valuation import Valuer
from optimizer.search.money.brought import brought
from tests.effort import seeds
from tests.optimizer.toys import LINE, ROOT, modelled, wire

UNIT, FEW = 1e-9, 100
SHARES = [
    {"rule": "share_range", "name": "r", "scope": {"tactics": ["a"]}, "at_least": 0.37, "at_most": 0.37},
    {"rule": "share_range", "name": "s", "scope": {"tactics": ["a", "b"]}, "at_most": 0.6},
]
MODEL = modelled(wire({"a": ROOT, "b": ROOT, "c": LINE}, budget={"exactly": 578.5566}, rules=SHARES, digits=9))
KEPT = np.array([0.37, 0.23, 0.4]) * 578.5566
LIMITS = np.zeros((3, 1)), np.full((3, 1), np.inf)


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_all_rows_hold_to_within_parts_of_a_unit(seed):
    """A budget, an exact share and a share that is a limit, each missed by up to ten thousand units of 10⁻⁹."""
    off = np.random.default_rng(seed).integers(-10_000, 10_000, 3)
    whole = Valuer(MODEL.scenario).value(np.round(KEPT + off * UNIT, 9)[:, None])
    moved = brought(MODEL, whole, LIMITS, UNIT, FEW, 5.0)
    assert moved is not None
    first, second, third = moved.ravel().tolist()
    total = first + second + third
    assert abs(total - 578.5566) < 1e-3 * UNIT
    assert abs(first - 0.37 * total) < 1e-3 * UNIT
    assert first + second - 0.6 * total < 1e-3 * UNIT
    assert np.abs(moved - whole.spend).max() < 1e6 * UNIT


def test_what_single_steps_mend_is_left_to_them():
    """No more than a few units are missing."""
    whole = Valuer(MODEL.scenario).value(np.round(KEPT + np.array([10, -20, 15]) * UNIT, 9)[:, None])
    assert brought(MODEL, whole, LIMITS, UNIT, FEW, 5.0) is None


def test_cells_stay_within_their_own_limits():
    """Where these leave nothing near, nothing is found."""
    whole = Valuer(MODEL.scenario).value(np.round(KEPT - 5000 * UNIT, 9)[:, None])
    fixed = whole.spend[:1]
    low, high = np.vstack([fixed, np.zeros((2, 1))]), np.vstack([fixed, np.full((2, 1), np.inf)])
    assert brought(MODEL, whole, (low, high), UNIT, FEW, 5.0) is None
