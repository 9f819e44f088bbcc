"""A plan that keeps its optimality conditions, and what becomes of them at other points near by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.search.newton.polish import Local, Polish
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.symmetric import inverse
from optimizer.search.prices.room import AT_END, Room
from optimizer.search.region.hull import Box, Hull, Region, Truth
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
NEAR = 2.0  # scaled: beyond any spend of the plan
STATIONARY = 1e-6  # scaled: what a free spend may still gain
ROOM = 1e-7  # scaled: how far a prediction may break a limit
TOUCH = 1e-7  # scaled: how far an envelope may stand above its curve
DEPENDENT = 1e-15  # of the largest: what rows weigh that say nothing new
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
    """The conditions at a plan, with `local`; `pull` is ∂cost/∂spend less what rows pay there, `activity` their values.

    `others` are the rows that do not bind. By spend, `bent` ones read a curve that is nowhere known to be concave,
    `before` ones stand before a bend, no higher than `most`, others no lower than `least`; `alone` ones do not carry
    over, `cells` have one to themselves; `share` is how much of what rows ask each answers. With the rows' prices dπ
    spends move by dπ · `sideways`, and rows ask dπ · `schur` of them; `inverse` tells the prices of what they ask.
    """

    def __init__(self, found: Found, own: Spends, local: Local, look: Look, sides: Sides) -> None:
        assert found.columns is not None
        self.model, self.own, self.local = found.model, own, local
        self.hull, self.region = look.hull, look.region
        self._direct, self._through = own.direct[local.rows], own.through[local.rows]
        self.others = np.flatnonzero(~among(local.rows, len(own.rows)))
        self._rest = own.rest(found.columns)
        self.low, self.high = look.box.low[own.columns], look.box.high[own.columns]
        self._read_sides(sides)
        self.sideways = local.curvature.inverse(local.jacobian[None])[0]
        self.schur = local.jacobian @ self.sideways.T
        self.inverse = inverse(self.schur, DEPENDENT)
        self.share = (self.inverse @ self.sideways * local.jacobian).sum(axis=0)
        pinned, at_low = self.low >= self.high, local.spends <= self.low + 1e-9
        self._free, self._stuck = np.flatnonzero(local.free), np.flatnonzero(~local.free & ~pinned)
        self._inward = np.where(at_low, -1.0, 1.0)
        self.alone = np.zeros(len(own.columns), dtype=bool)
        self.alone[own.read] = True
        self.cells = self._own_cells(sides)
        self.pull, self.activity = self.reduced(local.spends, local.prices)

    @classmethod
    def of(cls, found: Found) -> Self | None:
        """The conditions at what a search found; None where they do not hold there, or cannot be told."""
        assert found.columns is not None
        assert found.relaxation is not None
        model, newton = found.model, found.relaxation.newton
        if newton is None or found.duals is None:
            return None
        room, concave = Room.usual(model).off_nothing(model, found.columns), model.cells.curves.concave
        apart, columns, beyond, before = room.standing(model, found.columns)
        stand = bool((concave | beyond | before).all()) and not len(model.tables)
        room, hull = (apart, Truth(model)) if stand else (room, Hull(model, room.region))
        low, high = room.boxes(model, found.columns[model.integer])
        look = Look(hull=hull, region=room.region, box=Box(low=low, high=np.minimum(high, NEAR)))
        sides = Sides(beyond=beyond & stand, before=before & stand)
        plan = cls._at(found, newton, (columns, found.duals), look, sides)
        if plan is not None and not plan._keeps():
            near = newton(plan._at_limits(columns), found.duals, hull, room.region, look.box)
            plan = None if near is None else cls._at(found, newton, near, look, sides)
        return plan if plan is not None and plan._keeps() else None

    @classmethod
    def _at(cls, found: Found, newton: Polish, point: tuple[Array, Array], look: Look, sides: Sides) -> Self | None:
        """The conditions at columns and duals; None where they cannot be told."""
        local = newton.local(*point, look.hull, look.region, look.box)
        return None if local is None else cls(found, newton.spends, local, look, sides)

    def _at_limits(self, columns: Array) -> Array:
        """The columns, spends put at limits that they are all but at: a point of the interior keeps a little off."""
        columns, at = columns.copy(), self.local.spends
        least, most = (at <= self.low + AT_END) & (self.pull > 0.0), (at >= self.high - AT_END) & (self.pull < 0.0)
        columns[self.own.columns] = np.where(least, self.low, np.where(most, self.high, at))
        return columns

    def _read_sides(self, sides: Sides) -> None:
        own, region = self.own, self.region
        bent = ~self.model.cells.curves.concave & ~sides.beyond & ~sides.before
        self.bent, self.before = (own.pulled(some.astype(np.float64)) > 0.0 for some in (bent, sides.before))
        self.least, self.most = np.full(len(own.columns), -np.inf), np.full(len(own.columns), np.inf)
        least, most = np.where(sides.beyond, region.low, -np.inf), np.where(sides.before, region.high, np.inf)
        self.least[own.read], self.most[own.read] = (least / own.scale)[own.plain], (most / own.scale)[own.plain]

    def _own_cells(self, sides: Sides) -> Index:
        """By spend the cell that alone reads it, and it alone, on one side of its bend; −1 where there is none."""
        own, cells = self.own, np.full(len(self.own.columns), -1, dtype=np.intp)
        cells[own.read] = own.plain
        several = np.bincount(own.read, minlength=len(cells)) > 1
        bent = ~self.model.cells.curves.concave & ~sides.beyond & ~sides.before
        cells[several | (own.pulled(bent.astype(np.float64)) > 0.0)] = -1
        return cells

    def _keeps(self) -> bool:
        """Whether no spend would gain by moving, and no row is broken."""
        local = self.local
        still = not self.slips(local.spends, self.pull).any()
        steep = np.maximum(local.curvature.plain[0, local.free], 1.0)  # it gains on the little way to where it would be
        gains = float((np.abs(self.pull[local.free]) / steep).max(initial=0.0))
        holds = not (self.broken(self.activity) > ROOM).any() and bool(self.on_curves(local.spends))
        return still and gains <= STATIONARY and holds

    def reduced(self, spends: Array, prices: Array) -> tuple[Array, Array]:
        """∂cost/∂spend less what the prices of the binding rows pay for it, at some points; and all rows there."""
        own = self.own
        money = own.money(own.inputs(spends), self.region)
        slopes = self.hull.slope(money) * (own.scale / own.size)
        pulled = own.pulled((own.worth - prices @ self._through) * slopes)
        return own.cost + pulled - prices @ self._direct, own.activity(spends, money, self.hull) + self._rest

    def slips(self, at: Array, reduced: Array) -> Array:
        """How far each spend should not have gone, or should have."""
        slips, free, stands = np.zeros(at.shape), self._free, self._stuck
        own = at[..., free]
        slips[..., free] = np.maximum(np.maximum(self.low[free] - own, own - self.high[free]), 0.0)
        gains = self._inward[stands] * reduced[..., stands]
        slips[..., stands] = np.maximum(gains, 0.0) / np.maximum(self.local.curvature.plain[0, stands], LEAST)
        return slips

    def broken(self, activity: Array) -> Array:
        """How far the rows that do not bind are broken, shape (…, others)."""
        matrix, rows = self.model.matrix, self.own.rows[self.others]
        other = activity[..., self.others]
        return np.maximum(matrix.lower[rows] - other, other - matrix.upper[rows])

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
