"""Where amounts stand between others that are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def between(known: Array, wanted: Array) -> tuple[Index, Index, Array]:
    """The places of the known amounts before and after each wanted one, and the share of the way from one to the other.

    `known` rises; beyond it the share is that of the straight line through the nearest two.

    >>> [own.tolist() for own in between(np.array([0.0, 2.0, 6.0]), np.array([1.0, 3.0, 8.0]))]
    [[0, 1, 1], [1, 2, 2], [0.5, 0.25, 1.5]]
    """
    after = np.clip(np.searchsorted(known, wanted), min(1, len(known) - 1), len(known) - 1)
    before = np.maximum(after - 1, 0)
    width = known[after] - known[before]
    share = np.divide(wanted - known[before], width, out=np.zeros(len(wanted)), where=width > 0.0)
    return before, after, share
