"""From anywhere to the relaxation's optimum by a primal-dual interior-point method (Mehrotra 1992), in numpy.

    minimise cost(x)   subject to   low ≤ x ≤ high,   row(x) = s,   lower ≤ s ≤ upper
x are the spends, responses follow from them through the envelopes, which are concave. Newton's method on the optimality
conditions, with complementarity driven to 0; what is left of each step are as many equations as there are rows:
    (J·M⁻¹·Jᵀ + Φ⁻¹)·dπ = right        M = −Σ worth·envelope″ + Θ        Θ, Φ = multiplier / distance to the limit
Envelopes are straight in places, and bend at their ends: the curvature that counts is that between where a step begins
and where the predictor leads. Many points that differ in their limits alone are found together, one a row.
The answer proves nothing by itself: points are valued, and duals bounded, like any others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.hull import Box, Hull, Region, Truth
from optimizer.search.newton.spends import Curvature, Spends

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
STEPS = 60
INSIDE = 0.02  # of its range, that a start keeps from each limit
START = 0.3  # of its range, where a spend starts of which nothing is known
LENGTH = 0.995  # of the way to the nearest limit, for a step
LEAST = 1e-4  # of the complementarity, that a step may aim at (its cube counts)
KEPT = 1e-9  # scaled, by which rows may be broken at the end
MOVED = 1e-7  # scaled, below which a predictor tells no curvature
WIDE = 0.25  # of the last move, over which curvature is read at the least


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of spends and then of rows, shape (points, spends + rows)."""

    low: Array
    high: Array

    @property
    def movable(self) -> Flags:
        """What is not held at one value."""
        return self.high - self.low > 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """What curves and rows are at points: cost (points,), rows (points, rows), the others (points, cells)."""

    cost: Array
    rows: Array
    inputs: Array
    money: Array
    slopes: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A direction for spends and rows, the rows' prices and the multipliers of the limits."""

    at: Array
    prices: Array
    down: Array
    up: Array


class Interior:
    """The method for one relaxation: `hull` over `region`, with other columns standing at `rest` in the rows."""

    def __init__(self, spends: Spends, hull: Hull | Truth, region: Region, rest: Array) -> None:
        self._spends, self._hull, self._region, self._rest = spends, hull, region, rest

    def __call__(
        self, limits: Limits, gap: float, start: Array | None = None, steps: int = STEPS
    ) -> tuple[Array, Array, Array]:
        """Spends, prices of the rows and slopes of the cells, point by point: optimal to a gap, if all goes well.

        Where it does not, they are what was reached: the caller's bound says what that is worth. Spends
        keep a little from their limits, so that no slope is infinite.
        """
        with np.errstate(all="ignore"):
            walk = _Walk(self, limits, gap, start)
            for _ in range(steps):
                if not walk.step():
                    break
        return walk.at[:, : walk.size], walk.binding(), walk.sight.slopes

    def sight(self, spends: Array) -> _Sight:
        """Look at points."""
        own = self._spends
        inputs = own.inputs(spends)
        money = own.money(inputs, self._region)
        responses = own.responses(money, self._hull)
        return _Sight(
            cost=spends @ own.cost + responses @ own.worth,
            rows=spends @ own.direct.T + responses @ own.through.T + self._rest,
            inputs=inputs,
            money=money,
            slopes=own.slopes(money, self._hull),
        )

    def bends(self, sight: _Sight, width: Array) -> Array:
        """∂²response/∂input², over `width` [scaled input] at the least."""
        own, money, region = self._spends, sight.money, self._region
        width = np.maximum(1e-5 * np.maximum(money, 1e-7 * region.high), np.minimum(width * own.scale, 0.5 * money))
        left, right = np.maximum(money - width, region.low), np.minimum(money + width, region.high)
        fall = own.slopes(right, self._hull) - own.slopes(left, self._hull)
        return np.where(right > left, fall * own.scale / np.where(right > left, right - left, 1.0), 0.0)

    def between(self, sight: _Sight, spends: Array, otherwise: Array) -> Array:
        """∂²response/∂input² as the mean from one point to another; as it is here where they hardly differ."""
        own = self._spends
        money = own.money(own.inputs(spends), self._region)
        away = (money - sight.money) / own.scale
        far = np.abs(away) > MOVED
        mean = (own.slopes(money, self._hull) - sight.slopes) / np.where(far, away, 1.0)
        return np.where(far & np.isfinite(mean), mean, otherwise)

    def jacobian(self, sight: _Sight) -> Array:
        """∂row/∂spend."""
        return self._spends.jacobian(sight.slopes)

    def pull(self, sight: _Sight) -> Array:
        """∂cost/∂spend."""
        return np.asarray(self._spends.cost + self._spends.pulled(self._spends.worth * sight.slopes))

    def curvature(self, bends: Array, prices: Array, more: Array, free: Flags) -> Curvature:
        """The second derivatives of the Lagrangian, and `more` on the diagonal."""
        own = self._spends
        weights = np.maximum((own.worth - prices @ own.through) * bends, 0.0)
        return Curvature(own, np.where(np.isfinite(weights), weights, 0.0), more, free)


