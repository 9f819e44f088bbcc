"""What the only row takes as its price changes, as far as a plan changes without a jump: one path for all limits.

Each spend is the best of what is near at the row's level λ, what a unit of the row has to bring:
    g_c(x) = −(∂cost/∂x_c) / a_c        g_c(x_c(λ)) = λ, within its limits        taken = Σ a_c·x_c(λ)
Beyond its bend a spend falls as the level rises, down to where the level is the largest slope of its curve; before its
bend it stays at its end, as long as what is near is no better. There the path turns: that one spend goes on along the
convex part and tells the level by its own slope, until the row would take less again. No plan is near then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.search.newton.level import NONE, STILL
from optimizer.search.ranges.predicted.stationary import NEAR, Stationary
from optimizer.search.ranges.room import stated

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEPS = 60  # of Newton's method: a level a hundredth away takes three or four, where no curve is all but straight
NOBODY = -1
PLACES = np.concatenate([[0.0], np.exp2(np.arange(-8.0, 0.1, 0.5))])  # of a stretch, at which it is looked at
FURTHER = 3.0  # times the level, by which it may change where nothing else ends the path
SETTLES = 4  # of Newton's steps, from near by
TURNS = 6  # stretches to a side
CLOSER = 3  # times that the place of a jump is looked at anew between two places
CLOSE = np.linspace(0.0, 1.0, 9)[1:]  # of the way between those two
BETWEEN = np.linspace(0.0, 1.0, 9)[1:-1]  # two places of a stretch, where more is to be known
WIDTH = 1e-5  # of a spend, over which curvature is read


class Standing(NamedTuple):
    """Which spends stand still on a part of the path, at which places; `climbs` is the one before its bend that goes on
    and tells the level, if any does."""

    held: Flags
    at: Array
    climbs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Places along the path while the same spends stand still: by `where` the level, or the spend that climbs.

    `jumps` says that the path ends with it: no plan is near beyond.
    """

    standing: Standing
    where: Array
    level: Array
    spends: Array
    taken: Array
    jumps: bool = False

    def part(self, which: Index | slice, jumps: bool) -> Stretch:
        """Some of its places."""
        where, level, spends, taken = (part[which] for part in (self.where, self.level, self.spends, self.taken))
        return replace(self, where=where, level=level, spends=spends, taken=taken, jumps=jumps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """What a unit of the row brings in some spends, g_c(x_c)."""

    curves: CurveStack
    scale: Array
    cost: Array
    worth: Array

    @classmethod
    def of(cls, plan: Stationary) -> Gains:
        """Those of all spends of a plan."""
        own, cells, take = plan.own, plan.cells, plan.own.direct.written_out()[0]
        return cls(
            curves=plan.model.cells.curves.take(cells),
            scale=own.scale[cells],
            cost=-own.cost / take,
            worth=-(own.worth * own.scale / own.size)[cells] / take,
        )

    def take(self, which: Index) -> Gains:
        """Those of some of them."""
        curves = self.curves.take(which)
        return Gains(curves=curves, scale=self.scale[which], cost=self.cost[which], worth=self.worth[which])

    def __call__(self, at: Array) -> Array:
        """At some spends, shape (…, spends); infinite where a curve is endlessly steep at 0."""
        with np.errstate(all="ignore"):
            return np.asarray(self.cost + self.worth * self.curves.slope(at * self.scale))


class Filling:
    """The path from a plan whose only row binds; `level` and `taken` are what they are there."""

    def __init__(self, plan: Stationary) -> None:
        self.take, self.gains = plan.own.direct.written_out()[0], Gains.of(plan)
        self._bend = self.gains.curves.turns()[1] / self.gains.scale
        low, high = (side.ravel() / plan.model.scale[plan.own.columns] for side in stated(plan.model))
        self.low, self.high = low, np.minimum(high, NEAR)
        self._from = np.maximum(self.low, self._bend)  # where it is free to move
        self._most, self._least = self.gains(self._from), self.gains(self.high)
        price, matrix, row = float(plan.local.prices[0]), plan.model.matrix, plan.own.rows[0]
        self.level, self.taken = -price, float((matrix.lower if price > 0.0 else matrix.upper)[row] - plan.rest[0])
        climbs = int(np.argmax(plan.before & plan.local.free)) if plan.climbs else NOBODY
        self._start = Standing(plan.before, plan.local.spends, climbs)
        if climbs != NOBODY:
            self._settle()
        away = FURTHER * abs(self.level)
        self._reach = (0.0 if matrix.lower[row] != matrix.upper[row] else self.level - away), self.level + away

    def _settle(self) -> None:
        """Put the spend that climbs to where the row takes what it does: it tells the level, and nothing else does."""
        held, at, climbs = self._start
        here = at[climbs]
        width = WIDTH * max(here, NONE)
        with np.errstate(all="ignore"):
            for _ in range(SETTLES):
                found = self._looked(self._start, here + width * np.array([0.0, 1.0]))
                here += (self.taken - found.taken[0]) * width / (found.taken[1] - found.taken[0])
        self.level = float(found.level[0])
        self._start = Standing(held, np.where(np.arange(len(at)) == climbs, here, at), climbs)

    def taken_at(self, levels: Array) -> Array:
        """What the row takes at some levels; not a number where the path turns before one."""
        stands, taken = self._start, np.full(len(levels), np.nan)
        if stands.climbs == NOBODY:
            (least, _), (most, _) = self._stop(stands, 1.0), self._stop(stands, -1.0)
            some = np.flatnonzero((levels >= least) & (levels <= most))
            if len(some):
                taken[some] = self._looked(stands, levels[some]).taken
        return taken

    def side(self, sign: float) -> Iterator[Stretch]:
        """The path on which the row takes more (1) or less (−1), as far as it is known."""
        stands, level, every = self._start, self.level, np.arange(len(self.take))
        for _ in range(TURNS):
            if stands.climbs == NOBODY:
                stop, climbs = self._stop(stands, sign)
                stretch = self._looked(stands, level + (stop - level) * PLACES)
                known = np.isfinite(stretch.taken)
                if not known.all():
                    if known[0]:
                        yield stretch.part(slice(int(np.argmin(known))), False)
                    return
                yield stretch
                if climbs == NOBODY:
                    return
                at = np.where(stands.held, stands.at, self._bend)
                stands = Standing(stands.held | (every == climbs), at, climbs)
            else:
                stretch = self._climbed(stands, sign)
                yield stretch
                if stretch.jumps:
                    return
                at, level = np.where(every == stands.climbs, stretch.where[-1], stands.at), float(stretch.level[-1])
                stands = Standing(stands.held & (at < self._bend), at, NOBODY)

    def _stop(self, stands: Standing, sign: float) -> tuple[float, int]:
        """At which level the first spend comes to its bend, or leaves an end before it, and which spend that is."""
        (held, at, _), (least, most) = stands, self._reach
        own = self.gains(at)
        if sign > 0.0:
            leaves = np.where(held & (at < self.high), own, -np.inf)
            first = int(np.argmax(leaves))
            return (float(leaves[first]), first) if leaves[first] > least else (least, NOBODY)
        comes = np.where(~held & (self._bend > self.low), self._most, np.inf)
        leaves = np.where(held & (at > self.low), own, comes)
        first = int(np.argmin(leaves))
        return (float(leaves[first]), first) if leaves[first] < most else (most, NOBODY)

    def _climbed(self, stands: Standing, sign: float) -> Stretch:
        """The stretch on which one spend goes on along its convex part, up to a jump or to its end."""
        climbs, at = stands.climbs, stands.at[stands.climbs]
        end = float(min(self._bend[climbs], self.high[climbs]) if sign > 0.0 else self.low[climbs])
        where = at + (end - at) * PLACES
        for _ in range(CLOSER):
            stretch = self._looked(stands, where)
            count = self._before_jump(stretch, sign)
            if count == len(where):
                return stretch
            where = np.concatenate([where[:count], where[count - 1] + (where[count] - where[count - 1]) * CLOSE])
        return stretch.part(slice(count), True)

    def _before_jump(self, stretch: Stretch, sign: float) -> int:
        """How many places there are before a jump: the row would take less again, or a spend leaves its end."""
        held, at, climbs = stretch.standing
        others, own, taken = held & (np.arange(len(held)) != climbs), self.gains(at), sign * stretch.taken
        falls = own[others & (at < self.high)].max(initial=-np.inf)
        rises = own[others & (at > self.low)].min(initial=np.inf)
        furthest = np.maximum.accumulate(np.concatenate([[-np.inf], taken[:-1]]))
        good = (taken > furthest) & (stretch.level > falls) & (stretch.level < rises)
        return len(good) if good[1:].all() else 1 + int(np.argmin(good[1:]))

    def _looked(self, stands: Standing, where: Array) -> Stretch:
        level, spends = self._filled_at(stands, where, np.tile(stands.at, (len(where), 1)))
        return Stretch(standing=stands, where=where, level=level, spends=spends, taken=spends @ self.take)

    def finer(self, stretch: Stretch, last: Index) -> Stretch:
        """The same with more places between some of its places and the ones before them."""
        where, spends = stretch.where, stretch.spends
        shares = np.tile(BETWEEN, len(last))
        last = np.repeat(last, len(BETWEEN))
        more, near = (part[last - 1] + (shares * (part[last] - part[last - 1]).T).T for part in (where, spends))
        level, spends = self._filled_at(stretch.standing, more, near)
        every = Stretch(
            standing=stretch.standing,
            where=np.concatenate([stretch.where, more]),
            level=np.concatenate([stretch.level, level]),
            spends=np.concatenate([stretch.spends, spends]),
            taken=np.concatenate([stretch.taken, spends @ self.take]),
        )
        return every.part(np.argsort(np.concatenate([np.arange(len(where)), last - 1 + shares])), stretch.jumps)

    def _filled_at(self, stands: Standing, where: Array, near: Array) -> tuple[Array, Array]:
        """The level and the spends at some places, shape (places, spends), from spends that are near.

        Not a number where they do not settle, or go as far as was looked.
        """
        held, at, level = stands.held, np.where(stands.held, stands.at, near), where
        if stands.climbs != NOBODY:
            at[:, stands.climbs] = where
            level = self.gains(at)[:, stands.climbs]
        least, most = level.min(), level.max()
        falls, rises = self._most <= least, self._least >= most
        ends = np.where(falls, self._from, np.where(rises, self.high, np.clip(at, self._from, self.high)))
        at, moving = np.where(held, at, ends), np.flatnonzero(~(held | falls | rises))
        at[:, moving] = self._filled(moving, at[:, moving], level)
        return level, np.where(at < NEAR, at, np.nan)

    def _filled(self, which: Index, at: Array, level: Array) -> Array:
        """The best of some spends at some levels, shape (levels, spends).

        By Newton's method, spend by spend, within brackets that are halved where it leads out of them; not a number
        where it does not settle.
        """
        found, left, levels = at.copy(), np.arange(len(which)), level[:, None]
        below, above = (np.broadcast_to(end[which], at.shape) for end in (self._from, self.high))
        lower, upper = np.zeros((2, *at.shape), dtype=bool)  # whether the ends of the brackets were looked at
        gains = self.gains.take(which)
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                beside = at + WIDTH * np.maximum(at, NONE)
                here, there = gains(np.stack([at, beside]))
                gain = here - levels
                below, above = np.where(gain > 0.0, at, below), np.where(gain < 0.0, at, above)
                lower, upper = lower | (gain > 0.0), upper | (gain < 0.0)
                target = at - gain * (beside - at) / (there - here)
                end, known = np.where(gain > 0.0, above, below), np.where(gain > 0.0, upper, lower)
                inside = (target > below) & (target < above)
                moved = np.where(inside, target, np.where(known, 0.5 * (below + above), end))
                before, at = at, np.where(gain == 0.0, at, moved)
                goes = (np.abs(at - before) > STILL * np.maximum(at, NONE)).any(axis=0)
                if 2 * int(goes.sum()) <= len(left):  # few spends take many steps
                    found[:, left], left, gains = at, left[goes], gains.take(np.flatnonzero(goes))
                    at, below, above, lower, upper = (own[:, goes] for own in (at, below, above, lower, upper))
                if not len(left):
                    return found
        found[:, left] = np.nan
        return found
