"""How far prices hold where one row is all that limits the spends, and each is read alone: along one path.

Where the row's own limit moves, its price is the level that fills it. Where the limit of a spend j moves that stands
at it, all others give what it takes, and it is worth what it still gains there:
    taken(λ) = taken − a_j·δ        price_j(δ) = ∂cost/∂x_j (x_j + δ) + λ·a_j
So a limit's range ends where its price has changed by a share, looked for between two places of the path, or where the
path ends with a jump.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.level import one_row
from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.predicted.filling import Filling, Stretch
from optimizer.search.ranges.predicted.moves import Moves
from optimizer.search.ranges.predicted.stationary import Stationary
from optimizer.search.ranges.steady import Steadies
from optimizer.search.region.hull import Truth

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
PARTS = np.linspace(0.0, 1.0, 17)[:, None]  # of the way between two places of the path, that is as good as straight
BEFORE = 0.999  # of the way to a jump: there the price is two


def filled(plan: Stationary, motions: Motions, _sizes: Array, within: float) -> Steadies:
    """The prices of limits, and from where to where they hold, as far as the path tells.

    Of spends on concave curves it tells none: their rates do, sooner.
    """
    alone = motions.model.spend.shape[1] == 1 and not plan.model.cells.curves.concave.all()
    turns = np.array([len(motion.entry_rows) > 0 for motion in motions.of_rows], dtype=bool)
    some = np.flatnonzero(
        np.where(motions.members >= 0, ~np.append(turns, False)[np.maximum(motions.members, -1)], alone)
    )
    if not len(some) or not _is_alone(plan):
        return Steadies.unknown(motions.number)
    limits = _Limits(plan, motions.take(some), within)
    shifts, ends = limits.ends()
    known = limits.known & (shifts[0] < 0.0) & (shifts[1] > 0.0)
    return Steadies.told(np.where(known, limits.price, np.nan), shifts, ends).among(some, motions.number)


def _is_alone(plan: Stationary) -> bool:
    """Whether one row is all there is, binds, and every spend has a cell of its own; one may move before its bend."""
    own, curves = plan.own, plan.model.cells.curves
    binds = one_row(plan.model, own) and len(plan.local.rows) == 1 and bool(plan.local.prices[0] != 0.0)
    read = bool((plan.cells >= 0).all() and (own.worth < 0.0).all())
    turn, flat = curves.turns()
    bends = isinstance(plan.hull, Truth) and not curves.linear.any() and bool((turn == flat).all())
    return binds and read and bends and int(plan.local.free[plan.before].sum()) <= 1


class _Limits:
    """Some limits, each of which moves by itself: the row's, or that of one spend."""

    def __init__(self, plan: Stationary, motions: Motions, within: float) -> None:
        own, local = plan.own, plan.local
        self._plan, self._within, self._path = plan, within, Filling(plan)
        self._moves = moves = Moves(motions, own, local.rows)
        self._column, self._move = np.full(motions.number, -1), np.zeros(motions.number)
        way, column = moves.columns
        self._column[way], self._move[way] = column, moves.steps(plan.pull)
        self._alone = self._column >= 0
        due = moves.due(local.prices, local.spends)[:, 0]
        self._rate = np.where(self._alone, -self._move * self._path.take[self._column], due)
        self._pull = self._pulls(np.arange(motions.number), np.array([self._path.taken]), np.array([self._path.level]))
        self.price = np.where(self._alone, self._pull * self._move, self._pull * due)
        self.known = (self._rate != 0.0) & (self.price != 0.0) & np.isfinite(self.price)

    def ends(self) -> tuple[Array, Flags]:
        """The shifts down and up to which the price of each limit holds, and whether it goes no further."""
        some = np.flatnonzero(self.known)
        shifts, whole = np.zeros((2, len(self.known))), np.zeros((2, len(self.known)), dtype=bool)
        path, row = self._path, ~self._alone[some]  # the row's own price is the level itself
        levels = path.level + np.array([1.0, -1.0]) * self._within * abs(path.level)
        taken = path.taken_at(levels) if row.any() else levels
        for way, ends in zip((-1.0, 1.0), taken.tolist(), strict=True) if len(some) else ():
            up = (np.sign(self._rate[some]) == way).astype(np.intp)
            known = np.where(row, (ends - path.taken) / self._rate[some], np.nan)
            shifts[up, some], whole[up, some] = self._along(way, some, known)
        for up, sign in enumerate((-1.0, 1.0)):
            room = self._room(sign)
            over = np.abs(shifts[up]) >= room
            shifts[up], whole[up] = np.where(over, sign * room, shifts[up]), whole[up] | over
        return shifts, whole

    def _room(self, sign: float) -> Array:
        """How far each limit can move to a side: as far as there is a scenario, and up to the spend's other limit."""
        column, step, path = self._column, sign * self._move, self._path
        stated = self._moves.below if sign < 0.0 else self._moves.above
        at = self._plan.local.spends[column]
        goes = np.where(step > 0.0, path.high[column] - at, at - path.low[column])
        goes = np.where(goes > 0.0, goes, np.where(step < 0.0, at, np.inf))
        with np.errstate(divide="ignore"):
            return np.asarray(np.minimum(stated, np.where(self._alone, goes / np.abs(step), np.inf)))

    def _along(self, way: float, some: Index, shifts: Array) -> tuple[Array, Flags]:
        """The shift of each limit to one side of the path up to which its price holds, and whether it ends there.

        Those that are known are given.
        """
        whole = ~np.isnan(shifts)
        left = np.flatnonzero(~whole)
        for stretch in self._path.side(way) if len(left) else ():
            ended, last = self._ended(stretch, some[left])
            if len(ended):
                finer = self._path.finer(stretch, np.unique(last))
                ended, last = self._ended(finer, some[left])
                shifts[left[ended]], whole[left[ended]] = self._between(finer, some[left[ended]], last), True
            left = np.delete(left, ended)
            far = (stretch.taken[-1] - self._path.taken) / self._rate[some[left]]
            shifts[left], whole[left] = far * (BEFORE if stretch.jumps else 1.0), stretch.jumps
            if not len(left):
                break
        return shifts, whole

    def _ended(self, stretch: Stretch, some: Index) -> tuple[Index, Index]:
        """Which limits' prices have changed too much on a stretch, and at which place first."""
        over = self._over(some, stretch.taken[:, None], stretch.level[:, None]) > 0.0
        over[0] = False
        ended = np.flatnonzero(over.any(axis=0))
        return ended, np.argmax(over[:, ended], axis=0)

    def _between(self, stretch: Stretch, some: Index, last: Index) -> Array:
        """The shifts where prices have changed by as much as they may, between two places next to each other."""
        taken, level = (
            part[last - 1] + PARTS * (part[last] - part[last - 1]) for part in (stretch.taken, stretch.level)
        )
        over = self._over(some, taken, level)
        over[0], over[-1] = np.minimum(over[0], 0.0), np.maximum(over[-1], 0.0)
        first = np.maximum(np.argmax(over > 0.0, axis=0), 1), np.arange(len(some))
        before = first[0] - 1, first[1]
        share = np.divide(-over[before], over[first] - over[before], out=np.zeros(len(some)), where=over[first] > 0.0)
        return np.asarray(
            (taken[before] + share * (taken[first] - taken[before]) - self._path.taken) / self._rate[some]
        )

    def _over(self, some: Index, taken: Array, level: Array) -> Array:
        """By how much prices have changed more than they may where the row takes so much at a level [of the price]."""
        return np.asarray(np.abs(self._pulls(some, taken, level) / self._pull[some] - 1.0) - self._within)

    def _pulls(self, some: Index, taken: Array, level: Array) -> Array:
        """∂cost/∂x less what the row pays, of spends whose limits have moved as far; of the row's own what it pays."""
        path, column = self._path, self._column[some]
        with np.errstate(all="ignore"):
            at = self._plan.local.spends[column] + self._move[some] * (taken - path.taken) / self._rate[some]
            gained = (level - path.gains.take(column)(at)) * path.take[column]
            return np.asarray(np.where(self._alone[some], gained, -level))