def followed(
    spends: Spends, model: Model, hull: Hull | Truth, region: Region, box: Box, gap: float, near: Array | None = None
) -> tuple[Array, Array]:
    """The optimum over a region and a box as columns of the model, and duals of its rows; `near` is where to start.

    `model` is that of `spends`, or the same under other limits.
    """
    problem = Interior(spends, hull, region, spends.rest(box.low))
    own, rows = spends.columns, spends.rows
    limits = Limits(
        low=np.concatenate([box.low[own], model.matrix.lower[rows]])[None],
        high=np.concatenate([box.high[own], model.matrix.upper[rows]])[None],
    )
    found, prices, slopes = problem(limits, gap, None if near is None else near[own])
    sight = problem.sight(found)
    columns = spends.filled(box.low, found, sight.inputs, spends.responses(sight.money, hull))
    return columns[0], spends.duals(prices[0], slopes[0])


class _Walk:
    """Points on their way: spends and rows in one vector `at`, with the multipliers of their limits."""

    def __init__(self, problem: Interior, limits: Limits, gap: float, start: Array | None) -> None:
        self._problem, self._gap = problem, gap
        self._low, self._high, self._movable = limits.low, limits.high, limits.movable
        self._has_low = np.isfinite(limits.low) & self._movable
        self._has_high = np.isfinite(limits.high) & self._movable
        count = np.maximum(1, self._has_low.sum(axis=1) + self._has_high.sum(axis=1))
        size = self.size = len(problem._spends.columns)
        low, high = limits.low[:, :size], limits.high[:, :size]
        spends = low + START * (high - low) if start is None else np.broadcast_to(start, low.shape)
        self.at = self._inside(np.concatenate([spends, limits.low[:, size:]], axis=1))
        self.sight = problem.sight(self.at[:, :size])
        self.at[:, size:] = self.sight.rows
        self.at = self._inside(self.at)
        target = (0.1 * np.maximum(np.abs(self.sight.cost), 1e-3) / count)[:, None]
        self._count = count
        below, above = self._distances()
        self._down = np.where(self._has_low, target / below, 0.0)
        self._up = np.where(self._has_high, target / above, 0.0)
        self.prices = (self._down - self._up)[:, size:]
        self._moved = np.zeros(self.sight.inputs.shape)
        self._travelled = np.ones(self.at.shape)

    def _inside(self, at: Array) -> Array:
        """Points a little away from every limit; where there is only one, as far as from 0."""
        both = self._has_low & self._has_high
        margin = INSIDE * np.where(both, self._high - self._low, 1.0)
        at = np.where(self._has_low, np.maximum(at, self._low + margin), at)
        at = np.where(self._has_high, np.minimum(at, self._high - margin), at)
        return np.where(self._movable, at, self._low)

    def _distances(self) -> tuple[Array, Array]:
        below = np.where(self._has_low, self.at - self._low, 1.0)
        return below, np.where(self._has_high, self._high - self.at, 1.0)

    def step(self) -> bool:
        """One step of every point that is not there yet; False when none is left or none can go on."""
        below, above = self._distances()
        problem, sight = self._problem, self.sight
        jacobian = problem.jacobian(sight)
        pull = problem.pull(sight) - (self.prices[:, None, :] @ jacobian)[:, 0, :]
        slack = np.concatenate([pull, self.prices], axis=1) - self._down + self._up
        broken = sight.rows - self.at[:, self.size :]
        left = (below * self._down + above * self._up).sum(axis=1)
        there = self._there(left, slack, broken)
        if there.all():
            return False
        stiffness = np.where(self._movable, self._down / below + self._up / above, 0.0)
        bends = problem.bends(sight, WIDE * self._moved)
        try:
            equations = _Equations(self, jacobian, bends, stiffness, slack, broken)
            first = equations.step(-self._down * below, -self._up * above)
            ahead, dual = self._lengths(first, below, above, 1.0)
            after = (below + ahead * first.at) * (self._down + dual * first.down) * self._has_low
            after += (above - ahead * first.at) * (self._up + dual * first.up) * self._has_high
            share = np.clip(after.sum(axis=1) / left, LEAST, 1.0) ** 3
            aim = (share * left / self._count)[:, None]
            spends = (self.at + ahead * first.at)[:, : self.size]
            equations = _Equations(self, jacobian, problem.between(sight, spends, bends), stiffness, slack, broken)
            last = equations.step(
                aim - self._down * below - first.at * first.down, aim - self._up * above + first.at * first.up
            )
        except np.linalg.LinAlgError:
            return False
        ahead, dual = self._lengths(last, below, above, LENGTH)
        going = ~there & np.isfinite(last.at).all(axis=1) & np.isfinite(last.prices).all(axis=1)
        return self._go(last, np.where(going[:, None], ahead, 0.0), np.where(going[:, None], dual, 0.0))

    def _there(self, left: Array, slack: Array, broken: Array) -> Flags:
        """Which points are optimal: what is left of complementarity and of the last move, at its slope, is little."""
        enough = self._gap * np.abs(self.sight.cost)
        moving = (np.abs(slack) * self._travelled * self._movable)[:, : self.size].sum(axis=1)
        kept: Flags = np.asarray(np.abs(broken).max(axis=1, initial=0.0) <= KEPT)
        return np.asarray(kept & (left <= enough) & (moving <= enough))

    def binding(self) -> Array:
        """The rows' prices, 0 where the distance to the limit is the larger of the two."""
        below, above = (distance[:, self.size :] for distance in self._distances())
        down, up = self._down[:, self.size :], self._up[:, self.size :]
        binds = (below < down) | (above < up) | ~self._movable[:, self.size :]
        return np.where(binds, self.prices, 0.0)

    def _go(self, step: _Step, ahead: Array, dual: Array) -> bool:
        if not (ahead > 0.0).any():
            return False
        at = self.at + ahead * np.where(ahead > 0.0, step.at, 0.0)
        sight = self._problem.sight(at[:, : self.size])
        self._moved = np.abs(sight.inputs - self.sight.inputs)
        self._travelled = np.abs(at - self.at)
        self.at, self.sight = at, sight
        self.prices = self.prices + dual * np.where(dual > 0.0, step.prices, 0.0)
        self._down = self._down + dual * np.where(dual > 0.0, step.down, 0.0)
        self._up = self._up + dual * np.where(dual > 0.0, step.up, 0.0)
        return True

    def _lengths(self, step: _Step, below: Array, above: Array, most: float) -> tuple[Array, Array]:
        """How far spends and rows, and how far multipliers may go, point by point: to `most` of the way to 0."""
        ahead = np.maximum(_rate(-step.at / below, self._has_low), _rate(step.at / above, self._has_high))
        dual = np.maximum(_rate(-step.down / self._down, self._has_low), _rate(-step.up / self._up, self._has_high))
        return _length(ahead, most), _length(dual, most)


