"""The plan where a limit has moved, as long as what binds stays the same: Newton's method on the optimality conditions.

With prices y of the rows that bind, the limits of columns that stand at one, and what draws weigh,
    ∂cost/∂x = yᵀ · ∂rows/∂x  in the columns that are free          rows = limits  where they bind
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.search.deadline import Deadline, is_late
from optimizer.search.ranges.followed.conditions import Conditions, Point
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Stands = NDArray[np.int8]
FREE, LOW, HIGH, BOTH = 0, -1, 1, 2  # where a column or a row stands: at no limit, at one, or at both, which are one
GIVEN = 3  # a draw that costs more than η: at the most that it may weigh
HELD = 4  # a column whose place nothing decides
STEPS = 12  # for one place of the limit
STILL = 1e-11  # scaled: a step that is none
OFF = 1e-8  # scaled: by which a condition may be missed
SHRINK = 0.1  # of a spend, that a step leaves of it where the slope at 0 is infinite
HEAVY = 150  # equations that are as much work again as to read the curves
READINGS = 20_000  # of draws of curves, that are


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A place of the limit: the point there, the prices of rows and draws, and where columns and rows stand."""

    shift: float
    point: Point
    prices: Array
    columns: Stands
    rows: Stands

    @property
    def active(self) -> Index:
        """The rows that bind, and the draws that cost just η."""
        return np.flatnonzero((self.rows != FREE) & (self.rows != GIVEN))

    @property
    def free(self) -> Index:
        """The columns that move."""
        return np.flatnonzero(self.columns == FREE)


@dataclass(slots=True)
class Effort:
    """How many steps of Newton's method may be taken from now on, and until when."""

    left: int = 0
    until: Deadline | None = None

    def pay(self, steps: int) -> None:
        """Take that many; raises Unknown where there are no more, or time is up."""
        self.left -= steps
        if self.left < 0 or is_late(self.until):
            raise Unknown


