"""S-shaped curves within one budget, searched by choices of what is off, and not by regions.

Most cells are off or on in every plan that could still be better: at the price at which the envelopes spend the budget,
to be the other costs more than such a plan may lose. Of the rest every choice is looked at (`choices`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.choices import Cells, Choices, Table, balanced, spending
from optimizer.search.hull import Region, Truth
from optimizer.search.incumbent import KEPT, Incumbent
from optimizer.search.newton.level import levelled
from optimizer.search.newton.spends import Spends
from optimizer.search.visit import Visit

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
CHOSEN = 12  # cells at the most, of which every choice is looked at
FIRST = 6  # of them, before a plan is known
ROUNDS = 8  # of further prices, those of the best choices
TRIED = 6  # choices whose plans are looked for together


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Columns, their cost and the dual of the budget [all scaled]; none at first."""

    cost: float
    columns: Array | None = None
    duals: Array | None = None


class OneBudget:
    """The choices of one model, whose limits may change."""

    def __init__(self, spends: Spends) -> None:
        self._spends, self._truth = spends, Truth(spends.model)

    @classmethod
    def of(cls, spends: Spends) -> OneBudget | None:
        """Where one row limits the spends, which curves read as they are, and each curve bends once; else None."""
        model, curves = spends.model, spends.model.cells.curves
        one_row = len(model.drafts) == len(spends.rows) == 1 and not len(spends.curved) and not spends.carried
        plain = np.array_equal(model.cells.inputs, model.spend.ravel()) and not len(model.extra)
        if not (one_row and plain) or len(model.integer) or len(model.two_sided) or len(model.tabled):
            return None
        wanted = (model.cost[model.cells.responses] < 0.0).all() and (spends.direct > 0.0).all()
        bends = curves.draws == 1 and not curves.linear.any() and not curves.concave.all()
        return cls(spends) if wanted and bends and np.isfinite(model.matrix.upper).all() else None

    def settle(self, model: Model, incumbent: Incumbent, cutoff: Callable[[], float]) -> Visit | None:
        """The bound that choices prove, and the best plan, which is offered; None where they do not close the gap."""
        with np.errstate(all="ignore"):
            cells = self._cells(model)
            table = balanced(cells)
            return None if table is None else self._chosen(model, cells, table, incumbent, cutoff)

    def _cells(self, model: Model) -> Cells:
        """The problem in money."""
        spends, own, scale = self._spends, model.cells, self._spends.scale
        low = np.maximum(own.low, model.low[own.inputs] * scale)
        high = np.minimum(own.high, model.high[own.inputs] * scale)
        worth = -model.cost[own.responses] / spends.size
        return Cells(
            curves=own.curves,
            worth=worth,
            cost=model.cost[own.inputs] / scale,
            take=spends.direct[0] / scale,
            low=low,
            bend=np.clip(own.curves.turns()[0], low, high),
            high=high,
            limit=float(model.matrix.upper[0]),
            rest=float(worth @ own.zero),
        )

    def _chosen(
        self, model: Model, cells: Cells, table: Table, incumbent: Incumbent, cutoff: Callable[[], float]
    ) -> Visit | None:
        costs = table.costs(cells)
        root = int(costs.argmax())
        gains = (table.on - table.off)[root]
        other, on = costs[root] + np.abs(gains), gains > 0.0  # what a cell costs at the least that is not as it is here
        order = np.argsort(other, kind="stable")[: min(CHOSEN, int(cells.bent.sum()))]
        choices, beyond, best = Choices(cells, order[:FIRST], ~cells.bent, on), np.inf, _Plan(cost=np.inf)
        for _ in range(ROUNDS):
            bounds = choices.costs(table).max(axis=0)
            bound = min(beyond, float(bounds.min()))
            if best.columns is not None and bound >= cutoff():
                return Visit(ending="cut off", bound=bound, columns=best.columns, duals=best.duals)
            likely = np.argsort(bounds, kind="stable")[:TRIED]
            likely = likely[(bounds[likely] < cutoff()) | (best.columns is None)]
            prices, rows = spending(table.prices, choices.spent(table)[:, likely], cells.limit)
            at, prices = self._plans(model, cells, choices.sides(table, rows, likely), table.at[rows], prices)
            best = min(best, self._best(model, at, prices, incumbent), key=lambda plan: plan.cost)
            prices, first = np.unique(np.maximum(prices, 0.0), return_index=True)
            table = table.joined(Table.of(cells, prices, table.at[rows[first]]))
            held = other >= cutoff()
            beyond = float(other[held].min(initial=np.inf))
            choices = Choices(cells, order[~held[order]], held, on)
        return None

    def _plans(self, model: Model, cells: Cells, sides: Flags, near: Array, prices: Array) -> tuple[Array, Array]:
        """The best spends [scaled] of some choices of sides, and their prices of the budget, by water-filling."""
        scale = self._spends.scale
        low, high = np.where(sides, cells.bend, cells.low), np.where(sides, cells.high, cells.low)
        lower, upper = (np.repeat(limit, len(sides)) for limit in (model.matrix.lower, model.matrix.upper))
        region = Region(low=cells.low, high=cells.high)
        ends, start = (low / scale, high / scale), (near / scale, -prices)
        at, duals = levelled(self._spends, self._truth, region, ends, (lower, upper), start)
        return at, -duals

    def _best(self, model: Model, at: Array, prices: Array, incumbent: Incumbent) -> _Plan:
        """The best of some spends, which is offered, and the dual of the budget there."""
        spends = self._spends
        money = spends.money(at, Region(low=model.cells.low, high=model.cells.high))
        columns = spends.filled(model.low, at, at, spends.responses(money, self._truth))
        kept = model.matrix.violation(columns).max(axis=1, initial=0.0) <= KEPT
        costs = np.where(kept, columns @ model.cost, np.inf)
        place = int(costs.argmin())
        incumbent.offer(columns[place])
        return _Plan(cost=float(costs[place]), columns=columns[place], duals=-prices[place : place + 1])
