"""Symmetric equations some of which may say nothing new."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def inverse(matrix: Array, least: float) -> Array:
    """The inverse of symmetric matrices where they have one: what weighs less than `least` of the largest is nothing.

    >>> inverse(np.diag([4.0, 0.0]), 1e-12).tolist()
    [[0.25, 0.0], [0.0, 0.0]]
    """
    if matrix.shape[-1] == 1:
        return np.where(matrix != 0.0, 1.0 / np.where(matrix != 0.0, matrix, 1.0), 0.0)
    sizes, ways = np.linalg.eigh(matrix)
    weighs = np.abs(sizes) > least * np.abs(sizes).max(axis=-1, initial=0.0, keepdims=True)
    found: Array = (ways * np.where(weighs, 1.0 / np.where(weighs, sizes, 1.0), 0.0)[..., None, :]) @ ways.swapaxes(
        -1, -2
    )
    return found
