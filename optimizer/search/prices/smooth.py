"""How far a price holds where nothing but smooth curves bends: from the optimality conditions at the plan alone.

With free spends x, binding rows A·x = b at prices π and curvature H, a limit that moves by δ moves them by
    H·dx − Aᵀdπ = ∂Aᵀπ/∂δ      A·dx = ∂(b − A·x)/∂δ
One elimination gives every price's rate of change. What it predicts is taken where nothing else happens on the way:
no spend reaches a limit or leaves one, no row begins or ceases to bind, no point leaves its curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.search.hull import Hull
from optimizer.search.kernel import Kernel
from optimizer.search.polish import Box, Local
from optimizer.search.prices.motion import Motion
from optimizer.search.prices.room import Room
from optimizer.search.search import Found

Array = NDArray[np.float64]
INSIDE = 0.97  # of the predicted way: prices bend a little on it
HALVINGS = 12
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


class Smooth:
    """The optimality conditions at what a search found."""

    def __init__(self, found: Found) -> None:
        assert found.columns is not None
        assert found.relaxation is not None
        self._model, self._newton = found.model, found.relaxation.newton
        self._kernel = Kernel.of(found.model)
        self._room = Room.usual(found.model)
        self._hull = Hull(found.model, self._room.region)
        low, high = self._room.boxes(found.model, found.columns[found.model.integer])
        self._box = Box(low=low, high=high)
        self._at: tuple[Array, Local] | None = None
        if self._newton is not None and found.duals is not None:
            near = Box(low=low, high=np.minimum(high, NEAR))
            self._at = self._newton.local(found.columns, found.duals, self._hull, self._room.region, near)
        if self._at is not None and not (self._quiet(*self._at, 0.0, None) and self._stationary(*self._at)):
            self._at = None
        if self._at is not None:
            local = self._at[1]
            self._sideways = local.curvature.inverse(local.jacobian.T)
            self._schur = local.jacobian @ self._sideways

    def holds(self, motion: Motion, within: float) -> Steady | None:
        """The price, and how far it changes by no more than a share; None where it does not bend at all."""
        path = self._path(motion)
        if path is None or self._at is None:
            return None
        point, local = self._at
        duals = np.zeros(len(self._model.drafts))
        duals[local.rows] = local.prices
        price = motion.price(duals, self._reduced(point, local.prices), point)
        size = motion.size(self._model, point)
        if not price or not np.isfinite(path.rate) or abs(path.rate) * size < STRAIGHT * abs(price):
            return None
        shift = INSIDE * within * abs(price / path.rate)
        ends = tuple(self._quiet(point, local, sign * shift, path, motion) for sign in (-1.0, 1.0))
        down, up = (
            sign * (shift if end else self._certain(point, local, sign * shift, path, motion))
            for sign, end in zip((-1.0, 1.0), ends, strict=True)
        )
        return Steady(price=price, down=down, up=up, ends=(ends[0], ends[1]))

    def _certain(self, point: Array, local: Local, shift: float, path: Path, motion: Motion) -> float:
        """The part of a shift on which nothing else happens, by halving."""
        share, step = 0.0, 0.5
        for _ in range(HALVINGS):
            if self._quiet(point, local, (share + step) * shift, path, motion):
                share += step
            step /= 2.0
        return share * abs(shift)

    def _path(self, motion: Motion) -> Path | None:
        if self._at is None:
            return None
        point, local = self._at
        model = self._model
        size = len(model.cost)
        place = np.full(len(model.drafts), -1)
        place[local.rows] = np.arange(len(local.rows))
        binds, turns = place[motion.rows] >= 0, place[motion.entry_rows] >= 0
        if not np.isin(motion.entry_columns, model.spend).all():
            return None
        own = self._own(motion, local)
        if own is None:
            return None
        due = np.zeros(len(local.rows))
        where = place[motion.rows[binds]]
        np.add.at(due, where, np.where(local.prices[where] > 0, motion.lower[binds], motion.upper[binds]))
        rows, columns, values = place[motion.entry_rows[turns]], motion.entry_columns[turns], motion.entry_values[turns]
        np.add.at(due, rows, -values * point[columns])
        due -= local.jacobian @ own
        pull = np.zeros(size)
        np.add.at(pull, columns, local.prices[rows] * values)
        ahead = local.curvature.inverse(pull[:, None])[:, 0]
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
            concave = self._model.cells.curves.concave[np.isin(self._model.cells.inputs, motion.columns)]
            carried = any(np.isin(block.spend, motion.columns).any() for block in self._kernel.blocks)
            if carried or len(concave) != len(motion.columns) or not concave.all():
                return None
            assert self._at is not None
            pulled = motion.pulls(self._reduced(self._at[0], local.prices)[motion.columns])
            own[motion.columns] = np.where(pulled != 0.0, motion.column_move, 0.0)
            own[local.free] = 0.0
        return own

    def _stationary(self, point: Array, local: Local) -> bool:
        return float(np.abs(self._reduced(point, local.prices)[local.free]).max(initial=0.0)) <= STATIONARY

    def _reduced(self, point: Array, prices: Array) -> Array:
        assert self._newton is not None
        assert self._at is not None
        return self._newton.reduced(point.copy(), prices, self._at[1].rows, self._hull, self._room.region)

    def _quiet(self, point: Array, local: Local, shift: float, path: Path | None, motion: Motion | None = None) -> bool:
        """Whether, at a shift, every spend is still where it was: free, or at its limit for good."""
        model, box, spend = self._model, self._box, self._model.spend.ravel()
        columns, prices = point.copy(), local.prices
        if path is not None:
            columns[spend] += shift * path.columns[spend]
            prices = prices + shift * path.prices
        own = model.matrix
        one_sided = own.lower[local.rows] != own.upper[local.rows]
        if (one_sided & (np.sign(prices) != np.sign(local.prices))).any():
            return False
        free = local.free[spend]
        within = (columns[spend] > box.low[spend]) & (columns[spend] < box.high[spend])
        if (free & ~within).any() or (columns[spend] < 0.0).any():
            return False
        assert self._newton is not None
        reduced = self._newton.reduced(columns, prices, local.rows, self._hull, self._room.region)[spend]
        at_low, at_high = point[spend] <= box.low[spend] + 1e-9, point[spend] >= box.high[spend] - 1e-9
        pinned = box.low[spend] >= box.high[spend]
        stays = free | pinned | (at_low & (reduced > 0)) | (at_high & (reduced < 0))
        return bool(stays.all()) and self._kept(columns, local, motion) and self._touches(columns)

    def _kept(self, columns: Array, local: Local, motion: Motion | None) -> bool:
        """Whether no row that did not bind is broken."""
        broken = self._model.matrix.violation(columns)
        broken[local.rows] = 0.0
        if motion is not None:
            broken[motion.rows] = 0.0
        return float(broken.max(initial=0.0)) <= ROOM

    def _touches(self, columns: Array) -> bool:
        """Whether every input stands where the envelope is the curve."""
        cells, region = self._model.cells, self._room.region
        inputs = region.inside(columns[cells.inputs] * self._model.scale[cells.inputs])
        above = self._hull.value(inputs) - cells.curves.value(inputs)
        return bool((above <= TOUCH * np.where(cells.most > 0, cells.most, 1.0)).all())
