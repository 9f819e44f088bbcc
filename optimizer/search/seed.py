"""Where the first tangents go: around the spends that one common price per unit of money would buy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.hull import Hull, Region

Array = NDArray[np.float64]
AROUND = (0.3, 0.7, 1.0, 1.4, 3.0)  # multiples of the price at which tangents are placed
LADDER = np.concatenate([[0.0], np.logspace(-7.0, 0.0, 36)])  # shares of an interval at which slopes are read
HALVINGS = 40


def seed_points(model: Model, hull: Hull, region: Region) -> list[Array]:
    """Inputs [money] for the first tangents, each an array over all cells."""
    worth, reach = _worth(model), _money_per_input(model)
    inputs = region.low + LADDER[:, None] * (region.high - region.low)
    steps = _Ladder(inputs=inputs, returns=np.array([hull.slope(rung) for rung in inputs]) * worth / reach)
    price = _price(steps, reach, _money(model))
    return [*(steps.wanted(price * factor) for factor in AROUND), region.high]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ladder:
    """Inputs, rung by rung, and what one more unit of money returns there; shape (rungs, cells)."""

    inputs: Array
    returns: Array

    def wanted(self, price: float) -> Array:
        """The highest rung of each cell that still returns the price."""
        rung = np.maximum((self.returns >= price).sum(axis=0) - 1, 0)
        inputs: Array = np.take_along_axis(self.inputs, rung[None, :], axis=0)[0]
        return inputs


def _worth(model: Model) -> Array:
    """Objective per unit of outcome, by cell; where the objective does not see the response, what goals weigh."""
    cells = model.cells
    size = np.where(cells.most > 0, cells.most, 1.0)
    worth = -model.cost[cells.responses] / size
    weights = np.zeros(len(model.cost))
    np.maximum.at(weights, model.matrix.columns, np.abs(model.matrix.values))
    fallback = weights[cells.responses] / size
    worth = np.where(worth > 0, worth, fallback)
    positive = worth[worth > 0]
    return np.where(worth > 0, worth, positive.min() if positive.size else 1.0)


def _money_per_input(model: Model) -> Array:
    """Money that one more unit of input takes, by cell: 1 without adstock, 1/Σ weights with it."""
    return np.concatenate(
        [
            np.full(model.cells.first[row + 1] - model.cells.first[row], 1.0 / _carry(model, row))
            for row in range(len(model.cells.first) - 1)
        ]
    )


def _carry(model: Model, row: int) -> float:
    carry = model.scenario.tactics[row % len(model.scenario.tactics)].carry_over
    if carry.after_saturation:
        return 1.0
    return float(carry.adstock.spread(len(model.scenario.periods)).sum()) or 1.0


def _money(model: Model) -> float:
    total = model.scenario.budget.total
    most = float((model.high * model.scale)[model.spend].sum())
    return min(most, total.at_most) if total is not None and total.at_most is not None else 0.5 * most


def _price(steps: _Ladder, reach: Array, money: float) -> float:
    """The price per unit of money at which the cells together want to spend `money`."""
    known = steps.returns[np.isfinite(steps.returns) & (steps.returns > 0)]
    if not known.size:
        return 1.0
    low, high = float(known.min()), float(known.max())
    for _ in range(HALVINGS):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if float((steps.wanted(middle) * reach).sum()) > money else (low, middle)
    return high
