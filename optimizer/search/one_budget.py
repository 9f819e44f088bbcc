"""S-shaped curves within one budget, searched by choices of what is off, and not by regions.

Most cells are off or on in every plan that could still be better: at the price at which the envelopes spend the budget,
to be the other costs more than such a plan may lose. The rest are branched on, many choices at once, at prices that all
of them share (`choices`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.between import Pieces
from optimizer.search.choices import Cells, Choices, Table, balanced, spending
from optimizer.search.hull import Region, Truth
from optimizer.search.incumbent import KEPT, Incumbent
from optimizer.search.newton.level import levelled
from optimizer.search.newton.spends import Spends
from optimizer.search.visit import Visit

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Cutoff = Callable[[], float]
FIRST = 10  # cells, of which every choice is looked at for the first plans, the others as they are at the root
MOST = 60  # cells that are branched on
ROUNDS = 40
SPLIT = 64  # choices that are split in a round, those with the lowest bounds
CHOICES = 4_000  # beyond which regions are searched instead
TRIED = 6  # choices whose plans are looked for together
SPLITS = 14  # of the side of a cell that is between its ends
PIECES = 400  # of such sides, beyond which regions are searched instead
SPREAD = np.linspace(0.0, 1.0, 8)  # of the prices of all choices that are left, those that are tried


class OneBudget:
    """The choices of one model, whose limits may change."""

    def __init__(self, spends: Spends) -> None:
        self._spends = spends

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

    def settle(self, model: Model, incumbent: Incumbent, cutoff: Cutoff) -> Visit | None:
        """The bound that choices prove, and the best plan, which is offered; None where they do not close the gap."""
        with np.errstate(all="ignore"):
            cells = self._cells(model)
            table = balanced(cells)
            return None if table is None else _Search(self._spends, model, cells, table, incumbent).run(cutoff)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Columns, their cost and the dual of the budget [all scaled]; none at first."""

    cost: float
    columns: Array | None = None
    duals: Array | None = None


