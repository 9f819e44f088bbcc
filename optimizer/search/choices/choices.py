"""S-shaped curves within one budget: choices of which cells are off and which are on, priced together.

    minimise Σ c_i·x_i − w_i·f_i(x_i)     subject to   Σ a_i·x_i ≤ limit,   low_i ≤ x_i ≤ high_i
Up to its bend a curve is convex, and concave beyond. A cell is on beyond its bend, where a tangent tells the most that
it gains at a price λ, and off at its low end: all but one, which may be between the ends of that side and gains no more
than at one of them. Two are never needed there: money that goes from one to the other brings no less in one of the two
directions, as the sum of two convex functions does, until one of them is at an end. So a choice costs at the least
    −λ·limit  −  Σ_i its gain w·f(x) − (c + λ·a)·x  −  the most that one cell gains between, beyond its low end
Points may be many, that differ in the limit alone: each has prices and choices of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.search.choices.alike import Alike

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
WIDE = 16  # prices that are tried first, between those at which all cells are on and none
BETWEEN = np.arange(1, 8) / 8  # of the way between two of them, that are tried next
LOOKS = 3  # from there to the price at which the budget is spent
FAR = 3.0  # times that price, beyond which these are forgotten
BEYOND = 1e3  # times any price at which something is spent: what must take more than there is costs most there
STEPS = 60  # to an input that returns a price
FEW = 5  # from a point near it
ALIKE = 1e-12  # relative: slopes that are one
WIDTH = 1e-6  # of an input, over which the slope of a slope is read
TINY = 1e-9  # of its range: where a curve that is endlessly steep at 0 is read


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The problem, by cell: worth w > 0, cost c ≥ 0, take a > 0; `rest` is what all else costs.

    `bend` is where the side begins on which a cell is on: `low` where it cannot be off.
    """

    curves: CurveStack
    worth: Array
    cost: Array
    take: Array
    low: Array
    bend: Array
    high: Array
    rest: float

    @property
    def bent(self) -> Flags:
        """Which cells may be off."""
        return self.bend > self.low

    @cached_property
    def alike(self) -> Alike:
        """Which of them differ in nothing but worth."""
        return Alike(self.curves, self.worth, self.cost, self.take, self.low, self.high)

    @cached_property
    def floor(self) -> Array:
        """Where curves that are on are steepest, as far as that can be told."""
        return np.maximum(self.bend, TINY * self.high)

    @cached_property
    def foot(self) -> Array:
        """Where cells that are on stand at any higher price: at the bend, or where a curve that is endlessly steep
        there is read, whose tangent lies above it."""
        return np.where(np.isfinite(self.curves.slope(self.bend)), self.bend, self.floor)

    @cached_property
    def slopes(self) -> tuple[Array, Array]:
        """The curves' own there, and at the high ends."""
        return self.curves.slope(self.floor), self.curves.slope(self.high)

    @cached_property
    def values(self) -> tuple[Array, Array]:
        """What the curves yield at the ends of the side on which they are off."""
        return self.curves.value(self.low), self.curves.value(self.bend)

    def returning(self, slope: Array, near: Array | None) -> Array:
        """Where curves that are on are as steep as `slope`, or nearly: Newton's method on logarithms, in a bracket."""
        steepest, flattest = self.slopes
        full, idle = flattest >= slope, steepest <= slope
        found, some = np.where(full, self.high, np.broadcast_to(self.foot, slope.shape)), ~(full | idle)
        cell = np.flatnonzero(some) % len(self.high)
        curves, wanted, left, right = self.curves.take(cell), slope[some], self.floor[cell], self.high[cell]
        at, done = right if near is None else np.clip(near[some], left, right), np.zeros(len(cell), dtype=np.bool_)
        for _ in range(STEPS if near is None else FEW):
            steep, beside = curves.slope(np.stack([at, at * (1.0 + WIDTH)]))
            left, right = np.where(steep > wanted, at, left), np.where(steep > wanted, right, at)
            done |= (np.abs(steep - wanted) <= ALIKE * wanted) | (right - left <= ALIKE * right)
            if done.all():
                break
            step = at * (wanted / steep) ** (np.log1p(WIDTH) / np.log(beside / steep))
            inside = (step > left) & (step < right)
            at = np.where(done, at, np.where(inside, step, 0.5 * (left + right)))
        found[some] = at
        return found


