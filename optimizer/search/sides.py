"""The most that groups of cells can gain at given prices, when what each group spends is limited.

    maximise Σ_j w_j·f_j(x_j) − p_j·x_j     subject to   least ≤ Σ_j x_j ≤ most        group by group
Each cell's interval has two sides, off and on, which part where its curve bends; on either side the envelope is the
curve, or close to it. Any price μ of what the group spends bounds a choice of sides:
    Σ_j max over the side of (w_j·f_j(x) − (p_j + μ)·x) + max(μ·most, μ·least)
Every choice is looked at for the cells that matter, the others stand at the better side; each choice takes its best
price of those known, and the best choice bounds the group. Prices are added where the best choice has its lowest bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack, Envelope

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Limits = Callable[[float], tuple[Array, Array]]
CHOSEN = 7  # cells of a group, of which every choice of sides is looked at
NEAR = 4.0  # times the difference of a cell's sides, below the money between them: only such cells matter
STEPS = np.array([0.003, 0.01, 0.03, 0.08, 0.2, 0.5])  # of what money costs, between the first prices of a group
ROUNDS = 6  # of further prices
CHOICES = (np.arange(1 << CHOSEN)[:, None] >> np.arange(CHOSEN)) & 1  # whether each of the chosen cells is on


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Cells of disjoint groups: their curves, where those bend [money], the group of each.

    `members`, shape (groups, most cells of one), has their positions, the number of cells where there are fewer.
    """

    curves: CurveStack
    bend: Array
    group: Index
    members: Index

    @classmethod
    def of(cls, curves: CurveStack, sizes: list[int]) -> Groups:
        """Cells in the order of their groups, which have these sizes."""
        group = np.repeat(np.arange(len(sizes)), sizes)
        members = np.full((len(sizes), max(sizes)), curves.size, dtype=np.intp)
        members[group, np.concatenate([np.arange(size) for size in sizes])] = np.arange(curves.size)
        return cls(curves=curves, bend=curves.turns()[0], group=group, members=members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What cells earn and cost: `worth` w ≥ 0, `price` p, inputs within [low, high], by cell; `start`, μ by group."""

    worth: Array
    price: Array
    low: Array
    high: Array
    start: Array


class _Table(NamedTuple):
    """At prices of the groups (prices, groups): the most that cells gain on either side, and where (prices, cells)."""

    prices: Array
    on: Array
    off: Array
    on_at: Array
    off_at: Array

    @property
    def free(self) -> Array:
        """The better side."""
        return np.asarray(np.maximum(self.on, self.off))

    @property
    def free_at(self) -> Array:
        """The inputs there."""
        return np.where(self.on > self.off, self.on_at, self.off_at)


def most_of(groups: Groups, terms: Terms, limits: Limits, enough: float) -> tuple[float, Array]:
    """A number that the groups together do not gain more than, and inputs [money] that gain about as much.

    `limits` tells what the groups may spend, knowing such a number (infinite at first). Prices are added until that
    brings less than `enough`.
    """
    search = _Search(groups, terms)
    gain = np.inf
    for turn in range(ROUNDS + 1):
        least, most = limits(gain)
        before, gain = gain, search.bounded(least, most)
        if turn == ROUNDS or before - gain < enough:
            break
        search.add(search.better(least, most, turn))
    return gain, search.inputs()


class _Search:
    """Prices tried so far, and the best choice of each group under the limits asked for last."""

    def __init__(self, groups: Groups, terms: Terms) -> None:
        self._groups, self._terms = groups, terms
        low, high, bend = terms.low, terms.high, groups.bend
        self._bent = (bend > low) & (bend < high)
        self._off = Envelope.above(groups.curves, low, np.where(self._bent, bend, high))
        self._on = Envelope.above(groups.curves, np.where(self._bent, bend, low), high)
        count = len(groups.members)
        usual = np.bincount(groups.group, np.abs(terms.price + terms.start[groups.group]), count)
        self._usual = usual / np.bincount(groups.group)
        steps = np.concatenate([-STEPS[::-1], [0.0], STEPS])
        self._table = self._at(np.concatenate([terms.start + self._usual * steps[:, None], np.zeros((1, count))]))
        self._chosen = self._choose(len(STEPS))
        self._gains = self._summed(self._table.on, self._table.off, self._table.free)
        self._heights = self._gains
        self._choice = np.zeros(count, dtype=np.intp)

    def bounded(self, least: Array, most: Array) -> float:
        """What the groups together do not gain more than, within limits."""
        prices = self._table.prices
        with np.errstate(invalid="ignore"):
            limit = np.where(prices > 0, prices * most, np.where(prices < 0, prices * least, 0.0))
        self._heights = self._gains + limit[..., None]
        bounds = self._heights.min(axis=0)
        self._choice = bounds.argmax(axis=1)
        return float(bounds.max(axis=1).sum())

    def add(self, prices: Array) -> None:
        """Try another price of each group."""
        table = self._at(prices[None])
        self._table = _Table(*(np.concatenate(both) for both in zip(self._table, table, strict=True)))
        self._gains = np.concatenate([self._gains, self._summed(table.on, table.off, table.free)])

    def better(self, least: Array, most: Array, turn: int) -> Array:
        """A price of each group where the bound of its best choice is lower: by secant or, in turn, by tangents."""
        every, prices = np.arange(len(least)), self._table.prices
        heights = self._heights[:, every, self._choice]
        money = self._summed(self._table.on_at, self._table.off_at, self._table.free_at)[:, every, self._choice]
        rises = np.where(prices > 0, most, least) - money
        rises = np.where(prices == 0, np.minimum(most - money, 0.0) + np.maximum(least - money, 0.0), rises)
        best = heights.argmin(axis=0)
        here, rise, height = prices[best, every], rises[best, every], heights[best, every]
        left = np.where(prices < here, prices, -np.inf).argmax(axis=0)
        right = np.where(prices > here, prices, np.inf).argmin(axis=0)
        side = np.where(rise > 0, left, right)
        there, fall, high = prices[side, every], rises[side, every], heights[side, every]
        with np.errstate(all="ignore"):
            secant = here + (there - here) * (rise / (rise - fall))
            meeting = (high - height + rise * here - fall * there) / (rise - fall)
        guess = secant if turn % 2 == 0 else meeting
        inside = (guess > np.minimum(here, there)) & (guess < np.maximum(here, there))
        between = np.where(inside, guess, 0.5 * (here + there))
        outward = here - np.sign(rise) * (np.abs(here) + self._usual)
        last = (prices[side, every] - here) * rise >= 0.0  # no price was tried on that side yet
        return np.asarray(np.where(rise == 0.0, here, np.where(last, outward, between)))

    def inputs(self) -> Array:
        """The inputs of the best choices."""
        table, every = self._table, np.arange(len(self._groups.group))
        best = self._heights[:, np.arange(len(self._choice)), self._choice].argmin(axis=0)[self._groups.group]
        on, off, free = (np.append(at[best, every], 0.0) for at in (table.on_at, table.off_at, table.free_at))
        free[self._chosen] = np.where(CHOICES[self._choice] == 1, on[self._chosen], off[self._chosen])
        return np.asarray(free[:-1])

    def _at(self, prices: Array) -> _Table:
        """The table of prices of the groups; what nothing wants stands at its cheaper end."""
        terms, wanted = self._terms, self._terms.worth > 0
        each = terms.price + prices[:, self._groups.group]
        worth = np.where(wanted, terms.worth, 1.0)
        idle = np.where(each > 0, terms.low, terms.high)
        (on_at, on), (off_at, off) = (hull.peak(each / worth) for hull in (self._on, self._off))
        on, off = (np.where(wanted, worth * most, -each * idle) for most in (on, off))
        on_at, off_at = (np.where(wanted, at, idle) for at in (on_at, off_at))
        return _Table(prices, on, np.where(self._bent, off, on), on_at, np.where(self._bent, off_at, on_at))

    def _choose(self, middle: int) -> Index:
        """The cells of each group whose sides matter most, by position; the number of cells for none."""
        table, groups = self._table, self._groups
        stake = (table.on_at - table.off_at)[middle] * self._usual[groups.group]
        score = np.where(self._bent, stake - NEAR * np.abs(table.on - table.off)[middle], 0.0)
        scores = np.append(score, 0.0)[groups.members]
        best = np.argsort(-scores, axis=1, kind="stable")[:, :CHOSEN]
        cells = np.take_along_axis(groups.members, best, axis=1)
        chosen = np.full((len(scores), CHOSEN), len(score), dtype=np.intp)
        chosen[:, : best.shape[1]] = np.where(np.take_along_axis(scores, best, axis=1) > 0, cells, len(score))
        return chosen

    def _summed(self, on: Array, off: Array, free: Array) -> Array:
        """What cells have on either side (prices, cells), summed: by price, group and choice of sides."""
        on, off, free = (np.concatenate([own, np.zeros((len(own), 1))], axis=1) for own in (on, off, free))
        base = free[:, self._groups.members].sum(axis=-1) + (off - free)[:, self._chosen].sum(axis=-1)
        return np.asarray(base[..., None] + (on - off)[:, self._chosen] @ CHOICES.T)
