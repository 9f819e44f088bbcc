"""Tables within one budget: the edges of their hulls, steepest first, until the budget is spent.

    minimise Σ c_i·x_i − w_i·f_i(x_i)     subject to   least ≤ Σ a_i·x_i ≤ limit,   low_i ≤ x_i ≤ high_i
All cells but one stand at points of their tables, where hull and table are one. That one may stand where its table is
below its hull: then plans are tried that leave the edge out and go on, and that take all of it and less of those
before. Where these do not close the gap, all that may be better are looked through (`combined`).
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves.tabulated import Tabulated
from optimizer.formulation.model import Model
from optimizer.formulation.pieces import SAME
from optimizer.search.choices.cells import Cells, within_one
from optimizer.search.choices.combined import Limits, combined
from optimizer.search.choices.corners import ROUNDED, Corners, Edges
from optimizer.search.choices.settled import Settled, Settling
from optimizer.search.deadline import Deadline
from optimizer.search.newton.level import BudgetRow
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Hull, Region, Truth

Array = NDArray[np.float64]
AT = 1e-9  # scaled: a row that is as near to its limit is there
CLOSER = 0.5  # times the gap, within which plans are looked for


class Look(NamedTuple):
    """The cells of a model within their limits, their hulls, and what money can do in them."""

    cells: Cells
    hull: Hull
    corners: Corners
    edges: Edges


class Tables(Settling):
    """The tables of one model, whose limits may change."""

    def __init__(self, spends: Spends) -> None:
        super().__init__(spends)
        self._last: Look | None = None

    @cached_property
    def points(self) -> list[Array]:
        """The points of each cell's table above 0 [money]."""
        [group] = self._spends.model.cells.curves.groups  # one family, and no draws
        members = group.members
        assert isinstance(members.shape, Tabulated)
        money = np.array(members.shape.points)[:, 0, :, 0] * members.input_scale[:, None]
        money -= members.input_offset[:, None]
        kept = (money > 0.0) & (np.diff(money, axis=1, prepend=-np.inf) > SAME * money)
        return [own[there] for own, there in zip(money, kept, strict=True)]

    @classmethod
    def of(cls, spends: Spends) -> Tables | None:
        """Where one row limits spends, and tables alone read them, as they are; else None."""
        model = spends.model
        tabled = len(model.drafts) == 1 and model.all_tables
        return cls(spends) if tabled and within_one(spends) else None

    def look(self, model: Model) -> Look:
        """The cells within the model's limits; the last look is kept, for limits of the row alone change most often."""
        cells, last = Cells.of(self._spends, model, self._spends.direct.written_out()[0]), self._last
        if last is None or not all(
            np.array_equal(getattr(cells, end), getattr(last.cells, end)) for end in ("low", "high")
        ):
            hull, corners = Hull(model, Region(low=cells.low, high=cells.high)), Corners.of(cells, self.points)
            self._last = last = Look(cells, hull, corners, Edges.of(corners, hull))
        return last

    def settle(self, model: Model, gap: float, known: Array, deadline: Deadline) -> Settled:
        """What edges, and where they leave a gap all that may be better, prove and find at each limit of the row."""
        row, own = self.row(model, len(known)), self.look(model)
        ends = self.ends(own, row)
        columns, costs = self.filled(model, own, ends)
        duals = np.array([[-limits.price] for limits in ends])
        least = {price: self._least(model, own.cells, own.corners, price) for price in {each.price for each in ends}}
        proved = [least[limits.price] - limits.wasted(0.0) for limits in ends]
        bounds = np.where(np.isfinite(costs), proved, -np.inf)
        for point in np.flatnonzero(np.isfinite(costs)).tolist():
            best = min(float(costs[point]), float(known[point]))
            if bounds[point] >= best - gap * abs(best) or deadline.left <= 0.0:
                continue
            found = combined(own.corners, ends[point], float(best - bounds[point]), CLOSER * gap * abs(best))
            bounds[point] += found.proved
            if not np.isfinite(found.lost):
                continue
            [other], [cost] = self._valued(model, found.inputs[None])
            if cost < costs[point]:
                columns[point], costs[point], duals[point] = other, cost, -found.price
        taken = columns[:, model.cells.inputs] @ row.take
        stands = np.minimum(abs(row.upper - taken), abs(taken - row.lower)) <= AT * np.maximum(1.0, abs(taken))
        duals[~stands] = 0.0  # what ends short of the limit has room
        return Settled(bounds=np.minimum(bounds, costs), costs=costs, columns=columns, duals=duals)

    def apart(self, model: Model) -> tuple[Array, float]:
        """Where each cell gains most by itself, the least there [money], and what no plan costs less than."""
        cells = Cells.of(self._spends, model, self._spends.direct.written_out()[0])
        corners = Corners.of(cells, self.points)
        most = corners.gains.max(axis=1, keepdims=True)
        first = (corners.gains >= most - ROUNDED * np.abs(most)).argmax(axis=1)
        inputs = corners.inputs[np.arange(len(first)), first]
        return inputs, self._least(model, cells, corners, 0.0)

    def _least(self, model: Model, cells: Cells, corners: Corners, price: float) -> float:
        """What no plan costs less than, beside a price of the row and the limit that it belongs to."""
        gained = (corners.gains - price * corners.takes).max(axis=1)  # tables are best at corners
        return float((model.cells.zero * cells.worth - gained).sum())

    def ends(self, own: Look, row: BudgetRow) -> list[Limits]:
        """Where edges end, by limit of the row."""
        idle = float(own.cells.take @ own.cells.low)
        both = zip((row.lower - idle).tolist(), (row.upper - idle).tolist(), strict=True)
        return [Limits.of(own.edges, least, most) for least, most in both]

    def filled(self, model: Model, own: Look, ends: list[Limits]) -> tuple[Array, Array]:
        """The columns of the best plans along edges, and what they cost; ∞ where there is none."""
        columns, costs = self._valued(model, np.array([self._first(own, limits) for limits in ends]))
        costs[[limits.last < 0 for limits in ends]] = np.inf
        return columns, costs

    def _first(self, own: Look, limits: Limits) -> Array:
        """The inputs of the best plan along edges [money], or the low ends."""
        cells, best, least = own.cells, own.cells.low, np.inf
        for part in own.edges.plans(limits.taken, limits.last) if limits.last >= 0 else ():
            taken = np.bincount(own.edges.cell, weights=part, minlength=len(cells.low))
            inputs = np.clip(cells.low + taken / cells.take, cells.low, cells.high)
            cost = float(cells.cost @ inputs - cells.worth @ cells.curves.value(inputs))
            if cost < least and limits.allow(float(part.sum())):
                best, least = inputs, cost
        return best

    def _valued(self, model: Model, inputs: Array) -> tuple[Array, Array]:
        """The columns of plans, (plans, cells) [money], and what they cost."""
        spends, at = self._spends, inputs / self._spends.scale
        columns = spends.filled(model.low, at, at, spends.responses(inputs, Truth(model)))
        return columns, columns @ model.cost
