"""S-shaped curves within one budget: choices of which cells are off and which are on, priced together.

    minimise Σ c_i·x_i − w_i·f_i(x_i)     subject to   Σ a_i·x_i ≤ limit,   low_i ≤ x_i ≤ high_i
Up to its bend a curve is convex, and concave beyond. A cell is off on the one side, where at any price it gains most at
an end, and on on the other, where a tangent tells the most. At a price λ of the row a choice costs at the least
    −λ·limit  −  Σ_i max over its side of w·f(x) − (c + λ·a)·x
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
WIDE = 16  # prices that are tried first, between those at which all cells are on and none
BETWEEN = np.arange(1, 8) / 8  # of the way between two of them, that are tried next
LOOKS = 3  # from there to the price at which the budget is spent
FAR = 3.0  # times that price, beyond which prices are forgotten
STEPS = 60  # to an input that returns a price
ALIKE = 1e-12  # relative: slopes that are one
WIDTH = 1e-6  # of an input, over which the slope of a slope is read
TINY = 1e-9  # of its range: where a curve that is endlessly steep at 0 is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The problem, by cell: worth w > 0, cost c ≥ 0, take a > 0; the limit; `rest` is what all else costs.

    `bend` is where the side begins on which a cell is on: `low` where it cannot be off.
    """

    curves: CurveStack
    worth: Array
    cost: Array
    take: Array
    low: Array
    bend: Array
    high: Array
    limit: float
    rest: float

    @property
    def bent(self) -> Flags:
        """Which cells may be off."""
        return self.bend > self.low

    def returning(self, slope: Array, near: Array | None) -> Array:
        """Where curves that are on are as steep as `slope`, or nearly: Newton's method on logarithms, in a bracket."""
        floor, curves = np.maximum(self.bend, TINY * self.high), self.curves
        full, idle = curves.slope(self.high) >= slope, curves.slope(floor) <= slope
        left, right = np.broadcast_to(floor, slope.shape), np.broadcast_to(self.high, slope.shape)
        at, done = right if near is None else np.clip(near, left, right), full | idle
        for _ in range(STEPS):
            steep, beside = curves.slope(np.stack([at, at * (1.0 + WIDTH)]))
            left, right = np.where(steep > slope, at, left), np.where(steep > slope, right, at)
            done |= (np.abs(steep - slope) <= ALIKE * slope) | (right - left <= ALIKE * right)
            if done.all():
                break
            step = at * (slope / steep) ** (np.log1p(WIDTH) / np.log(beside / steep))
            inside = (step > left) & (step < right)
            at = np.where(done, at, np.where(inside, step, 0.5 * (left + right)))
        return np.where(full, self.high, np.where(idle, self.bend, at))


class Table(NamedTuple):
    """At prices (prices,) from low to high: what cells gain when on and when off, and their inputs when on."""

    prices: Array
    on: Array
    off: Array
    at: Array

    @classmethod
    def of(cls, cells: Cells, prices: Array, near: Array | None = None) -> Table:
        """No input on a cell's side gains more than what is told: a concave curve is below its tangents."""
        each = cells.cost + prices[:, None] * cells.take
        slope = each / cells.worth
        at = cells.returning(slope, near)
        away = cells.curves.slope(at) - slope
        above = np.maximum(away * (cells.high - at), away * (cells.bend - at))
        on = cells.worth * (cells.curves.value(at) + np.maximum(above, 0.0)) - each * at
        ends = (cells.worth * cells.curves.value(end) - each * end for end in (cells.low, cells.bend))
        off = np.where(cells.bent, np.maximum(*ends), -np.inf)
        return cls(prices, on, off, at)

    def joined(self, other: Table) -> Table:
        """Both."""
        order = np.argsort(np.concatenate([self.prices, other.prices]), kind="stable")
        return Table(*(np.concatenate(both)[order] for both in zip(self, other, strict=True)))

    def finer(self, cells: Cells, prices: Array) -> Table:
        """With more prices, as far as they are not beyond those that are known."""
        inside = (prices >= self.prices[0]) & (prices <= self.prices[-1])
        prices = np.setdiff1d(prices[inside], self.prices)
        place = np.maximum(np.searchsorted(self.prices, prices) - 1, 0)
        return self.joined(Table.of(cells, prices, self.at[place]))

    def part(self, rows: Flags) -> Table:
        """Some prices."""
        return Table(*(own[rows] for own in self))

    def spent(self, cells: Cells) -> Array:
        """What the row takes at each price."""
        return np.asarray(np.where(self.on > self.off, self.at, cells.low) @ cells.take)

    def costs(self, cells: Cells) -> Array:
        """No plan costs less: by price."""
        costs = cells.rest - np.maximum(self.on, self.off).sum(axis=1) - self.prices * cells.limit
        return np.asarray(np.where(np.isnan(costs), -np.inf, costs))


