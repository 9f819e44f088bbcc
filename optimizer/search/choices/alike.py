"""Cells that differ in nothing but what their outcome is worth: weeks of a tactic, tactics of one curve.

Of two of them with w_i ≥ w_j a best plan spends no less on i: otherwise the two spends change places, which takes as
much of the row, costs as much and brings (w_i − w_j)·(f(x_j) − f(x_i)) ≥ 0 more. So only choices count in which, by
falling worth, those that are on come first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Alike:
    """Which cells are alike, and in which order they are on; those that differ in one of `others` are not alike."""

    def __init__(self, curves: CurveStack, worth: Array, *others: Array) -> None:
        alike = np.column_stack([curves.alike(), *others])
        self._kind = np.unique(alike, axis=0, return_inverse=True)[1].reshape(-1)
        self._worth = worth
        self.none = len(alike) == int(self._kind.max(initial=-1)) + 1

    def first(self, some: Index) -> Index:
        """Of some cells those that come first of their kind."""
        order = some[np.lexsort((some, -self._worth[some], self._kind[some]))]
        return np.sort(order[np.flatnonzero(np.diff(self._kind[order], prepend=-1))])

    def followed(self, chosen: Index, states: Array) -> tuple[Array, Flags]:
        """States of cells, (points, choices, chosen), with what follows of others; and which contradict nothing."""
        if self.none or not states.size:
            return states, np.ones(states.shape[:2], dtype=np.bool_)
        kind = self._kind[chosen]
        order = np.lexsort((chosen, -self._worth[chosen], kind))
        kind, states = np.take_along_axis(kind, order, axis=1), np.take_along_axis(states, order[:, None], axis=2)
        places, count = np.arange(kind.shape[1]), kind.shape[1]
        begins = np.diff(kind, axis=1, prepend=-1) != 0
        ends = np.roll(begins, -1, axis=1)
        ends[:, -1] = True
        start = np.maximum.accumulate(np.where(begins, places, 0), axis=1)[:, None]
        end = np.minimum.accumulate(np.where(ends, places, count)[:, ::-1], axis=1)[:, None, ::-1]
        off = np.maximum.accumulate(np.where(states < 0.0, places, -1), axis=2) >= start
        on = np.minimum.accumulate(np.where(states > 0.0, places, count)[..., ::-1], axis=2)[..., ::-1] <= end
        followed = np.empty_like(states)
        np.put_along_axis(followed, order[:, None], np.where(on, 1.0, np.where(off, -1.0, states)), axis=2)
        return followed, np.asarray(~(on & off).any(axis=2))
