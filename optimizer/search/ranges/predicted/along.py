"""How far prices hold of limits that push everything else along one path, which is looked at once for all of them.

A limit of a sum, or of a spend that stands at it, takes something from the rows or gives it back, and all other
spends see only how much of what mix of rows. Where the limit moves by δ, its price is its own spend's and the rows':
    price(δ) = own(x + δ) + a·π(t)        t = τ·δ
Limits of one mix share π(t), and what its prediction misses, which grows with t. That is looked at in a few places, for
each limit at the next one beyond its own; own spends are read exactly. What is not settled so is left to be looked at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.rows import FEW as NUMBERS
from optimizer.search.newton.rows import parts
from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.predicted.bent import most_changed, places
from optimizer.search.ranges.predicted.miss import Miss
from optimizer.search.ranges.predicted.moves import Moves
from optimizer.search.ranges.predicted.stationary import ROOM, Stationary
from optimizer.search.ranges.steady import ENOUGH, INSIDE, STRAIGHT, Steadies

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
FEW = 32  # limits and sides, up to which each has places of its own
LOOKS = 8  # at own spends, each nearer to where the price has changed
PASSES = 4  # of looks, where curves are bent
CLOSE = 0.95  # of the change that is looked for, where a curve is bent: nearer than that looks go on
SAME = 1e-12  # of a share: what is looked at again is no nearer
FURTHER = 2.0  # times as far, that the next pass looks where a price has not changed
NEARLY = 0.95  # of the predicted way: where so much is kept, the end is taken to be known
ALIKE = 10  # digits, to which mixes are one


def settled(plan: Stationary, motions: Motions, sizes: Array, within: float) -> Steadies:
    """By limit its price and from where to where it holds, as far as that is settled."""
    every = np.arange(motions.number)
    moves = _both_ways(plan, motions, every)
    own = np.flatnonzero(_separate(plan, moves)[: len(every)])
    if not len(own):
        return Steadies.unknown(len(every))
    if len(own) < len(every):
        moves = _both_ways(plan, motions, own)
    limits = _Limits(plan, moves, sizes[np.concatenate([own, own])], within)
    shifts = limits.ends(np.repeat([-1.0, 1.0], len(own))).reshape(2, -1)
    price = np.where(np.isnan(shifts).any(axis=0), np.nan, limits.price[: len(own)])
    return Steadies.told(price, shifts, np.ones(shifts.shape, dtype=bool)).among(own, len(every))


def _both_ways(plan: Stationary, motions: Motions, some: Index) -> Moves:
    """Some limits, down, and then up."""
    return Moves(motions.take(np.concatenate([some, some])), plan.own, plan.local.rows)


def _separate(plan: Stationary, moves: Moves) -> Flags:
    """Which limits turn no coefficient, and move spends that stand on one side of a curve of their own."""
    if len(plan.own.curved):
        return np.zeros(len(moves.turns), dtype=bool)
    way, column = moves.columns
    other = (moves.steps(plan.pull) != 0.0) & ((plan.cells[column] < 0) | plan.local.free[column])
    separate = ~moves.turns
    separate[way[other]] = False
    return separate


class _Limits:
    """Some limits, each to one side, and what a unit of each does."""

    def __init__(self, plan: Stationary, moves: Moves, sizes: Array, within: float) -> None:
        local, own, self._plan, self._moves = plan.local, plan.own, plan, moves
        way, column = moves.columns
        self._step = step = moves.steps(plan.pull)
        self._due = moves.due(local.prices, local.spends)
        due = self._due - local.jacobian.asked(step, way, column, len(sizes))
        self._prices = prices = due @ plan.inverse
        self._drift = plan.sideways.paid(prices, way, column)
        first, down = len(sizes) // 2, way < len(sizes) // 2  # a unit up and a unit down do the same to the rows
        self._activity = prices[:first] @ plan.sideways.across(own.direct)
        self._activity += own.direct.asked(step[down], way[down], column[down], first)
        rates = (due * prices).sum(axis=-1) + moves.summed(local.curvature.plain[0, column] * step**2)
        self.price = (local.prices * self._due).sum(axis=-1) + moves.worth(plan.pull[column])
        self._change = within * np.abs(self.price)
        known = (self.price != 0.0) & np.isfinite(rates) & (np.abs(rates) * sizes >= STRAIGHT * np.abs(self.price))
        known &= plan.answers(prices, due)
        self._shift = np.where(known, INSIDE * self._change / np.where(known, np.abs(rates), 1.0), np.nan)
        self._cells = cells = plan.cells[column]
        self._curves = curves = plan.model.cells.curves.take(cells)
        self._bends = moves.summed((step != 0.0) & ~curves.concave) > 0.0
        turn, flat = curves.turns() if self._bends.any() else np.zeros((2, len(cells)))
        self._turn, self._gradual = turn / own.scale[cells], turn < flat

    def ends(self, signs: Array) -> Array:
        """The shift to a side up to which each price holds; nan where that is not settled.

        Bent curves may lead the price farther than its rate says, or less far.
        """
        room, ends = np.where(signs < 0.0, self._moves.below, self._moves.above), np.full(len(signs), np.nan)
        reach = self._shift
        for _ in range(PASSES):
            found, share = self._looked(signs, np.minimum(reach, room), room)
            ends = np.where(np.isnan(ends), found, ends)
            if not (np.isnan(ends) & self._bends).any():
                break
            reach = share * reach
        return ends

    def _looked(self, signs: Array, reach: Array, room: Array) -> tuple[Array, Array]:
        """The ends that are found within some reach, nan for others; and how many times as far is looked next."""
        ends, bends, bracket = np.full(len(signs), np.nan), self._bends, _Bracket(len(signs))
        share = np.ones(len(signs))
        with np.errstate(all="ignore"):  # of what is not known there is no number
            miss, place, times = self._missed(signs * reach)
            unsure = miss.of_limits(place, times, self._change)
            left = bends | (unsure <= self._change)
            for _ in range(LOOKS):
                if not left.any():
                    break
                far = share * reach
                least, most = self._changed(signs * far, left)
                holds, surely = most + unsure <= self._change, (least - unsure) / self._change
                found = holds & ((surely >= ENOUGH) | (far >= room) | (~bends & (share >= NEARLY)))
                ends = np.where(left & found, signs * np.where(far >= room, np.inf, far), ends)
                left &= ~(found & (~bends | (surely >= CLOSE) | (far >= room)))
                if not left.any():
                    break
                wanted = INSIDE * (self._change - unsure)
                before, bent = share, bracket.nearer(share, most, holds, wanted) if bends.any() else share
                share = np.where(bends, bent, np.minimum(share * wanted / most, 1.0))
                left &= np.abs(share - before) > SAME * before
        return ends, np.where(np.isfinite(bracket.high), bracket.high, FURTHER)

    def _missed(self, shifts: Array) -> tuple[Miss, Index, Array]:
        """What predictions miss at places of the paths, the place of each limit, and how many times that is its own."""
        every = np.arange(len(shifts))
        padded = np.zeros((len(shifts), self._prices.shape[1] + 1))  # no row may bind
        padded[:, :-1] = self._prices
        times = padded[every, np.argmax(np.abs(padded), axis=1)]
        mixes = np.divide(self._prices, times[:, None], out=np.zeros(self._prices.shape), where=times[:, None] != 0.0)
        far, place = np.where(np.isnan(shifts), 0.0, shifts * times), every
        if len(far) > FEW:
            apart = self._moves.summed(np.abs(self._step)) == 0.0  # a sum's, of which there are few
            far = np.where(apart, far, np.sign(far) * np.exp2(np.ceil(np.log2(np.abs(far)))))
            alike = np.column_stack([np.round(mixes, ALIKE), far])
            first, place = _distinct(alike)
            mixes, far = mixes[first], far[first]
        parts = [self._missed_at(mixes[some], far[some, None]) for some in self._plan.together(len(far))]
        return Miss.joined(parts), place, np.abs(times)

    def _missed_at(self, prices: Array, far: Array) -> Miss:
        plan = self._plan
        spends = plan.sideways(prices[None])[0]
        at = plan.local.spends + far * spends
        reduced, activity = plan.reduced(at, plan.local.prices + far * prices)
        missed = far * (prices @ plan.schur.T) - (activity - plan.activity)[:, plan.local.rows]
        return Miss.of(plan, (spends, prices), missed, reduced, plan.slips(at, reduced)).only(plan.on_curves(at))

    def _changed(self, shifts: Array, asked: Flags) -> tuple[Array, Array]:
        """How much each price has changed when its limit has moved, and at the most on the way, for limits asked about.

        Without end where something else happens.
        """
        plan, own, moves = self._plan, self._plan.own, self._moves
        way, column = moves.columns
        held, here = self._step != 0.0, plan.local.spends[column]
        prices = plan.local.prices + shifts[:, None] * self._prices
        at = here + shifts[way] * (self._step + self._drift)
        reduced = own.cost[column] + self._slopes(at) - plan.local.jacobian.paid(prices, way, column)
        change = (prices * self._due).sum(axis=-1) + moves.worth(np.where(held, reduced, 0.0)) - self.price
        past = np.maximum(np.maximum(plan.least[column] - at, at - plan.most[column]), 0.0)
        over = moves.summed(np.where(held, np.where(self._gradual, past, 0.0), moves.beyond(at, shifts)))
        turned = plan.turned(moves.paid(prices, shifts))
        stands = moves.inside(at) & (over == 0.0) & ~turned & self._keeps(shifts)
        most = self._most(change, at, asked & stands & self._bends)
        return np.where(stands, np.abs(change), np.inf), np.where(stands, most, np.inf)

    def _keeps(self, shifts: Array) -> Flags:
        """Whether rows that do not bind are kept when each limit has moved: some rows at a time."""
        plan, kept = self._plan, np.ones(len(shifts), dtype=bool)
        for some in parts(len(plan.others), len(shifts), NUMBERS):
            rows = plan.others[some]
            activity = plan.activity[rows] + shifts[:, None] * np.tile(self._activity[:, rows], (2, 1))
            broken = self._moves.broken(*plan.beside(activity, some), plan.own.rows[rows], shifts)
            kept &= (broken <= ROOM).all(axis=-1)
        return kept

    def _most(self, change: Array, at: Array, asked: Flags) -> Array:
        """How much prices change at the most on the way to where they have changed so much."""
        way, column = self._moves.columns
        some = np.flatnonzero(asked[way])
        if not len(some):
            return np.abs(change)
        here, turn, step = self._plan.local.spends[column[some]], self._turn[some], self._step[some]
        ends, first = places(here, at[some]), self._slopes(here, some)
        own, at_bend = (step * (self._slopes(spends, some) - first) for spends in (ends, np.maximum(turn, 0.0)))
        rows = change - np.bincount(way[some], weights=own[-1], minlength=len(change))
        most = most_changed(ends, own, turn, at_bend, way[some], rows)
        return np.where(asked, most, np.abs(change))

    def _slopes(self, at: Array, which: Index | slice = slice(None)) -> Array:
        """What a little more of some of the spends that move costs by their own curves, where they stand."""
        own, cells = self._plan.own, self._cells[which]
        curves = self._curves if isinstance(which, slice) else self._curves.take(which)
        return np.asarray(own.worth[cells] * curves.slope(at * own.scale[cells]) * (own.scale / own.size)[cells])


class _Bracket:
    """Between which shares of a way a price has changed by as much as is wanted; `high` is infinite while none is."""

    def __init__(self, limits: int) -> None:
        self._low, self._at_low = np.zeros((2, limits))
        self.high, self._at_high = np.full((2, limits), np.inf)

    def nearer(self, share: Array, change: Array, holds: Flags, wanted: Array) -> Array:
        """The next share to look at, having seen a change that is not too much, or is; 1 while none is too much."""
        self._low, self._at_low = np.where(holds, share, self._low), np.where(holds, change, self._at_low)
        self.high, self._at_high = np.where(holds, self.high, share), np.where(holds, self._at_high, change)
        part = (wanted - self._at_low) / (self._at_high - self._at_low)
        part = np.where(np.isfinite(self._at_high), np.clip(part, 0.1, 0.9), 0.5)
        return np.where(np.isfinite(self.high), self._low + part * (self.high - self._low), 1.0)


def _distinct(rows: Array) -> tuple[Index, Index]:
    """The first of each kind of row, and which of these each is; numpy's own compares rows as one value, slowly."""
    order = np.lexsort(rows.T)
    ordered = rows[order]
    begins = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
    place = np.empty(len(rows), dtype=np.intp)
    place[order] = np.cumsum(begins) - 1
    return order[begins], place
