"""The logistic function without overflow or cancellation: what hill, adbudg and s_logistic have in common."""

from __future__ import annotations

import numpy as np

from optimizer.curves.base import Array, begun


def sigmoid(t: Array) -> Array:
    """1 / (1 + e^-t), to full relative precision in both tails.

    >>> sigmoid(np.array([-800.0, 0.0, 800.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    e = np.exp(-np.abs(t))
    return np.where(t >= 0, 1.0, e) / (1.0 + e)


def bell(t: Array | float) -> Array:
    """The derivative of the logistic function: e^-t / (1 + e^-t)^2, at most 1/4.

    >>> bell(np.array([0.0])).tolist()
    [0.25]
    """
    e = np.exp(-np.abs(t))
    return np.asarray(e / (1.0 + e) ** 2)


def logarithm(x: Array) -> Array:
    """ln x, with -infinity at 0, silently."""
    with np.errstate(divide="ignore"):
        return np.log(x)


def power_sigmoid_slope(
    height: Array | float, x: Array, reached: Array, t: Array, shape: Array | float, at_zero: Array | float
) -> Array:
    """height · d/dx sigmoid(t) for t = shape·ln x − constant, x off zero: `reached`; `at_zero` for shape 1 at 0."""
    return begun(height, x, shape / reached * bell(t), shape, at_zero)


def steepest(shape: Array | float) -> Array:
    """The z >= 0 at which z^s / (z^s + 1) is steepest: ((s−1)/(s+1))^(1/s), and 0 for s <= 1.

    >>> float(steepest(2.0)) == (1 / 3) ** 0.5
    True
    """
    return np.asarray((np.maximum(shape - 1.0, 0.0) / (shape + 1.0)) ** (1.0 / shape))