class Choices:
    """Choices of off and on for some cells, by price what each costs at the least and takes: (prices, choices).

    `states`, shape (choices, chosen), has 1 for on, −1 for off, and 0 for what is left open: the better side. So are
    other cells, but for those that are `held` where they are on or off.
    """

    def __init__(self, cells: Cells, chosen: Index, states: Array, held: Flags, on: Flags) -> None:
        self._cells, self._chosen, self.states, self._held, self._on = cells, chosen, states, held, on

    @classmethod
    def every(cls, cells: Cells, chosen: Index, on: Flags) -> Choices:
        """All that there are for the chosen cells, the others held."""
        states = np.where((np.arange(1 << len(chosen))[:, None] >> np.arange(len(chosen))) & 1, 1.0, -1.0)
        return cls(cells, chosen, states, np.ones(len(on), dtype=np.bool_), on)

    def costs(self, table: Table) -> Array:
        """No plan of a choice costs less."""
        gains = self._summed(table.on, table.off, self._sides(table))
        costs = self._cells.rest - gains - (table.prices * self._cells.limit)[:, None]
        return np.asarray(np.where(np.isnan(costs), -np.inf, costs))

    def spent(self, table: Table) -> Array:
        """What the row takes."""
        take = self._cells.take
        low = np.broadcast_to(self._cells.low * take, table.at.shape)
        return self._summed(table.at * take, low, self._sides(table))

    def of(self, states: Array) -> Choices:
        """Other choices for the same cells."""
        return Choices(self._cells, self._chosen, states, self._held, self._on)

    def sides(self, table: Table, rows: Index) -> Flags:
        """Which cells are on, each choice at a price: shape (choices, cells)."""
        on = self._sides(table)[rows]
        on[:, self._chosen] = np.where(self.states == 0.0, on[:, self._chosen], self.states > 0.0)
        return on

    def split(self, table: Table, rows: Index) -> Choices:
        """Each in two, by the open cell whose sides differ least at a price; those that are whole stay as they are."""
        apart = np.abs(table.on - table.off)[rows][:, self._chosen]
        apart = np.where(self.states == 0.0, apart, np.inf)
        open_ = (self.states == 0.0).any(axis=1)
        if not open_.any():
            return self
        up, down, every = self.states[open_], self.states[open_], np.arange(int(open_.sum()))
        cell = apart[open_].argmin(axis=1)
        up[every, cell], down[every, cell] = 1.0, -1.0
        return self.of(np.concatenate([self.states[~open_], up, down]))

    def _sides(self, table: Table) -> Flags:
        return np.where(self._held, self._on, table.on > table.off)

    def _summed(self, on: Array, off: Array, sides: Flags) -> Array:
        usual, chosen = np.where(sides, on, off), self._chosen
        turned = (on - usual)[:, chosen] @ (self.states > 0.0).T + (off - usual)[:, chosen] @ (self.states < 0.0).T
        return np.asarray(usual.sum(axis=1)[:, None] + turned)


def balanced(cells: Cells) -> Table | None:
    """Prices around that at which the budget is spent, only 0 where it is not; None where it cannot be kept."""
    table = Table.of(cells, np.zeros(1))
    if table.spent(cells)[0] <= cells.limit:
        return table
    steep, flat = (cells.curves.slope(at) for at in (np.maximum(cells.bend, TINY * cells.high), cells.high))
    most, least = (((cells.worth * own - cells.cost) / cells.take) for own in (steep, flat))
    top = float(most.max()) * (1.0 + WIDTH)
    table = table.joined(Table.of(cells, np.geomspace(np.clip(least.min(), TINY * top, top), top, WIDE)))
    for _ in range(LOOKS):
        last = int((table.spent(cells) > cells.limit).sum())
        if last == len(table.prices):
            return None
        low, high = table.prices[last - 1 : last + 1]
        table = table.joined(Table.of(cells, low + (high - low) * BETWEEN, table.at[last - 1]))
    return table.part((table.prices > low / FAR) & (table.prices < high * FAR))


def spending(prices: Array, spent: Array, limit: float) -> tuple[Array, Index]:
    """By choice the price at which it spends the limit, between two of those tried, and the place of the lower one."""
    count, every = (spent > limit).sum(axis=0), np.arange(spent.shape[1])
    low, high = np.maximum(count - 1, 0), np.minimum(count, len(prices) - 1)
    more, less = spent[low, every] - limit, limit - spent[high, every]
    share = np.divide(more, more + less, out=np.zeros(len(every)), where=more + less > 0.0)
    return prices[low] + np.clip(share, 0.0, 1.0) * (prices[high] - prices[low]), low
