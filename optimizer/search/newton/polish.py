"""From a rough point to the relaxation's optimum, by Newton's method on its optimality conditions.

A vertex of tangents is only near the optimum of a smooth problem. Here the rows that bind are kept as equations and
the stationarity of the free spends is solved with them (sequential quadratic programming with an active set):
    H·dx − Aᵀπ = −∇cost      A·dx = limit − activity
H is block-diagonal, one block a tactic, so that rows are eliminated by a Schur complement. The answer proves nothing
by itself: the point is valued, and the duals bounded, like any other. Arrays are over spends, rows and cells as in
`Spends`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.model import Model
from optimizer.search.newton.spends import Curvature, Spends
from optimizer.search.newton.symmetric import inverse
from optimizer.search.region.hull import Box, Hull, Region, Truth

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEPS = 25
ACTIVE = 1e-9
STILL = 1e-13
NEAR = 1e-7  # the last step from near by: what is left is about its square
CHANGE = 0.34  # of a step that does not shrink, where the set of binding limits still changes
PATIENCE = 3.0  # steps that no longer shrink before Newton is taken to have got as far as it can
LEFT = 1e-11  # of a spend, at the least where the slope at 0 is infinite: it may be hardly steep beside it
LEAVES = 0.25  # of its range, that a step leads a spend from its limit: some curves do not bend at 0
SHRINK = 0.1  # of a spend, that a step leaves of it where the slope at 0 is infinite
STRAIGHT = 1e-9  # largest curvature below which nothing bends
DEPENDENT = 1e-12  # of the largest: what rows weigh that say nothing new
FLAT = 1e-9  # curvature given to straight pieces, as a share of the largest
WIDTH = 1e-5  # of an input, over which curvature is read
LEAST = 1e-7  # of an interval, that an input is taken to be for that


@dataclass(slots=True)
class _State:
    """Spends, prices of the rows, which rows bind and which spends are free."""

    spends: Array
    prices: Array
    active: Flags
    free: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where it looks: the functions in place of the curves, limits of spends, and what other columns add to rows."""

    hull: Hull | Truth
    region: Region
    low: Array
    high: Array
    rest: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """The optimality conditions at a point: its spends, which of them are free, which rows bind and at what prices.

    `rows` are numbers of the rows of `Spends`; `jacobian` is theirs, shape (rows, spends).
    """

    spends: Array
    free: Flags
    rows: Index
    prices: Array
    jacobian: Array
    curvature: Curvature


