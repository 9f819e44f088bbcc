"""S-shaped curves within one budget: choices of which cells are off and which are on, priced together.

A cell is on beyond its bend, and off at its low end: all but one, which may be between the ends of that side and gains
no more than at one of them. Two are never needed there (`between`). So a choice costs at the least
    −λ·limit  −  Σ_i its gain w·f(x) − (c + λ·a)·x  −  the most that one cell gains between, beyond its low end
at any price λ. Points may be many, that differ in the limit alone: each has prices and choices of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.choices.between import Pieces
from optimizer.search.choices.cells import ALIKE, Cells, Table, numbers

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


class _Flat(NamedTuple):
    """Choices one after the other: the point, states and piece of each."""

    point: Index
    states: Array
    pieces: Pieces

    def in_parts(self) -> _Flat:
        """Each in the parts of its piece, as far as that has any."""
        parts = self.pieces.split()
        some = parts.wide
        some[:, 0] = True
        row = some.nonzero()[0]
        return _Flat(self.point[row], self.states[row], parts.part(some))


class Choices:
    """Choices of off and on for some cells of each point: by price what each costs at the least, and takes.

    `states`, shape (points, choices, chosen), has 1 for on, −1 for off, and 0 for what is left open: the better side.
    So are other cells, but for those that are `held` where they are on or off. One that is off may be between: any, or
    that of the choice's `pieces`, the others not. `there` tells what is a choice, and what only fills up the array.
    What is told has shape (points, prices, choices).
    """

    def __init__(
        self,
        cells: Cells,
        chosen: Index,
        states: Array,
        sides: tuple[Flags, Flags],
        there: Flags | None = None,
        pieces: Pieces | None = None,
    ) -> None:
        self._cells, self._chosen, self.states, self._sides = cells, chosen, states, sides
        self.there = np.ones(states.shape[:2], dtype=np.bool_) if there is None else there
        self.pieces = Pieces.none(states.shape[:2]) if pieces is None else pieces

    @classmethod
    def begun(cls, cells: Cells, chosen: Index, sides: tuple[Flags, Flags], count: int) -> Choices:
        """All that there are for the first of the chosen cells, of which some may be held; others are open or held."""
        held, on = (np.take_along_axis(own, chosen, axis=1)[:, None] for own in sides)
        ways = 2.0 * ((np.arange(1 << count)[:, None] >> np.arange(count)) & 1) - 1.0
        side, first = np.where(on, 1.0, -1.0), np.broadcast_to(ways, (len(chosen), *ways.shape))
        later = np.broadcast_to(np.where(held, side, 0.0)[..., count:], (*first.shape[:2], chosen.shape[1] - count))
        there = (~held[..., :count] | (first == side[..., :count])).all(axis=2)
        return cls(cells, chosen, np.concatenate([first, later], axis=2), sides, there).followed()

    @property
    def whole(self) -> Flags:
        """Which choices leave nothing open of the cells that are chosen."""
        return np.asarray((self.states != 0.0).all(axis=2))

    @property
    def any(self) -> Flags:
        """Of which any cell that is off may be between."""
        return ~self.pieces.there

    @property
    def last(self) -> Flags:
        """Which cannot be parted."""
        return self.whole & ~self.any & ~self.pieces.wide

    def alone(self, table: Table) -> Array:
        """No plan of a choice costs less, where no cell is between."""
        alone = self._cells.rest - self._summed(table.on, table.off, self._better(table))
        alone -= (table.prices * table.limit[:, None])[..., None]
        return numbers(alone)

    def costs(self, table: Table, alone: Array) -> Array:
        """No plan of a choice costs less in any case; `alone` is what they cost where no cell is between."""
        gains, own = self._between(table.between), self.pieces.there
        if own.any():
            left, right, _, _ = self.pieces.ends(self._cells, table.prices[..., None])
            gains = np.where(own[:, None], np.maximum(left, right), gains)
        return numbers(alone - gains)

    def spent(self, table: Table) -> Array:
        """What the row takes."""
        take = self._cells.take
        low = np.broadcast_to(self._cells.low * take, table.at.shape)
        spent = self._summed(table.at * take, low, self._better(table))
        if self.pieces.there.any():
            left, right, first, last = self.pieces.ends(self._cells, table.prices[..., None])
            spent += np.where(left > right, first[:, None], last[:, None])
        return spent

    def followed(self) -> Choices:
        """With what follows for cells that are alike; choices that contradict themselves are none."""
        states, orderly = self._cells.alike.followed(self._chosen, self.states)
        return self.of(states, self.there & orderly, self.pieces)

    def of(self, states: Array, there: Flags, pieces: Pieces) -> Choices:
        """Other choices for the same cells."""
        return Choices(self._cells, self._chosen, states, self._sides, there, pieces)

    def part(self, points: Flags) -> Choices:
        """Those of some points."""
        held, on = self._sides
        some = self.states[points], (held[points], on[points]), self.there[points], self.pieces.part(points)
        return Choices(self._cells, self._chosen[points], *some)

    def first(self, order: Index) -> Choices:
        """Some of each point in an order, (points, some)."""
        rows = np.arange(len(order))[:, None]
        return self.of(self.states[rows, order], self.there[rows, order], self.pieces.part(rows, order))

    def ends(self, table: Table, rows: Index) -> tuple[Array, Array]:
        """The limits of all cells, each choice at a price: shape (points, choices, cells); pieces are in the middle."""
        points, cells = np.arange(len(rows))[:, None], self._cells
        on = self._better(table)[points, rows]
        chosen = np.broadcast_to(self._chosen[:, None], self.states.shape)
        open_ = np.take_along_axis(on, chosen, axis=2)
        np.put_along_axis(on, chosen, np.where(self.states == 0.0, open_, self.states > 0.0), axis=2)
        low, high = np.where(on, cells.bend, cells.low), np.where(on, cells.high, cells.low)
        own = (*self.pieces.wide.nonzero(), self.pieces.cell[self.pieces.wide])
        low[own] = high[own] = self.pieces.middle[self.pieces.wide]
        return low, high

    def split(self, table: Table, rows: Index, within: Flags, slow: Flags, most: int) -> Choices:
        """The first in parts, at what is least decided at a price: an open cell, or where in its piece a cell stands.

        A choice that is not `within` the cutoff but for a cell between has any there that is off and gains something at
        its price, where it costs most without. In whole ones, where bounds are `slow` to rise, it is any, or none.
        """
        pieces, (cell, apart) = self.pieces, self._least_decided(table, rows)
        left, right, _, _ = pieces.ends(self._cells, np.take_along_axis(table.prices, rows, axis=1)[:, None])
        undecided = np.where(pieces.wide, np.abs(left - right)[:, 0], np.inf)
        can = self.there & np.where(pieces.there, ~self.last, ~within | ~self.whole | slow[:, None])
        can &= can.cumsum(axis=1) <= most
        halved = can & np.where(pieces.there, apart <= undecided, within & ~self.whole)
        on, off, parted = self._flat(halved), self._flat(halved), can & ~halved
        for side, (_, states, _) in ((1.0, on), (-1.0, off)):
            states[np.arange(len(states)), cell[halved]] = side
        begun = self._begun(table, rows, parted & self.any, within)
        parts = self._flat(parted & pieces.there).in_parts(), begun.in_parts()
        return self._packed(self._flat(self.there & ~can), on, off, *parts).followed()

    def _flat(self, some: Flags) -> _Flat:
        """Some choices one after the other."""
        return _Flat(some.nonzero()[0], self.states[some], self.pieces.part(some))

    def _begun(self, table: Table, rows: Index, some: Flags, within: Flags) -> _Flat:
        """Some choices, each as often as cells are off that may be between, the first of those that are alike.

        Those that are `within` once more, with one without width, which gains nothing.
        """
        (held, on), cells, points = self._sides, self._cells, np.arange(len(rows))[:, None]
        off = np.repeat((held & ~on)[:, None], self.states.shape[1], axis=1)
        np.put_along_axis(off, np.broadcast_to(self._chosen[:, None], self.states.shape), self.states < 0.0, axis=2)
        off &= some[..., None] & cells.between & (within[..., None] | (table.between[points, rows] > 0.0))
        for own in off.reshape(-1, off.shape[2]) if not cells.alike.none else ():
            first = cells.alike.first(np.flatnonzero(own))
            own[:] = False
            own[first] = True
        (*between, cell), none = off.nonzero(), (some & within).nonzero()
        point, choice = (np.concatenate(own) for own in zip(between, none, strict=True))
        left, right = (np.append(own[cell], np.full(len(none[0]), cells.low[0])) for own in (cells.low, cells.bend))
        return _Flat(point, self.states[point, choice], Pieces(np.append(cell, np.zeros_like(none[0])), left, right))

    def _packed(self, *parts: _Flat) -> Choices:
        """Choices one after the other in arrays with an axis of points."""
        point, states = (np.concatenate(own) for own in zip(*(part[:2] for part in parts), strict=True))
        pieces = (np.concatenate(own) for own in zip(*(part.pieces for part in parts), strict=True))
        order, count = np.argsort(point, kind="stable"), np.bincount(point, minlength=len(self.there))
        there = np.arange(count.max(initial=0)) < count[:, None]
        packed, none = np.zeros((*there.shape, states.shape[1])), Pieces.none(there.shape)
        packed[there] = states[order]
        for whole, own in zip(none, pieces, strict=True):
            whole[there] = own[order]
        return self.of(packed, there, none)

    def _least_decided(self, table: Table, rows: Index) -> tuple[Index, Array]:
        """Of each choice the open cell whose sides differ least at a price, and by how much; ∞ where none is open.

        Of several that differ alike it is the one in the middle.
        """
        points = np.arange(len(rows))[:, None]
        apart = self._picked(np.abs(table.on - table.off))[points, rows]
        if not apart.size:
            return np.zeros(rows.shape, dtype=np.intp), np.full(rows.shape, np.inf)
        apart = np.where(self.states == 0.0, apart, np.inf)
        least = apart.min(axis=2)
        tied = apart <= least[..., None] * (1.0 + ALIKE)
        return (2 * tied.cumsum(axis=2) >= tied.sum(axis=2, keepdims=True)).argmax(axis=2), least

    def _better(self, table: Table) -> Flags:
        held, on = self._sides
        return np.where(held[:, None], on[:, None], table.on > table.off)

    def _between(self, gains: Array) -> Array:
        """The most that one of the cells that are off gains."""
        (held, on), chosen = self._sides, self._picked(gains)
        most = np.repeat(
            np.where((held & ~on)[:, None], gains, 0.0).max(axis=2)[..., None], self.states.shape[1], axis=2
        )
        for cell in np.flatnonzero((chosen > 0.0).any(axis=(0, 1))).tolist():
            np.maximum(most, np.where(self.states[:, None, :, cell] < 0.0, chosen[..., cell, None], 0.0), out=most)
        return most

    def _picked(self, own: Array) -> Array:
        """Of (points, prices, cells) the chosen ones."""
        return np.take_along_axis(own, self._chosen[:, None], axis=2)

    def _summed(self, on: Array, off: Array, sides: Flags) -> Array:
        usual, states = np.where(sides, on, off), self.states.swapaxes(1, 2)
        summed: Array = self._picked(on - usual) @ (states > 0.0)
        summed += self._picked(off - usual) @ (states < 0.0)
        summed += usual.sum(axis=2)[..., None]
        return summed


def spending(table: Table, spent: Array) -> tuple[Array, Index]:
    """By choice the price at which it spends the limit, between two of those tried, and the place of the lower one."""
    limit, (points, every) = table.limit[:, None], np.ogrid[: spent.shape[0], : spent.shape[2]]
    count = (spent > limit[..., None]).sum(axis=1)
    low, high = np.maximum(count - 1, 0), np.minimum(count, spent.shape[1] - 1)
    more, less = spent[points, low, every] - limit, limit - spent[points, high, every]
    share = np.divide(more, more + less, out=np.zeros(low.shape), where=more + less > 0.0)
    below, above = table.prices[points, low], table.prices[points, high]
    return below + np.clip(share, 0.0, 1.0) * (above - below), low
