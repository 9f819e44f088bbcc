"""The hull of a table, which is again a table."""

from __future__ import annotations

import numpy as np

from optimizer.curves.base import Array
from optimizer.curves.tabulated import Tabulated

Point = tuple[float, float]


def hulled(tables: Tabulated, low: Array, high: Array, side: int) -> Tabulated:
    """The least concave tables above (`side` 1), or the greatest convex ones below (−1), on [low, high]."""
    left, right = tables.value(low), tables.value(high)
    points = np.asarray(tables.points)
    cells = list(np.ndindex(low.shape))
    hulls = [
        _extended(_hull(_within(points[c], (float(low[c]), float(left[c])), (float(high[c]), float(right[c]))), side))
        for c in cells
    ]
    return Tabulated.stack([_as_table(hull) for hull in hulls]).take(np.arange(len(cells)).reshape(low.shape))


def _within(points: Array, first: Point, last: Point) -> list[Point]:
    """The table cut to an interval whose ends are given."""
    inner = [(float(x), float(y)) for x, y in points if first[0] < x < last[0]]
    return [first, *inner, last] if last[0] > first[0] else [first]


def _hull(points: list[Point], side: int) -> list[Point]:
    """Andrew's monotone chain, one side of it."""
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and side * (_slope(chain[-1], point) - _slope(chain[-2], chain[-1])) >= 0:
            chain.pop()
        if not chain or point[0] > chain[-1][0]:
            chain.append(point)
    return chain


def _slope(a: Point, b: Point) -> float:
    return (b[1] - a[1]) / (b[0] - a[0]) if b[0] > a[0] else 0.0


def _extended(hull: list[Point]) -> list[Point]:
    """One more vertex beyond the end, so that the slope at the end is the last segment's and not 0."""
    (x, y), before = hull[-1], hull[-2:][0]
    return [*hull, (2 * x - before[0], 2 * y - before[1]) if len(hull) > 1 else (2 * x + 1, y)]


def _as_table(points: list[Point]) -> Tabulated:
    """A table past the checks: its points may be closer together than a planner's may."""
    return Tabulated._holding({"points": np.array(points)})
