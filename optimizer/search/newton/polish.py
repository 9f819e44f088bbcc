"""From a rough point to the relaxation's optimum, by Newton's method on its optimality conditions.

A vertex of tangents is only near the optimum of a smooth problem. Here the rows that bind are kept as equations and
the stationarity of the free spends is solved with them (sequential quadratic programming with an active set):
    H·dx − Aᵀπ = −∇cost      A·dx = limit − activity
H is block-diagonal, one block a tactic, so that rows are eliminated by a Schur complement. The answer proves nothing
by itself: the point is valued, and the duals bounded, like any other. Arrays are over spends, rows and cells as in
`Spends`. Points that differ in their limits alone are moved together, one a row: each has its own rows that bind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.model import Model
from optimizer.search.newton.rows import Rows, parts
from optimizer.search.newton.sideways import Sideways
from optimizer.search.newton.spends import Curvature, Spends
from optimizer.search.newton.symmetric import solved
from optimizer.search.region.hull import Box, Hull, Region, Truth

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEPS = 25
AT_ONCE = 300_000  # numbers of the rows that bind, of points that step together
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
HARDLY = 1e-4  # of what is given, up to which a piece is straight
WIDTH = 1e-5  # of an input, over which curvature is read
LEAST = 1e-7  # of an interval, that an input is taken to be for that


@dataclass(slots=True)
class _State:
    """By point: spends, prices of the rows, which rows bind and which spends are free."""

    spends: Array
    prices: Array
    active: Flags
    free: Flags

    def part(self, points: Index) -> _State:
        """Some points."""
        return _State(self.spends[points], self.prices[points], self.active[points], self.free[points])

    def put(self, points: Index, part: _State) -> None:
        """Some points as they are now."""
        self.spends[points], self.prices[points] = part.spends, part.prices
        self.active[points], self.free[points] = part.active, part.free


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where it looks: the functions in place of the curves, and the cells that may stand on a `convex` part of theirs;
    by point limits of spends and of rows, without what other columns add to these, and which spends have to stand."""

    hull: Hull | Truth
    region: Region
    convex: Flags | None
    low: Array
    high: Array
    lower: Array
    upper: Array
    stands: Flags

    def part(self, points: Index) -> _Place:
        """Some points."""
        sides = {side: getattr(self, side)[points] for side in ("low", "high", "lower", "upper", "stands")}
        return replace(self, **sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """The optimality conditions at a point: its spends, which of them are free, which rows bind and at what prices.

    `rows` are numbers of the rows of `Spends`; `jacobian` is theirs, shape (rows, spends). `slope` is that of each cell
    [outcome/money].
    """

    spends: Array
    free: Flags
    rows: Index
    prices: Array
    slope: Array
    jacobian: Rows
    curvature: Curvature


class Polish:
    """Newton's method for one model.

    Curvature is given to straight pieces: to every piece alike, or, where it is `sharp`, to these alone. Beside one
    that bends millions of times as much as others, as a curve that is steep at 0 does where next to nothing is spent,
    what is given to all is more than what others have of their own, and steps no longer shrink by squares.
    """

    def __init__(self, spends: Spends, *, sharp: bool = False) -> None:
        self._spends, self._model, self._sharp = spends, spends.model, sharp
        self._stiff = among(spends.model.tabled, len(spends.model.cost))[
            spends.columns
        ]  # a vertex of a table is exact as it is
        self._endless = ~np.isfinite(spends.model.cells.curves.slope(np.zeros(len(spends.scale))))
        self._steep = among(spends.read[self._endless[spends.plain]], len(spends.columns))  # no step may end at 0 there

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
        convex: Flags | None = None,
    ) -> tuple[Array, Array] | None:
        """A better point and better duals, or None when the steps lead nowhere; it ends at a step below `still`.

        Where some cells may stand on a `convex` part of their curves it is any stationary one.
        """
        better, new, settled = self.together(columns[None], duals[None], hull, region, box, still, convex)
        return (better[0], new[0]) if settled[0] else None

    def together(
        self,
        columns: Array,
        duals: Array,
        hull: Hull | Truth,
        region: Region,
        box: Box,
        still: float = STILL,
        convex: Flags | None = None,
    ) -> tuple[Array, Array, Flags]:
        """The same of many points, (points, columns) and (points, rows), and which of them the steps led anywhere."""
        own = self._spends
        place = self._place(hull, region, box, own.rest(columns), convex)
        state = self._start(columns[:, own.columns], duals[:, own.rows], place)
        settled = self._settle(state, place, still)
        inputs = own.inputs(state.spends)
        money = own.money(inputs, region)
        with np.errstate(all="ignore"):
            points = own.filled(columns, state.spends, inputs, own.responses(money, hull))
            slopes = hull.slope(money) * own.scale / own.size if own.carried else None
            return points, own.duals(state.prices, slopes), settled

    def spends_at(
        self, spends: Array, prices: Array, curves: Hull | Truth, region: Region, box: Box
    ) -> tuple[Array, Array] | None:
        """The same of spends and prices of the rows of `Spends` alone, from others near by."""
        place = self._place(curves, region, box, np.zeros((1, len(self._spends.rows))))
        state = self._start(spends[None], prices[None], place)
        return (state.spends[0], state.prices[0]) if self._settle(state, place, NEAR)[0] else None

    def _settle(self, state: _State, place: _Place, still: float) -> Flags:
        """Step until every point is still or gets no further; whether it was settled what binds there."""
        going, points = np.arange(len(state.spends)), len(state.spends)
        least, idle = np.full(points, np.inf), np.zeros(points)
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                moved = self._stepped(going, state, place)
                gained = moved < 0.5 * least[going]
                idle[going] = np.where(gained, 0.0, idle[going] + np.where(moved < 1.0, 1.0, CHANGE))
                least[going] = np.where(np.isnan(moved), np.inf, np.minimum(least[going], moved))
                going = going[(moved > still) & (idle[going] < PATIENCE)]
                if not len(going):
                    break
        return np.asarray(least < 1.0)

    def _stepped(self, going: Index, state: _State, place: _Place) -> Array:
        """A step of some points, a few neighbours at a time: of those the rows that bind are about the same."""
        if len(state.spends) == 1:
            return self._step(state, place)
        own, binding = self._spends, int(state.active[going].any(axis=0).sum())
        rows = len(own.rows) if len(own.curved) else 1 + binding  # where outcome counts each has slopes of its own
        chunks = [going[few] for few in parts(len(going), rows * state.spends.shape[1], AT_ONCE)]
        if len(chunks[0]) == len(state.spends):
            return self._step(state, place)
        moved = []
        for points in chunks:
            few = state.part(points)
            moved.append(self._step(few, place.part(points)))
            state.put(points, few)
        return np.concatenate(moved)

    def local(
        self, columns: Array, duals: Array, hull: Hull | Truth, region: Region, box: Box, convex: Flags
    ) -> Local | None:
        """The optimality conditions at a point, where some cells may stand on a `convex` part of their curves.

        None where they cannot be told: curvature that is not finite, not concave elsewhere or has no inverse, or spend
        inside a table.
        """
        own = self._spends
        place = self._place(hull, region, box, own.rest(columns[None]))
        state = self._start(columns[None, own.columns], duals[None, own.rows], place)
        rows = np.flatnonzero(state.active[0])
        with np.errstate(all="ignore"):
            _, slope, bend = self._read(state.spends, place)
            jacobian = own.jacobian(slope[0] * own.scale / own.size).part(rows)
            weights = self._weights(state.prices, bend)
        inside = (state.spends > place.low + 1e-9) & (state.spends < place.high - 1e-9)
        told = np.isfinite(jacobian.pulled(np.ones(len(rows)))).all()
        known = told and np.isfinite(weights).all() and not inside[:, self._stiff].any()
        moves = own.reading(state.free)  # others tell little
        if not known or not moves.any() or (weights < -FLAT * np.abs(weights).max(initial=0.0))[moves & ~convex].any():
            return None
        curvature = self._curvature(
            np.where(moves, _concave(weights, convex), weights),
            FLAT * weights[moves].max(initial=0.0, keepdims=True) + 1e-14,
            state.free,
        )
        if own.carried and not np.isfinite(curvature.inverse(np.ones((1, 1, len(own.columns))))).all():
            return None
        return Local(
            spends=state.spends[0],
            free=state.free[0],
            rows=rows,
            prices=state.prices[0, rows],
            slope=slope[0],
            jacobian=jacobian,
            curvature=curvature,
        )

    def _place(self, hull: Hull | Truth, region: Region, box: Box, rest: Array, convex: Flags | None = None) -> _Place:
        """`rest` is what other columns add to the rows of each point."""
        own, matrix, rows = self._spends.columns, self._model.matrix, self._spends.rows
        low, high = box.low[..., own], box.high[..., own]
        if low.ndim == 1:
            low, high = (side[None] if len(rest) == 1 else np.tile(side, (len(rest), 1)) for side in (low, high))
        low = np.where(self._steep, np.minimum(np.maximum(low, LEFT), high), low)
        lower, upper = (side[..., rows] - rest for side in (matrix.lower, matrix.upper))
        stands = (low >= high) | self._stiff
        return _Place(
            hull=hull, region=region, convex=convex, low=low, high=high, lower=lower, upper=upper, stands=stands
        )

    def _start(self, spends: Array, prices: Array, place: _Place) -> _State:
        margin = 1e-9 * np.maximum(1.0, place.high)
        low, high = spends <= place.low + margin, spends >= place.high - margin
        return _State(
            spends=np.where(low, place.low, np.where(high, place.high, spends)),
            prices=prices.copy(),
            active=(np.abs(prices) > ACTIVE) | (place.lower == place.upper),
            free=~low & ~high & ~self._stiff,
        )

    def _read(self, at: Array, place: _Place) -> tuple[Array, Array, Array]:
        """The inputs of the cells [money], their slopes [outcome/money] and curvatures [scaled]."""
        spends, region = self._spends, place.region
        money = spends.money(spends.inputs(at), region)
        width = WIDTH * np.maximum(money, LEAST * region.high)
        width = np.where(self._endless, np.minimum(width, 0.5 * money), width)  # what bends is finite short of 0
        left, right = np.maximum(money - width, region.low), np.minimum(money + width, region.high)
        before, here, after = place.hull.slope(np.array([left, money, right]))
        bend = (after - before) / np.where(right > left, right - left, 1.0)
        return money, here, bend * spends.scale**2 / spends.size

    def _weights(self, prices: Array, bend: Array) -> Array:
        """By cell ∂²/∂input² of the cost less what the rows pay."""
        worth = self._spends.worth
        return np.asarray((worth - self._spends.counted(prices) if len(self._spends.curved) else worth) * bend)

    def _curvature(self, weights: Array, floor: Array, free: Flags) -> Curvature:
        more = np.full(free.shape, floor[:, None])
        if self._sharp:
            more[self._spends.pulled(weights) > HARDLY * more] = 0.0
        return Curvature(self._spends, weights, more, free)

    def _step(self, state: _State, place: _Place) -> Array:
        """Newton's; by point how far spends moved, 1 at the least where what binds has changed, not a number where it
        cannot be told."""
        spends = self._spends
        money, slope, bend = self._read(state.spends, place)
        slope = slope * spends.scale / spends.size
        gradient = spends.cost + spends.pulled(spends.worth * slope)
        rows = np.flatnonzero(state.active.any(axis=0))
        jacobian = spends.jacobian(slope).part(rows)
        moves = spends.reading(state.free)
        weights = np.where(moves, self._weights(state.prices, bend), 0.0)  # others may stand at no slope
        known = np.isfinite(weights).all(axis=1)
        missing = _limits(place, state.prices)[:, rows] - spends.activity(state.spends, money, place.hull, rows)
        step, prices = self._solve(state, rows, gradient, jacobian, missing, _concave(weights, place.convex))
        known &= np.isfinite(step).all(axis=1)  # nor is a step finite whose gradient is not
        state.prices[:] = 0.0
        state.prices[:, rows] = prices
        moved = self._move(state, step, gradient - jacobian.pulled(prices[:, None])[:, 0], place)
        return np.asarray(np.where(known, moved, np.nan))

    def _solve(
        self, state: _State, rows: Index, gradient: Array, jacobian: Rows, missing: Array, weights: Array
    ) -> tuple[Array, Array]:
        """The Newton step, and the prices of some rows, of which those that bind miss so much of their limits.

        `weights` are of the cells that move, 0 of others.
        """
        top = weights.max(axis=1, initial=0.0)
        floor = np.where(top > STRAIGHT, FLAT * top, 1.0)  # the rows alone tell the step: any curvature will do
        binds = state.active[:, rows]
        curvature = self._curvature(weights, floor, state.free)
        downhill = curvature.inverse(np.where(state.free, gradient, 0.0)[:, None])[:, 0]
        sideways = Sideways(jacobian, curvature)
        schur = sideways.schur
        if not binds.all():
            schur[~(binds[:, :, None] & binds[:, None, :])] = 0.0
        short = np.where(binds, missing + jacobian.times(downhill[:, None])[:, 0], 0.0)
        prices = _eliminated(schur, short, np.where(binds, state.prices[:, rows], 0.0))
        return sideways(prices[:, None])[:, 0] - downhill, prices

    def _move(self, state: _State, step: Array, reduced: Array, place: _Place) -> Array:
        """Take the step within the limits, and settle which spends are free and which rows bind from here."""
        before, low, high = state.spends, place.low, place.high
        far = np.where((before <= low) | (before >= high), LEAVES * (high - low), np.inf)
        target = before + np.where(state.free, np.minimum(np.maximum(step, -far), far), 0.0)
        target = np.where(self._steep, np.maximum(target, SHRINK * before), target)
        moved = np.minimum(np.maximum(target, low), high)
        state.spends = moved
        fixed = ((moved <= low) & (reduced >= 0)) | ((moved >= high) & (reduced <= 0)) | place.stands
        freed = np.where(state.free, moved == target, ~fixed)
        changed = (freed != state.free).any(axis=1)
        state.free = freed
        change = np.abs(moved - before).max(axis=1, initial=0.0)
        return np.asarray(np.maximum(change, np.where(changed | self._settle_rows(state, place), 1.0, 0.0)))

    def _settle_rows(self, state: _State, place: _Place) -> Flags:
        """Let go of rows that pull the wrong way and take up rows of spends alone that are broken."""
        lower, upper = place.lower, place.upper
        activity = self._spends.direct.times(state.spends)
        paid = np.where(state.prices > 0, lower, upper)
        wrong = state.active & (np.abs(state.prices) > 0.0) & np.isinf(paid)
        broken = ~state.active & ~self._spends.counting & ((activity < lower - 1e-10) | (activity > upper + 1e-10))
        state.active = (state.active & ~wrong) | broken
        return np.asarray((wrong | broken).any(axis=1))


def _concave(weights: Array, convex: Flags | None) -> Array:
    """Curvatures of the cost, below 0 only in cells that may stand on a convex part of their curves."""
    none_below = np.maximum(weights, 0.0)
    return none_below if convex is None else np.where(convex, weights, none_below)


def _limits(place: _Place, prices: Array) -> Array:
    """The limit that each row binds at, by the sign of its price."""
    limit = np.where(prices > 0, place.lower, place.upper)
    other = np.where(np.isfinite(place.upper), place.upper, place.lower)
    return np.where(np.isfinite(limit), limit, other)


def _eliminated(schur: Array, right: Array, before: Array) -> Array:
    """The rows' prices; where no free spend pins them down, they stay as near as can be to what they were."""
    missing = right - np.matmul(schur, before[..., None])[..., 0]
    known = np.isfinite(schur).all(axis=(1, 2)) & np.isfinite(missing).all(axis=1)
    if not known.all():
        schur, missing = np.where(known[:, None, None], schur, 0.0), np.where(known[:, None], missing, np.nan)
    return before + solved(schur, missing, DEPENDENT)
