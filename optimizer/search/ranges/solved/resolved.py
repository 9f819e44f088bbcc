"""How far a price holds in a concave program: the plan solved again with the limit moved, by Newton's method.

The least cost is convex in the limits of rows and spends: as one of them moves, its price changes to one side only, and
where it has changed by no more than a share, it has not on the way. A point is the best one where what every spend
could still gain, and what rows that bind leave over, is nothing of the cost: what is best near by is best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.deadline import Deadline, is_late
from optimizer.search.newton.polish import Polish
from optimizer.search.ranges.as_sum import as_sum
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown
from optimizer.search.ranges.room import Room
from optimizer.search.region.hull import Box, Truth
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
WITHIN = 0.0099  # relative change within which a price holds: 1 %, less what a point may be off
FURTHER = 10.0  # times as far, from one look to the next
AIM = 0.98  # of the way to where the change is expected to be reached
ENOUGH = 0.95  # of the change that is looked for
BENDS = 3.0  # times the change that is looked for, beyond which a price jumps rather than bends
NARROW = 5e-3  # of the way to where a price has changed, within which the end is known
FINE = 1e-6  # of a limit's size, within which it is known, too
NEARER = 4  # looks, each half as far, where Newton finds nothing
ENDLESS = 1e3  # sizes of a limit, beyond which no end is looked for
SAME = 1e-5  # of the cost, that the point may differ from the plan
LEFT = 1e-10  # of the cost, that a point may leave over
STEPS = 2  # times that Newton's method is begun, the last time where it has ended
ROOM = 1e-9  # scaled: how far a row may be broken
NOWHERE = Motion(name="", side="at_most", limit=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Best:
    """The duals of rows and columns at the best point where a limit has moved, and its cost [scaled]."""

    duals: Array
    pulls: Array
    cost: float


class Resolved:
    """The plans near by of a concave program; `effort` is how many of them may be solved for from now on."""

    def __init__(self, found: Found, until: Deadline | None = None) -> None:
        assert found.columns is not None
        self._found, self._model, self._until, self.effort = found, found.model, until, 0
        self._columns = found.columns

    def around(self, motion: Motion) -> bool:
        """Whether the least cost is convex in the limit, and the plan the best where it has not moved."""
        return not len(self._summed(motion).entry_rows) and self._plan is not None

    def _summed(self, motion: Motion) -> Motion:
        assert self._found.duals is not None
        return as_sum(self._model, self._found.duals, motion)

    def price(self, motion: Motion, shift: float) -> float:
        """∂cost/∂limit [scaled cost per unit] when it has moved."""
        motion = self._summed(motion)
        best = self._best(motion, shift)
        return motion.price(best.duals, best.pulls, best.pulls)

    def end(self, motion: Motion, price: float, sign: float, first: float) -> tuple[float | None, bool]:
        """The shift on one side up to which the price holds, None without end; and whether it goes no further."""
        self.rest(motion)
        size, good, change, bad, beyond = motion.size(self._model, self._columns), 0.0, 0.0, np.inf, np.inf
        room = min(motion.limit - motion.least if sign < 0.0 else motion.most - motion.limit, ENDLESS * size)
        far = min(first, room)
        try:
            while np.isinf(bad) or bad - good > max(NARROW * bad, FINE * size):
                far, seen = self._look(motion, price, sign, good, far)
                if seen > WITHIN:
                    bad, beyond = far, seen
                else:
                    good, change = far, seen
                    if change >= ENOUGH * WITHIN or good >= room:
                        break
                far = min(_next((good, change), (bad, beyond)), room)
        except Unknown:
            return sign * good, False
        return (None if good >= room else sign * good), True

    def _look(self, motion: Motion, price: float, sign: float, good: float, far: float) -> tuple[float, float]:
        """How much a price has changed so far, or nearer where Newton finds nothing there."""
        for _ in range(NEARER):
            try:
                return far, abs(self.price(motion, sign * far) - price) / abs(price)
            except Unknown:
                far = good + 0.5 * (far - good)
        raise Unknown

    def rest(self, motion: Motion) -> None:
        """Put the limit back."""
        del motion
        assert self._found.duals is not None
        self._at = self._columns[self._own.columns], self._found.duals[self._own.rows]

    @cached_property
    def _plan(self) -> _Best | None:
        """The plan as the best point; None where the program is not concave, or the plan not its best."""
        found, model = self._found, self._model
        newton = None if found.relaxation is None else found.relaxation.newton
        by_draw = found.weights is not None or found.credit is not None
        bent = len(model.two_sided) or len(model.integer) or not model.cells.curves.concave.all()
        if newton is None or found.columns is None or found.duals is None or by_draw or bent or len(model.tables):
            return None
        own, room = newton.spends, Room.usual(model).off_nothing(model, found.columns)
        low, high = room.boxes(model, np.zeros(0))
        self._own, self._polish, self._truth, self._region = own, Polish(own), Truth(model), room.region
        self._box = Box(low=low, high=high)
        self._at = found.columns[own.columns], found.duals[own.rows]
        within = max(SAME, 2.0 * model.scenario.solve.gap)
        try:
            self.effort += 1
            best = self._best(NOWHERE, 0.0)
        except Unknown:
            return None
        return best if abs(best.cost - found.cost) <= within * abs(found.cost) else None

    def _best(self, motion: Motion, shift: float) -> _Best:
        """The best point where a limit has moved, from the one before; raises Unknown where Newton finds none."""
        if self.effort <= 0 or is_late(self._until):
            raise Unknown
        self.effort -= 1
        model, box = self._moved(motion, shift)
        self._polish.move(model)
        best = self._solved(model, box)
        assert self._found.duals is not None
        if not motion.keeps(self._found.duals, best.duals, shift):
            raise Unknown
        return best

    def _solved(self, model: Model, box: Box) -> _Best:
        """The best point of a model; where a spend is hardly more than nothing, the last step leaves a little over."""
        at = self._at
        for _ in range(STEPS):
            found = self._polish.spends_at(*at, self._truth, self._region, box)
            if found is None:
                raise Unknown
            at = found
            if (best := self._read(model, box, *found)) is not None:
                self._at = found
                return best
        raise Unknown

    def _moved(self, motion: Motion, shift: float) -> tuple[Model, Box]:
        matrix, low, high = self._model.matrix, self._box.low.copy(), self._box.high.copy()
        lower, upper = matrix.lower.copy(), matrix.upper.copy()
        lower[motion.rows] += shift * motion.lower
        upper[motion.rows] += shift * motion.upper
        moved = (motion.limit + shift) * motion.column_move
        if motion.side != "at_most":
            low[motion.columns] = np.maximum(moved, 0.0)
        if motion.side != "at_least":
            high[motion.columns] = moved
        return replace(self._model, matrix=replace(matrix, lower=lower, upper=upper)), Box(low=low, high=high)

    def _read(self, model: Model, box: Box, spends: Array, prices: Array) -> _Best | None:
        """A point with its prices; None where it is not the best one."""
        own, matrix = self._own, model.matrix
        low, high = box.low[own.columns], box.high[own.columns]
        lower, upper = matrix.lower[own.rows], matrix.upper[own.rows]
        money = own.money(own.inputs(spends), self._region)
        counts = own.worth - own.counted(prices)
        with np.errstate(invalid="ignore"):
            slopes = counts * self._truth.slope(money) * (own.scale / own.size)
        reduced = own.cost + own.pulled(slopes) - own.direct.pulled(prices)
        activity = own.activity(spends, money, self._truth)
        gains = reduced * np.where(reduced > 0.0, np.minimum(spends - low, 1.0), np.maximum(spends - high, -1.0))
        with np.errstate(invalid="ignore"):
            over = np.where(prices == 0.0, 0.0, prices * (activity - np.where(prices > 0.0, lower, upper)))
        left = np.abs(np.where(low < high, gains, 0.0)).sum() + np.abs(over).sum()
        cost = float(own.cost @ spends + own.worth @ own.responses(money, self._truth))
        broken = float(np.maximum(lower - activity, activity - upper).max(initial=0.0))
        if not (left <= LEFT * abs(cost) and broken <= ROOM and (counts <= 0.0).all()):
            return None
        duals, pulls = _spread(prices, own.rows, len(model.drafts)), _spread(reduced, own.columns, len(model.cost))
        return _Best(duals=duals, pulls=pulls, cost=cost)


def _spread(values: Array, places: Index, size: int) -> Array:
    """Values at their places, 0 elsewhere."""
    spread = np.zeros(size)
    spread[places] = values
    return spread


def _next(inside: tuple[float, float], outside: tuple[float, float]) -> float:
    """How far to look next: between what holds and what does not, or further on, as the price has bent so far."""
    (good, change), (bad, beyond) = inside, outside
    if np.isinf(bad):
        return FURTHER * good if change <= 0.0 else good * min(FURTHER, AIM * WITHIN / change)
    share = AIM * (WITHIN - change) / (beyond - change) if beyond <= BENDS * WITHIN else 0.5
    return good + min(max(share, 0.05), 0.95) * (bad - good)
