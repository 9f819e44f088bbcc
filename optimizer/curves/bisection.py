"""Bisection over the floating-point numbers themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.curves.base import Array, Flags


def last_true(holds: Callable[[Array], Flags], low: Array, high: Array) -> tuple[Array, Array]:
    """Neighbouring numbers a <= b in [low, high], per cell: `holds` is true up to a and false from b on.

    Non-negative floats are ordered as their bits are, so that halving an interval of bits, 64 times at most,
    ends at neighbours whatever the scale; halving the interval itself would not resolve 1e-30 in [0, 1].
    Where `holds` is true nowhere, b = low; where it is true everywhere below high, b = high.

    >>> last_true(lambda x: x * x < 2, np.array([0.0]), np.array([4.0]))[0] ** 2
    array([2.])
    """
    a, b = _bits(low), _bits(high)
    for _ in range(int((b - a).max(initial=0)).bit_length() + 1):
        middle = a + (b - a) // 2
        true = holds(middle.view(np.float64))
        a, b = np.where(true, middle, a), np.where(true, b, middle)
    return a.view(np.float64), b.view(np.float64)


def middle(a: Array, b: Array) -> Array:
    """The number halfway between a and b in the order of floating-point numbers, per cell.

    >>> middle(np.array([1.0]), np.array([4.0]))
    array([2.])
    """
    low, high = _bits(a), _bits(b)
    halfway: Array = (low + (high - low) // 2).view(np.float64)
    return halfway


def _bits(x: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.ascontiguousarray(x + 0.0).view(np.int64)  # + 0.0 turns -0.0 into 0.0
