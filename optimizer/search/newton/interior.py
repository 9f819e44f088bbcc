"""From anywhere to the relaxation's optimum by a primal-dual interior-point method (Mehrotra 1992), in numpy.

    minimise cost(x)   subject to   low ≤ x ≤ high,   row(x) = s,   lower ≤ s ≤ upper
x are the spends and the columns beside them; responses follow from spends through the envelopes, which are concave.
Newton's method on the optimality conditions, with complementarity driven to 0; what is left of each step are as many
equations as there are rows that are no ties:
    (J·M⁻¹·Jᵀ + Φ⁻¹)·dπ = right        M = −Σ worth·envelope″ + Θ        Θ, Φ = multiplier / distance to the limit
Envelopes are straight in places, and bend at their ends: the curvature that counts is that between where a step begins
and where the predictor leads. Many points that differ in their limits alone are found together, one a row.
The answer proves nothing by itself: points are valued, and duals bounded, like any others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.search.deadline import Deadline
from optimizer.search.newton.rows import Rows
from optimizer.search.newton.sideways import Sideways
from optimizer.search.newton.spends import Curvature, Spends
from optimizer.search.newton.steps import Steps
from optimizer.search.region.hull import Hull, Region, Truth

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
STEPS = 60
INSIDE = 0.02  # of its range, that a start keeps from each limit
START = 0.3  # of its range, where a spend starts of which nothing is known
LENGTH = 0.995  # of the way to the nearest limit, for a step
LEAST = 1e-4  # of the complementarity, that a step may aim at (its cube counts)
FLOOR = 0.01  # of the cost that does not matter, that a step may aim at
KEPT = 1e-9  # scaled, by which rows may be broken at the end
MOVED = 1e-7  # scaled, below which a predictor tells no curvature
FIXED = 1e25  # the stiffness of a column that cannot move
WIDE = 0.25  # of the last move, over which curvature is read at the least


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of spends and columns beside them, then of rows and ties, shape (points, columns + rows)."""

    low: Array
    high: Array

    @property
    def movable(self) -> Flags:
        """What is not held at one value."""
        return self.high - self.low > 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """What curves and rows are at points: cost (points,), rows (points, rows + ties), the others (points, cells)."""

    cost: Array
    rows: Array
    inputs: Array
    money: Array
    slopes: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A direction for columns and rows, the rows' prices and the multipliers of the limits."""

    at: Array
    prices: Array
    down: Array
    up: Array