class _Equations:
    """Newton's equations at a point of the walk, factored."""

    def __init__(
        self, walk: _Walk, jacobian: Array, bends: Array, stiffness: Array, slack: Array, broken: Array
    ) -> None:
        size, movable = walk.size, walk._movable
        self._walk, self._jacobian, self._slack, self._broken = walk, jacobian, slack, broken
        self._curvature = walk._problem.curvature(bends, walk.prices, stiffness[:, :size], movable[:, :size])
        own = stiffness[:, size:]
        self._give = np.where(movable[:, size:] & (own > 0.0), 1.0 / np.maximum(own, 1e-300), 0.0)
        rows = np.broadcast_to(jacobian, (len(slack), *jacobian.shape[-2:]))
        self._sideways = self._curvature.inverse(rows)
        self._schur = self._sideways @ np.swapaxes(rows, -1, -2)
        place = np.arange(self._schur.shape[-1])
        self._schur[:, place, place] += self._give + 1e-14

    def step(self, down: Array, up: Array) -> _Step:
        """The step that brings multiplier × distance to what it is plus `down` and `up`."""
        walk, size = self._walk, self._walk.size
        below, above = walk._distances()
        right = np.where(walk._movable, -self._slack + walk._has_low * down / below - walk._has_high * up / above, 0.0)
        downhill = self._curvature.inverse(right[:, None, :size])[:, 0, :]
        asked = -self._broken + right[:, size:] * self._give - _times(self._jacobian, downhill)
        prices = np.linalg.solve(self._schur, asked[..., None])[..., 0]
        spends = downhill + (prices[:, None, :] @ self._sideways)[:, 0, :]
        at = np.concatenate([spends, (right[:, size:] - prices) * self._give], axis=1)
        return _Step(
            at=at,
            prices=prices,
            down=np.where(walk._has_low, (down - walk._down * at) / below, 0.0),
            up=np.where(walk._has_high, (up + walk._up * at) / above, 0.0),
        )


def _rate(rates: Array, counts: Flags) -> Array:
    return np.asarray(np.where(counts, rates, 0.0).max(axis=1, initial=0.0))


def _length(rate: Array, most: float) -> Array:
    return np.asarray(np.minimum(1.0, most / np.maximum(rate, 1e-300))[:, None])


def _times(matrix: Array, vectors: Array) -> Array:
    return np.asarray((matrix @ vectors[..., None])[..., 0])
