"""How far a price holds when its limit moves: the plan's optimality conditions on the true curves, followed.

Where a column meets its limit on the way, a row begins to bind, a price becomes 0, or a draw begins or ceases to be one
of the worst, the limit stops, that one thing is changed, and the way goes on (parametric active sets; Best 1996).
On/off decisions stay, and a plan on the convex part of a curve stays there as long as it is the best of what is near.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.search.deadline import Deadline
from optimizer.search.ranges.followed.conditions import Conditions
from optimizer.search.ranges.followed.newton import OFF, Effort, Newton, State
from optimizer.search.ranges.followed.settling import settle
from optimizer.search.ranges.followed.turning import Closed, turned
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown
from optimizer.search.search import Found

Array = NDArray[np.float64]
WITHIN = 0.01  # relative change within which a price holds
SAME = 1e-5  # of the cost, that the conditions' point may differ from the plan
STRAIGHT = 1e-7  # relative: a change that is none
BEFORE = 0.999  # of the way to a kink, where the price has changed before: at the kink it is two
FURTHER = 20.0  # times the way so far, that a step may go where a price does not change; else once
LEAST = 1e-3  # of the way so far, that a step goes at the least
AIM = 0.97  # of the way to where the change is expected to be reached
ENOUGH = 0.95  # of the change that is looked for
ENDLESS = 1e3  # sizes of a limit, beyond which no end is looked for
BESIDE = 1e-6  # of a limit's size: just beyond a kink
FINE = 1e-9  # of a limit's size: steps that are none
COARSE = 1e-6  # of it, within which an end is known
CORNERS = 500  # tables, of which each adds an equation: beyond so many to follow one limit takes longer than the plan
TRIES = 48  # of finding where a condition ends


class _Places:
    """How columns, rows and tables stood at one place of the limit: what comes again there would come for ever."""

    def __init__(self) -> None:
        self._shift, self._stood = np.inf, set[bytes]()

    def again(self, state: State, least: float) -> bool:
        """Whether a state has been there before; steps up to `least` are none."""
        if abs(state.shift - self._shift) > least:
            self._shift, self._stood = state.shift, set()
        stands = b"".join(part.tobytes() for part in (state.columns, state.rows, state.point.pieces))
        known = stands in self._stood
        self._stood.add(stands)
        return known


class _Between:
    """A place where every condition holds, with its margins, and one further on where some are broken.

    Where the first of them ends is looked for by false position; an end that stays again weighs half (Illinois).
    """

    def __init__(self, near: State, held: Array) -> None:
        self.near, self.beyond, self.held, self._past = near, near, held, held
        self._again = 0  # times that the one has moved and the other has stayed; below 0 the other way round

    def nearer(self, state: State, margins: Array) -> None:
        """A place further on where every condition holds, too."""
        self.near, self.held, self._again = state, margins, max(self._again, 0) + 1

    def further(self, state: State, margins: Array) -> None:
        """A place where some are broken."""
        self.beyond, self._past, self._again = state, margins, min(self._again, 0) - 1

    def first(self) -> tuple[int, float]:
        """The slot of the condition that ends first, and after which share of the way."""
        broken = np.flatnonzero(self._past < -OFF)
        held, past = np.maximum(self.held[broken], 0.0), -self._past[broken]
        first = int(np.argmin(held / (held + past)))
        weight = 2.0 ** (np.sign(self._again) * (1 - abs(self._again)))
        return int(broken[first]), float(held[first] / (held[first] + weight * past[first]))


class Walk:
    """The ways from a plan; `effort` is how many steps of Newton's method may be taken from now on.

    The conditions are read when they are first asked for: most plans have ranges that their curves alone tell.
    """

    def __init__(self, found: Found, until: Deadline | None = None) -> None:
        assert found.columns is not None
        self._found, self._columns = found, found.columns
        self._work = Effort(until=until)

    @property
    def effort(self) -> int:
        """What is left of it."""
        return self._work.left

    @effort.setter
    def effort(self, effort: int) -> None:
        self._work.left = effort

    def around(self, motion: Motion) -> bool:
        """Whether the conditions hold at the plan, and speak of what a motion moves."""
        return self._start is not None and self._conditions.layout.speaks_of(motion)

    @cached_property
    def _conditions(self) -> Conditions:
        return Conditions(self._found)

    @cached_property
    def _newton(self) -> Newton:
        return Newton(self._conditions, len(self._found.model.cells.inputs), self._work)

    @cached_property
    def _start(self) -> State | None:
        if not self._conditions.usable or len(self._conditions.corners) > CORNERS:
            return None
        within = max(SAME, 2.0 * self._found.model.scenario.solve.gap)
        try:
            return settle(self._found, self._conditions, self._newton, within)
        except (Unknown, Closed):
            return None

    def price(self, motion: Motion, shift: float) -> float | None:
        """∂cost/∂limit [scaled cost per unit] when it has moved; None where there is no plan."""
        try:
            return self._newton.price(self._at(motion, shift), motion)
        except Closed:
            return None

    def _at(self, motion: Motion, shift: float) -> State:
        """The plan where the limit has moved."""
        state = self._started()
        while state.shift != shift:
            state, slot, beyond = self._towards(state, motion, shift)
            state = state if slot is None else self._turned(state, slot, motion, beyond)
        return state

    def end(self, motion: Motion, price: float, sign: float, first: float) -> tuple[float | None, bool]:
        """The shift on one side up to which the price holds, None without end; and whether it goes no further."""
        state, size, certain = self._started(), motion.size(self._found.model, self._columns), 0.0
        far, change, places = sign * first, 0.0, _Places()
        try:
            if self._change(state, motion, price) > WITHIN:  # at a kink the price is that of one side
                state = self._at(motion, sign * BESIDE * size)
            while True:
                before = self._change(state, motion, price)
                if before > WITHIN:
                    return certain * (BEFORE if change > STRAIGHT else 1.0), True
                certain = state.shift
                after, slot, beyond = self._towards(state, motion, far, price)
                change = self._change(after, motion, price)
                if change > WITHIN:
                    return self._between(state, after, motion, price), True
                certain = after.shift
                if abs(certain) >= ENDLESS * size:
                    return None, True
                rate = (change - before) / abs(after.shift - state.shift) if after.shift != state.shift else 0.0
                ahead = AIM * (WITHIN - change) / rate if rate > 0.0 else np.inf
                reach = max((FURTHER if change <= STRAIGHT else 1.0) * abs(certain), first)
                if slot is None and certain != far:  # Newton went no further
                    reach = 2.0 * abs(certain - state.shift)
                far = sign * min(abs(certain) + min(max(ahead, LEAST * abs(certain)), reach), ENDLESS * size)
                state = after if slot is None else self._turned(after, slot, motion, beyond)
                if slot is not None and places.again(state, FINE * size):
                    return certain, False
        except Closed:
            return certain, True
        except Unknown:
            return certain, False

    def rest(self, motion: Motion) -> None:
        """Put the limit back: it never moved."""

    def _started(self) -> State:
        assert self._start is not None
        return self._start

    def _change(self, state: State, motion: Motion, price: float) -> float:
        return abs(self._newton.price(state, motion) - price) / abs(price)

    def _turned(self, state: State, slot: int, motion: Motion, beyond: State) -> State:
        return turned(self._conditions, self._newton, state, slot, motion, beyond)

    def _between(self, low: State, high: State, motion: Motion, price: float) -> float:
        """Where the price has changed by nearly as much as it may, between two places on one piece."""
        least = COARSE * motion.size(self._found.model, self._columns)
        while True:
            near, beyond = self._change(low, motion, price), self._change(high, motion, price)
            if near >= ENOUGH * WITHIN or abs(high.shift - low.shift) <= least:
                return low.shift
            share = float(np.clip(AIM * (WITHIN - near) / (beyond - near), 0.05, 0.95))
            try:
                middle = self._newton.solved(low, motion, low.shift + share * (high.shift - low.shift))
            except Unknown:
                return low.shift
            low, high = (middle, high) if self._change(middle, motion, price) <= WITHIN else (low, middle)

    def _told(self, state: State) -> State:
        """The state; raises Unknown where a draw that is not written out is among the worst."""
        left_out = self._found.left_out
        if left_out is not None and float(left_out(self._conditions.spread(state.point)).min()) < -OFF:
            raise Unknown
        return state

    def _towards(
        self, start: State, motion: Motion, shift: float, price: float | None = None
    ) -> tuple[State, int | None, State]:
        """The state at a shift, or nearer where a `price` has changed there; or where a condition ends before, its slot
        in the margins, and where it is broken."""
        target, closing, least = shift, None, FINE * motion.size(self._found.model, self._columns)
        way = _Between(start, self._newton.margins(start, motion))
        for _ in range(TRIES):
            try:
                after = self._told(self._newton.solved(way.near, motion, target))
            except Unknown:
                target = way.near.shift + 0.5 * (target - way.near.shift)
                if self._work.left < 0 or abs(target - way.near.shift) <= least:
                    raise
                continue
            margins = self._newton.margins(after, motion)
            if margins.min() < -OFF:
                way.further(after, margins)
            elif closing is not None and margins[closing] <= OFF:
                return after, closing, way.beyond
            elif closing is None or (price is not None and self._change(after, motion, price) > WITHIN):
                return after, None, after
            else:
                way.nearer(after, margins)
            closing, share = way.first()
            if way.held[closing] <= OFF:
                return way.near, closing, way.beyond
            target = way.near.shift + share * (way.beyond.shift - way.near.shift)
        raise Unknown