class Newton:
    """Newton's method on some conditions, as far as the effort goes."""

    def __init__(self, conditions: Conditions, cells: int, effort: Effort) -> None:
        self._conditions, self._readings = conditions, conditions.draws * cells / READINGS
        self._effort = effort

    def limits(self, motion: Motion, shift: float, pieces: Index) -> tuple[Array, Array, Array, Array]:
        """Limits of columns and rows where the limit has moved, with those of pieces, and η and draws, behind them."""
        low, high, lower, upper = self._conditions.layout.limits(motion, shift)
        if len(pieces):
            first, last = self._conditions.edges(pieces)
            lower, upper = np.append(lower, first), np.append(upper, last)
        if draws := self._conditions.draws:
            low, high = np.append(low, -np.inf), np.append(high, np.inf)
            lower, upper = np.append(lower, np.zeros(draws)), np.append(upper, np.full(draws, np.inf))
        return low, high, lower, upper

    def solved(self, state: State, motion: Motion, shift: float) -> State:
        """The conditions where the limit has moved, with what binds kept; raises Unknown where Newton finds nothing."""
        pieces = state.point.pieces
        low, high, lower, upper = self.limits(motion, shift, pieces)
        columns, rows = state.columns, state.rows
        x = np.where((columns == LOW) | (columns == BOTH), low, np.where(columns == HIGH, high, state.point.x))
        prices = np.where(rows == GIVEN, self._conditions.most, np.where(rows == FREE, 0.0, state.prices))
        free, active = state.free, state.active
        goal, before = np.where(rows == HIGH, upper, lower)[active], 0.0
        steep = np.pad(self._conditions.steep, (0, len(columns) - len(self._conditions.steep)))[free]
        for _ in range(STEPS):
            self._effort.pay(1 + round((self._conditions.work + len(active) ** 3) / HEAVY**3 + self._readings))
            point = self._conditions.at(x, pieces, motion, shift)
            step = self._step(replace(state, shift=shift, point=point, prices=prices), motion, goal)
            moved = x[free] + step[: len(free)]
            moved = np.where(steep, np.maximum(moved, SHRINK * x[free]), moved)
            change = float(np.abs(moved - x[free]).max(initial=0.0))
            x = x.copy()
            x[free] = moved
            prices[active] += step[len(free) :]
            still = STILL * max(1.0, float(np.abs(moved).max(initial=0.0)))
            if change <= still or (change < before and change * (change / before) ** 2 <= still):  # so does the next
                point = self._conditions.at(x, pieces, motion, shift)
                if float(np.abs(goal - point.rows[active]).max(initial=0.0)) <= OFF:
                    return replace(state, shift=shift, point=point, prices=prices)
            before = change
        raise Unknown

    def _step(self, state: State, motion: Motion, goal: Array) -> Array:
        """By how much free columns and active prices move."""
        active = state.active
        binds = among(active, len(state.rows))
        used = np.flatnonzero(binds | (state.prices != 0.0))
        rows = self._conditions.jacobian(state.point, used, motion, state.shift)
        pull = self._conditions.gradient(state.point) - state.prices[used] @ rows
        bends = self._conditions.curvature(state.point, state.prices)
        missing = goal - state.point.rows[active]
        equations = state.columns == FREE, -pull, rows[binds[used]], missing
        found = bends.by_tactic(*equations)
        if found is None:
            self._effort.pay(round((len(state.free) + len(active)) ** 3 / HEAVY**3))
            found = bends.dense(*equations)
        moved, prices = found
        step = np.concatenate([moved[state.free], prices])
        if not np.isfinite(step).all():
            raise Unknown
        return step

    def reduced(self, state: State, motion: Motion) -> Array:
        """∂cost/∂x less what prices pay."""
        return self._conditions.reduced(state.point, state.prices, motion, state.shift)

    def price(self, state: State, motion: Motion) -> float:
        """∂cost/∂limit [scaled cost per unit of the limit]."""
        layout, size = self._conditions.layout, self._conditions.columns
        columns = layout.whole(state.point.x[:size], state.point.responses)
        pulls = layout.pulls(self.reduced(state, motion), motion, state.shift) if len(motion.columns) else columns
        return motion.price(layout.duals(state.prices), pulls, columns)

    def margins(self, state: State, motion: Motion) -> Array:
        """By how much each condition holds, below 0 where it is broken: of columns below and above, then of rows."""
        low, high, lower, upper = self.limits(motion, state.shift, state.point.pieces)
        x, columns, rows, prices = state.point.x, state.columns, state.rows, state.prices
        pull, value = self.reduced(state, motion), state.point.rows
        idle = np.where(columns == HELD, -np.abs(pull), np.inf)
        below = np.minimum(np.where(columns == LOW, pull, x - low), idle)
        above = np.where(columns == HIGH, -pull, high - x)
        under = np.where(rows == FREE, value - lower, np.where(rows == LOW, prices, np.inf))
        over = np.where(rows == FREE, upper - value, np.where(rows == HIGH, -prices, np.inf))
        stand, drawn = self._conditions.standing, slice(self._conditions.counted, None)
        most = self.jumps(state, motion)
        under[stand] = np.where(rows[stand] == HIGH, most + prices[stand], under[stand])
        over[stand] = np.where(rows[stand] == LOW, most - prices[stand], over[stand])
        under[drawn] = np.where(rows[drawn] == GIVEN, -value[drawn], under[drawn])
        over[drawn] = np.where(rows[drawn] == LOW, self._conditions.most - prices[drawn], np.inf)
        return np.concatenate([below, above, under, over])

    def jumps(self, state: State, motion: Motion) -> Array:
        """By cell that reads a table what its price may be at the most where it stands at a point; else infinite."""
        rows, conditions = state.rows[self._conditions.standing], self._conditions
        stands = (rows == LOW) | (rows == HIGH)
        if not stands.any():
            return np.full(len(rows), np.inf)
        ways = np.where(rows == HIGH, 1, np.where(rows == LOW, -1, 0))
        jumps = conditions.jumps(state.point, state.prices, ways, motion, state.shift)
        return np.where(stands, ways * jumps, np.inf)
