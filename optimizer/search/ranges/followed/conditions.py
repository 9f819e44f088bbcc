"""Cost and rows near a plan on the true curves, as smooth functions of what can still move: on/off decisions are fixed.

Columns     x       spends, and the other columns that are no whole numbers (demand, turnover, attainment); what curves
                    read and yield follows from the spends
            η       with a confidence: what the worst draws cost at the least
Rows        lower ≤ row(x) ≤ upper        all but those that say how adstock comes about
            low ≤ input(x) ≤ high         of each cell that reads a table: the piece that it is read on
            η − cost_k(x) ≥ 0             with a confidence, draw by draw; its price is at most `most`
Cost        cost(x), or η + Σ_k most · max(0, cost_k(x) − η)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.spends import Spends
from optimizer.search.ranges.followed.bends import Bends
from optimizer.search.ranges.followed.corners import Corners
from optimizer.search.ranges.followed.drawn import DrawnCurves
from optimizer.search.ranges.followed.layout import Layout
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown
from optimizer.search.ranges.room import Room
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
LARGEST = 4_000_000  # numbers in the dense rows, beyond which this is not tried
DENSE = 1_200_000  # numbers in the matrix from columns to what curves read, likewise
MOST_READINGS = 400_000  # of draws of curves
ASTRAY = 1e15  # scaled: further than any plan is
WIDTH = 1e-5  # of an input, over which its curve's bend is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Columns x, the pieces that tables are read on, and what follows: responses, ∂response/∂input and its bend by
    cell, the values of rows, inputs of tables, and draws."""

    x: Array
    pieces: Index
    responses: Array
    slopes: Array
    bends: Array
    rows: Array


