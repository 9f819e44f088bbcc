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
SPLITS = 20  # of the side of a cell, or of the choice that it belongs to
PIECES = 1_000  # of such sides, beyond which regions are searched instead
TRIED = 6  # pieces in whose middles plans are looked for together
SPREAD = np.linspace(0.0, 1.0, 8)  # of the prices of all pieces that are left, those that are tried


class Sides(NamedTuple):
    """Choices, (choices, cells): which cells are on, and which are left open, which are what is better at a price."""

    on: Flags
    free: Flags

    def joined(self, other: Sides) -> Sides:
        """Both."""
        return Sides(*map(np.vstack, zip(self, other, strict=True)))

    def part(self, which: Index) -> Sides:
        """Some of them."""
        return Sides(self.on[which], self.free[which])

    def summed(self, on: Array, off: Array, better: Flags) -> Array:
        """By price and choice the sum of what each cell is, where on, where off: all are (prices, cells)."""
        idle = ~(self.on | self.free)
        summed: Array = on @ self.on.T + off @ idle.T + np.where(better, on, off) @ self.free.T
        return summed

    def decided(self, which: Index, cell: Index) -> Sides:
        """Some of them twice: with a cell on, and with it off."""
        some, each = self.part(np.tile(which, 2)), (np.arange(2 * len(which)), np.tile(cell, 2))
        some.on[each], some.free[each] = np.repeat([True, False], len(which)), False
        return some


class Pieces(NamedTuple):
    """Choices, by their place, each with a cell that is within [left, right] [money]."""

    owner: Index
    cell: Index
    left: Array
    right: Array

    @classmethod
    def of(cls, cells: Cells, sides: Sides) -> Pieces:
        """The whole sides of the cells that may be off: of those that are, the first that are alike."""
        off = [cells.alike.first(np.flatnonzero(own)) for own in cells.bent & ~(sides.on | sides.free)]
        first, (open_, free) = np.repeat(np.arange(len(off)), list(map(len, off))), np.nonzero(cells.bent & sides.free)
        cell = np.concatenate([*off, free])
        return cls(np.concatenate([first, open_]), cell, cells.low[cell], cells.bend[cell])

    def split(self) -> Pieces:
        """Each in parts."""
        owner, cell, left, right = self
        ends, parts = left[:, None] + (right - left)[:, None] * PARTS, len(PARTS) - 1
        ends[:, -1] = right
        return Pieces(np.repeat(owner, parts), np.repeat(cell, parts), ends[:, :-1].ravel(), ends[:, 1:].ravel())

    def part(self, which: Index | Flags | slice) -> Pieces:
        """Some of them."""
        owner, cell, left, right = self
        return Pieces(owner[which], cell[which], left[which], right[which])

    def joined(self, other: Pieces) -> Pieces:
        """Both."""
        owner, cell, left, right = (np.concatenate(own) for own in zip(self, other, strict=True))
        return Pieces(owner, cell, left, right)


