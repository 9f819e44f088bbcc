"""Whole numbers that add up to a total, by largest remainder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Units = NDArray[np.int64]


def largest_remainder(ideal: Array, least: Units, most: Units, total: int | Units) -> Units:
    """Whole numbers near `ideal`, within [least, most], that add up to `total` where the limits allow.

    Shapes are (…, cells), of the totals (…).

    >>> largest_remainder(np.array([1.4, 1.4, 1.2]), np.zeros(3, np.int64), np.full(3, 9), 4).tolist()
    [2, 1, 1]
    """
    units = np.clip(np.floor(ideal + 1e-6).astype(np.int64), least, most)
    missing = np.asarray(total - units.sum(axis=-1))[..., None]
    while missing.any():
        step = np.sign(missing)
        room = np.where(step > 0, units < most, (step < 0) & (units > least))
        if not room.any():
            break
        first = np.lexsort((-step * (ideal - units), ~room))  # those with room, and of them the farthest from `ideal`
        place = first.argsort(axis=-1)
        each = np.abs(missing) // np.maximum(room.sum(axis=-1, keepdims=True), 1)  # many units, at once
        many = np.minimum(each, np.where(step > 0, most - units, units - least))
        moved = room * np.where(each > 0, many, place < np.abs(missing))
        units += step * moved
        missing -= step * moved.sum(axis=-1, keepdims=True)
    return units
