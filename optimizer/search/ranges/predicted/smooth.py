"""How far a price holds where nothing but smooth curves bends: from the optimality conditions at the plan alone.

With free spends x, binding rows A·x = b at prices π and curvature H, a limit that moves by δ moves them by
    H·dx − Aᵀdπ = ∂Aᵀπ/∂δ      A·dx = ∂(b − A·x)/∂δ
One elimination gives every price's rate of change. What it predicts is taken where what the true curves miss there of
both equations leaves the price as near as it is said to be; no row begins or ceases to bind, and no point leaves its
curve. A spend that comes to a limit on the way, or leaves one, is one thing more that is missed: what so little of it
moves the rows, and that the price.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.predicted.along import settled
from optimizer.search.ranges.predicted.filled import filled
from optimizer.search.ranges.predicted.miss import Miss
from optimizer.search.ranges.predicted.moves import Moves
from optimizer.search.ranges.predicted.stationary import ROOM, Stationary
from optimizer.search.ranges.steady import ENOUGH, INSIDE, STRAIGHT, Steadies
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STILL = 1e-300  # of what a price may change by: it does not
LOOKS = 6  # at the predicted way, and nearer
NEARLY = 0.95  # of that way: where so much is kept, the end is taken to be known
BEFORE = 0.99  # of the way to where something else happens: it is predicted, and at a kink the price is two


FEW = 4  # limits that are looked at one by one sooner than along a path that has to be found first
Look = Callable[[Motions, Array, float], Steadies]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """Limits that move: what a unit of each does to spends and prices, and to its own price [scaled cost per unit].

    `change` is what that price may change by, `shift` after how much it does so by the rate at the plan.
    """

    motions: Motions
    moves: Moves
    spends: Array
    prices: Array
    price: Array
    change: Array
    shift: Array


class Smooth:
    """The optimality conditions at what a search found, `found` where they hold."""

    def __init__(self, found: Found) -> None:
        self._plan = Stationary.of(found)
        self.found = found if self._plan is None else self._plan.found

    def holds(self, motions: Motions, sizes: Array, within: float) -> Steadies:
        """By limit: the price, and how far it changes by no more than a share, where it bends at all.

        `sizes` are what steps of the limits are compared with.
        """
        plan, told, left = self._plan, Steadies.unknown(motions.number), np.arange(motions.number)
        for looked in () if plan is None else self._looks(plan, motions.number):
            if len(left):
                told = told.joined(left, looked(motions.take(left), sizes[left], within))
                left = np.flatnonzero(~told.known)
        return told

    def _looks(self, plan: Stationary, limits: int) -> Sequence[Look]:
        """What tells limits of a plan, in turn: a path tells all of them where one row is all there is."""
        along, path, each = partial(settled, plan), partial(filled, plan), partial(self._each, plan)
        bent = limits > FEW and not plan.model.cells.curves.concave.all()
        return (path, along, each) if bent or plan.climbs else (along, path, each)

    def _each(self, plan: Stationary, motions: Motions, sizes: Array, within: float) -> Steadies:
        """Each limit by the rate at which its price changes."""
        told, every = Steadies.unknown(motions.number), np.arange(motions.number)
        for some in (every[part] for part in plan.together(motions.number)):
            told = told.joined(some, self._together(plan, motions.take(some), sizes[some], within))
        return told

    def _together(self, plan: Stationary, motions: Motions, sizes: Array, within: float) -> Steadies:
        ways = self._ways(plan, motions, sizes, within)
        places = np.flatnonzero(np.isfinite(ways.shift))
        if not len(places):
            return Steadies.unknown(motions.number)
        both = self._some(plan, ways, np.concatenate([places, places]))
        shifts, whole = self._reach(plan, both, np.repeat([-1.0, 1.0], len(places)))
        ends = shifts.reshape(2, -1), whole.reshape(2, -1)
        return Steadies(ways.price[places], *ends, ways.shift[places]).among(places, motions.number)

    def _ways(self, plan: Stationary, motions: Motions, sizes: Array, within: float) -> _Ways:
        """What each limit does when it moves; a shift that is infinite where that cannot be told, or nothing bends."""
        local = plan.local
        moves = Moves(motions, plan.own, local.rows)
        prices, at = (np.broadcast_to(own, (motions.number, len(own))) for own in (local.prices, local.spends))
        reduced = np.broadcast_to(plan.pull, at.shape)
        own, pull = np.where(local.free, 0.0, moves.own(plan.pull)), moves.pull(prices)
        bends = local.curvature.times(own[None])[0]
        ahead = local.curvature.inverse((pull - bends)[None])[0]
        due = moves.due(prices, at) - local.jacobian.times(own)
        try:
            moved = np.linalg.solve(plan.schur, (due - local.jacobian.times(ahead)).T).T
        except np.linalg.LinAlgError:
            moved = np.full(due.shape, np.nan)
        spends = plan.sideways(moved[None])[0] + ahead
        rates = (due * moved).sum(axis=-1) - (pull * spends).sum(axis=-1) + (bends * (own + spends)).sum(axis=-1)
        price = moves.price(prices, reduced, at)
        known = moves.known & ~(own[:, plan.bent] != 0.0).any(axis=-1) & np.isfinite(spends).all(axis=-1)
        known &= plan.answers(moved, due - local.jacobian.times(ahead))
        known &= (price != 0.0) & np.isfinite(rates) & (np.abs(rates) * sizes >= STRAIGHT * np.abs(price))
        change = within * np.abs(price)
        return _Ways(
            motions=motions,
            moves=moves,
            spends=spends + own,
            prices=moved,
            price=price,
            change=change,
            shift=np.where(known, INSIDE * change / np.where(known, np.abs(rates), 1.0), np.inf),
        )

    def _some(self, plan: Stationary, ways: _Ways, which: Index) -> _Ways:
        """Some of the ways, one perhaps more than once."""
        motions = ways.motions.take(which)
        return _Ways(
            motions=motions,
            moves=Moves(motions, plan.own, plan.local.rows),
            spends=ways.spends[which],
            prices=ways.prices[which],
            price=ways.price[which],
            change=ways.change[which],
            shift=ways.shift[which],
        )

    def _reach(self, plan: Stationary, ways: _Ways, signs: Array) -> tuple[Array, Flags]:
        """The shifts to a side each up to which the price holds, and whether it is known to hold no further."""
        room, whole = np.where(signs < 0.0, ways.moves.below, ways.moves.above), np.zeros(len(signs), dtype=bool)
        certain, share, most = np.zeros(len(signs)), np.ones(len(signs)), np.ones(len(signs))
        bends = (ways.spends[:, plan.before] != 0.0).any(axis=-1)  # before a bend curvature changes its sign
        for _ in range(LOOKS):
            cut = np.flatnonzero(~whole)
            own, far = share[cut], np.minimum(share * ways.shift, room)[cut]
            less, more = self._changes(plan, ways, cut, signs[cut] * far)
            kept = more <= 1.0
            certain[cut], most[cut] = np.where(kept, own, certain[cut]), np.where(kept, most[cut], own)
            whole[cut] = kept & ((less >= ENOUGH) | ((own >= NEARLY) & ~bends[cut]))
            wanted, middle = own * INSIDE / np.maximum(more, STILL), 0.5 * (certain[cut] + most[cut])
            share[cut] = np.where((wanted > certain[cut]) & (wanted < most[cut]), wanted, middle)
        shifts = signs * np.minimum(certain * ways.shift, room)
        shifts[~whole] *= BEFORE
        return np.where(whole & (np.abs(shifts) >= room), signs * np.inf, shifts), whole

    def _changes(self, plan: Stationary, ways: _Ways, which: Index, shifts: Array) -> tuple[Array, Array]:
        """How much some prices have changed, each limit moved by its shift, at the least and at the most [of what they
        may]; without end where something else happens."""
        if not len(which):
            return np.zeros(0), np.zeros(0)
        ways, local = self._some(plan, ways, which), plan.local
        far, moves = shifts[:, None], ways.moves
        at, prices = local.spends + far * ways.spends, local.prices + far * ways.prices
        with np.errstate(all="ignore"):
            reduced, activity = plan.reduced(at, prices)
            missed = far * moves.due(prices, at) - (activity - plan.activity)[:, local.rows]
            slips, moved = plan.slips(at, reduced), moves.columns
            slips[moved] = np.maximum(
                slips[moved], np.where(local.free[moved[1]], moves.beyond(at[moved], shifts), 0.0)
            )
            miss = Miss.of(plan, (ways.spends, ways.prices), missed, reduced - far * moves.pull(prices), slips)
            unsure = miss.of_limits(np.arange(len(which)), np.ones(len(which)), ways.change)
            held = np.where(local.free, 0.0, reduced)  # what a free spend still gains is no price of its limit
            changed = np.abs(moves.price(prices, held, at) - ways.price)
        broken = moves.broken(*plan.beside(activity[:, plan.others]), plan.own.rows[plan.others], shifts, at)
        turned = plan.turned(moves.paid(prices, shifts))
        stands = ~turned & moves.inside(at[moved]) & (broken <= ROOM).all(axis=-1) & plan.on_curves(at)
        return (changed - unsure) / ways.change, np.where(stands, (changed + unsure) / ways.change, np.inf)
