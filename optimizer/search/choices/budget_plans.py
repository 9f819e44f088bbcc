"""The best plans of S-shaped curves within one budget, or each of many, that water-filling has led to so far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.choices.cells import Cells
from optimizer.search.newton.level import BudgetRow, levelled
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Region, Truth

Array = NDArray[np.float64]
Index = NDArray[np.intp]
NEARER = 8.0 ** -np.arange(8.0)  # of its convex side, that a cell on it is moved by
WAYS = np.linspace(-1.0, 1.0, 17)  # of that, which are tried together
STANDS = 1e-9  # of its convex side, within which a cell is at an end of it
KEPT = 1e-11  # a budget broken by no more than this is kept [scaled]: water-filling that has converged is exact


class BudgetPlans:
    """By point the cost of the best plan, ∞ where there is none, its columns, and the dual of the budget [all scaled].

    `known` are the costs of plans to be bettered by more than the gap.
    """

    def __init__(self, spends: Spends, model: Model, cells: Cells, row: BudgetRow, gap: float, known: Array) -> None:
        self._spends, self._model, self._cells, self._row = spends, model, cells, row
        self._gap, self._known = gap, known
        self.costs = np.full(len(known), np.inf)
        self.columns, self.duals = np.zeros((len(known), len(model.cost))), np.zeros((len(known), 1))

    def cutoff(self, points: Index) -> Array:
        """What costs this or more is not worth looking for."""
        cost = np.minimum(self._known, self.costs)[points]
        return np.asarray(cost - self._gap * np.where(np.isfinite(cost), np.abs(cost), 0.0))

    def look(self, points: Index, ends: tuple[Array, Array], near: Array, prices: Array) -> Array:
        """Look for plans of points, (plans,), within limits of all cells, (plans, cells) [money].

        It begins near some inputs, at prices that are likely; told are those that these become.
        """
        (low, high), scale = ends, self._spends.scale
        row, region = self._row.part(points), Region(low=self._cells.low, high=self._cells.high)
        start = np.clip(near, low, high) / scale, -prices
        at, duals = levelled(self._spends, Truth(self._model), region, (low / scale, high / scale), row, start)
        responses = self._spends.responses(self._spends.money(at, region), Truth(self._model))
        broken = np.maximum(row.lower - at @ row.take, at @ row.take - row.upper)
        columns = self._spends.filled(self._model.low, at, at, responses)
        kept = (broken <= KEPT) & ~self._cells.short(at * scale)
        self._offer(points, columns, duals, np.where(kept, columns @ self._model.cost, np.inf))
        return -duals

    def sharpen(self) -> None:
        """Put the cell that the best plan of a point has off its end and not beyond its bend to where the plan is best.

        That cell tells what the budget is worth, even where all others stand at their limits.
        """
        cells = self._cells
        for nearer in NEARER:
            points, own, at = self._between()
            if not len(points):
                return
            plans, own, near = np.repeat(points, len(WAYS)), np.repeat(own, len(WAYS)), np.repeat(at, len(WAYS), axis=0)
            on, each = near >= cells.bend, (np.arange(len(plans)), own)
            low, high = np.where(on, cells.bend, cells.low), np.where(on, cells.high, cells.low)
            there = near[each] + nearer * (cells.bend - cells.low)[own] * np.tile(WAYS, len(points))
            low[each] = high[each] = np.clip(there, cells.low[own], cells.bend[own])
            self.look(plans, (low, high), near, -self.duals[plans, 0])
        points, own, at = self._between()
        slopes = cells.curves.take(own).slope(at[np.arange(len(points)), own])
        self.duals[points, 0] = (cells.cost[own] - cells.worth[own] * slopes) / cells.take[own]

    def _between(self) -> tuple[Index, Index, Array]:
        """The points whose best plan has a cell off the ends of its convex side, that cell, and the inputs [money].

        One at its bend is one of them where it could go on, and none is before its bend.
        """
        cells = self._cells
        at, little = self.columns[:, self._model.cells.inputs] * self._spends.scale, STANDS * (cells.bend - cells.low)
        off = cells.between & (at > cells.low + little) & (at < cells.high - little)
        between = off * np.where(at < cells.bend - little, 2, at <= cells.bend + little)
        points = np.flatnonzero(np.isfinite(self.costs) & between.any(axis=1))
        return points, np.argmax(between[points], axis=1), at[points]

    def _offer(self, points: Index, columns: Array, duals: Array, costs: Array) -> None:
        """Take what is better than the best of its point."""
        order = np.lexsort((costs, points))
        best = order[np.unique(points[order], return_index=True)[1]]
        best = best[costs[best] < self.costs[points[best]]]
        own = points[best]
        self.costs[own], self.columns[own], self.duals[own, 0] = costs[best], columns[best], duals[best]
