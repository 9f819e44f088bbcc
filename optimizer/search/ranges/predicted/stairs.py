"""How far prices hold where tables alone read the spends and one row limits them: from edge to edge of their hulls.

Edges in falling order of what a unit of the row gains along them are a staircase λ(taken), along which the row's own
price goes. Where the limit of a spend j moves that stands at it, all others give what it takes, and it is worth what it
gains on its own table:
    price_row(δ) = −λ(taken + δ)        price_j(δ) = a_j·(λ(taken − a_j·δ) − g_j(x_j + δ))
So each is a staircase, too, and its range ends at a step. Where a table is below its hull no more is told. A plan that
stands below a hull itself is followed as far as tables bend down around it: beyond that no plan is near, and the price
is another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from optimizer.search.choices.combined import Limits
from optimizer.search.choices.corners import ROUNDED, Corners, Edges
from optimizer.search.choices.tables import Look, Tables
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.room import stated
from optimizer.search.ranges.steady import Steadies, Steady
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
NEARLY = 1e-9  # relative: costs and spends that are one
LOOSER = {"at_most": 1, "exactly": 1, "at_least": -1}
Step = tuple[float, float]  # what it takes of the row, and what a unit gains on it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The staircase to one side of a plan: where each step begins, and what it gains; it is `known` up to where."""

    begins: Array
    gains: Array
    known: float

    @classmethod
    def of(cls, takes: Array, gains: Array, known: Flags, last: float) -> _Side:
        """Of steps one after the other, and what is gained after the last of them."""
        begins, unknown = np.cumsum(np.append(0.0, takes)), np.flatnonzero(~known)
        known_to = float(begins[unknown[0]]) if len(unknown) else inf
        return cls(begins=begins, gains=np.append(gains, last), known=known_to)

    def leaves(self, low: float, high: float) -> float:
        """Where it first gains less or more than that."""
        outside = np.flatnonzero((self.gains < low) | (self.gains > high))
        return float(self.begins[outside[0]]) if len(outside) else inf

    def told(self, end: float) -> tuple[float, bool]:
        """An end, or that of what is known, and whether it is known."""
        return min(end, self.known), end <= self.known


