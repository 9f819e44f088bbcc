"""How far a price holds where nothing but smooth curves bends: from the optimality conditions at the plan alone.

With free spends x, binding rows A·x = b at prices π and curvature H, a limit that moves by δ moves them by
    H·dx − Aᵀdπ = ∂Aᵀπ/∂δ      A·dx = ∂(b − A·x)/∂δ
One elimination gives every price's rate of change. What it predicts is taken where nothing else happens on the way:
no spend reaches a limit or leaves one, no row begins or ceases to bind, no point leaves its curve; and where what the
true curves miss there of both equations leaves the price as near as it is said to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.search.hull import Box, Hull
from optimizer.search.newton.polish import Local
from optimizer.search.prices.motion import Motion
from optimizer.search.prices.room import Room
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
AT_ONCE = 500_000  # columns of points that are looked at together
INSIDE = 0.97  # of the predicted way: prices bend a little on it
LOOKS = (1.0, 0.975, 0.95)  # of that way: where one of them is kept, the end is taken to be known
SLIGHT = 0.3  # of the change of a price: where no slope misses more, curvature is much what it was
BENT = 4.0  # times at most, that a spend's part in a price may have grown there
HALVINGS = 12
BEFORE = 0.99  # of the way to where something else happens: it is predicted, and at a kink the price is two
NEAR = 2.0  # scaled: beyond any spend of the plan
STATIONARY = 1e-6  # scaled: what a free spend may still gain
STRAIGHT = 1e-7  # of a price: a change over as much as the limit itself, that is none
ROOM = 1e-7  # scaled: how far a prediction may break a limit
TOUCH = 1e-7  # scaled: how far an envelope may stand above its curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What one unit more of a limit does to columns, prices of binding rows, and the limit's own price [scaled]."""

    columns: Array
    prices: Array
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """A price [scaled cost per unit] and the shifts within which it holds for certain, and whether it ends there."""

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
class _Way:
    """A limit that moves: what it moves, its price [scaled cost per unit], and the shift that changes it too much."""

    motion: Motion
    path: Path
    price: float
    change: float  # that the price may have
    shift: float


