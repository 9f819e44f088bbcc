"""The piece of a curve on which a plan stands: where it stays concave, or, on a convex piece, as good as straight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.search.region.hull import Region

Array = NDArray[np.float64]
STEPS = 600  # points on either side at which slopes are read
STRAIGHT = 0.005  # change of slope that is none
LEAST = 1e-6  # of an interval, that a piece is long at the least


def around(
    curves: CurveStack, region: Region, inputs: Array, cells: NDArray[np.bool_], straight: NDArray[np.bool_]
) -> Region:
    """The region with some cells on the piece around their input [money]; some of them where it is `straight`."""
    low, high = region.low.copy(), region.high.copy()
    here = region.inside(inputs)
    for cell in np.flatnonzero(cells):
        curve, ends = curves.take(np.array([cell])), (region.low[cell], region.high[cell])
        low[cell], high[cell] = _piece(curve, *ends, here[cell], straight[cell])
    return Region(low=low, high=high)


def _piece(curve: CurveStack, low: float, high: float, here: float, straight: bool) -> tuple[float, float]:
    slope = float(curve.slope(np.array([here]))[0])
    left, right = (_reach(curve, here, end, slope, straight) for end in (low, high))
    least = LEAST * (high - low)
    return max(low, min(left, here - least)), min(high, max(right, here + least))


def _reach(curve: CurveStack, here: float, end: float, slope: float, straight: bool) -> float:
    """How far towards `end` the curve goes on concave; failing that, straight."""
    if end == here:
        return here
    shares = np.concatenate([[0.0], np.logspace(-10.0, 0.0, STEPS)])
    points = here + (end - here) * shares
    stack = curve.take(np.zeros(len(points), dtype=np.intp))
    slopes = stack.slope(points)
    sign = 1.0 if end > here else -1.0  # outward, a concave curve's slope falls to the right and rises to the left
    falls = np.diff(slopes) * sign <= 1e-12 * abs(slope)
    concave = int(np.argmin(falls)) if not falls.all() else len(falls)
    near = np.abs(slopes[1:] - slope) <= STRAIGHT * abs(slope)
    even = int(np.argmin(near)) if not near.all() else len(near)
    return float(points[even if straight else max(concave, even)])
