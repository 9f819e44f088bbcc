"""Piecewise-linear majorants of a curve on [low, high], and their concave hulls.

Between two points at which value and slope are known, a convex piece lies below its chord and a concave
piece below both end tangents. Cells are split until chord and tangents are `tolerance` apart at most, and
around every bend until the cell is too narrow to matter: so the polyline lies above the curve, and hardly
above it.
"""

from __future__ import annotations

import numpy as np

from tests.oracles.families import Array, Curve

NARROW = 1e-9  # of the interval: cells around a bend are split down to this width
STEEP = 1e60  # a complex step's way of saying infinite
NOISE = 1e-11  # of the steepest slope: a smaller change of slope is arithmetic, not a bend
ROUNDS = 60


def _corners(x: Array, f: Array, d: Array) -> tuple[Array, Array]:
    """Where the end tangents of each cell meet; at its left end when they are parallel or infinitely
    steep."""
    width, rise = np.diff(x), np.diff(f)
    left, right = d[:-1], d[1:]
    meet = (np.abs(left - right) > 1e-12 * (np.abs(left) + np.abs(right))) & (left < STEEP)
    gap = np.where(meet, left - right, 1.0)
    step = np.where(meet, np.clip((rise - right * width) / gap, 0.0, width), 0.0)
    height = np.where(meet | (left >= STEEP), f[1:] - right * (width - step), f[:-1])
    return x[:-1] + step, height


def _coarse(x: Array, f: Array, d: Array, tolerance: float) -> Array:
    """Cells to split: those whose corner is far from the chord, and those next to a bend."""
    corner_x, corner_y = _corners(x, f, d)
    chord = f[:-1] + np.diff(f) * (corner_x - x[:-1]) / np.diff(x)
    change, width, span = np.diff(d), np.diff(x), x[-1] - x[0]
    steepest = np.abs(d[d < STEEP]).max(initial=0.0)
    bending = np.where(np.abs(change) > NOISE * steepest, np.sign(change), 0.0)
    turns = bending[:-1] * bending[1:] < 0
    bend = np.append(turns, False) | np.append(False, turns)
    far = np.abs(corner_y - chord) > tolerance
    return np.asarray((far | (bend & (width > NARROW * span))) & (width > 1e-14 * span))


def majorant(f: Curve, slope: Curve, low: float, high: float, tolerance: float) -> tuple[Array, Array]:
    """Points of a polyline that lies above the smooth curve f on [low, high], by at most about
    `tolerance`."""
    if high <= low:
        return np.array([low]), f(np.array([low]))
    near = low + (high - low) * np.geomspace(1e-9, 1e-2, 40)
    x = np.unique(np.concatenate([[low], near, np.linspace(low, high, 101)]))
    for _ in range(ROUNDS):
        split = _coarse(x, f(x), slope(x), tolerance)
        if not split.any():
            break
        x = np.sort(np.concatenate([x, (0.5 * (x[:-1] + x[1:]))[split]]))
    corner_x, corner_y = _corners(x, f(x), slope(x))
    concave = slope(x[:-1]) > slope(x[1:])
    both_x = np.concatenate([x, corner_x[concave]])
    both_y = np.concatenate([f(x), corner_y[concave]])
    order = np.lexsort((both_y, both_x))
    return _highest(both_x[order], both_y[order])


def _highest(x: Array, y: Array) -> tuple[Array, Array]:
    """One point for each x: the last, which is the highest."""
    last = np.append(np.diff(x) > 0, True)
    return x[last], y[last]


def hull(x: Array, y: Array) -> Array:
    """Indices of the points on the upper concave hull, left to right.

    >>> hull(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 0.0, 3.0, 4.0])).tolist()
    [0, 2, 3]
    """
    kept: list[int] = []
    xs, ys = x.tolist(), y.tolist()
    for i in range(len(xs)):
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (ys[b] - ys[a]) * (xs[i] - xs[b]) > (ys[i] - ys[b]) * (xs[b] - xs[a]):
                break
            kept.pop()
        kept.append(i)
    return np.array(kept)
