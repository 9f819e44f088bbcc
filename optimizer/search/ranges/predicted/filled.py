"""How far the price of the only row holds where every spend is read alone: what other prices would have it hold.

Where one row limits the spends, each is the best one at the row's price, and nothing else decides it (water-filling):
    x_c(π) = argmax over its limits of worth_c · f_c(x) − (cost_c − π·a_c)·x        limit(π) = Σ a_c·x_c(π)
So a price that may change by a share w holds between the limits that the prices (1 ± w)·π would fill. On a bent curve
a spend is the best of what is near: beyond the bend, or at an end before it as long as that is worth staying at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.level import NONE, STILL, one_row, slopes_at
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.predicted.moves import Moves
from optimizer.search.ranges.predicted.stationary import NEAR, Stationary
from optimizer.search.ranges.room import AT_END
from optimizer.search.ranges.steady import Steady
from optimizer.search.region.hull import Truth

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
STEPS = 60  # a price a hundredth away takes three or four, where no curve is all but straight


def filled(plan: Stationary, motion: Motion, within: float) -> Steady | None:
    """The price of a limit of the only row, and from where to where it holds; None where that is not what it is."""
    if len(motion.columns) or len(motion.entry_rows) or not _is_alone(plan):
        return None
    prices, moves = plan.local.prices, Moves([motion], plan.own, plan.local.rows)
    (due,) = moves.due(prices[None], plan.local.spends[None])
    if not due[0]:
        return None
    shifts = (_filling(plan, prices * (1.0 + within * np.array([[1.0], [-1.0]]))) - _spent(plan)) / due[0]
    down, up = (float(end) for end in np.sort(shifts))
    down, up = max(down, -float(moves.below[0])), min(up, float(moves.above[0]))
    if not down < 0.0 < up:
        return None  # nothing moves to one side: there the price jumps
    return Steady(price=float(prices @ due), down=down, up=up, ends=(True, True))


def _is_alone(plan: Stationary) -> bool:
    """Whether one row is all there is, binds, and every spend has a cell of its own: before its bend at an end."""
    own, curves = plan.own, plan.model.cells.curves
    binds = one_row(plan.model, own) and len(plan.local.rows) == 1
    read = bool((plan.cells >= 0).all() and (own.worth < 0.0).all())
    bends = isinstance(plan.hull, Truth) and not curves.linear.any()
    low, high = _at_ends(plan)
    return binds and read and bends and bool((low | high)[plan.before].all())


def _at_ends(plan: Stationary) -> tuple[Flags, Flags]:
    """Which spends stand at their least, and which at their most."""
    at = plan.local.spends
    return at <= plan.low + AT_END, at >= plan.high - AT_END


def _spent(plan: Stationary) -> float:
    """What the spends of the plan are to the row [scaled]."""
    return float(plan.local.spends @ plan.own.direct[0])


def _filling(plan: Stationary, prices: Array) -> Array:
    """What the best spends at some prices, shape (prices, 1), are to the row [scaled], shape (prices,).

    By Newton's method from the plan, spend by spend, within brackets that are halved where it leads out of them; not a
    number where it does not settle, goes as far as was looked, or leaves its side of a bend.
    """
    own, take, (low, high) = plan.own, plan.own.direct[0], _brackets(plan)
    at = np.tile(np.clip(plan.local.spends, low, high), (len(prices), 1))
    below, above = (np.broadcast_to(limit, at.shape) for limit in (low, high))
    lower, upper = np.zeros((2, *at.shape), dtype=bool)  # whether the ends of the brackets were looked at
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            gradient, _, bent = slopes_at(own, plan.hull, plan.region, at)
            pull = gradient - prices * take
            below, above = np.where(pull < 0.0, at, below), np.where(pull > 0.0, at, above)
            lower, upper = lower | (pull < 0.0), upper | (pull > 0.0)
            target = at - pull / bent
            end, known = np.where(pull < 0.0, above, below), np.where(pull < 0.0, upper, lower)
            inside = (target > below) & (target < above)
            moved = np.where(inside, target, np.where(known, 0.5 * (below + above), end))
            before, at = at, np.where(pull == 0.0, at, moved)
            if (np.abs(at - before) <= STILL * np.maximum(at, NONE)).all():
                known = (at < NEAR).all(axis=-1) & _stands(plan, at, pull)
                return np.where(known, at @ take, np.nan)
    return np.full(len(prices), np.nan)


def _bends(plan: Stationary) -> Array:
    """From where on the curve of each spend is concave [scaled]."""
    return np.asarray((plan.model.cells.curves.turns()[1] / plan.own.scale)[plan.cells])


def _brackets(plan: Stationary) -> tuple[Array, Array]:
    """Between which spends move without coming to a bend: those before it stay."""
    ends = np.maximum(plan.low, _bends(plan)), plan.high
    low, high = (np.where(plan.before, plan.local.spends, end) for end in ends)
    return low, high


def _stands(plan: Stationary, at: Array, pull: Array) -> Flags:
    """Whether no spend has come to its bend from beyond it, nor would leave an end before it, shape (prices,)."""
    (low, high), bend = _at_ends(plan), _bends(plan)
    comes = (at <= bend) & (bend > plan.model.low[plan.own.columns])
    leaves = (low & ~high & (pull < 0.0)) | (high & ~low & (pull > 0.0))
    return np.asarray(~np.where(plan.before, leaves, comes).any(axis=-1))
