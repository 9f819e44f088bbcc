"""The highest point of a concave quadratic within limits: Newton's step for prices that keep their signs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ROUNDS = 100
PATIENCE = 3  # exchanges of all that is wrong, one after the other, that leave no less of it
NOISE = 1e-9  # of the largest: a slope that is none, and what is added to curvature where there may be none


def uphill(bends: Array, slope: Array, low: Array, high: Array, ridge: float = NOISE) -> Array:
    """The d in [low, high] at which slope·d − ½·dᵀ·bends·d is largest; each unknown has one limit at the most.

    What is beyond its limit is held there, and what a limit holds back for nothing is let go: all at once while that
    leaves fewer of both, else the last of them alone, which comes to an end (Júdice and Pires 1994).

    >>> uphill(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([4.0, -1.0]), np.zeros(2), np.full(2, np.inf)).round(6)
    array([2., 0.])
    """
    bends = bends + ridge * (bends.max(initial=0.0) or 1.0) * np.eye(len(slope))
    inward = np.where(np.isfinite(low), 1.0, -1.0)
    limit, none = np.where(np.isfinite(low), low, high), NOISE * np.abs(slope).max(initial=0.0)
    held, fewest, patience = np.zeros(len(slope), dtype=bool), len(slope) + 1, PATIENCE
    for _ in range(ROUNDS):
        free, found = np.flatnonzero(~held), np.where(held, limit, 0.0)
        found[free] = np.linalg.solve(bends[np.ix_(free, free)], (slope - bends @ found)[free])
        gains = inward * (slope - bends @ found)
        wrong = np.flatnonzero(np.where(held, gains > none, (found < low) | (found > high)))
        if not len(wrong):
            break
        patience = PATIENCE if len(wrong) < fewest else patience - 1
        fewest = min(fewest, len(wrong))
        changed = wrong if patience > 0 else wrong[-1:]
        held[changed] = ~held[changed]
    return np.clip(found, low, high)
