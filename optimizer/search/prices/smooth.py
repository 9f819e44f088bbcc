"""How far a price holds where nothing but smooth curves bends: from the optimality conditions at the plan alone.

With free spends x, binding rows A·x = b at prices π and curvature H, a limit that moves by δ moves them by
    H·dx − Aᵀdπ = ∂Aᵀπ/∂δ      A·dx = ∂(b − A·x)/∂δ
One elimination gives every price's rate of change. What it predicts is taken where what the true curves miss there of
both equations leaves the price as near as it is said to be; no row begins or ceases to bind, and no point leaves its
curve. A spend that comes to a limit on the way, or leaves one, is one thing more that is missed: what so little of it
moves the rows, and that the price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.search.hull import Box, Hull, Truth
from optimizer.search.newton.polish import Local
from optimizer.search.newton.spends import Spends
from optimizer.search.prices.motion import Motion
from optimizer.search.prices.moves import Moves
from optimizer.search.prices.room import Room
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
AT_ONCE = 500_000  # spends of points that are looked at together
INSIDE = 0.97  # of the predicted way: prices bend a little on it
LOOKS = (1.0, 0.975, 0.95)  # of that way: where one of them is kept, the end is taken to be known
SLIGHT = 0.3  # of the change of a price: where no slope misses more, curvature is much what it was
BENT = 4.0  # times at most, that a spend's part in a price may have grown there
PARTS = 8  # of a way that is too long, that are tried together
NARROWINGS = 4  # to one of them
ENOUGH = 0.9  # of the change that is looked for
BEFORE = 0.99  # of the way to where something else happens: it is predicted, and at a kink the price is two
NEAR = 2.0  # scaled: beyond any spend of the plan
STATIONARY = 1e-6  # scaled: what a free spend may still gain
STRAIGHT = 1e-7  # of a price: a change over as much as the limit itself, that is none
ROOM = 1e-7  # scaled: how far a prediction may break a limit
TOUCH = 1e-7  # scaled: how far an envelope may stand above its curve
LEAST = 1e-14  # curvature of a spend: what is off, and would rather be on, goes far
LEVERAGE = 0.5  # of what the rows ask, that spends may have answered which no longer can


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """A price [scaled cost per unit] and the shifts within which it holds for certain, and whether it ends there.

    A shift that is infinite has no end.
    """

    price: float
    down: float
    up: float
    ends: tuple[bool, bool]

    @property
    def whole(self) -> bool:
        """Whether both ends are known."""
        return all(self.ends)

    def reached(self, sign: float) -> bool:
        """Whether the end on one side is known."""
        return self.ends[0 if sign < 0.0 else 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """Limits that move: what a unit of each does to spends and prices, and to its own price [scaled cost per unit].

    `change` is what that price may change by, `shift` after how much it does so by the rate at the plan.
    """

    motions: tuple[Motion, ...]
    moves: Moves
    spends: Array
    prices: Array
    price: Array
    change: Array
    shift: Array


class Smooth:
    """The optimality conditions at what a search found."""

    def __init__(self, found: Found) -> None:
        assert found.columns is not None
        assert found.relaxation is not None
        self._model, newton = found.model, found.relaxation.newton
        self._columns = found.columns
        self._local: Local | None = None
        if newton is None or found.duals is None:
            return
        room, concave = Room.usual(found.model), found.model.cells.curves.concave
        apart, beyond, before = room.standing(found.model, found.columns)
        stand = bool((concave | beyond | before).all()) and not len(found.model.tables)
        room, self._sides = apart if stand else room, (beyond & stand, before & stand)
        self._region = room.region
        self._hull: Hull | Truth = Truth(found.model) if stand else Hull(found.model, room.region)
        low, high = room.boxes(found.model, found.columns[found.model.integer])
        near = Box(low=low, high=np.minimum(high, NEAR))
        local = newton.local(found.columns, found.duals, self._hull, room.region, near)
        if local is None:
            return
        own = newton.spends.columns
        self._own, self._low, self._high = newton.spends, low[own], high[own]
        self._read(newton.spends, local)

    def _read(self, own: Spends, local: Local) -> None:
        """Keep the conditions, if they hold."""
        self._direct, self._through = own.direct[local.rows], own.through[local.rows]
        self._others = np.setdiff1d(np.arange(len(own.rows)), local.rows)
        self._rest = own.rest(self._columns)
        beyond, before = self._sides
        bent = ~self._model.cells.curves.concave & ~beyond & ~before
        self._bent, self._before = (own.pulled(some.astype(np.float64)) > 0.0 for some in (bent, before))
        self._least, self._most = np.full(len(own.columns), -np.inf), np.full(len(own.columns), np.inf)
        least, most = np.where(beyond, self._region.low, -np.inf), np.where(before, self._region.high, np.inf)
        self._least[own.read], self._most[own.read] = (least / own.scale)[own.plain], (most / own.scale)[own.plain]
        self._sideways = local.curvature.inverse(local.jacobian[None])[0]
        self._schur = local.jacobian @ self._sideways.T
        self._share = (np.linalg.pinv(self._schur, hermitian=True) @ self._sideways * local.jacobian).sum(axis=0)
        pinned, at_low = self._low >= self._high, local.spends <= self._low + 1e-9
        self._free, self._stuck = np.flatnonzero(local.free), np.flatnonzero(~local.free & ~pinned)
        self._inward = np.where(at_low, -1.0, 1.0)
        self._alone = np.zeros(len(own.columns), dtype=bool)
        self._alone[own.read] = True
        self._pull, activity = self._reduced(local.spends, local.prices)
        still = not self._slips(local, local.spends, self._pull).any()
        gains = float(np.abs(self._pull[local.free]).max(initial=0.0))
        if still and gains <= STATIONARY and self._stands(local.spends, activity):
            self._activity, self._local = activity[local.rows], local

    def holds(self, motions: Sequence[Motion], within: float) -> list[Steady | None]:
        """By motion: the price, and how far it changes by no more than a share; None where it does not bend at all."""
        local, found = self._local, list[Steady | None]()
        if local is None:
            return [None] * len(motions)
        most = max(1, AT_ONCE // len(local.spends))
        for first in range(0, len(motions), most):
            found += self._together(local, motions[first : first + most], within)
        return found

    def _together(self, local: Local, motions: Sequence[Motion], within: float) -> list[Steady | None]:
        ways = self._ways(local, motions, within)
        told: list[Steady | None] = [None] * len(motions)
        places = np.flatnonzero(np.isfinite(ways.shift))
        if len(places):
            both = self._some(local, ways, np.concatenate([places, places]))
            shifts, whole = self._reach(local, both, np.repeat([-1.0, 1.0], len(places)))
            ends = zip(shifts.reshape(2, -1).T.tolist(), whole.reshape(2, -1).T.tolist(), strict=True)
            for place, ((down, up), (low, high)) in zip(places.tolist(), ends, strict=True):
                told[place] = Steady(price=float(ways.price[place]), down=down, up=up, ends=(low, high))
        return told

    def _ways(self, local: Local, motions: Sequence[Motion], within: float) -> _Ways:
        """What each limit does when it moves; a shift that is infinite where that cannot be told, or nothing bends."""
        moves = Moves(motions, self._own, local.rows)
        prices, at = (np.broadcast_to(own, (len(motions), len(own))) for own in (local.prices, local.spends))
        reduced = np.broadcast_to(self._pull, at.shape)
        own, pull = np.where(local.free, 0.0, moves.own(self._pull)), moves.pull(prices)
        bends = local.curvature.times(own[None])[0]
        ahead = local.curvature.inverse((pull - bends)[None])[0]
        due = moves.due(prices, at) - own @ local.jacobian.T
        try:
            moved = np.linalg.solve(self._schur, (due - ahead @ local.jacobian.T).T).T
        except np.linalg.LinAlgError:
            moved = np.full(due.shape, np.nan)
        spends = moved @ self._sideways + ahead
        rates = (due * moved).sum(axis=-1) - (pull * spends).sum(axis=-1) + (bends * (own + spends)).sum(axis=-1)
        price, sizes = moves.price(prices, reduced, at), [motion.size(self._model, self._columns) for motion in motions]
        known = moves.known & ~(own[:, self._bent] != 0.0).any(axis=-1) & np.isfinite(spends).all(axis=-1)
        known &= (price != 0.0) & np.isfinite(rates) & (np.abs(rates) * sizes >= STRAIGHT * np.abs(price))
        change = within * np.abs(price)
        return _Ways(
            motions=tuple(motions),
            moves=moves,
            spends=spends + own,
            prices=moved,
            price=price,
            change=change,
            shift=np.where(known, INSIDE * change / np.where(known, np.abs(rates), 1.0), np.inf),
        )

    def _some(self, local: Local, ways: _Ways, which: Index) -> _Ways:
        """Some of the ways, one perhaps more than once."""
        motions = tuple(ways.motions[place] for place in which.tolist())
        return _Ways(
            motions=motions,
            moves=Moves(motions, self._own, local.rows),
            spends=ways.spends[which],
            prices=ways.prices[which],
            price=ways.price[which],
            change=ways.change[which],
            shift=ways.shift[which],
        )

    def _reach(self, local: Local, ways: _Ways, signs: Array) -> tuple[Array, Flags]:
        """The shifts to a side each up to which the price holds, and whether it is known to hold no further."""
        room = np.where(signs < 0.0, ways.moves.below, ways.moves.above)
        shifts, whole = signs * ways.shift, np.zeros(len(ways.motions), dtype=bool)
        bends = (ways.spends[:, self._before] != 0.0).any(axis=-1)  # before a bend curvature changes its sign
        for share in LOOKS:
            cut = np.flatnonzero(~whole)
            shifts[cut] = (signs * np.minimum(share * ways.shift, room))[cut]
            least, most = self._changes(local, ways, cut, shifts[cut])
            whole[cut] = (most <= 1.0) & ((least >= ENOUGH) | ~bends[cut])
        cut = np.flatnonzero(~whole)
        shifts[cut] *= self._certain(local, ways, cut, shifts[cut])
        whole[cut] = self._changes(local, ways, cut, shifts[cut])[0] >= ENOUGH
        shifts[~whole] *= BEFORE
        return np.where(whole & (np.abs(shifts) >= room), signs * np.inf, shifts), whole

    def _certain(self, local: Local, ways: _Ways, which: Index, shifts: Array) -> Array:
        """The shares of some shifts, too long themselves, up to which the price holds."""
        share, tried = np.zeros(len(which)), np.repeat(which, PARTS - 1)
        for narrowing in range(1, NARROWINGS + 1):
            steps = share[:, None] + np.arange(1, PARTS) / PARTS**narrowing
            changes = self._changes(local, ways, tried, (shifts[:, None] * steps).ravel())[1].reshape(steps.shape)
            share += np.logical_and.accumulate(changes <= 1.0, axis=1).sum(axis=1) / PARTS**narrowing
        return share

    def _reduced(self, spends: Array, prices: Array) -> tuple[Array, Array]:
        """∂cost/∂spend less what the prices of the binding rows pay for it, at some points; and all rows there."""
        own = self._own
        money = own.money(own.inputs(spends), self._region)
        slopes = self._hull.slope(money) * (own.scale / own.size)
        pulled = own.pulled((own.worth - prices @ self._through) * slopes)
        return own.cost + pulled - prices @ self._direct, own.activity(spends, money, self._hull) + self._rest

    def _changes(self, local: Local, ways: _Ways, which: Index, shifts: Array) -> tuple[Array, Array]:
        """How much some prices have changed, each limit moved by its shift, at the least and at the most [of what they
        may]; without end where something else happens."""
        if not len(which):
            return np.zeros(0), np.zeros(0)
        ways = self._some(local, ways, which)
        far, moves = shifts[:, None], ways.moves
        at, prices = local.spends + far * ways.spends, local.prices + far * ways.prices
        with np.errstate(all="ignore"):
            reduced, activity = self._reduced(at, prices)
            missed = far * moves.due(prices, at) - activity[:, local.rows] + self._activity
            unsure = np.abs(ways.prices * missed).sum(axis=-1)
            unsure += self._missed(local, ways, reduced - far * moves.pull(prices))
            slips, moved = self._slips(local, at, reduced), moves.columns
            slips[moved] = np.maximum(slips[moved], np.where(local.free[moved[1]], moves.beyond(at, shifts), 0.0))
            unsure += self._slipped(local, ways, slips)
            changed = np.abs(moves.price(prices, reduced, at) - ways.price)
        matrix, rows = self._model.matrix, self._own.rows[local.rows]
        one_sided = matrix.lower[rows] != matrix.upper[rows]
        stands = ~(one_sided & (np.sign(prices) != np.sign(local.prices))).any(axis=-1) & moves.inside(at)
        stands &= self._stands(at, activity, moves)
        return (changed - unsure) / ways.change, np.where(stands, (changed + unsure) / ways.change, np.inf)

    def _missed(self, local: Local, ways: _Ways, pull: Array) -> Array:
        """What it may be to each price that free spends still gain by moving."""
        gains, spread = np.abs(pull[:, local.free]), np.abs(ways.spends[:, local.free])
        most = gains.max(axis=-1, initial=0.0) * spread.sum(axis=-1)
        likely = np.minimum(most, BENT * (gains * spread).sum(axis=-1))
        return np.asarray(np.where(most <= SLIGHT * ways.change, likely, most))

    def _slips(self, local: Local, at: Array, reduced: Array) -> Array:
        """How far each spend should not have gone, or should have."""
        slips, free, stands = np.zeros(at.shape), self._free, self._stuck
        own = at[..., free]
        slips[..., free] = np.maximum(np.maximum(self._low[free] - own, own - self._high[free]), 0.0)
        gains = self._inward[stands] * reduced[..., stands]
        slips[..., stands] = np.maximum(gains, 0.0) / np.maximum(local.curvature.plain[0, stands], LEAST)
        return slips

    def _slipped(self, local: Local, ways: _Ways, slips: Array) -> Array:
        """What slips may be to each price: through the rows, which others have to keep instead.

        Where much of what moves slips, or something that carries over, there is no telling.
        """
        way, column = np.nonzero(slips)
        felt = np.abs((ways.prices[way] * local.jacobian[:, column].T).sum(axis=-1)) * slips[way, column]
        weight = np.where(self._alone[column], self._share[column], 1.0)
        count = len(slips)
        lost = np.bincount(way, weights=weight, minlength=count)
        whole = np.bincount(way, weights=felt, minlength=count) / (1.0 - np.minimum(lost, LEVERAGE))
        return np.where(lost <= LEVERAGE, whole, np.inf)

    def _stands(self, at: Array, activity: Array, moves: Moves | None = None) -> Flags:
        """Whether no row that did not bind is broken, and every input stands where the envelope is the curve, and bends
        as it does at the plan."""
        matrix, rows = self._model.matrix, self._own.rows[self._others]
        other = activity[..., self._others]
        broken = np.maximum(matrix.lower[rows] - other, other - matrix.upper[rows])
        if moves is not None and len(rows):
            moves.spare(broken, rows)
        stands = (broken <= ROOM).all(axis=-1) & ((at >= self._least) & (at <= self._most)).all(axis=-1)
        curves = self._model.cells.curves
        if not curves.concave.all():
            money = self._own.money(self._own.inputs(at), self._region)
            above = self._hull.value(money) - curves.value(money)
            stands &= (above <= TOUCH * self._own.size).all(axis=-1)
        return np.asarray(stands)
