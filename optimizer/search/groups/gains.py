"""What each cell gains at the most on either side, by its price: tables that never say too little.

    gain(p) = max over its side of  w·f(x) − p·x
is convex in p, so that it is nowhere above the chord between two prices at which it is known; beyond the last of them
it falls by `high` or `low` a unit of p, at the least. A cell is off on the side up to its bend, where it is convex and
gains most at one of the ends, which needs no table; and on beyond. Where it stands between the ends of a side, the
side is split, and its parts are sides with tables of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack, Envelope
from optimizer.search.newton.rows import parts

Array = NDArray[np.float64]
Index = NDArray[np.intp]
OFF, ON, EITHER = 0, 1, 2  # sides; EITHER is the better one
NEAR = 0.05  # of a price: prices are dense within it, and sparse beyond
FAR = 3.0  # of a price: as far as they reach
LITTLE = 0.2  # of the mean price, that a price counts as at the least
FINEST, COARSEST = 1_000, 64  # prices a cell
NUMBERS = 1_100_000  # of all cells
AT_ONCE = 30_000  # numbers of some cells that are worked out together
MARGIN = 0.1  # of a side, that each part of it is at the least
FIRST, CLOSER = 64, 2  # inputs of a cell, and how often they are moved towards those that return its prices


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Curves, what their outcome is worth, and the limits of their inputs; `bend` is where they are on from.

    They are off up to there; those that are `apart` at their low end alone, with nothing between.
    """

    curves: CurveStack
    worth: Array
    low: Array
    bend: Array
    high: Array
    apart: NDArray[np.bool_]

    @property
    def bent(self) -> NDArray[np.bool_]:
        """Which cells may be off."""
        return np.asarray((self.bend > self.low) & ((self.bend < self.high) | (self.apart & (self.bend == self.high))))

    def part(self, some: slice) -> Cells:
        """Some of them."""
        curves = self.curves.take(np.arange(len(self.worth))[some])
        own = {name: getattr(self, name)[some] for name in ("worth", "low", "bend", "high", "apart")}
        return Cells(curves=curves, **own)


class Tables(NamedTuple):
    """Gains and inputs at the same steps of price, (tables, steps)."""

    gain: Array
    at: Array

    def read(self, table: Index, first: Index, share: Array) -> tuple[Array, Array, Array]:
        """Gains and inputs some share of the way from a step to the next, and how much inputs fall between these."""
        here = table * self.gain.shape[1] + first
        start, at = self.gain.take(here), self.at.take(here)
        found, fall = start + share * (self.gain.take(here + 1) - start), at - self.at.take(here + 1)
        return found, at - share * fall, fall

    def joined(self, other: Tables) -> Tables:
        """Both, the other behind."""
        return Tables(*(np.concatenate(both) for both in zip(self, other, strict=True)))


