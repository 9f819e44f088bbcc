"""The prices of spend limits in columns: there may be two of every tactic."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.problem.limits import spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.problem.side import SIDES
from optimizer.search.ranges.solved.anew import Named

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class SpendPrices(NamedTuple):
    """By limit the row of its tactic, the place of its side in SIDES, and ∂objective/∂limit [objective per money]."""

    tactics: Index
    sides: Index
    prices: Array

    def named(self, scenario: Scenario) -> dict[Named, float]:
        """By name and side, tactics as the scenario has them."""
        told = zip(self.tactics.tolist(), self.sides.tolist(), self.prices.tolist(), strict=True)
        return {(spend_limit(scenario.tactics[row]), SIDES[side]): price for row, side, price in told}