class Between:
    """The search of one point of some `plans` for what is better than its cutoff; `table` has its prices."""

    def __init__(self, cells: Cells, table: Table, plans: BudgetPlans, point: int) -> None:
        self._cells, self._plans, self._point = cells, plans, np.array([point])
        self._priced(table)

    def _priced(self, table: Table) -> None:
        """Take the prices of a table; `_idle` is what cells gain at their low ends, by price."""
        self._table, self._own, cells = table, Table(*(own[0] for own in table)), self._cells
        each = cells.cost + self._own.prices[:, None] * cells.take
        self._idle = cells.worth * cells.values[0] - each * cells.low

    def bound(self, sides: Sides) -> float:
        """A bound of some choices: pieces are split, or what is left open; plans are looked for in their middles."""
        count, pieces, closed = len(sides.on), Pieces.of(self._cells, sides), np.inf
        for number in range(SPLITS):
            alone, spent = self.alone(sides)
            prices = np.arange(len(alone))[:, None] if number else alone.argmax(axis=0)[None, pieces.owner]
            gains, more = self.gains(sides, pieces, prices)  # at first at one price of each choice, which tells most
            costs, cutoff = numbers(alone[prices, pieces.owner] - gains), float(self._plans.cutoff(self._point)[0])
            bounds, best, lone = costs.max(axis=0), costs.argmax(axis=0), alone[:, :count].max(axis=0)
            left = bounds < cutoff
            closed = min(closed, float(bounds[~left].min(initial=np.inf)))
            least = min(closed, float(lone.min()), float(bounds.min(initial=np.inf)))
            if least >= cutoff or left.sum() > PIECES:
                break
            order = np.argsort(bounds, kind="stable")[: left.sum()]
            pieces, rows = pieces.part(order), np.broadcast_to(prices, costs.shape)[best[order], order]
            spent = np.column_stack([spent[:, :count], spent[:, pieces.owner] + more[:, order]])
            parts = self._split(sides, pieces, rows)
            self._look(sides, pieces, rows, int(lone.argmin()), spent)
            sides, pieces = _used(count, *parts)
        return least

    def alone(self, sides: Sides) -> tuple[Array, Array]:
        """By price and choice what plans cost at the least with no cell between, and what they spend."""
        cells, (limit, prices, on, _, _, at), idle = self._cells, self._own, self._idle
        costs = cells.rest - sides.summed(on, idle, on > idle) - (prices * limit)[:, None]
        low = np.broadcast_to(cells.low * cells.take, at.shape)
        return numbers(costs), sides.summed(at * cells.take, low, on > idle)

    def gains(self, sides: Sides, pieces: Pieces, rows: Index) -> tuple[Array, Array]:
        """What plans with a cell in each piece gain beyond those with none between, and spend, at prices by place."""
        cells, (_, prices, gains, _, _, at), (owner, cell, left, right) = self._cells, self._own, pieces
        curves, each = cells.curves.take(cell), cells.cost[cell] + prices[rows] * cells.take[cell]
        low, high = (cells.worth[cell] * curves.value(end) - each * end for end in (left, right))
        on, idle = gains[rows, cell], self._idle[rows, cell]
        better = sides.free[owner, cell] & (on > idle)
        usual = np.where(better, at[rows, cell], cells.low[cell])
        more = (np.where(low > high, left, right) - usual) * cells.take[cell]
        return np.maximum(low, high) - np.where(better, on, idle), more

    def _split(self, sides: Sides, pieces: Pieces, rows: Index) -> tuple[Sides, Pieces]:
        """A piece in parts, or the least decided cell of its choice in two: what is farther below a chord."""
        cells, (owner, cell, left, right), each = self._cells, pieces, np.arange(len(rows))
        (_, _, on, _, _, at), idle = self._own, self._idle
        apart = np.where(sides.free[owner] & cells.bent, np.abs(on - idle)[rows], np.inf)
        apart[each, cell] = np.inf
        other = apart.argmin(axis=1)
        far = self._below_chord(other, cells.low[other], at[rows, other])
        by_side = np.isfinite(apart[each, other]) & (far > self._below_chord(cell, left, right))
        some, count = pieces.part(by_side), len(sides.on)
        twice = some.joined(some)._replace(owner=count + np.arange(2 * len(some.owner)))
        return sides.joined(sides.decided(some.owner, other[by_side])), pieces.part(~by_side).split().joined(twice)

    def _below_chord(self, cell: Index, left: Array, right: Array) -> Array:
        """How far a curve is below its chord in the middle, in what it is worth."""
        curves, worth = self._cells.curves.take(cell), self._cells.worth[cell]
        low, middle, high = (worth * curves.value(at) for at in (left, 0.5 * (left + right), right))
        below: Array = 0.5 * (low + high) - middle
        return below

    def _look(self, sides: Sides, pieces: Pieces, rows: Index, lone: int, spent: Array) -> None:
        """Try the prices at which choices and pieces spend the budget; plans are looked for of the likeliest."""
        cells, own, count = self._cells, self._own, spent.shape[1] - len(rows)
        [prices], [places] = spending(self._table, spent[None])
        tried = pieces.part(slice(TRIED))
        likely = np.append(lone, count + np.arange(len(tried.owner)))
        owner, at = np.append(lone, tried.owner), np.append(places[lone], rows[:TRIED])
        on = sides.on[owner] | (sides.free[owner] & (own.on > self._idle)[at])
        low, high = np.where(on, cells.bend, cells.low), np.where(on, cells.high, cells.low)
        middle = np.arange(1, len(owner)), tried.cell
        low[middle] = high[middle] = 0.5 * (tried.left + tried.right)
        exact = self._plans.look(np.repeat(self._point, len(owner)), (low, high), own.at[at], prices[likely])
        self._priced(self._table.finer(cells, np.concatenate([exact, np.quantile(prices, SPREAD)])[None]))


def _used(count: int, sides: Sides, pieces: Pieces) -> tuple[Sides, Pieces]:
    """The first choices, and those to which pieces still belong."""
    kept, places = np.unique(np.append(np.arange(count), pieces.owner), return_inverse=True)
    return sides.part(kept), pieces._replace(owner=places[count:])