class Smooth:
    """The optimality conditions at what a search found."""

    def __init__(self, found: Found) -> None:
        assert found.columns is not None
        assert found.relaxation is not None
        self._model, self._newton = found.model, found.relaxation.newton
        self._room = Room.usual(found.model)
        self._hull = Hull(found.model, self._room.region)
        low, high = self._room.boxes(found.model, found.columns[found.model.integer])
        self._box = Box(low=low, high=high)
        self._concave = bool(found.model.cells.curves.concave.all())
        self._steady = self._steady_cells()
        self._at: tuple[Array, Local] | None = None
        if self._newton is not None and found.duals is not None:
            near = Box(low=low, high=np.minimum(high, NEAR))
            self._at = self._newton.local(found.columns, found.duals, self._hull, self._room.region, near)
        if self._at is not None:
            point, local = self._at
            self._pull = self._reduced(point.copy(), local.prices, local)
            still = self._still(point[None, :].copy(), local.prices[None, :], self._pull[None, :], (None,))
            self._at = self._at if still.all() and self._stationary(local) else None
        if self._at is not None:
            self._sideways = local.curvature.inverse(local.jacobian.T)
            self._schur = local.jacobian @ self._sideways

    def _steady_cells(self) -> Index:
        """By column the cell that reads it as it is, on a concave curve; −1 where there is none."""
        cells = self._model.cells
        found = np.full(len(self._model.cost), -1, dtype=np.intp)
        plain = np.flatnonzero(np.isin(cells.inputs, self._model.spend) & cells.curves.concave)
        found[cells.inputs[plain]] = plain
        return found

    def holds(self, motions: Sequence[Motion], within: float) -> list[Steady | None]:
        """By motion: the price, and how far it changes by no more than a share; None where it does not bend at all."""
        ways = [self._way(motion, within) for motion in motions]
        known = [way for way in ways if way is not None]
        if not known:
            return [None] * len(ways)
        (down, low), (up, high) = (self._reach(known, sign) for sign in (-1.0, 1.0))
        told = iter(
            Steady(price=way.price, down=float(down[k]), up=float(up[k]), ends=(bool(low[k]), bool(high[k])))
            for k, way in enumerate(known)
        )
        return [None if way is None else next(told) for way in ways]

    def _way(self, motion: Motion, within: float) -> _Way | None:
        path = self._path(motion)
        if path is None or self._at is None:
            return None
        point, local = self._at
        duals = np.zeros(len(self._model.drafts))
        duals[local.rows] = local.prices
        price = motion.price(duals, self._pull, point)
        size = motion.size(self._model, point)
        if not price or not np.isfinite(path.rate) or abs(path.rate) * size < STRAIGHT * abs(price):
            return None
        change = within * abs(price)
        return _Way(motion=motion, path=path, price=price, change=change, shift=INSIDE * change / abs(path.rate))

    def _reach(self, ways: list[_Way], sign: float) -> tuple[Array, Flags]:
        """The shifts to one side for which nothing else happens, and whether they are as long as they may be."""
        shifts = sign * np.array([way.shift for way in ways])
        whole = np.zeros(len(ways), dtype=bool)
        for share in LOOKS:
            cut = np.flatnonzero(~whole)
            shifts[cut] = sign * share * np.array([ways[way].shift for way in cut])
            whole[cut] = self._quiet([ways[way] for way in cut], shifts[cut])
        cut = np.flatnonzero(~whole)
        shifts[cut] *= self._certain([ways[way] for way in cut], shifts[cut])
        return shifts, whole

    def _certain(self, ways: list[_Way], shifts: Array) -> Array:
        """The shares of some shifts, too long themselves, before which nothing else happens."""
        share = np.zeros(len(ways))
        for halving in range(HALVINGS if ways else 0):
            step = 0.5 ** (halving + 1)
            share += np.where(self._quiet(ways, (share + step) * shifts), step, 0.0)
        return BEFORE * share

    def _path(self, motion: Motion) -> Path | None:
        if self._at is None:
            return None
        point, local = self._at
        model = self._model
        size = len(model.cost)
        own = self._own(motion, local)
        if own is None or not np.isin(motion.entry_columns, model.spend).all():
            return None
        due = np.zeros(len(local.rows))
        pull, ahead = np.zeros(size), np.zeros(size)
        if len(motion.rows) or len(motion.entry_rows):
            place = np.full(len(model.drafts), -1)
            place[local.rows] = np.arange(len(local.rows))
            binds, turns = place[motion.rows] >= 0, place[motion.entry_rows] >= 0
            where = place[motion.rows[binds]]
            np.add.at(due, where, np.where(local.prices[where] > 0, motion.lower[binds], motion.upper[binds]))
            rows, columns = place[motion.entry_rows[turns]], motion.entry_columns[turns]
            values = motion.entry_values[turns]
            np.add.at(due, rows, -values * point[columns])
            np.add.at(pull, columns, local.prices[rows] * values)
            ahead = local.curvature.inverse(pull[:, None])[:, 0]
        due -= local.jacobian @ own
        try:
            prices = np.asarray(np.linalg.solve(self._schur, due - local.jacobian @ ahead), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        moved = self._sideways @ prices + ahead
        if not np.isfinite(moved).all():
            return None
        bends = float(own @ (local.curvature.plain * own))
        return Path(columns=moved + own, prices=prices, rate=float(due @ prices - pull @ moved) + bends)

    def _own(self, motion: Motion, local: Local) -> Array | None:
        """By how much the spends that stand at a limit move with it, by column; None where they carry over or bend."""
        own = np.zeros(len(self._model.cost))
        if len(motion.columns):
            if (self._steady[motion.columns] < 0).any():
                return None
            pulled = motion.pulls(self._pull[motion.columns])
            own[motion.columns] = np.where(pulled != 0.0, motion.column_move, 0.0)
            own[local.free] = 0.0
        return own

    def _stationary(self, local: Local) -> bool:
        return float(np.abs(self._pull[local.free]).max(initial=0.0)) <= STATIONARY

    def _reduced(self, points: Array, prices: Array, local: Local) -> Array:
        """∂cost/∂spend at some points, less what the binding rows pay for it; sets what follows from their spends."""
        assert self._newton is not None
        return self._newton.reduced(points, prices, local.rows, self._hull, self._room.region)

    def _quiet(self, ways: list[_Way], shifts: Array) -> Flags:
        """Which of some limits, each moved by its shift, leave every spend where it was: free, or at its limit."""
        assert self._at is not None
        point, local = self._at
        spend, most = self._model.spend.ravel(), max(1, AT_ONCE // len(point))
        quiet = np.zeros(len(ways), dtype=bool)
        for first in range(0, len(ways), most):
            some, shift = ways[first : first + most], shifts[first : first + most, None]
            columns = np.repeat(point[None, :], len(some), axis=0)
            columns[:, spend] += shift * np.array([way.path.columns for way in some])[:, spend]
            prices = local.prices + shift * np.array([way.path.prices for way in some])
            reduced = self._reduced(columns, prices, local)
            still = self._still(columns, prices, reduced, [way.motion for way in some])
            for row in np.flatnonzero(still).tolist():
                still[row] = self._true(some[row], float(shift[row, 0]), columns[row], prices[row], reduced[row])
            quiet[first : first + most] = still
        return quiet

    def _true(self, way: _Way, shift: float, columns: Array, prices: Array, reduced: Array) -> bool:
        """Whether a price has changed by no more than it may, whatever the prediction misses on the true curves."""
        assert self._at is not None
        point, local = self._at
        motion, path = way.motion, way.path
        duals = np.zeros(len(self._model.drafts))
        duals[local.rows] = prices
        pull, due = reduced.copy(), np.zeros(len(duals))
        np.subtract.at(pull, motion.entry_columns, shift * duals[motion.entry_rows] * motion.entry_values)
        np.subtract.at(due, motion.entry_rows, motion.entry_values * columns[motion.entry_columns])
        due[motion.rows] += np.where(duals[motion.rows] > 0, motion.lower, motion.upper)
        matrix = self._model.matrix
        missed = (shift * due - matrix.activity(columns) + matrix.activity(point))[local.rows]
        gains, ways = np.abs(pull[local.free]), np.abs(path.columns[local.free])
        most = float(gains.max(initial=0.0) * ways.sum())
        gained = min(most, BENT * float(gains @ ways)) if most <= SLIGHT * way.change else most
        unsure = gained + float(np.abs(path.prices * missed).sum())
        return abs(motion.price(duals, reduced, columns) - way.price) + unsure <= way.change

    def _still(self, columns: Array, prices: Array, reduced: Array, motions: Sequence[Motion | None]) -> Flags:
        """Which of some points, shape (points, columns), lie as the plan does, at prices of shape (points, rows)."""
        assert self._at is not None
        point, local = self._at
        model, box, spend = self._model, self._box, self._model.spend.ravel()
        one_sided = model.matrix.lower[local.rows] != model.matrix.upper[local.rows]
        turned = one_sided & (np.sign(prices) != np.sign(local.prices))
        free = local.free[spend]
        within = (columns[:, spend] > box.low[spend]) & (columns[:, spend] < box.high[spend])
        still: Flags = ~(turned.any(axis=1) | (free & ~within).any(axis=1) | (columns[:, spend] < 0.0).any(axis=1))
        reduced = reduced[:, spend]
        at_low, at_high = point[spend] <= box.low[spend] + 1e-9, point[spend] >= box.high[spend] - 1e-9
        pinned = box.low[spend] >= box.high[spend]
        still &= (free | pinned | (at_low & (reduced > 0)) | (at_high & (reduced < 0))).all(axis=1)
        for row in np.flatnonzero(still).tolist():
            still[row] = self._kept(columns[row], local, motions[row]) and self._touches(columns[row])
        return still

    def _kept(self, columns: Array, local: Local, motion: Motion | None) -> bool:
        """Whether no row that did not bind is broken."""
        if len(local.rows) == len(self._model.drafts):
            return True
        broken = self._model.matrix.violation(columns)
        broken[local.rows] = 0.0
        if motion is not None:
            broken[motion.rows] = 0.0
        return float(broken.max(initial=0.0)) <= ROOM

    def _touches(self, columns: Array) -> bool:
        """Whether every input stands where the envelope is the curve."""
        if self._concave:
            return True
        cells, region = self._model.cells, self._room.region
        inputs = region.inside(columns[cells.inputs] * self._model.scale[cells.inputs])
        above = self._hull.value(inputs) - cells.curves.value(inputs)
        return bool((above <= TOUCH * np.where(cells.most > 0, cells.most, 1.0)).all())
