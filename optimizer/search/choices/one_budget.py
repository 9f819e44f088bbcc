"""S-shaped curves within one budget, searched by choices of what is off, and not by regions: for one budget, or many.

Most cells are off or on in every plan that could still be better: at the price at which the envelopes spend the budget,
to be the other costs more than such a plan may lose. The rest are branched on, many choices at once, at prices that all
of them share (`choices`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.choices.budget_plans import BudgetPlans
from optimizer.search.choices.cells import Cells, Table, balanced, within_one
from optimizer.search.choices.choices import Choices, spending
from optimizer.search.choices.settled import Settled, Settling
from optimizer.search.deadline import Deadline
from optimizer.search.newton.spends import Spends

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
FIRST = 2_048  # choices of all points, of which the first plans are looked for
LEAST, MOST = 4, 10  # cells of a point that these are of, the others as they are at the root
BEGUN = 5  # cells of each point that are branched on at once
BRANCHED = 400  # cells that are branched on, at the most
ROUNDS = 24
SLOW = 0.9  # of what a bound lacks: where more than that is left after a round, prices add little
PRICES = 24  # of a point that are kept from round to round
SPLIT = 64  # choices that are split in a round, those with the lowest bounds
CHOICES, FEWEST = 1_000, 200  # of all points, and of one, beyond which regions are searched instead
TRIED = 60  # choices of all points whose plans are looked for together
FEW, MANY = 2, 6  # of one point
SPREAD = np.linspace(0.0, 1.0, 5)  # of the prices of all choices that are left, those that are tried


class OneBudget(Settling):
    """The choices of one model, whose limits may change."""

    @classmethod
    def of(cls, spends: Spends) -> OneBudget | None:
        """Where at most one row limits the spends, curves read them as they are, and each bends once; else None."""
        curves = spends.model.cells.curves
        bends = not len(spends.model.tabled) and not curves.linear.any() and not curves.concave.all()
        return cls(spends) if bends and within_one(spends) else None

    def settle(self, model: Model, gap: float, known: Array, deadline: Deadline, least: Array | None = None) -> Settled:
        """What choices prove and find at each limit of the model's row; where they do not close the gap, bounds say so.

        `known` are the costs of plans that are to be bettered by more than the gap; `least` the minimum of each cell
        that may spend nothing, or so much and more [money], 0 of others.
        """
        row = self.row(model, len(known))
        with np.errstate(all="ignore"):
            cells = Cells.of(self._spends, model, row.take, least)
            plans = BudgetPlans(self._spends, model, cells, row, gap, known)
            table, kept = balanced(cells, row.upper)
            kept &= ~np.isnan(table.on).any(axis=(1, 2))  # what cannot be worked out proves nothing
            bounds = np.full(len(kept), -np.inf)
            if kept.any():
                search = _Search(cells, np.flatnonzero(kept), table.part(kept), plans)
                bounds[kept] = search.run(deadline)
            plans.sharpen()
        return Settled(
            bounds=bounds, costs=plans.costs, columns=plans.columns, duals=plans.duals[:, : len(model.drafts)]
        )


class _Search:
    """The points that are still searched and their prices; `places` are theirs in what is proved."""

    def __init__(self, cells: Cells, points: Index, table: Table, plans: BudgetPlans) -> None:
        self._cells, self._points, self._table, self._plans = cells, points, table, plans
        self._places = np.arange(len(points))
        self._before, self._proved = np.full((2, len(points)), -np.inf)
        self._closed = np.full(len(points), np.inf)

    def run(self, deadline: Deadline) -> Array:
        """A bound of each point, from its cutoff on where no choice is left that could be better."""
        choices = self._undecided()
        for _ in range(ROUNDS):
            costs = choices.costs(self._table, alone := choices.alone(self._table))
            bounds, none = np.where(choices.there, costs.max(axis=1), np.inf), alone.max(axis=1)
            cutoff = self._plans.cutoff(self._points)[:, None]
            left, within = bounds < cutoff, none < cutoff
            rows = np.where(choices.any & ~within, alone.argmax(axis=1), costs.argmax(axis=1))
            kept = np.where(within | ~choices.any, np.inf, none)  # with none between: the others are looked at
            going, slow = self._noted(choices, bounds, np.where(left, kept, bounds), left)
            if not going.any() or deadline.left <= 0.0:
                break
            order = np.argsort(np.where(left, bounds, np.inf)[going], axis=1, kind="stable")
            order = order[:, : left[going].sum(axis=1).max()]
            likely = np.where(choices.any, none, bounds)
            choices = choices.of(choices.states, left, choices.pieces).part(going).first(order)
            rows, within, likely = (np.take_along_axis(own[going], order, axis=1) for own in (rows, within, likely))
            self._points, self._places, self._table = self._points[going], self._places[going], self._table.part(going)
            split = choices.split(self._table, rows, within, slow[going], SPLIT)
            self._table = self._table.rows(_used(rows, choices.there, self._table.prices.shape[1]))
            self._look(choices, likely)
            choices = split
        return self._proved

    def _undecided(self) -> Choices:
        """The choices of each point that leave open which cells are on of which neither side is ruled out."""
        on, other, order = self._root()
        few, held = min(int(np.clip(np.log2(FIRST / len(on)), LEAST, MOST)), order.shape[1]), np.ones_like(on)
        np.put_along_axis(held, order[:, :few], values=False, axis=1)
        first = Choices.begun(self._cells, order[:, :few], (held, on), few)
        self._look(first, first.alone(self._table).max(axis=1))
        held = other >= self._plans.cutoff(self._points)[:, None]
        self._closed = np.where(held, other, np.inf).min(axis=1)
        chosen = order[:, : min(BRANCHED, int((~held).sum(axis=1).max()))]
        return Choices.begun(self._cells, chosen, (held, on), min(BEGUN, chosen.shape[1]))

    def _root(self) -> tuple[Flags, Array, Index]:
        """Which cells are on where envelopes spend the budget, what plans cost at the least where one is the other.

        And the cells that may be off, the least decided first.
        """
        cells, every, costs = self._cells, self._places, self._table.costs(self._cells)
        root = costs.argmax(axis=1)
        up, down, between = (own[every, root] for own in (self._table.on, self._table.off, self._table.between))
        on, lost = up > down, np.where(up > down, up - down - between, down - up)
        return on, costs[every, root][:, None] + lost, np.argsort(lost, axis=1, kind="stable")[:, : cells.bent.sum()]

    def _noted(self, choices: Choices, bounds: Array, closed: Array, left: Flags) -> tuple[Flags, Flags]:
        """Note what is proved. Told are the points that have choices left to look at, and not too many of them.

        And those whose bounds are slow to rise with more prices: unless choices can be parted these are given up.
        """
        own, least, count = self._places, np.where(left, bounds, np.inf).min(axis=1), left.sum(axis=1)
        self._closed[own] = np.minimum(self._closed[own], closed.min(axis=1))
        cutoff, parted = self._plans.cutoff(self._points), (left & ~choices.last).any(axis=1)
        slow = np.asarray(cutoff - least >= SLOW * (cutoff - self._before[own]))
        self._before[own], self._proved[own] = least, np.minimum(self._closed[own], least)
        most = max(FEWEST, CHOICES // max(1, int((count > 0).sum())))
        return np.asarray((count > 0) & (count <= most) & (parted | ~slow)), slow

    def _look(self, choices: Choices, costs: Array) -> None:
        """Look for plans of the likeliest choices, and try the prices at which choices spend the budget."""
        table, cells, points = self._table, self._cells, np.arange(len(self._points))[:, None]
        prices, rows = spending(table, choices.spent(table))
        likely = np.argsort(np.where(choices.there, costs, np.inf), axis=1, kind="stable")
        likely = likely[:, : int(np.clip(TRIED // len(points), FEW, MANY))]
        some, exact, rows = choices.first(likely), prices[points, likely], rows[points, likely]
        low, high = (own[some.there] for own in some.ends(table, rows))
        owner, near = np.broadcast_to(self._points[:, None], some.there.shape), table.at[points, rows][some.there]
        exact[some.there] = self._plans.look(owner[some.there], (low, high), near, exact[some.there])
        self._table = table.finer(cells, np.concatenate([exact, _spread(prices, choices.there)], axis=1))


def _spread(prices: Array, there: Flags) -> Array:
    """Some prices of each point's choices, from the lowest to the highest."""
    ordered, count = np.sort(np.where(there, prices, np.inf), axis=1), there.sum(axis=1)
    return np.take_along_axis(ordered, np.rint(SPREAD * (count[:, None] - 1)).astype(np.intp), axis=1)


def _used(rows: Index, there: Flags, count: int) -> Index:
    """By point the places of the prices at which choices cost most, and those beside them, up to so many of all."""
    used = np.zeros((len(rows), count + 2))
    points = np.broadcast_to(np.arange(len(rows))[:, None], rows.shape)
    for beside in range(3):
        np.add.at(used, (points, rows + beside), there)
    used[:, [1, -2]] = np.inf
    return np.sort(np.argsort(-used[:, 1:-1], axis=1, kind="stable")[:, :PRICES], axis=1)