class Table(NamedTuple):
    """By point its limit, and prices from low to high; at each what cells gain: on, off, and between beyond that.

    `at` are their inputs when on. Shapes are (points,), (points, prices) and (points, prices, cells).
    """

    limit: Array
    prices: Array
    on: Array
    off: Array
    between: Array
    at: Array

    @classmethod
    def of(cls, cells: Cells, limit: Array, prices: Array, near: Array | None = None) -> Table:
        """No input on a cell's side gains more than what is told: a concave curve is below its tangents."""
        each = cells.cost + prices[..., None] * cells.take
        slope = each / cells.worth
        at = cells.returning(slope, near)
        away = cells.curves.slope(at) - slope
        above = np.maximum(away * (cells.high - at), away * (cells.bend - at))
        above = np.where(cells.high > cells.bend, above, 0.0)  # one without room may be endlessly steep: ∞ · 0
        on = cells.worth * (cells.curves.value(at) + np.maximum(above, 0.0)) - each * at
        ends = zip(cells.values, (cells.low, cells.bend), strict=True)
        off, most = (cells.worth * value - each * end for value, end in ends)
        between = np.where(cells.bent, np.maximum(most - off, 0.0), 0.0)
        stands = np.where(at == cells.foot, cells.bend, at)  # where a curve is steep no farther than it is read
        return cls(limit, prices, on, np.where(cells.bent, off, -np.inf), between, stands)

    def joined(self, other: Table) -> Table:
        """The prices of both."""
        both = [np.concatenate(own, axis=1) for own in zip(self[1:], other[1:], strict=True)]
        order = np.argsort(both[0], axis=1, kind="stable")
        return Table(self.limit, *(own[np.arange(len(order))[:, None], order] for own in both))

    def finer(self, cells: Cells, prices: Array) -> Table:
        """With more prices, (points, more), none beyond those that are known."""
        known, points = self.prices, np.arange(len(prices))[:, None]
        prices = np.minimum(np.where(prices >= known[:, :1], prices, known[:, :1]), known[:, -1:])
        above = np.clip((known[:, None] <= prices[..., None]).sum(axis=2), 1, known.shape[1] - 1)
        low, high = known[points, above - 1], known[points, above]
        share = np.divide(prices - low, high - low, out=np.zeros(prices.shape), where=high > low)[..., None]
        near = (1.0 - share) * self.at[points, above - 1] + share * self.at[points, above]
        return self.joined(Table.of(cells, self.limit, prices, near))

    def part(self, points: Index | Flags) -> Table:
        """Some points."""
        return Table(*(own[points] for own in self))

    def spent(self, cells: Cells) -> Array:
        """What the row takes at each price."""
        return np.asarray(np.where(self.on > self.off, self.at, cells.low) @ cells.take)

    def costs(self, cells: Cells) -> Array:
        """No plan costs less: by price."""
        return numbers(cells.rest - np.maximum(self.on, self.off).sum(axis=2) - self.prices * self.limit[:, None])


class Choices:
    """Choices of off and on for some cells of each point: by price what each costs at the least, and takes.

    `states`, shape (points, choices, chosen), has 1 for on, −1 for off, and 0 for what is left open: the better side.
    So are other cells, but for those that are `held` where they are on or off. `there` tells what is a choice, and what
    only fills up the array. What is told has shape (points, prices, choices).
    """

    def __init__(
        self, cells: Cells, chosen: Index, states: Array, sides: tuple[Flags, Flags], there: Flags | None = None
    ) -> None:
        self._cells, self._chosen, self.states, self._sides = cells, chosen, states, sides
        self.there = np.ones(states.shape[:2], dtype=np.bool_) if there is None else there

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
        """Which choices leave nothing open, of the cells that are chosen or of others."""
        free = ~self._sides[0]
        others = free.sum(axis=1) > np.take_along_axis(free, self._chosen, axis=1).sum(axis=1)
        return np.asarray((self.states != 0.0).all(axis=2) & ~others[:, None])

    def alone(self, table: Table) -> Array:
        """No plan of a choice costs less, where no cell is between."""
        alone = self._cells.rest - self._summed(table.on, table.off, self._better(table))
        alone -= (table.prices * table.limit[:, None])[..., None]
        return numbers(alone)

    def costs(self, table: Table, alone: Array) -> Array:
        """No plan of a choice costs less in any case; `alone` is what they cost where no cell is between."""
        return numbers(alone - self._between(table.between))

    def spent(self, table: Table) -> Array:
        """What the row takes."""
        take = self._cells.take
        low = np.broadcast_to(self._cells.low * take, table.at.shape)
        return self._summed(table.at * take, low, self._better(table))

    def followed(self) -> Choices:
        """With what follows for cells that are alike; choices that contradict themselves are none."""
        states, orderly = self._cells.alike.followed(self._chosen, self.states)
        return self.of(states, self.there & orderly)

    def of(self, states: Array, there: Flags) -> Choices:
        """Other choices for the same cells."""
        return Choices(self._cells, self._chosen, states, self._sides, there)

    def part(self, points: Flags) -> Choices:
        """Those of some points."""
        held, on = self._sides
        return Choices(
            self._cells, self._chosen[points], self.states[points], (held[points], on[points]), self.there[points]
        )

    def first(self, order: Index) -> Choices:
        """Some of each point in an order, (points, some)."""
        rows = np.arange(len(order))[:, None]
        return self.of(self.states[rows, order], self.there[rows, order])

    def sides(self, table: Table, rows: Index) -> Flags:
        """Which cells are on, each choice at a price: shape (points, choices, cells)."""
        points = np.arange(len(rows))[:, None]
        on = self._better(table)[points, rows]
        chosen = np.broadcast_to(self._chosen[:, None], self.states.shape)
        open_ = np.take_along_axis(on, chosen, axis=2)
        np.put_along_axis(on, chosen, np.where(self.states == 0.0, open_, self.states > 0.0), axis=2)
        return on

    @property
    def left_open(self) -> Flags:
        """Which cells each choice leaves open, (points, choices, cells)."""
        held, _ = self._sides
        free = np.repeat(~held[:, None], self.states.shape[1], axis=1)
        chosen = np.broadcast_to(self._chosen[:, None], self.states.shape)
        np.put_along_axis(free, chosen, self.states == 0.0, axis=2)
        return free

    def split(self, table: Table, rows: Index, settled: Flags, most: int) -> Choices:
        """The first that are not settled each in two, by the open cell whose sides differ least at a price.

        Of several that differ alike it is the one in the middle.
        """
        points, order = np.arange(len(rows))[:, None], np.argsort(settled, axis=1, kind="stable")[:, :most]
        every, done = np.arange(order.shape[1]), settled[points, order]
        if done.all():
            return self
        apart = self._picked(np.abs(table.on - table.off))[points, rows[points, order]]
        states, down = self.states.copy(), self.states[points, order]
        apart = np.where(down == 0.0, apart, np.inf)
        tied = apart <= apart.min(axis=2, keepdims=True) * (1.0 + ALIKE)
        cell = (2 * tied.cumsum(axis=2) >= tied.sum(axis=2, keepdims=True)).argmax(axis=2)
        down[points, every, cell] = -1.0
        states[points, order, cell] = np.where(done, states[points, order, cell], 1.0)
        there = np.concatenate([self.there, self.there[points, order] & ~done], axis=1)
        return self.of(np.concatenate([states, down], axis=1), there).followed()

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


