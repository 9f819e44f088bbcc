"""The lowest of any stretch of some values, many at once (sparse table; Bender and Farach-Colton 2000)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class Lowest:
    """The lowest values of all stretches whose length is a power of two, from which those of others are put together.

    >>> Lowest(np.array([3.0, 1.0, 2.0])).over(np.array([0, 2, 1]), np.array([2, 3, 1])).tolist()
    [1.0, 2.0, inf]
    """

    def __init__(self, values: Array) -> None:
        self._levels = [values]
        while (width := 1 << (len(self._levels) - 1)) * 2 <= len(values):
            last = self._levels[-1]
            self._levels.append(np.minimum(last[:-width], last[width:]))

    def over(self, first: Index, end: Index) -> Array:
        """The lowest of each stretch from its first place to before its end; infinite where there is nothing."""
        lowest, length = np.full(len(first), np.inf), np.maximum(end - first, 0)
        for power, level in enumerate(self._levels):
            own = np.flatnonzero(length >> power == 1)
            lowest[own] = np.minimum(level[first[own]], level[end[own] - (1 << power)])
        return lowest