class Stairs:
    """The staircase from what a search `found`, whose plan takes a limit of the row."""

    def __init__(self, found: Found, tables: Tables, look: Look, limits: Limits, ends: tuple[Flags, Flags]) -> None:
        self.found, self._tables, self._look, self._price = found, tables, look, limits.price
        edges, free = look.edges, limits.least < limits.most  # what does not pay is not taken then
        spent = edges.spent
        more, less = (np.diff(np.maximum(sign * (spent - limits.taken), 0.0)) * sign for sign in (1.0, -1.0))
        up, down = (np.flatnonzero(takes > ROUNDED * spent[-1]) for takes in (more, less))
        none_more, none_less = free and limits.price > 0.0, free and limits.price < 0.0
        gains = np.clip(edges.gains, 0.0 if none_more else -inf, 0.0 if none_less else inf)
        first, last = edges.outermost(len(ends[0]))
        cut = look.cells.high < stated(found.model)[1].ravel() * (1.0 - NEARLY)  # nobody said so: tables may go on
        up, jumps_up = _until(up, last[ends[1]])
        down, jumps_down = _until(down[::-1], first[ends[0]])
        known = edges.own & ~np.isin(np.arange(len(edges.own)), last[cut])
        self._more = _Side.of(more[up], gains[up], known[up], 0.0 if none_more and not jumps_up else -inf)
        self._less = _Side.of(less[down], gains[down], edges.own[down], 0.0 if none_less and not jumps_down else inf)

    @classmethod
    def of(cls, found: Found) -> Stairs | None:
        """Where a plan takes a limit of the only row, and is the best on the hulls, or on what bends down around it."""
        tables = None if found.relaxation is None else found.relaxation.choosing
        if not isinstance(tables, Tables) or found.columns is None or found.duals is None:
            return None
        model, whole = found.model, tables.look(found.model)
        row, at = tables.row(model, 1), found.columns[model.cells.inputs] * model.scale[model.cells.inputs]
        for look in (whole, _around(tables, whole, at)):
            [limits] = ends = tables.ends(look, row)
            if limits.last >= 0 and limits.price != 0.0 and look.edges.own[limits.last]:
                least = float(tables.filled(model, look, ends)[1][0])
                if found.cost <= least + NEARLY * abs(least):
                    beyond = look.cells.low > whole.cells.low, look.cells.high < whole.cells.high
                    return cls(found, tables, look, limits, beyond)
        return None

    def holds(self, motions: Motions, _sizes: Array, within: float) -> Steadies:
        """By limit the price, and how far it changes by no more than a share; nothing where that is not told."""
        told = Steadies.unknown(motions.number)
        for place in range(motions.number):
            if (own := self._held(motions.one(place), within)) is not None:
                told.price[place], told.shifts[:, place], told.ends[:, place] = own.price, (own.down, own.up), own.ends
        return told

    def _held(self, motion: Motion, within: float) -> Steady | None:
        """The same of one limit."""
        if len(motion.entry_rows) or len(motion.rows) + len(motion.columns) != 1:
            return None
        return self._of_row(motion, within) if len(motion.rows) else self._of_spend(motion, within)

    def _of_row(self, motion: Motion, within: float) -> Steady | None:
        """The row's own limit."""
        rate = float((motion.upper if self._price > 0.0 else motion.lower)[0])
        gain = float(self._side(LOOSER[motion.side]).gains[0])
        if rate <= 0.0 or gain == 0.0 or not np.isfinite(gain):
            return None
        around = gain - within * abs(gain), gain + within * abs(gain)
        return _steady(-gain, rate, [side.told(side.leaves(*around)) for side in (self._less, self._more)])

    def _of_spend(self, motion: Motion, within: float) -> Steady | None:
        """The limit of a spend that stands at it."""
        model, cells, edges = self.found.model, self._look.cells, self._look.edges
        cell, looser = int(np.flatnonzero(model.spend.ravel() == motion.columns[0])[0]), LOOSER[motion.side]
        own = np.flatnonzero(edges.cell == cell)[::-looser]
        inward = own[: int(np.argmin(np.append(edges.own[own], False)))]
        outward = list(self._outward(cell, looser))
        if not self._stands(cell, looser) or not outward or (len(own) and not len(inward)):
            return None
        price = float(self._side(-looser).gains[0]) - outward[0][1]
        if price * looser >= 0.0 or not np.isfinite(price):
            return None
        takes, gains = edges.takes[inward].tolist(), edges.gains[inward].tolist()
        end, known = self._reach(list(zip(takes, gains, strict=True)), self._side(looser), price, within)
        inside = end, known and (len(inward) == len(own) or end < sum(takes))
        ends = [inside, self._reach(outward, self._side(-looser), price, within)]
        rate = float(motion.column_move[0] * model.scale[motion.columns[0]] * cells.take[cell])
        return _steady(price, rate, ends if looser > 0 else ends[::-1])

    def _side(self, sign: int) -> _Side:
        """Where the row takes more, or less."""
        return self._more if sign > 0 else self._less

    def _stands(self, cell: int, looser: int) -> bool:
        """Whether a spend stands at its low end, or its high one."""
        cells, columns = self._look.cells, self.found.columns
        assert columns is not None
        column = self.found.model.cells.inputs[cell]
        at, end = columns[column] * self.found.model.scale[column], (cells.high if looser > 0 else cells.low)[cell]
        return bool(abs(at - end) <= NEARLY * max(cells.high[cell], 1e-300))

    def _outward(self, cell: int, looser: int) -> Iterator[Step]:
        """The steps of a table beyond the limit of its spend: down to nothing, or up without end."""
        cells, points = self._look.cells, np.append(0.0, self._tables.points[cell])
        low, high = float(cells.low[cell]), float(cells.high[cell])
        inside = points < low * (1.0 - ROUNDED) if looser < 0 else points > high * (1.0 + ROUNDED)
        inputs = np.append(low, points[inside][::-1]) if looser < 0 else np.append(high, points[inside])
        values = cells.curves.take(np.full(len(inputs), cell)).value(inputs)
        gained = cells.worth[cell] * np.diff(values) - cells.cost[cell] * np.diff(inputs)
        takes = cells.take[cell] * np.diff(inputs)
        yield from zip(np.abs(takes).tolist(), (gained / takes).tolist(), strict=True)
        if looser > 0:
            yield inf, float(-cells.cost[cell] / cells.take[cell])

    def _reach(self, steps: Sequence[Step], others: _Side, price: float, within: float) -> tuple[float, bool]:
        """How far a spend goes, against which others go, until it is worth another price."""
        gone, much = 0.0, within * abs(price)
        for takes, gain in steps:
            left = others.leaves(gain + price - much, gain + price + much)
            if left < gone + takes:
                return others.told(max(left, gone))
            gone += takes
        return others.told(gone)


def _steady(price: float, rate: float, ends: Sequence[tuple[float, bool]]) -> Steady:
    """A price, and its ends down and up, by unit of the limit, of which each takes so much of the row."""
    (down, low), (up, high) = ends
    return Steady(price=price * rate, down=-down / rate, up=up / rate, ends=(low, high))


def _until(steps: Index, stops: Index) -> tuple[Index, bool]:
    """Steps up to the first that is one of some; and whether any is."""
    ends = np.flatnonzero(np.isin(steps, stops))
    return (steps[: ends[0] + 1], True) if len(ends) else (steps, False)


def _around(tables: Tables, whole: Look, at: Array) -> Look:
    """The cells as far as their tables bend down around a plan."""
    corners, cells = whole.corners, whole.cells
    with np.errstate(all="ignore"):
        gains = np.diff(corners.gains) / np.diff(corners.takes)
    turns = np.zeros(corners.there.shape, dtype=bool)
    turns[:, 1:-1] = corners.there[:, 2:] & (gains[:, 1:] > gains[:, :-1])
    near = NEARLY * cells.high
    low = np.where(turns & (corners.inputs <= (at + near)[:, None]), corners.inputs, -inf).max(axis=1)
    high = np.where(turns & (corners.inputs >= (at - near)[:, None]), corners.inputs, inf).min(axis=1)
    cells = replace(cells, low=np.maximum(cells.low, low), high=np.minimum(cells.high, high))
    around = Corners.of(cells, tables.points)
    return Look(cells, whole.hull, around, Edges.of(around, None))
