"""What is settled of points that differ in the limit of one row alone: a bound of each, and its best plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.level import BudgetRow
from optimizer.search.newton.spends import Spends
from optimizer.search.region.visit import Visit

Array = NDArray[np.float64]
ROOM = 1e-9  # of all that can be spent, beyond it


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """By point a bound, and the best plan that was found: its cost, ∞ where there is none, columns and duals.

    All of it is scaled.
    """

    bounds: Array
    costs: Array
    columns: Array
    duals: Array


class Settling(ABC):
    """What settles points of one model, whose limits may change."""

    def __init__(self, spends: Spends) -> None:
        self._spends = spends

    @abstractmethod
    def settle(self, model: Model, gap: float, known: Array, deadline: Deadline) -> Settled:
        """What is proved and found at each limit of the model's row; where that does not close the gap, bounds say so.

        `known` are the costs of plans that are to be bettered by more than the gap.
        """

    def visit(self, model: Model, incumbent: Incumbent, gap: float, deadline: Deadline) -> Visit | None:
        """The best plan at the model's one limit, which is offered, and its bound; None where the gap is not closed."""
        found = self.settle(model, gap, np.array([incumbent.cost]), deadline)
        [bound], [cost], [columns], [duals] = found.bounds, found.costs, found.columns, found.duals
        if not np.isfinite(cost):
            return None
        incumbent.offer(columns)
        if bound < incumbent.cost - gap * abs(incumbent.cost):
            return None
        return Visit(ending="cut off", bound=float(bound), columns=columns, duals=duals, chosen=True)

    def nothing(self, model: Model, points: int) -> Settled:
        """What is settled where nothing is."""
        columns, duals = np.zeros((points, len(model.cost))), np.zeros((points, len(model.drafts)))
        bounds = np.full(points, -np.inf)
        return Settled(bounds=bounds, costs=-bounds, columns=columns, duals=duals)

    def row(self, model: Model, points: int) -> BudgetRow:
        """The row at each point; where there is none, one that takes money and limits nothing."""
        if len(self._spends.rows):
            lower, upper = (limit.reshape(points, 1)[:, 0] for limit in (model.matrix.lower, model.matrix.upper))
            return BudgetRow(self._spends.direct.written_out()[0], lower, upper)
        take = self._spends.scale
        most = float(take @ model.high[model.cells.inputs]) * (1.0 + ROOM)
        return BudgetRow(take, np.full(points, -np.inf), np.full(points, most))