class Polish:
    """Newton's method for one model."""

    def __init__(self, spends: Spends) -> None:
        self._spends, self._model = spends, spends.model
        self._stiff = among(spends.model.tabled, len(spends.model.cost))[
            spends.columns
        ]  # a vertex of a table is exact as it is
        self._endless = ~np.isfinite(spends.model.cells.curves.slope(np.zeros(len(spends.scale))))
        self._steep = np.zeros(len(spends.columns), dtype=bool)  # no step may end at 0 there
        self._steep[spends.read[self._endless[spends.plain]]] = True
        self._curved = spends.through.any(axis=1)

    @property
    def spends(self) -> Spends:
        """The functions that it solves."""
        return self._spends

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
    ) -> tuple[Array, Array] | None:
        """A better point and better duals, or None when the steps lead nowhere; it ends at a step below `still`."""
        place, own = self._place(columns, hull, region, box), self._spends
        found = self._settled(self._start(columns[own.columns], duals[own.rows], place), place, still)
        if found is None:
            return None
        inputs = own.inputs(found.spends)
        money = own.money(inputs, region)
        with np.errstate(all="ignore"):
            point = own.filled(columns, found.spends, inputs, own.responses(money, hull))
            return point, own.duals(found.prices, hull.slope(money) * own.scale / own.size)

    def spends_at(
        self, spends: Array, prices: Array, curves: Hull | Truth, region: Region, box: Box
    ) -> tuple[Array, Array] | None:
        """The same of spends and prices of the rows of `Spends` alone, from others near by."""
        place = self._place(np.zeros(len(box.low)), curves, region, box)
        found = self._settled(self._start(spends, prices, place), place, NEAR)
        return None if found is None else (found.spends, found.prices)

    def _settled(self, state: _State, place: _Place, still: float) -> _State | None:
        with np.errstate(all="ignore"):
            least, idle = np.inf, 0.0
            for _ in range(STEPS):
                moved = self._step(state, place)
                if moved is None:
                    return None
                idle = 0.0 if moved < 0.5 * least else idle + (1.0 if moved < 1.0 else CHANGE)
                least = min(least, moved)
                if moved <= still or idle >= PATIENCE:
                    break
        return state if least < 1.0 else None  # what binds was never settled

    def local(
        self, columns: Array, duals: Array, hull: Hull | Truth, region: Region, box: Box, convex: Flags
    ) -> Local | None:
        """The optimality conditions at a point, where some cells may stand on a `convex` part of their curves.

        None where they cannot be told: curvature that is not finite, or not concave elsewhere, or spend inside a table.
        """
        place, own = self._place(columns, hull, region, box), self._spends
        state = self._start(columns[own.columns], duals[own.rows], place)
        rows = np.flatnonzero(state.active)
        with np.errstate(all="ignore"):
            _, slope, bend = self._read(state.spends, place)
            jacobian = self._spends.jacobian(slope)[rows]
            weights = self._weights(state.prices, bend)
        inside = (state.spends > place.low + 1e-9) & (state.spends < place.high - 1e-9)
        known = np.isfinite(jacobian).all() and np.isfinite(weights).all() and not inside[self._stiff].any()
        moves = self._moving(state)  # others tell little
        if not known or not moves.any() or (weights < -FLAT * np.abs(weights).max(initial=0.0))[moves & ~convex].any():
            return None
        return Local(
            spends=state.spends,
            free=state.free,
            rows=rows,
            prices=state.prices[rows],
            jacobian=jacobian,
            curvature=self._curvature(
                np.where(moves & ~convex, np.maximum(weights, 0.0), weights),
                FLAT * float(weights[moves].max(initial=0.0)) + 1e-14,
                state.free,
            ),
        )

    def _place(self, columns: Array, hull: Hull | Truth, region: Region, box: Box) -> _Place:
        own = self._spends.columns
        high = box.high[own]
        low = np.where(self._steep, np.minimum(np.maximum(box.low[own], LEFT), high), box.low[own])
        return _Place(hull=hull, region=region, low=low, high=high, rest=self._spends.rest(columns))

    def _start(self, spends: Array, prices: Array, place: _Place) -> _State:
        matrix, rows = self._model.matrix, self._spends.rows
        margin = 1e-9 * np.maximum(1.0, place.high)
        low, high = spends <= place.low + margin, spends >= place.high - margin
        return _State(
            spends=np.where(low, place.low, np.where(high, place.high, spends)),
            prices=prices.copy(),
            active=(np.abs(prices) > ACTIVE) | (matrix.lower[rows] == matrix.upper[rows]),
            free=~low & ~high & ~self._stiff,
        )

    def _read(self, at: Array, place: _Place) -> tuple[Array, Array, Array]:
        """The inputs of the cells [money], slopes and curvatures [scaled]."""
        spends, region = self._spends, place.region
        money = spends.money(spends.inputs(at), region)
        width = WIDTH * np.maximum(money, LEAST * region.high)
        width = np.where(self._endless, np.minimum(width, 0.5 * money), width)  # what bends is finite short of 0
        left, right = np.maximum(money - width, region.low), np.minimum(money + width, region.high)
        before, here, after = place.hull.slope(np.array([left, money, right]))
        bend = (after - before) / np.where(right > left, right - left, 1.0)
        return money, here * spends.scale / spends.size, bend * spends.scale**2 / spends.size

    def _moving(self, state: _State) -> Flags:
        """The cells that read a free spend."""
        return np.asarray(self._spends.inputs(state.free.astype(np.float64)) > self._spends.kernel.constant)

    def _weights(self, prices: Array, bend: Array) -> Array:
        """By cell ∂²/∂input² of the cost less what the rows pay."""
        return np.asarray((self._spends.worth - prices @ self._spends.through) * bend)

    def _curvature(self, weights: Array, floor: float, free: Flags) -> Curvature:
        return Curvature(self._spends, weights[None], np.full((1, len(free)), floor), free[None])

    def _step(self, state: _State, place: _Place) -> float | None:
        spends = self._spends
        money, slope, bend = self._read(state.spends, place)
        gradient = spends.cost + spends.pulled(spends.worth * slope)
        rows = np.flatnonzero(state.active)
        jacobian = spends.jacobian(slope)[rows]
        weights = self._weights(state.prices, bend)
        if not (np.isfinite(gradient[state.free]).all() and np.isfinite(weights).all()):
            return None
        missing = self._limits(rows, state.prices[rows]) - spends.activity(state.spends, money, place.hull)[rows]
        solution = self._solve(state, gradient, jacobian, missing - place.rest[rows], np.maximum(weights, 0.0))
        if solution is None:
            return None
        step, prices = solution
        state.prices[:] = 0.0
        state.prices[rows] = prices
        return self._move(state, step, gradient - prices @ jacobian, place)

    def _limits(self, rows: Index, prices: Array) -> Array:
        """The limits that some rows bind at, by the signs of their prices."""
        matrix, own = self._model.matrix, self._spends.rows[rows]
        limit = np.where(prices > 0, matrix.lower[own], matrix.upper[own])
        other = np.where(np.isfinite(matrix.upper[own]), matrix.upper[own], matrix.lower[own])
        return np.where(np.isfinite(limit), limit, other)

    def _solve(
        self, state: _State, gradient: Array, jacobian: Array, missing: Array, weights: Array
    ) -> tuple[Array, Array] | None:
        """The Newton step and the prices of the rows that bind, which miss so much of their limits."""
        top = float(weights[self._moving(state)].max(initial=0.0))
        floor = FLAT * top if top > STRAIGHT else 1.0  # the rows alone tell the step: any curvature will do
        right = np.concatenate([jacobian, np.where(state.free, gradient, 0.0)[None]])
        solved = self._curvature(weights, floor, state.free).inverse(right[None])[0]
        sideways, downhill = solved[:-1], solved[-1]
        prices = _eliminated(jacobian @ sideways.T, missing + jacobian @ downhill, state.prices[state.active])
        step = prices @ sideways - downhill
        return (step, prices) if np.isfinite(step).all() else None

    def _move(self, state: _State, step: Array, reduced: Array, place: _Place) -> float:
        """Take the step within the limits, and settle which spends are free and which rows bind from here."""
        before, low, high = state.spends, place.low, place.high
        far = np.where((before <= low) | (before >= high), LEAVES * (high - low), np.inf)
        target = before + np.where(state.free, np.minimum(np.maximum(step, -far), far), 0.0)
        target = np.where(self._steep, np.maximum(target, SHRINK * before), target)
        moved = np.minimum(np.maximum(target, low), high)
        state.spends = moved
        pinned = (low >= high) | self._stiff
        fixed = ((moved <= low) & (reduced >= 0)) | ((moved >= high) & (reduced <= 0)) | pinned
        freed = np.where(state.free, moved == target, ~fixed)
        changed = bool((freed != state.free).any())
        state.free = freed
        change = float(np.abs(moved - before).max(initial=0.0))
        return max(change, 1.0 if changed | self._settle_rows(state, place) else 0.0)

    def _settle_rows(self, state: _State, place: _Place) -> bool:
        """Let go of rows that pull the wrong way and take up rows of spends alone that are broken."""
        matrix, own = self._model.matrix, self._spends.rows
        lower, upper = matrix.lower[own], matrix.upper[own]
        activity = self._spends.direct @ state.spends + place.rest
        wrong = (
            state.active
            & (lower != upper)
            & (((state.prices < 0) & ~np.isfinite(upper)) | ((state.prices > 0) & ~np.isfinite(lower)))
        )
        broken = ~state.active & ~self._curved & ((activity < lower - 1e-10) | (activity > upper + 1e-10))
        state.active = (state.active & ~wrong) | broken
        return bool(wrong.any() or broken.any())


def _eliminated(schur: Array, right: Array, before: Array) -> Array:
    """The rows' prices; where no free spend pins them down, they stay as near as can be to what they were."""
    missing = right - schur @ before
    if not (np.isfinite(schur).all() and np.isfinite(missing).all()):
        return np.full(len(before), np.nan)
    return before + inverse(schur, DEPENDENT) @ missing
