"""From a rough point to the relaxation's optimum, by Newton's method on its optimality conditions.

A vertex of tangents is only near the optimum of a smooth problem. Here the rows that bind are kept as equations and
the stationarity of the free spends is solved with them (sequential quadratic programming with an active set):
    H·dx − Aᵀπ = −∇cost      A·dx = limit − activity
H is block-diagonal, one block a tactic, so that rows are eliminated by a Schur complement. The answer proves nothing
by itself: the point is valued, and the duals bounded, like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.hull import Box, Hull, Region, Truth
from optimizer.search.newton.kernel import Kernel
from optimizer.search.newton.spends import Spends

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEPS = 25
ACTIVE = 1e-9
STILL = 1e-13
CHANGE = 0.34  # of a step that does not shrink, where the set of binding limits still changes
PATIENCE = 3.0  # steps that no longer shrink before Newton is taken to have got as far as it can
SHRINK = 0.1  # of a spend, that a step leaves of it where the slope at 0 is infinite
STRAIGHT = 1e-9  # largest curvature below which nothing bends
FLAT = 1e-9  # curvature given to straight pieces, as a share of the largest


@dataclass(slots=True)
class _State:
    columns: Array
    prices: Array
    active: Flags
    free: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """The optimality conditions at a point: which columns are free, which rows bind and at what prices.

    `jacobian` is that of the binding rows by the spends alone, shape (rows, columns).
    """

    free: Flags
    rows: Index
    prices: Array
    jacobian: Array
    curvature: _Curvature


class Polish:
    """Newton's method for one model."""

    def __init__(self, spends: Spends) -> None:
        model = self._model = spends.model
        self._spends = spends
        self._kernel, self._rows, self._dense = spends.kernel, spends.rows, spends.dense
        self._stiff = model.tabled  # a vertex of a table is exact as it is
        self._size, self._scale = spends.size, spends.scale
        endless = ~np.isfinite(model.cells.curves.slope(np.zeros(len(model.cells.inputs))))
        self._steep = np.intersect1d(model.cells.inputs[endless], model.spend)  # no step may end at 0 there

    def move(self, model: Model) -> None:
        """The same model under other limits."""
        self._model = model

    def __call__(
        self,
        columns: Array,
        duals: Array,
        hull: Hull | Truth,
        region: Region,
        box: Box,
        still: float = STILL,
        patience: float = PATIENCE,
    ) -> tuple[Array, Array] | None:
        """A better point and better duals, or None when the steps lead nowhere; it ends at a step below `still`."""
        state = self._start(columns, duals, box)
        with np.errstate(all="ignore"):
            least, idle = np.inf, 0.0
            for _ in range(int(STEPS * max(1.0, patience / PATIENCE))):
                moved = self._step(state, hull, region, box)
                if moved is None:
                    return None
                idle = 0.0 if moved < 0.5 * least else idle + (1.0 if moved < 1.0 else CHANGE)
                least = min(least, moved)
                if moved <= still or idle >= patience:
                    break
            slope, _ = self._read(state, hull, region)
            return state.columns, self._spends.duals(state.prices, slope)

    def local(
        self, columns: Array, duals: Array, hull: Hull | Truth, region: Region, box: Box
    ) -> tuple[Array, Local] | None:
        """The point with inputs and responses as the curves have them, and the optimality conditions there.

        None where they cannot be told: curvature that is not finite or not concave, or spend inside a table.
        """
        state = self._start(columns, duals, box)
        with np.errstate(all="ignore"):
            slope, bend = self._read(state, hull, region)
            rows = np.flatnonzero(state.active)
            jacobian = self._jacobian(rows, slope)
            responses = self._model.cells.responses
            weights = (self._model.cost[responses] - self._dense[rows][:, responses].T @ state.prices[rows]) * bend
        free = state.free[self._model.spend.ravel()]
        inside = (columns > box.low + 1e-9) & (columns < box.high - 1e-9)
        known = np.isfinite(jacobian).all() and np.isfinite(weights).all() and not inside[self._stiff].any()
        if not known or not free.any() or (weights < -FLAT * np.abs(weights).max(initial=0.0)).any():
            return None
        floor = FLAT * float(weights.max(initial=0.0)) + 1e-14
        return state.columns, Local(
            free=state.free,
            rows=self._rows[rows],
            prices=state.prices[rows],
            jacobian=jacobian,
            curvature=_Curvature(self._model, self._kernel, weights, state.free, floor),
        )

    def reduced(self, columns: Array, prices: Array, rows: Index, hull: Hull | Truth, region: Region) -> Array:
        """∂cost/∂spend less what the prices of some rows pay for it, by column, at a point; 0 for other columns.

        Points and prices may be many, shapes (…, columns) and (…, rows). Inputs and responses of the points are set to
        what their spends lead to.
        """
        money = self._follow(columns, hull, region)
        slope = hull.slope(money) * self._scale / self._size
        model, responses, own = self._model, self._model.cells.responses, np.searchsorted(self._rows, rows)
        whole = model.cost + self._kernel.pulled(model, model.cost[responses] * slope, len(model.cost))
        direct, through = self._dense[own], prices @ self._dense[own][:, responses]
        direct[:, responses] = 0.0
        whole -= prices @ direct
        if through.any():
            whole -= self._kernel.pulled(model, through * slope, len(model.cost))
        found, spend = np.zeros(columns.shape), model.spend.ravel()
        found[..., spend] = whole[..., spend]
        return found

    def _start(self, columns: Array, duals: Array, box: Box) -> _State:
        spend = self._model.spend.ravel()
        prices = duals[self._rows]
        lower, upper = self._model.matrix.lower[self._rows], self._model.matrix.upper[self._rows]
        free = np.zeros(len(columns), dtype=bool)
        margin = 1e-9 * np.maximum(1.0, box.high[spend])
        low, high = columns[spend] <= box.low[spend] + margin, columns[spend] >= box.high[spend] - margin
        free[spend] = ~low & ~high
        free[self._stiff] = False
        columns = columns.copy()
        columns[spend] = np.where(low, box.low[spend], np.where(high, box.high[spend], columns[spend]))
        return _State(columns, prices.copy(), (np.abs(prices) > ACTIVE) | (lower == upper), free)

    def _follow(self, columns: Array, hull: Hull | Truth, region: Region) -> Array:
        """Set inputs and responses to what the spends lead to; returns the inputs [money]."""
        model = self._model
        inputs = self._kernel.inputs(model, columns)
        columns[..., model.cells.inputs] = inputs
        money: Array = np.clip(inputs * self._scale, region.low, region.high)
        columns[..., model.cells.responses] = (hull.value(money) - model.cells.zero) / self._size
        return money

    def _read(self, state: _State, hull: Hull | Truth, region: Region) -> tuple[Array, Array]:
        """Set inputs and responses to what the spends lead to; returns slopes and curvatures [scaled]."""
        money = self._follow(state.columns, hull, region)
        width = 1e-5 * np.maximum(money, 1e-7 * region.high)
        left, right = np.maximum(money - width, region.low), np.minimum(money + width, region.high)
        before, here, after = hull.slope(np.stack([left, money, right]))
        bend = (after - before) / np.where(right > left, right - left, 1.0)
        return here * self._scale / self._size, bend * self._scale**2 / self._size

    def _step(self, state: _State, hull: Hull | Truth, region: Region, box: Box) -> float | None:
        model, size = self._model, len(self._model.cost)
        slope, bend = self._read(state, hull, region)
        responses = model.cells.responses
        gradient = model.cost + self._kernel.pulled(model, model.cost[responses] * slope, size)
        gradient[responses] = 0.0
        rows = np.flatnonzero(state.active)
        jacobian = self._jacobian(rows, slope)
        weights = (model.cost[responses] - self._dense[rows][:, responses].T @ state.prices[rows]) * bend
        if not (np.isfinite(gradient[state.free]).all() and np.isfinite(weights).all()):
            return None
        solution = self._solve(state, gradient, jacobian, rows, np.maximum(weights, 0.0))
        if solution is None:
            return None
        step, prices = solution
        state.prices[:] = 0.0
        state.prices[rows] = prices
        return self._move(state, step, gradient, jacobian, rows, box)

    def _jacobian(self, rows: Index, slope: Array) -> Array:
        """Rows as functions of the spends alone, shape (rows, columns)."""
        responses = self._model.cells.responses
        direct = self._dense[rows].copy()
        through = direct[:, responses] * slope
        direct[:, responses] = 0.0
        for row in range(len(rows)):
            if through[row].any():
                direct[row] += self._kernel.pulled(self._model, through[row], direct.shape[1])
        return direct

    def _solve(
        self, state: _State, gradient: Array, jacobian: Array, rows: Index, weights: Array
    ) -> tuple[Array, Array] | None:
        """The Newton step and the rows' prices."""
        matrix = self._model.matrix
        own = self._rows[rows]
        activity = self._dense[rows] @ state.columns
        limit = np.where(state.prices[rows] > 0, matrix.lower[own], matrix.upper[own])
        limit = np.where(
            np.isfinite(limit), limit, np.where(np.isfinite(matrix.upper[own]), matrix.upper[own], matrix.lower[own])
        )
        top = float(weights.max(initial=0.0))
        floor = FLAT * top if top > STRAIGHT else 1.0  # the rows alone tell the step: any curvature will do
        curvature = _Curvature(self._model, self._kernel, weights, state.free, floor)
        sideways = curvature.inverse(jacobian.T)
        downhill = curvature.inverse(gradient[:, None])[:, 0]
        prices = _eliminated(jacobian @ sideways, limit - activity + jacobian @ downhill, state.prices[rows])
        step = sideways @ prices - downhill
        return (step, prices) if np.isfinite(step).all() else None

    def _move(self, state: _State, step: Array, gradient: Array, jacobian: Array, rows: Index, box: Box) -> float:
        """Take the step within the limits, and settle which spends are free and which rows bind from here."""
        spend = self._model.spend.ravel()
        target = state.columns + np.where(state.free, step, 0.0)
        target[self._steep] = np.maximum(target[self._steep], SHRINK * state.columns[self._steep])
        moved = np.clip(target[spend], box.low[spend], box.high[spend])
        change = float(np.abs(moved - state.columns[spend]).max(initial=0.0))
        state.columns[spend] = moved
        hit = moved != target[spend]
        reduced = (gradient - jacobian.T @ state.prices[rows])[spend]
        at_low, at_high = moved <= box.low[spend], moved >= box.high[spend]
        pinned = (box.low[spend] >= box.high[spend]) | np.isin(spend, self._stiff)
        fixed = (at_low & (reduced >= 0)) | (at_high & (reduced <= 0)) | pinned
        freed = np.where(state.free[spend], ~hit, ~fixed & ~pinned)
        changed = bool((freed != state.free[spend]).any())
        state.free[spend] = freed
        return max(change, 1.0 if changed | self._settle_rows(state) else 0.0)

    def _settle_rows(self, state: _State) -> bool:
        """Let go of rows that pull the wrong way and take up rows that are broken."""
        matrix, own = self._model.matrix, self._rows
        lower, upper = matrix.lower[own], matrix.upper[own]
        inputs = self._kernel.inputs(self._model, state.columns)
        columns = state.columns.copy()
        columns[self._model.cells.inputs] = inputs
        activity = self._dense @ columns
        wrong = (
            state.active
            & (lower != upper)
            & (((state.prices < 0) & ~np.isfinite(upper)) | ((state.prices > 0) & ~np.isfinite(lower)))
        )
        spend_only = ~self._dense[:, self._model.cells.responses].any(axis=1)
        broken = ~state.active & spend_only & ((activity < lower - 1e-10) | (activity > upper + 1e-10))
        state.active = (state.active & ~wrong) | broken
        return bool(wrong.any() or broken.any())


