"""S-shaped curves within one budget: what each cell gains at a price of money, when it is on and when it is off.

    minimise Σ c_i·x_i − w_i·f_i(x_i)     subject to   Σ a_i·x_i ≤ limit,   low_i ≤ x_i ≤ high_i
Up to its bend a curve is convex, and concave beyond. A cell is on beyond its bend, where a tangent tells the most that
it gains at a price λ, and off at its low end. One that spends nothing, or a minimum at the least, is on beyond both.
Points may be many, that differ in the limit alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.formulation.model import Model
from optimizer.search.choices.alike import Alike
from optimizer.search.newton.spends import Spends

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
WIDE = 16  # prices that are tried first, between those at which all cells are on and none
BETWEEN = np.arange(1, 8) / 8  # of the way between two of them, that are tried next
LOOKS = 3  # from there to the price at which the budget is spent
FAR = 3.0  # times that price, beyond which these are forgotten
BEYOND = 1e3  # times any price at which something is spent: what must take more than there is costs most there
STEPS = 60  # to an input that returns a price
FEW = 3  # from a point near it
ALIKE = 1e-12  # relative: slopes that are one
AT = 1e-9  # of a minimum, within which a spend is there
WIDTH = 1e-6  # of an input, over which the slope of a slope is read
TINY = 1e-9  # of its range: where a curve that is endlessly steep at 0 is read


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The problem, by cell: worth w > 0, cost c ≥ 0, take a > 0; `rest` is what all else costs.

    `bend` is where the side begins on which a cell is on: `low` where it cannot be off. `least` is the minimum of those
    that spend nothing or so much, 0 of others.
    """

    curves: CurveStack
    worth: Array
    cost: Array
    take: Array
    low: Array
    bend: Array
    high: Array
    least: Array
    rest: float

    @classmethod
    def of(cls, spends: Spends, model: Model, take: Array, least: Array | None = None) -> Cells:
        """The problem of a model in money; `take` is what the row takes of each spend [scaled]."""
        own, scale = model.cells, spends.scale
        low = np.maximum(own.low, model.low[own.inputs] * scale)
        high = np.minimum(own.high, model.high[own.inputs] * scale)
        bend, least = own.curves.turns()[0], np.zeros(len(low)) if least is None else least
        if least.any():
            low = np.where(low > 0.0, np.maximum(low, least), low)
            high = np.where(least > high, low, high)
        worth = -model.cost[own.responses] / spends.size
        return cls(
            curves=own.curves,
            worth=worth,
            cost=model.cost[own.inputs] / scale,
            take=take / scale,
            low=low,
            bend=np.clip(np.maximum(bend, least), low, high),
            high=high,
            least=least,
            rest=float(worth @ own.zero),
        )

    @property
    def bent(self) -> Flags:
        """Which cells may be off."""
        return self.bend > self.low

    @cached_property
    def between(self) -> Flags:
        """Which may be between: off, and not at an end of a side that a curve is convex on."""
        return self.bent & (self.least < self.bend)

    def short(self, inputs: Array) -> Flags:
        """Which points, (…, cells), have a cell that spends something, and less than its minimum."""
        little = AT * self.least
        return np.asarray(((inputs > self.low + little) & (inputs < self.least - little)).any(axis=-1))

    @cached_property
    def alike(self) -> Alike:
        """Which of them differ in nothing but worth."""
        return Alike(self.curves, self.worth, self.cost, self.take, self.low, self.high, self.least)

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

    @cached_property
    def dearest(self) -> Array:
        """The price of the row up to which a cell may be on: what it brings there at the steepest, or all in all."""
        width, (off, on) = self.bend - self.low, self.values
        steepest = (self.worth * self.slopes[0] - self.cost) / self.take
        whole = (self.worth * (on - off) / np.where(width > 0.0, width, 1.0) - self.cost) / self.take
        return np.where(self.bent & ~self.between, np.maximum(steepest, whole), steepest)

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


def within_one(spends: Spends) -> bool:
    """Whether at most one row limits the spends, from above at the least, and curves without draws read them as they
    are, of which more is always wanted."""
    model = spends.model
    one_row = len(model.drafts) == len(spends.rows) <= 1 and not len(spends.curved) and not spends.carried
    plain = model.reads_spends and model.cells.curves.draws == 1
    if not (one_row and plain) or len(model.extra) or len(model.integer) or len(model.two_sided):
        return False
    wanted = (model.cost[model.cells.responses] < 0.0).all() and (spends.direct.written_out() > 0.0).all()
    return bool(wanted and np.isfinite(model.matrix.upper).all())


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
        between = np.where(cells.between, np.maximum(most - off, 0.0), 0.0)
        stands = np.where(at == cells.foot, cells.bend, at)  # where a curve is steep no farther than it is read
        return cls(limit, prices, on, np.where(cells.bent, off, -np.inf), between, stands)

    def joined(self, other: Table) -> Table:
        """The prices of both."""
        both = [np.concatenate(own, axis=1) for own in zip(self[1:], other[1:], strict=True)]
        return Table(self.limit, *both).rows(np.argsort(both[0], axis=1, kind="stable"))

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

    def rows(self, some: Index) -> Table:
        """Some prices of each point, (points, some)."""
        return Table(self.limit, *(own[np.arange(len(some))[:, None], some] for own in self[1:]))

    def spent(self, cells: Cells) -> Array:
        """What the row takes at each price."""
        return np.asarray(np.where(self.on > self.off, self.at, cells.low) @ cells.take)

    def costs(self, cells: Cells) -> Array:
        """No plan costs less: by price."""
        return numbers(cells.rest - np.maximum(self.on, self.off).sum(axis=2) - self.prices * self.limit[:, None])


def balanced(cells: Cells, limit: Array) -> tuple[Table, Flags]:
    """Prices around that at which each limit is spent, 0 where it is not; and which limits can be kept."""
    top = float(np.where(cells.high > 0.0, cells.dearest, 0.0).max()) * (1.0 + WIDTH)
    top = top if top > 0.0 else 1.0  # nothing pays: at any price nothing is spent
    least = (cells.worth * cells.slopes[1] - cells.cost) / cells.take
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


def numbers(costs: Array) -> Array:
    """Costs, −∞ where they are no numbers, in place: nothing follows from such prices."""
    costs[np.isnan(costs)] = -np.inf
    return costs