class _Search:
    """One search: the prices tried so far, and the best plan."""

    def __init__(self, spends: Spends, model: Model, cells: Cells, table: Table, incumbent: Incumbent) -> None:
        self._spends, self._model, self._cells, self._incumbent = spends, model, cells, incumbent
        self._table, self._best = table, _Plan(cost=np.inf)

    def run(self, cutoff: Cutoff) -> Visit | None:
        """Branch until no choice is left that could be better than the cutoff."""
        costs = self._table.costs(self._cells)
        root = int(costs.argmax())
        gains = (self._table.on - self._table.off)[root]
        other, on = costs[root] + np.abs(gains), gains > 0.0  # the least cost of a plan in which a cell is the other
        order = np.argsort(other, kind="stable")[: int(self._cells.bent.sum())]
        self._look(Choices.every(self._cells, order[:FIRST], on))
        held = other >= cutoff()
        chosen = order[~held[order]][:MOST]
        proved = self._branched(Choices(self._cells, chosen, np.zeros((1, len(chosen))), held, on), cutoff)
        bound = min(proved, float(other[held].min(initial=np.inf)))
        best = self._best
        if bound < cutoff() or best.columns is None:
            return None
        return Visit(ending="cut off", bound=bound, columns=best.columns, duals=best.duals)

    def _branched(self, choices: Choices, cutoff: Cutoff) -> float:
        """A bound of all choices, from the cutoff on if all goes well."""
        closed, before = np.inf, -np.inf
        for _ in range(ROUNDS):
            costs = choices.costs(self._table)
            bounds, rows = costs.max(axis=0), costs.argmax(axis=0)
            left = bounds < cutoff()
            closed = min(closed, float(bounds[~left].min(initial=np.inf)))
            if not left.any() or int(left.sum()) > CHOICES:
                break
            if not (choices.states[left] == 0.0).any() and bounds.min() <= before:
                return min(closed, self._between(choices.of(choices.states[left]), rows[left], cutoff))
            before = float(bounds.min())
            order = np.flatnonzero(left)[np.argsort(bounds[left], kind="stable")]
            first, rest = order[:SPLIT], order[SPLIT:]
            halves = choices.of(choices.states[first]).split(self._table, rows[first])
            self._look(choices.of(choices.states[order]))
            choices = choices.of(np.concatenate([halves.states, choices.states[rest]]))
        return min(closed, float(bounds.min()))

    def _between(self, choices: Choices, rows: Index, cutoff: Cutoff) -> float:
        """A bound of choices of which some have a cell between the ends of the side that it is off on."""
        return min(self._one_between(on, cutoff) for on in choices.sides(self._table, rows))

    def _one_between(self, on: Flags, cutoff: Cutoff) -> float:
        """The same of a choice that is whole: its pieces are split, and plans looked for in the middle of them."""
        cells, pieces, closed = self._cells, Pieces.of(self._cells, on), np.inf
        for _ in range(SPLITS):
            alone, costs, spent = pieces.costs(cells, self._table, on)
            bounds = costs.max(axis=0, initial=-np.inf)
            order = np.argsort(bounds, kind="stable")
            left, done = order[bounds[order] < cutoff()], order[bounds[order] >= cutoff()]
            closed = min(closed, float(bounds[done].min(initial=np.inf)))
            least = min(closed, float(alone.max()), float(bounds.min(initial=np.inf)))
            if least >= cutoff() or len(left) > PIECES:
                return least
            whole = np.where(on, cells.bend, cells.low), np.where(on, cells.high, cells.low)
            prices, rows = spending(self._table.prices, spent[:, [0, *left + 1]], cells.limit)
            pieces = pieces.part(left)
            low, high = (np.vstack(both) for both in zip(whole, pieces.part(slice(TRIED)).middles(*whole), strict=True))
            tried = len(low)
            self._try((low, high), self._table.at[rows[:tried]], prices[:tried], prices)
            pieces = pieces.split()
        return least

    def _look(self, choices: Choices) -> None:
        """Look for plans of the likeliest choices, and try the prices at which choices spend the budget."""
        table, cells = self._table, self._cells
        prices, rows = spending(table.prices, choices.spent(table), cells.limit)
        likely = np.argsort(choices.costs(table).max(axis=0), kind="stable")[:TRIED]
        on = choices.of(choices.states[likely]).sides(table, rows[likely])
        ends = np.where(on, cells.bend, cells.low), np.where(on, cells.high, cells.low)
        self._try(ends, table.at[rows[likely]], prices[likely], prices)

    def _try(self, ends: tuple[Array, Array], near: Array, likely: Array, prices: Array) -> None:
        """Look for plans within limits, (plans, cells), at likely prices; try those that these become, and more."""
        at, exact = self._plans(ends, near, likely)
        plan = self._plan(at, exact)
        if plan.columns is not None and plan.cost < self._best.cost:
            self._best = plan
            self._incumbent.offer(plan.columns)
        self._table = self._table.finer(self._cells, np.concatenate([exact, np.quantile(prices, SPREAD)]))

    def _plans(self, ends: tuple[Array, Array], near: Array, prices: Array) -> tuple[Array, Array]:
        """The best spends [scaled] within some limits, and their prices of the budget, by water-filling."""
        (low, high), cells, matrix, scale = ends, self._cells, self._model.matrix, self._spends.scale
        row = np.repeat(matrix.lower, len(low)), np.repeat(matrix.upper, len(low))
        start = np.clip(near, low, high) / scale, -prices
        region, truth = Region(low=cells.low, high=cells.high), Truth(self._model)
        at, duals = levelled(self._spends, truth, region, (low / scale, high / scale), row, start)
        return at, -duals

    def _plan(self, at: Array, prices: Array) -> _Plan:
        """The best of some spends that keep the budget."""
        spends, model = self._spends, self._model
        money = spends.money(at, Region(low=model.cells.low, high=model.cells.high))
        columns = spends.filled(model.low, at, at, spends.responses(money, Truth(model)))
        kept = model.matrix.violation(columns).max(axis=1, initial=0.0) <= KEPT
        costs = np.where(kept, columns @ model.cost, np.inf)
        best = int(costs.argmin())
        if not kept[best]:
            return _Plan(cost=np.inf)
        return _Plan(cost=float(costs[best]), columns=columns[best], duals=-prices[best : best + 1])
