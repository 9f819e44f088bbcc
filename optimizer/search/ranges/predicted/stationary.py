"""A plan that keeps its optimality conditions, and what becomes of them at other points near by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.search.newton.polish import Local, Polish
from optimizer.search.newton.rows import parts
from optimizer.search.newton.sideways import Sideways
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.symmetric import inverse
from optimizer.search.ranges.room import AT_END, Room
from optimizer.search.region.hull import Box, Hull, Region, Truth
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
AT_ONCE = 50_000  # spends of points that are looked at together
NEAR = 2.0  # scaled: beyond any spend of the plan
STATIONARY = 1e-6  # scaled: what a free spend may still gain
ROOM = 1e-7  # scaled: how far a prediction may break a limit
TOUCH = 1e-7  # scaled: how far an envelope may stand above its curve
DEPENDENT = 1e-15  # of the largest: what rows weigh that say nothing new
ANSWERED = 1e-6  # of what rows ask, that spends may fail to answer
SAME = 1e-5  # of the cost, that a point near by may differ from the plan
FAR = 0.25  # scaled, that it may lie from it
LEAST = 1e-14  # curvature of a spend: what is off, and would rather be on, goes far


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Cells by where they stand on a bent curve: beyond its bend, where it is as good as concave, or before it."""

    beyond: Flags
    before: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What stands for the curves, on which inputs, and the limits of the columns."""

    hull: Hull | Truth
    region: Region
    box: Box


class Stationary:
    """The conditions at `found`, with `local`; `pull` is ∂cost/∂spend less what rows pay, `activity` the rows' values.

    `others` are the rows that do not bind. By spend, `bent` ones read a curve that is nowhere known to be concave,
    `before` ones stand before a bend, no higher than `most`, others no lower than `least`; `alone` ones do not carry
    over, `cells` have one to themselves; `share` is how much of what rows ask each answers. With the rows' prices dπ
    spends move by `sideways`(dπ), and rows ask dπ · `schur` of them; `inverse` tells the prices of what they ask.
    `rest` is what other columns add to the rows; `climbs` says whether a spend before its bend is free to move, which
    rows alone keep from going on.
    """

    def __init__(self, found: Found, own: Spends, local: Local, look: Look, sides: Sides) -> None:
        assert found.columns is not None
        self.found, self.model, self.own, self.local = found, found.model, own, local
        self.hull, self.region = look.hull, look.region
        self._direct, self._counting = own.direct.part(local.rows), among(own.curved, len(own.rows))[local.rows]
        self._through = own.through[among(local.rows, len(own.rows))[own.curved]]
        self.others = np.flatnonzero(~among(local.rows, len(own.rows)))
        self.rest = own.rest(found.columns)
        self.low, self.high = look.box.low[own.columns], look.box.high[own.columns]
        self._read_sides(sides)
        self.sideways = Sideways(local.jacobian, local.curvature)
        self.schur = self.sideways.schur[0]
        self.inverse = inverse(self.schur, DEPENDENT)
        self.share = self.sideways.shares(self.inverse)
        pinned, at_low = self.low >= self.high, local.spends <= self.low + 1e-9
        self._free, self._stuck = np.flatnonzero(local.free), np.flatnonzero(~local.free & ~pinned)
        self._inward = np.where(at_low, -1.0, 1.0)
        self.alone = np.zeros(len(own.columns), dtype=bool)
        self.alone[own.read] = True
        self.cells = self._own_cells()
        self.pull, self.activity = self.reduced(local.spends, local.prices, local.slope)

    @classmethod
    def of(cls, found: Found) -> Self | None:
        """The conditions at what a search found; None where they do not hold there, or cannot be told.

        A point of the interior is put at its limits, and solved for from there.
        """
        assert found.columns is not None
        assert found.relaxation is not None
        newton = found.relaxation.newton
        if newton is None or found.duals is None:
            return None
        plan = cls._at(*_seen(found, found.columns), newton)
        if plan is None:
            return None
        if not plan._keeps():
            put, look, sides = _seen(found, plan._at_limits())
            assert put.columns is not None
            near = newton(put.columns, found.duals, look.hull, look.region, look.box, convex=sides.before)
            plan = None if near is None else cls._at(replace(put, columns=near[0], duals=near[1]), look, sides, newton)
            if plan is None or not plan._keeps():
                return None
        return plan if plan._is_near(found) and plan._is_least() else None

    @classmethod
    def _at(cls, found: Found, look: Look, sides: Sides, newton: Polish) -> Self | None:
        """The conditions at what was found; None where they cannot be told."""
        assert found.columns is not None
        assert found.duals is not None
        local = newton.local(found.columns, found.duals, look.hull, look.region, look.box, sides.before)
        return None if local is None else cls(found, newton.spends, local, look, sides)

    def _is_near(self, found: Found) -> bool:
        """Whether the point is what was found but for what a search leaves open."""
        assert found.columns is not None
        assert self.found.columns is not None
        within = max(SAME, 2.0 * self.model.scenario.solve.gap)
        apart = float(np.abs(self.local.spends - found.columns[self.own.columns]).max(initial=0.0))
        cost = float(self.model.cost @ self.found.columns)
        return apart <= FAR and abs(cost - found.cost) <= within * abs(found.cost)

    def _is_least(self) -> bool:
        """Whether every way that rows leave open curves upwards: rows outweigh whatever curves downwards.

        H and J·H⁻¹·Jᵀ have as many eigenvalues below 0 then (Haynsworth's inertia of the conditions).
        """
        downwards = int((self.local.curvature.plain[0, self._free] < 0.0).sum())
        return not downwards or int((np.linalg.eigvalsh(self.schur) < 0.0).sum()) == downwards

    def _at_limits(self) -> Array:
        """The columns, spends put at limits that they are all but at: a point of the interior keeps a little off."""
        assert self.found.columns is not None
        columns, at = self.found.columns.copy(), self.local.spends
        least, most = (at <= self.low + AT_END) & (self.pull > 0.0), (at >= self.high - AT_END) & (self.pull < 0.0)
        columns[self.own.columns] = np.where(least, self.low, np.where(most, self.high, at))
        return columns

    def _read_sides(self, sides: Sides) -> None:
        own, region = self.own, self.region
        bent = ~self.model.cells.curves.concave & ~sides.beyond & ~sides.before
        self.bent, self.before = (own.pulled(some.astype(np.float64)) > 0.0 for some in (bent, sides.before))
        self.climbs = bool(self.local.free[self.before].any())
        self.least, self.most = np.full(len(own.columns), -np.inf), np.full(len(own.columns), np.inf)
        least, most = np.where(sides.beyond, region.low, -np.inf), np.where(sides.before, region.high, np.inf)
        self.least[own.read], self.most[own.read] = (least / own.scale)[own.plain], (most / own.scale)[own.plain]

    def _own_cells(self) -> Index:
        """By spend the cell that alone reads it, and it alone, on one side of its bend; −1 where there is none."""
        own, cells = self.own, np.full(len(self.own.columns), -1, dtype=np.intp)
        cells[own.read] = own.plain
        several = np.bincount(own.read, minlength=len(cells)) > 1
        cells[several | self.bent] = -1
        return cells

    def _keeps(self) -> bool:
        """Whether no spend would gain by moving, and no row is broken."""
        local = self.local
        still = not self.slips(local.spends, self.pull).any()
        steep = np.maximum(local.curvature.plain[0, local.free], 1.0)  # it gains on the little way to where it would be
        gains = float((np.abs(self.pull[local.free]) / steep).max(initial=0.0))
        holds = not (np.maximum(*self.beside(self.activity[self.others])) > ROOM).any() and bool(
            self.on_curves(local.spends)
        )
        return still and gains <= STATIONARY and holds

    def together(self, points: int) -> Iterator[slice]:
        """Points that are looked at together: all at once they take more memory, and no less time."""
        return parts(points, len(self.low), AT_ONCE)

    def reduced(self, spends: Array, prices: Array, slope: Array | None = None) -> tuple[Array, Array]:
        """∂cost/∂spend less what the prices of the binding rows pay for it, at some points; and all rows there.

        `slope` are those of the cells [outcome/money], where they are known.
        """
        own = self.own
        money = own.money(own.inputs(spends), self.region)
        slopes = (self.hull.slope(money) if slope is None else slope) * (own.scale / own.size)
        worth = own.worth - prices[..., self._counting] @ self._through if len(own.curved) else own.worth
        reduced = own.pulled(worth * slopes)
        reduced += own.cost  # in place: at many points memory takes as long as the numbers
        reduced -= self._direct.pulled(prices)
        return reduced, own.activity(spends, money, self.hull) + self.rest

    def slips(self, at: Array, reduced: Array) -> Array:
        """How far each spend should not have gone, or should have."""
        slips, free, stands = np.zeros(at.shape), self._free, self._stuck
        own = at[..., free]
        slips[..., free] = np.maximum(np.maximum(self.low[free] - own, own - self.high[free]), 0.0)
        gains = self._inward[stands] * reduced[..., stands]
        slips[..., stands] = np.maximum(gains, 0.0) / np.maximum(self.local.curvature.plain[0, stands], LEAST)
        return slips

    def answers(self, prices: Array, asked: Array) -> Flags:
        """Whether spends answer what rows ask of them, which prices were found for, shape (…).

        Of rows that say the same none can give way alone.
        """
        with np.errstate(invalid="ignore"):
            missed = np.abs(prices @ self.schur - asked).max(axis=-1, initial=0.0)
        return np.asarray(missed <= ANSWERED * np.abs(asked).max(axis=-1, initial=0.0))

    def beside(self, activity: Array, some: slice = slice(None)) -> tuple[Array, Array]:
        """By how much rows that do not bind fall short of their least and go over their most, or some of these."""
        matrix, rows = self.model.matrix, self.own.rows[self.others[some]]
        return matrix.lower[rows] - activity, activity - matrix.upper[rows]

    def turned(self, prices: Array) -> Flags:
        """Whether the price of a one-sided row has changed its sign, shape (…)."""
        matrix, rows = self.model.matrix, self.own.rows[self.local.rows]
        one_sided = matrix.lower[rows] != matrix.upper[rows]
        return np.asarray((one_sided & (np.sign(prices) != np.sign(self.local.prices))).any(axis=-1))

    def on_curves(self, at: Array) -> Flags:
        """Whether every input stands where the envelope is the curve, and bends as it does at the plan, shape (…)."""
        stands = ((at >= self.least) & (at <= self.most)).all(axis=-1)
        curves = self.model.cells.curves
        if not curves.concave.all():
            money = self.own.money(self.own.inputs(at), self.region)
            above = self.hull.value(money) - curves.value(money)
            stands &= (above <= TOUCH * self.own.size).all(axis=-1)
        return np.asarray(stands)


def _seen(found: Found, columns: Array) -> tuple[Found, Look, Sides]:
    """What was found at some columns, what is read near them, and where bent curves stand."""
    model, concave = found.model, found.model.cells.curves.concave
    room = Room.usual(model).off_nothing(model, columns)
    apart, columns, beyond, before = room.standing(model, columns)
    stand = bool((concave | beyond | before).all()) and not len(model.tabled)
    room, hull = (apart, Truth(model)) if stand else (room, Hull(model, room.region))
    low, high = room.boxes(model, columns[model.integer])
    look = Look(hull=hull, region=room.region, box=Box(low=low, high=np.minimum(high, NEAR)))
    seen = found if columns is found.columns else replace(found, columns=columns)
    return seen, look, Sides(beyond=beyond & stand, before=before & stand)