def balanced(cells: Cells, limit: Array) -> tuple[Table, Flags]:
    """Prices around that at which each limit is spent, 0 where it is not; and which limits can be kept."""
    most, least = (((cells.worth * own - cells.cost) / cells.take) for own in cells.slopes)
    top = float(np.where(cells.high > 0.0, most, 0.0).max()) * (1.0 + WIDTH)
    top = top if top > 0.0 else 1.0  # nothing pays: at any price nothing is spent
    ladder = np.geomspace(np.clip(least.min(), TINY * top, top), top, WIDE)
    prices = np.concatenate([[0.0], ladder, [BEYOND * top]])
    wide = Table.of(cells, limit[:1], prices[None])
    last = (wide.spent(cells) > limit[:, None]).sum(axis=1)
    low, high = prices[np.clip([last - 1, last], 0, WIDE)]
    first, after = np.searchsorted(prices, low / FAR), np.searchsorted(prices, high * FAR, side="right")
    near = np.minimum(first[:, None] + np.arange((after - first).max()), after[:, None] - 1)
    rows = np.pad(near, ((0, 0), (1, 1)), constant_values=(0, WIDE + 1))
    table = Table(limit, *(own[0, rows] for own in wide[1:]))
    for _ in range(LOOKS if last.any() else 0):
        rows = (table.spent(cells) > limit[:, None]).sum(axis=1)
        low, high = table.prices[np.arange(len(limit)), np.clip([rows - 1, rows], 0, table.prices.shape[1] - 1)]
        table = table.finer(cells, low[:, None] + (high - low)[:, None] * BETWEEN)
    return table, last <= WIDE


def spending(table: Table, spent: Array) -> tuple[Array, Index]:
    """By choice the price at which it spends the limit, between two of those tried, and the place of the lower one."""
    limit, (points, every) = table.limit[:, None], np.ogrid[: spent.shape[0], : spent.shape[2]]
    count = (spent > limit[..., None]).sum(axis=1)
    low, high = np.maximum(count - 1, 0), np.minimum(count, spent.shape[1] - 1)
    more, less = spent[points, low, every] - limit, limit - spent[points, high, every]
    share = np.divide(more, more + less, out=np.zeros(low.shape), where=more + less > 0.0)
    below, above = table.prices[points, low], table.prices[points, high]
    return below + np.clip(share, 0.0, 1.0) * (above - below), low


def numbers(costs: Array) -> Array:
    """Costs, −∞ where they are no numbers, in place: nothing follows from such prices."""
    costs[np.isnan(costs)] = -np.inf
    return costs