class Conditions:
    """The functions and their derivatives; `usable` says whether they are small enough."""

    def __init__(self, found: Found) -> None:
        assert found.columns is not None
        self._model = model = found.model
        self.usable = bool(np.array_equal(model.reads, model.spend)) and found.credit is None
        own, cells = len(model.spend.ravel()) + len(model.extra), len(model.cells.inputs)
        size = (own + cells) * (len(model.drafts) + len(model.tables))
        drawn = found.weights is not None
        readings = model.cells.curves.draws * cells if drawn else 0
        self.usable &= size <= LARGEST and own * cells <= DENSE and readings <= MOST_READINGS
        if self.usable:
            decisions = np.rint(found.columns[model.integer])
            low, high = Room.usual(model).boxes(model, decisions)
            self.layout = Layout(model, decisions, low, high)
            self._read_curves()
            self.usable = self.layout.complete
            self._last: tuple[Point | None, Index, tuple[Array, Array]] = None, np.zeros(0, dtype=np.intp), (low, high)
            self.drawn = DrawnCurves(model, self._money(np.zeros(self.columns))) if drawn and self.usable else None

    def _read_curves(self) -> None:
        cells = self._model.cells
        self._spends = Spends(self._model)
        self._scale, self._size = self._spends.scale, self._spends.size
        self._least = 1e-7 * cells.high
        self._cost, self._worth = self._model.cost[self.layout.own], self._model.cost[cells.responses]
        at_none = cells.curves.slope(np.zeros(len(cells.inputs)))
        endless = ~np.isfinite(at_none)
        self._at_none = np.where(endless, 0.0, at_none) * self._scale / self._size
        self._turns = ~endless
        self._turns[self._model.tables] = False
        self.steep = np.zeros(self.columns, dtype=bool)  # no step ends at 0 there; what carries over is read beyond
        self.steep[self._spends.read[endless[self._spends.plain]]] = True
        self.corners = Corners(self._model, self._model.tables)
        each = np.zeros((len(self.corners), len(cells.inputs)))
        each[np.arange(len(each)), self.corners.cells] = 1.0
        self._reads = self._pulled(each)

    @property
    def columns(self) -> int:
        """How many columns there are, without η."""
        return len(self.layout.own)

    @property
    def work(self) -> int:
        """How many numbers the equations of all tactics that carry over are eliminated with."""
        return sum(len(group.spends) * group.spends.shape[1] ** 3 for group in self._spends.carried)

    @property
    def counted(self) -> int:
        """How many rows there are before those of draws: the model's, then one a cell that reads a table."""
        return len(self.layout.rows) + len(self.corners)

    @property
    def standing(self) -> slice:
        """Which of them are those of cells that read tables."""
        return slice(len(self.layout.rows), self.counted)

    @property
    def draws(self) -> int:
        """How many draws have a row of their own."""
        return 0 if self.drawn is None else self.drawn.draws

    @property
    def most(self) -> float:
        """The most that a draw may weigh."""
        return 0.0 if self.drawn is None else self.drawn.most

    def _money(self, x: Array) -> Array:
        read: Array = np.maximum(self._inputs(x) * self._scale, 0.0)
        return read

    def _inputs(self, x: Array) -> Array:
        return self._spends.inputs(x[: len(self._spends.columns)])

    def _pulled(self, weights: Array) -> Array:
        """What a weight on each cell's input is as a weight on each column, shape (…, cells) to (…, columns)."""
        pulled = self._spends.pulled(weights)
        others = self.columns - pulled.shape[-1]
        return np.concatenate([pulled, np.zeros((*pulled.shape[:-1], others))], axis=-1)

    def _around(self, x: Array, pieces: Index) -> tuple[Array, Array]:
        """Inputs a little below, at and a little above what curves read [money], and how far x is from there [scaled].

        Tables are read inside of their pieces, where they are straight. Below 0 a curve goes on as turned about 0,
        f(x) = f(−x) + 2·f′(0)·x, so that its slope 2·f′(0) − f′(−x) goes on changing; but not where that has no end.
        """
        money = self._inputs(x) * self._scale
        read = np.where(self._turns, np.abs(money), np.maximum(money, 0.0))
        read[self.corners.cells] = self.corners.within(pieces)
        width = WIDTH * np.maximum(read, self._least)
        width[self.corners.cells] = 0.0
        return np.stack([np.maximum(read - width, 0.0), read, read + width]), (money - read) / self._scale

    def _turned(self, beside: Array) -> Flags:
        """By cell whether its curve is turned about 0 where it is read, from how far x is from there."""
        return np.asarray(self._turns & (beside < 0.0))

    def _scaled(self, near: Array, slopes: Array) -> tuple[Array, Array]:
        """Slopes and bends [scaled], of slopes around inputs of shape (3, …); 0 where they are infinite."""
        before, here, after = slopes
        scale = self._scale / self._size
        with np.errstate(invalid="ignore", divide="ignore"):
            bends = (after - before) / (near[2] - near[0]) * scale * self._scale
        return np.where(np.isfinite(here), here, 0.0) * scale, np.where(np.isfinite(bends), bends, 0.0)

    def at(self, x: Array, pieces: Index, motion: Motion, shift: float) -> Point:
        """What curves and rows say at x, with the coefficients of the rows as a motion has them.

        Raises Unknown where a step of Newton's method has left all that is near a plan: money may be infinite there.
        """
        if not np.abs(x).max(initial=0.0) < ASTRAY:
            raise Unknown
        near, beside = self._around(x, pieces)
        responses, slopes, bends = self._read(near)
        turned = self._turned(beside)
        responses += np.where(turned, self._at_none, slopes) * beside
        slopes = np.where(turned, 2.0 * self._at_none - slopes, slopes)
        rows = self.layout.activity(x[: self.columns], responses, motion, shift)
        rows = np.concatenate([rows, self._inputs(x)[self.corners.cells]])
        if self.drawn is not None:
            rows = np.concatenate([rows, x[-1] - self._costs(x, near[1], beside)])
        return Point(x=x, pieces=pieces, responses=responses, slopes=slopes, bends=bends, rows=rows)

    def pieces(self, x: Array, near: float) -> Index:
        """By cell that reads a table the piece that it is on; within `near` it is at a point, below it."""
        return self.corners.pieces(self._money(x)[self.corners.cells], near)

    def reads(self, columns: Index) -> NDArray[np.bool_]:
        """By cell that reads a table whether some of the columns move its input."""
        return np.asarray(self._reads[:, columns].any(axis=1))

    def edges(self, pieces: Index) -> tuple[Array, Array]:
        """By cell that reads a table from where to where its piece goes [scaled]."""
        low, high = self.corners.ends(pieces)
        scale = self._scale[self.corners.cells]
        return low / scale, high / scale

    def _read(self, near: Array) -> tuple[Array, Array, Array]:
        """Responses, slopes and bends of the expected curves [scaled]; 0 where only draws count."""
        cells = self._model.cells
        if self.drawn is not None and not self.layout.through.any():
            return np.zeros(len(cells.inputs)), np.zeros(len(cells.inputs)), np.zeros(len(cells.inputs))
        responses = (cells.curves.value(near[1]) - cells.zero) / self._size
        return responses, *self._scaled(near, cells.curves.slope(near))

    def _costs(self, x: Array, money: Array, beside: Array) -> Array:
        """cost_k, shape (draws,)."""
        assert self.drawn is not None
        worth, cells = self._worth / self._size, np.flatnonzero(beside)
        costs: Array = self._cost @ x[: self.columns] + worth @ self.drawn.gains(money)
        if len(cells):
            base = np.where(self._turned(beside), 0.0, money)
            slopes = self.drawn.slopes(base[None], np.arange(self.draws))[0]
            costs += slopes[:, cells] @ (worth * beside * self._scale)[cells]
        return costs

    def costs(self, x: Array) -> Array:
        """The cost by draw at columns without η, shape (draws,)."""
        return self._costs(x, self._money(x), np.zeros(len(self._scale)))

    def value(self, point: Point) -> float:
        """The cost."""
        if self.drawn is not None:
            worse = np.maximum(-point.rows[self.counted :], 0.0)
            return float(point.x[-1] + self.drawn.most * worse.sum())
        return float(self._cost @ point.x + self._worth @ point.responses)

    def spread(self, point: Point) -> Array:
        """The point in the model's columns, with what curves read."""
        columns = self.layout.whole(point.x[: self.columns], point.responses)
        columns[self._model.cells.inputs] = self._inputs(point.x)
        return columns

    def gradient(self, point: Point) -> Array:
        """∂cost/∂x; with a confidence only that of η, which is 1: what draws cost is in their rows."""
        if self.drawn is not None:
            return np.append(np.zeros(self.columns), 1.0)
        return np.asarray(self._cost + self._pulled(self._worth * point.slopes))

    def reduced(self, point: Point, prices: Array, motion: Motion, shift: float) -> Array:
        """∂cost/∂x less what the prices of rows and draws pay."""
        used = np.flatnonzero(prices)
        if self.drawn is not None:
            return self.gradient(point) - prices[used] @ self.jacobian(point, used, motion, shift)
        own, stand = used[used < len(self.layout.rows)], prices[len(self.layout.rows) :]
        direct, through = self.layout.coefficients(own, motion, shift)
        pull = (self._worth - prices[own] @ through) * point.slopes
        return np.asarray(self._cost - prices[own] @ direct + self._pulled(pull) - stand @ self._reads)

    def jacobian(self, point: Point, chosen: Index, motion: Motion, shift: float) -> Array:
        """∂/∂x of some rows and draws, in order, shape (chosen, columns)."""
        count = len(self.layout.rows)
        direct, through = self.layout.coefficients(chosen[chosen < count], motion, shift)
        stand = self._reads[chosen[(chosen >= count) & (chosen < self.counted)] - count]
        found = np.vstack([direct + self._pulled(through * point.slopes), stand])
        if self.drawn is None:
            return found
        slopes, _ = self._drawn(point, chosen[chosen >= self.counted] - self.counted)
        ahead = -self._cost - self._pulled(self._worth * slopes)
        return np.vstack([np.pad(found, ((0, 0), (0, 1))), np.hstack([ahead, np.ones((len(ahead), 1))])])

    def _drawn(self, point: Point, draws: Index) -> tuple[Array, Array]:
        """Slopes and bends of some draws, shape (draws, cells); those read last are asked for again and again."""
        assert self.drawn is not None
        known, own, found = self._last
        if known is not point or not np.array_equal(own, draws):
            near, beside = self._around(point.x, point.pieces)
            slopes, bends = self._scaled(near, self.drawn.slopes(near, draws))
            if (turned := self._turned(beside)).any():
                base = self.drawn.slopes(np.where(turned, 0.0, near[1])[None], draws)[0] * self._scale / self._size
                slopes = np.where(turned, 2.0 * base - slopes, slopes)
            found = slopes, bends
            self._last = point, draws, found
        return found

    def curvature(self, point: Point, prices: Array) -> Bends:
        """∂²/∂x² of the cost less what rows and draws pay."""
        weights = -(prices[: len(self.layout.rows)] @ self.layout.through) * point.bends
        if self.drawn is not None:
            weighed = np.flatnonzero(prices[self.counted :])
            weights += self._worth * (prices[self.counted + weighed] @ self._drawn(point, weighed)[1])
        else:
            weights += self._worth * point.bends
        return Bends(spends=self._spends, weights=weights, columns=len(point.x))

    def jumps(self, point: Point, prices: Array, ways: Index, motion: Motion, shift: float) -> Array:
        """By cell that reads a table how much more its input costs on the next piece, above (1) or below (−1).

        A curve that is worth having and bends down at a point costs more above it, and less below.
        """
        own, cells = np.flatnonzero(prices[: len(self.layout.rows)]), self.corners.cells
        if not len(cells):
            return np.zeros(0)
        _, through = self.layout.coefficients(own, motion, shift)
        pays = -(prices[own] @ through)
        here, beyond = (self._around(point.x, pieces)[0] for pieces in (point.pieces, point.pieces + ways))
        slopes = (self._read(beyond)[1] - point.slopes)[cells]
        if self.drawn is None:
            return np.asarray((pays + self._worth)[cells] * slopes)
        weighed = np.flatnonzero(prices[self.counted :])
        before, after = (self.drawn.slopes(near[:1], weighed)[0][:, cells] for near in (here, beyond))
        turn = prices[self.counted + weighed] @ (after - before) * (self._scale / self._size)[cells]
        return np.asarray(pays[cells] * slopes + self._worth[cells] * turn)
