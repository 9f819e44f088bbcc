"""Money that brings nothing is not spent.

A program may leave money where it neither helps nor hurts: on demand that nobody converts, or where a curve is flat.
What such a cell spends is lowered as far as nothing is lost and every limit is kept as well as before.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import largest_violation
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.units import tidy

Array = NDArray[np.float64]
LOST = 1e-12  # of the value, that doubles may take from it
MOST = 600  # valuations
READINGS = 1_000_000  # of cells and draws, that all of them may take


def thrifty(valuation: Valuation, valuer: Valuer, worth: Array, unit: float) -> Valuation:
    """A plan in units of money without what brings nothing; itself where there is nothing of the kind.

    `worth` is what the next unit brings in each cell [objective per money].
    """
    spend, objective = valuation.spend, valuation.scenario.objective
    least = valuation.scenario.own_limits[0]
    idle = (worth <= 0.0) & (spend > least)
    charged = objective.aim == "profit" or objective.target_marginal_roi > 0.0  # where spend costs, it ends by itself
    if charged or not objective.maximizes or not idle.any():
        return valuation
    each = valuation.outcome[idle] / spend[idle]
    trial = _Trial(valuation, valuer, unit)
    for row, column in np.argwhere(idle)[np.argsort(each, kind="stable")].tolist():
        if trial.left <= 0:
            break
        trial.lower((row, column), ceil(least[row, 0] / unit - LOST), round(float(spend[row, column]) / unit))
    return trial.best


class _Trial:
    """The plan as far as it is lowered, and how many valuations are left."""

    def __init__(self, valuation: Valuation, valuer: Valuer, unit: float) -> None:
        self.best, self._valuer, self._unit = valuation, valuer, unit
        draws = max(len(tactic.response.members) for tactic in valuation.scenario.tactics)
        self.left = min(MOST, READINGS // (valuation.spend.size * draws))
        self._value, self._broken = valuation.value, largest_violation(valuation)

    def lower(self, cell: tuple[int, int], low: int, high: int) -> None:
        """Find the fewest units that keep everything: `low`, or by halves between what does not and what does."""
        if high <= low or self._keeps(cell, low) or not self._keeps(cell, high - 1):
            return
        high -= 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._keeps(cell, middle) else (middle, high)

    def _keeps(self, cell: tuple[int, int], units: int) -> bool:
        """Whether a cell may spend so little; if so, it does."""
        self.left -= 1
        whole, flow = self.best.spend.copy(), self.best.flow
        whole[cell] = tidy(units * self._unit)
        other = self._valuer.value(whole, None if flow is None else flow.converted, more=False)
        kept = other.value >= self._value - LOST * abs(self._value) and largest_violation(other) <= self._broken
        if kept:
            self.best = other
        return kept
