"""One cell between the ends of the side on which its curve is convex, the others that are off at their low ends.

Two such cells are never needed: money that goes from one to the other brings no less in one of the two directions, as
the sum of two convex functions does, until one of them is at an end. So a choice of what is on is bounded where all
that is off is at its low end, and where one cell is within a piece of its side, at an end of which it gains most.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.choices import Cells, Table

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
PARTS = np.linspace(0.0, 1.0, 5)  # of a piece, that it is split at


class Pieces(NamedTuple):
    """A cell each, that is within [left, right] [money]."""

    cell: Index
    left: Array
    right: Array

    @classmethod
    def of(cls, cells: Cells, on: Flags) -> Pieces:
        """The whole sides of the cells that are off."""
        off = np.flatnonzero(cells.bent & ~on)
        return cls(off, cells.low[off], cells.bend[off])

    def split(self) -> Pieces:
        """Each in parts."""
        cell, left, right = self
        ends = left[:, None] + (right - left)[:, None] * PARTS
        ends[:, -1] = right
        return Pieces(np.repeat(cell, len(PARTS) - 1), ends[:, :-1].ravel(), ends[:, 1:].ravel())

    def middles(self, low: Array, high: Array) -> tuple[Array, Array]:
        """The limits of all cells, (pieces, cells), where each piece's own is in its middle, others within theirs."""
        low, high = (np.tile(own, (len(self.cell), 1)) for own in (low, high))
        own = np.arange(len(self.cell)), self.cell
        low[own] = high[own] = 0.5 * (self.left + self.right)
        return low, high

    def part(self, which: Index | slice) -> Pieces:
        """Some of them."""
        return Pieces(self.cell[which], self.left[which], self.right[which])

    def costs(self, cells: Cells, table: Table, on: Flags) -> tuple[Array, Array, Array]:
        """By price what plans cost at the least with none between, (prices,), and with one in each piece.

        That is (prices, pieces); and what both spend, (prices, 1 + pieces).
        """
        prices, (cell, left, right) = table.prices[:, None], self
        each = cells.cost + prices * cells.take
        idle = cells.worth * cells.curves.value(cells.low) - each * cells.low
        alone = cells.rest - np.where(on, table.on, idle).sum(axis=1) - table.prices * cells.limit
        spent = np.where(on, table.at, cells.low) @ cells.take
        curves, own = cells.curves.take(cell), each[:, cell]
        low, high = (cells.worth[cell] * curves.value(end) - own * end for end in (left, right))
        gain = np.maximum(low, high) - idle[:, cell]
        more = (np.where(low > high, left, right) - cells.low[cell]) * cells.take[cell]
        costs = alone[:, None] - gain
        alone, costs = (np.where(np.isnan(own), -np.inf, own) for own in (alone, costs))
        return alone, costs, np.column_stack([spent, spent[:, None] + more])
