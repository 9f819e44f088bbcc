"""Whether the prices of rows at a point are the only ones: the rows that stand there are independent in what is free.

At an optimum the rows that stand charge each free spend what it brings:  gradient_c = Σ_r π_r · ∂row_r/∂spend_c
Where these rows are linearly independent over the free spends no other π does, and π is what moved limits gain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.matrix import Matrix
from optimizer.search.newton.rows import Rows, parts
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Box

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
STANDS = 1e-9  # of a row's limit, within which it stands
FREE = 1e-7  # of the range of a spend, by which it is off its limits
AT_ONCE = 200_000  # numbers of the rows that stand, of points that are looked at together
INDEPENDENT = 1e-8  # of rows of length 1: the square of how far the nearest combination of them is from nothing


def alone(spends: Spends, matrix: Matrix, box: Box, columns: Array) -> Flags:
    """By point, shape (points, columns); rows that count outcome are not told of."""
    if len(spends.curved):
        return np.zeros(len(columns), dtype=bool)
    own, at, rows = spends.columns, columns[:, spends.columns], spends.rows
    room = FREE * (box.high[:, own] - box.low[:, own])
    free = (at > box.low[:, own] + room) & (at < box.high[:, own] - room)
    activity = spends.direct.times(at) + spends.rest(columns)
    stands = np.zeros(activity.shape, dtype=bool)
    for limit in (matrix.lower[:, rows], matrix.upper[:, rows]):
        known = np.where(np.isfinite(limit), limit, 0.0)
        stands |= np.isfinite(limit) & (np.abs(activity - known) <= STANDS * np.maximum(1.0, np.abs(known)))
    each = parts(len(free), free.shape[1] * int(stands.sum(axis=1).max(initial=0)), AT_ONCE)
    return np.concatenate([_independent(spends.direct, free[own], stands[own]) for own in each])


def _independent(rows: Rows, free: Flags, stands: Flags) -> Flags:
    """By point, whether the rows that stand are independent over what is free; neighbours have about the same rows."""
    some = np.flatnonzero(stands.any(axis=0))
    rows, stands = rows.part(some), stands[:, some]
    products = rows.squared(free.astype(np.float64))
    length = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
    products /= np.where(length > 0.0, length, 1.0)[:, :, None] * np.where(length > 0.0, length, 1.0)[:, None, :]
    place = np.arange(len(rows))
    products[~(stands[:, :, None] & stands[:, None, :])] = 0.0
    products[:, place, place] = np.where(stands, products[:, place, place], 1.0)
    return np.asarray(np.linalg.eigvalsh(products).min(axis=1, initial=1.0) > INDEPENDENT)
