"""Tabulated points, joined by straight lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve, Flags
from optimizer.curves.checks import LARGEST, SMALLEST, at_most, finite, not_negative
from optimizer.errors import ScenarioError

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabulated(Curve):
    """Any non-decreasing curve, as points: flat before the first, straight between, flat after the last.

    f(x) = y_j + (y_(j+1) − y_j)·(x − x_j)/(x_(j+1) − x_j) for x_j <= x <= x_(j+1)

    Fields: points = (x_j, y_j), at least two, x_j >= 0 [input] increasing, y_j [outcome] not decreasing.
    Errors: ScenarioError at `points` (`too_few`) or at the point, `points[j]`, that breaks the order.
    Source: the planner's own table; any fitted model can be sampled into one.

    >>> Tabulated(points=((0, 0), (10, 50), (30, 60))).value(np.array([5.0, 20.0, 99.0])).tolist()
    [25.0, 55.0, 60.0]
    """

    family: ClassVar[str] = "tabulated"
    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if len(self.points) < 2:
            raise ScenarioError("too_few", "points", "must hold at least two points", "add points")
        for j, (x, y) in enumerate(self.points):
            _check_point(f"points[{j}]", x, y)
        for j, (left, right) in enumerate(pairwise(self.points), start=1):
            _check_step(f"points[{j}]", left, right)

    def value(self, x: Array) -> Array:
        x0, y0, x1, y1, _ = self._segment(x)
        w = np.clip((x - x0) / np.where(x1 > x0, x1 - x0, 1.0), 0.0, 1.0)
        return y0 * (1.0 - w) + y1 * w

    def derivative(self, x: Array) -> Array:
        x0, y0, x1, y1, inside = self._segment(x)
        return np.where(inside & (x1 > x0), (y1 - y0) / np.where(x1 > x0, x1 - x0, 1.0), 0.0)

    def bend(self) -> Array | float:
        """The last kink at which the slope increases; before it the table may be anything."""
        x, y = np.moveaxis(np.asarray(self.points, dtype=np.float64), -1, 0)
        width = np.diff(x)
        slope = np.where(width > 0, np.diff(y) / np.where(width > 0, width, 1.0), 0.0)
        before = np.where(x[..., :1] > 0, 0.0, np.inf)
        earlier = np.concatenate([before, slope[..., :-1]], axis=-1)
        return np.asarray(np.where(slope > earlier * (1.0 + ROUNDING), x[..., :-1], 0.0).max(axis=-1))

    def natural_scale(self) -> float:
        return self.points[-1][0]

    def supremum(self) -> float:
        return self.points[-1][1]

    def _segment(self, x: Array) -> tuple[Array, Array, Array, Array, Flags]:
        """The ends (x0, y0), (x1, y1) of the segment that x lies on or next to, and whether it lies on it."""
        table = np.asarray(self.points, dtype=np.float64)
        passed = (table[..., 0] <= x[..., None]).sum(axis=-1)
        last = table.shape[-2] - 1
        j = np.clip(passed - 1, 0, last - 1)[..., None]
        xs = np.broadcast_to(table[..., 0], (*j.shape[:-1], last + 1))
        ys = np.broadcast_to(table[..., 1], xs.shape)
        ends = [np.take_along_axis(a, i, axis=-1)[..., 0] for i in (j, j + 1) for a in (xs, ys)]
        return ends[0], ends[1], ends[2], ends[3], (passed > 0) & (passed <= last)

    @staticmethod
    def _column(values: Sequence[Any]) -> Array:
        """Tables of unequal length are filled up with their last point, which changes none of them."""
        longest = max(len(points) for points in values)
        return np.array([[*points, *[points[-1]] * (longest - len(points))] for points in values], dtype=np.float64)


def _check_point(path: str, x: float, y: float) -> None:
    not_negative(path, x)
    finite(path, y)
    at_most(path, abs(y), LARGEST)


def _check_step(path: str, left: tuple[float, float], right: tuple[float, float]) -> None:
    if right[0] - left[0] < SMALLEST:
        raise ScenarioError("not_increasing", path, "its x must be above the one before", "sort and merge the points")
    if right[1] < left[1]:
        raise ScenarioError(
            "decreasing", path, "its y must not be below the one before", "raise or leave out the point"
        )