class Interior:
    """The method for one relaxation: `hull` over `region`, with other columns standing at `rest` in the rows."""

    def __init__(
        self, spends: Spends, hull: Hull | Truth, region: Region, rest: Array, steps: Steps | None = None
    ) -> None:
        self.steps = steps
        self._spends, self._hull, self._region, self._rest = spends, hull, region, rest
        self._costs = spends.model.cost[spends.beside.columns]
        self.spends, self.rows = len(spends.columns), len(spends.rows)
        self.size = self.spends + len(self._costs)

    def __call__(
        self,
        limits: Limits,
        gap: float,
        start: Array | None = None,
        steps: int = STEPS,
        deadline: Deadline | None = None,
    ) -> tuple[Array, Array, Array]:
        """Columns, prices of rows and ties, slopes of the cells, point by point: optimal to a gap, if all goes well.

        Where it does not, they are what was reached: the caller's bound says what that is worth. Spends
        keep a little from their limits, so that no slope is infinite.
        """
        with np.errstate(all="ignore"):
            walk = _Walk(self, limits, gap, start)
            for _ in range(steps):
                if (deadline is not None and deadline.left <= 0) or not walk.step():
                    break
        return walk.at[:, : walk.size], walk.binding(), walk.sight.slopes

    def sight(self, columns: Array) -> _Sight:
        """Look at points."""
        own, spends, others = self._spends, columns[..., : self.spends], columns[..., self.spends :]
        inputs = own.inputs(spends)
        money = own.money(inputs, self._region)
        responses = own.responses(money, self._hull)
        rows = own.summed(spends, responses) + others @ own.within.T + self._rest
        ties = others * own.beside.own + own.beside.across(spends, responses)
        return _Sight(
            cost=spends @ own.cost + responses @ own.worth + others @ self._costs,
            rows=np.concatenate([rows, ties], axis=-1),
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

    def between(self, sight: _Sight, columns: Array, otherwise: Array) -> Array:
        """∂²response/∂input² as the mean from one point to another; as it is here where they hardly differ."""
        own = self._spends
        money = own.money(own.inputs(columns[..., : self.spends]), self._region)
        away = (money - sight.money) / own.scale
        far = np.abs(away) > MOVED
        mean = (own.slopes(money, self._hull) - sight.slopes) / np.where(far, away, 1.0)
        return np.where(far & np.isfinite(mean), mean, otherwise)

    def jacobian(self, sight: _Sight, following: Array) -> Rows:
        """∂row/∂spend, where columns beside the spends follow them."""
        return self._spends.jacobian(sight.slopes, following)

    def along(self, sight: _Sight, weights: Array) -> Array:
        """What weights on the ties are on the spends."""
        spends, cells = self._spends.back(weights)
        return np.asarray(spends + self._spends.pulled(cells * sight.slopes))

    def across(self, sight: _Sight, step: Array) -> Array:
        """What a step of the spends is to the ties, but for the columns that they tie."""
        own = self._spends
        return own.beside.across(step, (own.inputs(step) - own.kernel.constant) * sight.slopes)

    def pull(self, sight: _Sight, prices: Array) -> Array:
        """∂Lagrangian/∂column."""
        own, rows = self._spends, prices[:, : self.rows]
        ties = prices[:, self.rows :]
        spends = own.cost - own.direct.pulled(rows) - own.back(ties)[0] + own.pulled(self.earned(prices) * sight.slopes)
        others = self._costs - rows @ own.within - ties * own.beside.own
        return np.concatenate([spends, others], axis=1)

    def earned(self, prices: Array) -> Array:
        """∂Lagrangian/∂response."""
        own = self._spends
        return np.asarray(own.worth - own.counted(prices[:, : self.rows]) - own.back(prices[:, self.rows :])[1])

    def curvature(
        self, sight: _Sight, bends: Array, prices: Array, stiff: Array, more: Array, free: Flags
    ) -> Curvature:
        """The second derivatives of the Lagrangian by spend, the stiffness of ties, and `more` on the diagonal."""
        own = self._spends
        weights = np.maximum(self.earned(prices) * bends, 0.0)
        weights = np.where(np.isfinite(weights), weights, 0.0)
        spends, cells = own.back(stiff * own.beside.other)
        return Curvature(own, weights + cells * sight.slopes**2, more + spends, free)

    @property
    def ties(self) -> tuple[Array, Array]:
        """The coefficients of the columns beside the spends, in their ties and in the rows."""
        return self._spends.beside.own, self._spends.within


class _Walk:
    """Points on their way: columns and rows in one vector `at`, with the multipliers of their limits."""

    def __init__(self, problem: Interior, limits: Limits, gap: float, start: Array | None) -> None:
        self.problem, self._gap = problem, gap
        self._low, self._high, self.movable = limits.low, limits.high, limits.movable
        self.has_low = np.isfinite(limits.low) & self.movable
        self.has_high = np.isfinite(limits.high) & self.movable
        count = np.maximum(1, self.has_low.sum(axis=1) + self.has_high.sum(axis=1))
        size = self.size = problem.size
        low, high = limits.low[:, :size], limits.high[:, :size]
        spends = low + START * (high - low) if start is None else np.broadcast_to(start, low.shape)
        self.at = self._inside(np.concatenate([spends, limits.low[:, size:]], axis=1))
        self.sight = problem.sight(self.at[:, :size])
        self.at[:, size:] = self.sight.rows
        self.at = self._inside(self.at)
        target = (0.1 * np.maximum(np.abs(self.sight.cost), 1e-3) / count)[:, None]
        self._count = count
        below, above = self.distances()
        self.down = np.where(self.has_low, target / below, 0.0)
        self.up = np.where(self.has_high, target / above, 0.0)
        self.prices = (self.down - self.up)[:, size:]
        self._moved = np.zeros(self.sight.inputs.shape)
        self._travelled = np.ones(self.at.shape)

    def _inside(self, at: Array) -> Array:
        """Points a little away from every limit; where there is only one, as far as from 0."""
        both = self.has_low & self.has_high
        margin = INSIDE * np.where(both, self._high - self._low, 1.0)
        at = np.where(self.has_low, np.maximum(at, self._low + margin), at)
        at = np.where(self.has_high, np.minimum(at, self._high - margin), at)
        return np.where(self.movable, at, self._low)

    def distances(self) -> tuple[Array, Array]:
        below = np.where(self.has_low, self.at - self._low, 1.0)
        return below, np.where(self.has_high, self._high - self.at, 1.0)

    def step(self) -> bool:
        """One step of every point that is not there yet; False when none is left or none can go on."""
        below, above = self.distances()
        problem, sight = self.problem, self.sight
        slack = np.concatenate([problem.pull(sight, self.prices), self.prices], axis=1) - self.down + self.up
        broken = sight.rows - self.at[:, self.size :]
        left = (below * self.down + above * self.up).sum(axis=1)
        there = self._there(left, slack, broken)
        if there.all():
            return False
        stiffness = np.where(self.movable, self.down / below + self.up / above, 0.0)
        bends = problem.bends(sight, WIDE * self._moved)
        try:
            kind = _Equations if problem.steps is None else _InSteps
            equations = kind(self, stiffness, slack, broken)
            first = equations.step(bends, -self.down * below, -self.up * above)
            ahead, dual = self._lengths(first, below, above, 1.0)
            after = (below + ahead * first.at) * (self.down + dual * first.down) * self.has_low
            after += (above - ahead * first.at) * (self.up + dual * first.up) * self.has_high
            share = np.clip(after.sum(axis=1) / left, LEAST, 1.0) ** 3
            aim = (np.maximum(share * left, FLOOR * self._enough) / self._count)[:, None]
            led = self.at + ahead * first.at
            last = equations.step(
                problem.between(sight, led[:, : self.size], bends),
                aim - self.down * below - first.at * first.down,
                aim - self.up * above + first.at * first.up,
            )
        except np.linalg.LinAlgError:
            return False
        ahead, dual = self._lengths(last, below, above, LENGTH)
        going = ~there & np.isfinite(last.at).all(axis=1) & np.isfinite(last.prices).all(axis=1)
        return self._go(last, np.where(going[:, None], ahead, 0.0), np.where(going[:, None], dual, 0.0))

    def _there(self, left: Array, slack: Array, broken: Array) -> Flags:
        """Which points are optimal: what is left of complementarity and of the last move, at its slope, is little.

        Ties may be broken where that costs nothing: what they bind follows from the spends.
        """
        enough = self._enough
        moving = (np.abs(slack) * self._travelled * self.movable)[:, : self.size].sum(axis=1)
        rows = self.problem.rows
        kept: Flags = np.asarray(np.abs(broken[:, :rows]).max(axis=1, initial=0.0) <= KEPT)
        missing = np.abs(broken * self.prices)[:, rows:].sum(axis=1)
        return np.asarray(kept & (left + missing <= enough) & (moving <= enough))

    @property
    def _enough(self) -> Array:
        """The cost that does not matter."""
        return np.asarray(self._gap * np.abs(self.sight.cost))

    def binding(self) -> Array:
        """The rows' prices, 0 where the distance to the limit is the larger of the two."""
        below, above = (distance[:, self.size :] for distance in self.distances())
        down, up = self.down[:, self.size :], self.up[:, self.size :]
        binds = (below < down) | (above < up) | ~self.movable[:, self.size :]
        return np.where(binds, self.prices, 0.0)

    def _go(self, step: _Step, ahead: Array, dual: Array) -> bool:
        if not (ahead > 0.0).any():
            return False
        at = self.at + ahead * np.where(ahead > 0.0, step.at, 0.0)
        sight = self.problem.sight(at[:, : self.size])
        self._moved = np.abs(sight.inputs - self.sight.inputs)
        self._travelled = np.abs(at - self.at)
        self.at, self.sight = at, sight
        self.prices = self.prices + dual * np.where(dual > 0.0, step.prices, 0.0)
        self.down = self.down + dual * np.where(dual > 0.0, step.down, 0.0)
        self.up = self.up + dual * np.where(dual > 0.0, step.up, 0.0)
        return True

    def _lengths(self, step: _Step, below: Array, above: Array, most: float) -> tuple[Array, Array]:
        """How far spends and rows, and how far multipliers may go, point by point: to `most` of the way to 0."""
        ahead = np.maximum(_rate(-step.at / below, self.has_low), _rate(step.at / above, self.has_high))
        dual = np.maximum(_rate(-step.down / self.down, self.has_low), _rate(-step.up / self.up, self.has_high))
        return _length(ahead, most), _length(dual, most)


class _Equations:
    """Newton's equations at a point of the walk, with the columns beside the spends and their ties eliminated.

    With stiffness Θ, own coefficient a and give g of a column and its tie, what the tie asks for `v` and what rows and
    limits pull the column by `p`:     column = (g·p + a·v)/(Θ·g + a²)     price of the tie = (Θ·v − a·p)/(Θ·g + a²)
    """

    def __init__(self, walk: _Walk, stiffness: Array, slack: Array, broken: Array) -> None:
        problem, movable = walk.problem, walk.movable
        self._walk, self._slack, self._broken = walk, slack, broken
        spends, size = problem.spends, problem.size
        self._stiffness, self._free = stiffness[:, :spends], movable[:, :spends]
        own = stiffness[:, size:]
        self._give = np.where(movable[:, size:] & (own > 0.0), 1.0 / np.maximum(own, 1e-300), 0.0)
        self._own, self._within = problem.ties
        stiff = np.where(movable[:, spends:size], stiffness[:, spends:size], FIXED)
        give = np.where(self._own == 0.0, 1.0, self._give[:, problem.rows :])
        whole = stiff * give + self._own**2
        self._moves, self._lifts, self._holds = give / whole, self._own / whole, stiff / whole
        self._jacobian = problem.jacobian(walk.sight, -self._lifts)
        self._beside = (self._within * self._moves[:, None, :]) @ self._within.T
        place = np.arange(problem.rows)
        self._beside[:, place, place] += self._give[:, : problem.rows] + 1e-14

    def step(self, bends: Array, down: Array, up: Array) -> _Step:
        """For curves of these second derivatives, the step that brings multiplier × distance to what it is plus `down`
        and `up`."""
        walk, problem = self._walk, self._walk.problem
        spends, size, rows = problem.spends, problem.size, problem.rows
        curvature = problem.curvature(walk.sight, bends, walk.prices, self._holds, self._stiffness, self._free)
        sideways = Sideways(self._jacobian, curvature)
        below, above = walk.distances()
        right = np.where(walk.movable, -self._slack + walk.has_low * down / below - walk.has_high * up / above, 0.0)
        asked = -self._broken + right[:, size:] * self._give
        pulled, tied = right[:, spends:size], asked[:, rows:]
        downhill = right[:, :spends] + problem.along(walk.sight, self._holds * tied - self._lifts * pulled)
        downhill = curvature.inverse(downhill[:, None, :])[:, 0, :]
        still = asked[:, :rows] - (self._moves * pulled + self._lifts * tied) @ self._within.T
        still = still - self._jacobian.times(downhill[:, None])[:, 0]
        prices = np.linalg.solve(sideways.schur + self._beside, still[..., None])[..., 0]
        moved = downhill + sideways(prices[:, None])[:, 0]
        pulled, tied = pulled + prices @ self._within, tied - problem.across(walk.sight, moved)
        beside = self._moves * pulled + self._lifts * tied
        prices = np.concatenate([prices, self._holds * tied - self._lifts * pulled], axis=1)
        at = np.concatenate([moved, beside, (right[:, size:] - prices) * self._give], axis=1)
        return _Step(
            at=at,
            prices=prices,
            down=np.where(walk.has_low, (down - walk.down * at) / below, 0.0),
            up=np.where(walk.has_high, (up + walk.up * at) / above, 0.0),
        )


class _InSteps:
    """Newton's equations of one point where most rows are steps, which are eliminated, and nothing is beside spends."""

    def __init__(self, walk: _Walk, stiffness: Array, slack: Array, broken: Array) -> None:
        problem = walk.problem
        assert problem.steps is not None
        self._walk, self._slack, self._broken, self._steps = walk, slack, broken, problem.steps
        self._stiffness, own = stiffness[0, : problem.size], stiffness[0, problem.size :]
        self._give = np.where(walk.movable[0, problem.size :] & (own > 0.0), 1.0 / np.maximum(own, 1e-300), 0.0)

    def step(self, bends: Array, down: Array, up: Array) -> _Step:
        """As of other equations."""
        walk, problem, steps, size = self._walk, self._walk.problem, self._steps, self._walk.size
        free, give = walk.movable[:, :size], self._give + 1e-14
        curvature = problem.curvature(walk.sight, bends, walk.prices, np.zeros((1, 0)), self._stiffness[None], free)
        hessian = steps.curvature(curvature.plain[0], 1.0 / give[steps.rows], free[0])
        below, above = walk.distances()
        pulls = -self._slack + walk.has_low * down / below - walk.has_high * up / above
        right = np.where(walk.movable, pulls, 0.0)[0]
        asked = -self._broken[0] + right[size:] * self._give
        rows = problem.jacobian(walk.sight, np.zeros((1, 0))).part(steps.others)
        downhill = hessian.inverse(right[:size] + steps.pulled(asked[steps.rows] / give[steps.rows]))
        sideways = hessian.inverse(rows.written_out())
        schur, prices = rows.times(sideways) + np.diag(give[steps.others]), np.empty(len(give))
        prices[steps.others] = np.linalg.solve(schur, asked[steps.others] - rows.times(downhill))
        moved = downhill + prices[steps.others] @ sideways
        prices[steps.rows] = (asked[steps.rows] - steps.times(moved)) / give[steps.rows]
        at = np.concatenate([moved, (right[size:] - prices) * self._give])[None]
        return _Step(
            at=at,
            prices=prices[None],
            down=np.where(walk.has_low, (down - walk.down * at) / below, 0.0),
            up=np.where(walk.has_high, (up + walk.up * at) / above, 0.0),
        )


def _rate(rates: Array, counts: Flags) -> Array:
    return np.asarray(np.where(counts, rates, 0.0).max(axis=1, initial=0.0))


def _length(rate: Array, most: float) -> Array:
    return np.asarray(np.minimum(1.0, most / np.maximum(rate, 1e-300))[:, None])