class _Curvature:
    """H of the free spends, block by block: diagonal for spends that curves read as they are."""

    def __init__(self, model: Model, kernel: Kernel, weights: Array, free: Flags, floor: float) -> None:
        self._free = free
        self._diagonal = np.zeros(len(free))
        np.add.at(self._diagonal, model.cells.inputs[kernel.plain], weights[kernel.plain])
        self._diagonal += floor
        whole: dict[int, tuple[Index, Array]] = {}  # by first column: where curves are read twice, two blocks are one
        for block in kernel.blocks:
            own = block.spend[free[block.spend]]
            part = block.kernel[:, free[block.spend]]
            before = whole.get(int(block.spend[0]), (own, np.diag(self._diagonal[own])))[1]
            whole[int(block.spend[0])] = own, before + part.T @ (weights[block.cells][:, None] * part)
        self._blocks = list(whole.values())

    @property
    def plain(self) -> Array:
        """The diagonal, for spends that curves read as they are."""
        return self._diagonal

    def inverse(self, right: Array) -> Array:
        """H⁻¹·right on the free spends, 0 elsewhere; shape (columns, k)."""
        solved = np.where(self._free[:, None], right / self._diagonal[:, None], 0.0)
        for own, block in self._blocks:
            if len(own):
                solved[own] = np.linalg.solve(block, right[own])
        return solved


def _eliminated(schur: Array, right: Array, before: Array) -> Array:
    """The rows' prices; where no free spend pins them down, they stay as near as can be to what they were."""
    if not len(before):
        return before
    floor = 1e-12 * float(np.trace(schur)) / len(before) + 1e-30
    solved: Array = before + np.linalg.solve(schur + floor * np.eye(len(before)), right - schur @ before)
    return solved
