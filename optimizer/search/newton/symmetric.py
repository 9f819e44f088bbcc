"""Symmetric equations some of which may say nothing new."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NEW = 1e-8  # of a row: what is new in it, by which it is surely independent of those before


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


def solved(matrix: Array, right: Array, least: float) -> Array:
    """x of matrix·x = right, shape (…, rows), as the inverse has it: by elimination, in a fraction of the time, where
    every row of every matrix says much that is new, or nothing at all.

    >>> solved(np.diag([4.0, 0.0]), np.array([2.0, 1.0]), 1e-12).tolist()
    [0.5, 0.0]
    """
    if matrix.shape[-1] == 1:
        return np.divide(right, matrix[..., 0], out=np.zeros(right.shape), where=matrix[..., 0] != 0.0)
    sizes = np.diagonal(matrix, axis1=-2, axis2=-1)
    idle, place = sizes == 0.0, np.arange(matrix.shape[-1])
    whole = matrix.copy()
    whole[..., place, place] = np.where(idle, 1.0, sizes)
    try:
        pivots = np.diagonal(np.linalg.cholesky(whole), axis1=-2, axis2=-1) ** 2
    except np.linalg.LinAlgError:
        pivots = np.zeros(sizes.shape)
    if (pivots >= NEW * np.abs(sizes)).all():
        return np.asarray(np.linalg.solve(whole, np.where(idle, 0.0, right)[..., None])[..., 0])
    return np.asarray(np.matmul(inverse(matrix, least), right[..., None])[..., 0])
