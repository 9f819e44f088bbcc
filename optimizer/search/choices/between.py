"""One cell between the ends of the side on which its curve is convex, the others that are off at their low ends.

Two such cells are never needed: money that goes from one to the other brings no less in one of the two directions, as
the sum of two convex functions does, until one of them is at an end. So a choice of what is on is bounded where all
that is off is at its low end, and where one cell is within a piece of its side, at an end of which it gains most.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.choices.budget_plans import BudgetPlans
from optimizer.search.choices.choices import Cells, Table, numbers, spending

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
PARTS = np.linspace(0.0, 1.0, 5)  # of a piece, that it is split at
SPLITS = 14  # of the side of a cell
PIECES = 400  # of such sides, beyond which regions are searched instead
TRIED = 6  # pieces in whose middles plans are looked for together
SPREAD = np.linspace(0.0, 1.0, 8)  # of the prices of all pieces that are left, those that are tried


class Pieces(NamedTuple):
    """A cell each, that is within [left, right] [money]."""

    cell: Index
    left: Array
    right: Array

    @classmethod
    def of(cls, cells: Cells, on: Flags) -> Pieces:
        """The whole sides of the cells that are off, the first of those that are alike."""
        off = cells.alike.first(np.flatnonzero(cells.bent & ~on))
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
        """By price of one point what plans cost at the least with none between, and with one in each piece.

        That is (prices,) and (prices, pieces); and what both spend, (prices, 1 + pieces).
        """
        limit, prices, gains, _, _, at = (own[0] for own in table)
        cell, left, right = self
        each = cells.cost + prices[:, None] * cells.take
        idle = cells.worth * cells.values[0] - each * cells.low
        alone = cells.rest - np.where(on, gains, idle).sum(axis=1) - prices * limit
        spent = np.where(on, at, cells.low) @ cells.take
        curves, own = cells.curves.take(cell), each[:, cell]
        low, high = (cells.worth[cell] * curves.value(end) - own * end for end in (left, right))
        gain = np.maximum(low, high) - idle[:, cell]
        more = (np.where(low > high, left, right) - cells.low[cell]) * cells.take[cell]
        return numbers(alone), numbers(alone[:, None] - gain), np.column_stack([spent, spent[:, None] + more])


class Between:
    """The search of one point of some `plans` for what is better than its cutoff; `table` has its prices."""

    def __init__(self, cells: Cells, table: Table, plans: BudgetPlans, point: int) -> None:
        self._cells, self._table, self._plans, self._point = cells, table, plans, np.array([point])

    def bound(self, on: Flags) -> float:
        """A bound of the choice that has these cells on: pieces are split, and plans looked for in their middles."""
        cells, pieces, closed = self._cells, Pieces.of(self._cells, on), np.inf
        for _ in range(SPLITS):
            alone, costs, spent = pieces.costs(cells, self._table, on)
            bounds, cutoff = costs.max(axis=0, initial=-np.inf), float(self._plans.cutoff(self._point)[0])
            order = np.argsort(bounds, kind="stable")
            left, done = order[bounds[order] < cutoff], order[bounds[order] >= cutoff]
            closed = min(closed, float(bounds[done].min(initial=np.inf)))
            least = min(closed, float(alone.max()), float(bounds.min(initial=np.inf)))
            if least >= cutoff or len(left) > PIECES:
                break
            pieces = pieces.part(left)
            self._look(pieces, on, spent[:, [0, *left + 1]])
            pieces = pieces.split()
        return least

    def _look(self, pieces: Pieces, on: Flags, spent: Array) -> None:
        """Try the prices at which what is left spends the budget; plans are looked for of the likeliest."""
        cells, table = self._cells, self._table
        [prices], [rows] = spending(table, spent[None])
        whole = np.where(on, cells.bend, cells.low), np.where(on, cells.high, cells.low)
        tried = pieces.part(slice(TRIED)).middles(*whole)
        low, high = (np.vstack(both) for both in zip(whole, tried, strict=True))
        likely = slice(len(low))
        exact = self._plans.look(
            np.repeat(self._point, len(low)), (low, high), table.at[0, rows[likely]], prices[likely]
        )
        self._table = table.finer(cells, np.concatenate([exact, np.quantile(prices, SPREAD)])[None])