@dataclass(slots=True, kw_only=True)
class Gains:
    """Tables, and the ends and the kind of each side; more of all are added by `split`.

    The first sides are three of each cell, and at last those of no cell; `whole` are the tables of cells that are on,
    `halves` those that are added: few beside them, so that the large ones are never moved. `table` says which one a
    side has, `may` whether it may be off. `ends` are of cells that are off: the inputs, and what they gain there at no
    price, (4, cells).
    """

    cells: Cells
    center: Array
    width: Array
    steps: Array
    whole: Tables
    halves: Tables
    low: Array
    high: Array
    kind: Index
    table: Index
    may: NDArray[np.bool_]
    ends: Array

    @classmethod
    def of(cls, cells: Cells, center: Array, error: float) -> Gains:
        """Tables around some prices, which exceed what they bound by about `error` of what all cells gain."""
        fewest = min(FINEST, NUMBERS // (2 * len(center) + 1))
        count = int(np.clip(0.12 / np.sqrt(error), COARSEST, max(COARSEST, fewest)))
        reach = np.arcsinh(FAR / NEAR)
        steps = np.sinh(np.linspace(-reach, reach, count))
        width = NEAR * np.maximum(np.abs(center), LITTLE * float(np.abs(center).mean()) or 1.0)
        bent, tables = cells.bent, len(center) + 1  # the last is that of no cell
        gain = np.zeros((tables, count))
        at = np.zeros((tables, count))  # in full: with seven digits of them some bounds come to no end
        start = np.where(bent, cells.bend, cells.low)
        until = np.where(cells.apart, cells.low, start)
        free = (cells.worth * cells.curves.value(end) for end in (cells.low, until))
        for some in parts(len(center), count, AT_ONCE):
            prices = center[some] + width[some] * steps[:, None]
            gain[:-1][some], at[:-1][some] = (own.T for own in _concave(cells.part(some), start[some], prices))
        return cls(
            cells=cells,
            center=np.append(center, 0.0),
            width=np.append(width, 1.0),
            steps=steps,
            whole=Tables(gain, at),
            halves=Tables(np.zeros((0, count)), np.zeros((0, count))),
            low=_by_side(cells.low, start, cells.low),
            high=_by_side(np.where(bent, until, cells.high), cells.high, cells.high),
            kind=np.tile((OFF, ON, EITHER), tables),
            table=np.repeat(np.arange(tables), EITHER + 1),
            may=np.append(np.stack([bent, np.zeros_like(bent), bent], axis=-1).ravel(), np.zeros(3, dtype=np.bool_)),
            ends=np.stack([np.append(own, 0.0) for own in (cells.low, until, *free)]),
        )

    def rows(self, cells: Index, sides: Index) -> Index:
        """Where the sides of cells stand: a part of one is known by its number."""
        return np.asarray(np.where(sides <= EITHER, 3 * cells + sides, 3 * len(self.center) + sides - EITHER - 1))

    def split(self, cells: Index, sides: Index, at: Array) -> tuple[Index, Index]:
        """The sides of cells up to some inputs, or near these, and beyond them."""
        rows, own = self.rows(cells, sides), self.cells
        low, high = self.low[rows], self.high[rows]
        margin, count = MARGIN * (high - low), len(self.low) - 3 * len(self.center)
        at, both = np.clip(at, low + margin, high - margin), np.concatenate([cells, cells])
        low, high = np.concatenate([low, at]), np.concatenate([at, high])
        parts = Cells(
            curves=own.curves.take(both), worth=own.worth[both], low=low, bend=low, high=high, apart=own.apart[both]
        )
        gain, inputs = _concave(parts, low, self.center[both] + self.width[both] * self.steps[:, None])
        self.table = np.concatenate([self.table, len(self.center) + count + np.arange(len(both))])
        self.halves = self.halves.joined(Tables(gain.T, inputs.T))
        self.low, self.high = np.concatenate([self.low, low]), np.concatenate([self.high, high])
        self.kind = np.concatenate([self.kind, self.kind[rows], self.kind[rows]])
        self.may = np.concatenate([self.may, np.zeros(len(both), dtype=np.bool_)])
        first = EITHER + 1 + count + np.arange(len(cells))
        return first, first + len(cells)

    def read(self, cells: Index, sides: Index, prices: Array) -> tuple[Array, Array, Array]:
        """The gains of cells on their sides at prices, inputs there, and how fast inputs fall with the price."""
        center, width, count = self.center.take(cells), self.width.take(cells), len(self.steps)
        away, reach = (prices - center) / width, np.arcsinh(self.steps[-1])
        place = (np.arcsinh(away) + reach) * ((count - 1) / (2.0 * reach))
        first, rows = np.clip(place.astype(np.intp), 0, count - 2), self.rows(cells, sides)
        left = self.steps.take(first)
        length = self.steps.take(first + 1) - left
        share = np.clip((away - left) / length, 0.0, 1.0)
        table, last = self.table.take(rows), len(self.center) - 1
        found, inputs, fall = self.whole.read(np.minimum(table, last), first, share)
        if (half := table > last).any():
            own = self.halves.read(table[half] - last - 1, first[half], share[half])
            found[half], inputs[half], fall[half] = own
        beyond = away - left - share * length
        if beyond.any():
            rate = np.where(beyond > 0.0, self.low[rows], self.high[rows])
            found = found - beyond * width * rate
        fall /= length * width
        if (may := self.may.take(rows)).any():
            off, low = self.off(cells, prices)
            may &= (sides == OFF) | (off > found)
            return np.where(may, off, found), np.where(may, low, inputs), np.where(may, 0.0, fall)
        return found, inputs, fall

    def off(self, cells: Index, prices: Array) -> tuple[Array, Array]:
        """The gains of cells that are off at prices, and their inputs there; of what nothing wants the cheaper end."""
        low, high, none, some = self.ends.take(cells, axis=1)
        none, some = none - prices * low, some - prices * high
        return np.maximum(none, some), np.where(none >= some, low, high)


def _concave(cells: Cells, low: Array, prices: Array) -> tuple[Array, Array]:
    """What cells gain on [low, high] under their envelope, told at inputs near those that return the prices."""
    high, hull = cells.high, Envelope.above(cells.curves, low, cells.high)
    at = low + (high - low) * np.linspace(0.0, 1.0, FIRST)[:, None]
    for _ in range(CLOSER):
        at = _between(prices, _slope(cells, low, hull.slope(at)), at)[::-1]
    slope = _slope(cells, low, hull.slope(at))
    gain = cells.worth * hull.value(at) - slope * at
    first, last = np.isfinite(slope).argmax(axis=0), -1
    every = np.arange(len(low))
    top, bottom = slope[first, every], slope[last]
    told = _between(np.clip(prices, bottom, top), slope, gain)
    told += np.maximum(bottom - prices, 0.0) * high - np.maximum(prices - top, 0.0) * low
    return told, _between(prices, slope, at)


def _slope(cells: Cells, low: Array, slope: Array) -> Array:
    """What a unit of input is worth; nothing where nothing is worth anything, or there is no room for more."""
    return np.multiply(cells.worth, slope, out=np.zeros(slope.shape), where=(cells.worth > 0.0) & (low < cells.high))


def _between(prices: Array, slope: Array, numbers: Array) -> Array:
    """What belongs to prices between slopes that fall down the columns, cell by cell."""
    found = np.empty(prices.shape)
    for cell in range(prices.shape[1]):
        known = np.isfinite(slope[:, cell])
        found[:, cell] = np.interp(prices[:, cell], slope[known, cell][::-1], numbers[known, cell][::-1])
    return found


def _by_side(off: Array, on: Array, either: Array) -> Array:
    return np.append(np.stack([off, on, either], axis=-1).ravel(), np.zeros(3))
