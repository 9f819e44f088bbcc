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

    Of many quadratics at once, shape (…, unknowns). What is beyond its limit is held there, and what a limit holds back
    for nothing is let go: all at once while that leaves fewer of both, else the last of them alone, which comes to an
    end (Júdice and Pires 1994).

    >>> uphill(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([4.0, -1.0]), np.zeros(2), np.full(2, np.inf)).round(6)
    array([2., 0.])
    """
    size, place = bends.max(axis=(-2, -1), initial=0.0), np.arange(slope.shape[-1])
    bends = bends.copy()
    bends[..., place, place] += (ridge * np.where(size != 0.0, size, 1.0))[..., None]
    limit = np.where(np.isfinite(low), low, high)
    none = NOISE * np.abs(slope).max(axis=-1, initial=0.0, keepdims=True)
    held = np.zeros(slope.shape, dtype=bool)
    fewest, patience = (np.full(slope.shape[:-1], most) for most in (len(place) + 1, PATIENCE))
    free, right = bends, slope
    for _ in range(ROUNDS):
        found = np.linalg.solve(free, right[..., None])[..., 0]
        wrong = (found < low) | (found > high)
        if held.any():
            left = slope - np.matmul(bends, found[..., None])[..., 0]
            wrong = np.where(held, np.where(np.isfinite(low), left, -left) > none, wrong)
        if not wrong.any():
            break
        count = wrong.sum(axis=-1)
        patience = np.where(count < fewest, PATIENCE, patience - 1)
        fewest = np.minimum(fewest, count)
        last = place == place[-1] - wrong[..., ::-1].argmax(axis=-1)[..., None]
        held ^= wrong & (last | (patience > 0)[..., None])
        free = np.where(held[..., :, None] | held[..., None, :], 0.0, bends)
        free[..., place, place] += held
        pushed = np.matmul(bends, np.where(held, limit, 0.0)[..., None])[..., 0]
        right = np.where(held, limit, slope - pushed)
    return np.clip(found, low, high)
