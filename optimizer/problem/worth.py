"""What a unit of outcome is worth."""

from __future__ import annotations

import numpy as np

from optimizer.curves import Array
from optimizer.problem.scenario import Scenario


def worth_of_outcome(scenario: Scenario) -> Array:
    """What a unit of realised outcome is worth to the plan, by tactic.

    Where the objective is silent, its revenue, and where nothing earns any, 1: goals may count the outcome itself.
    """
    aim = scenario.objective.aim
    if aim not in ("spend", "goals"):
        return scenario.rates(aim)[1]
    revenue = scenario.rates("revenue")[1]
    return revenue if revenue.any() else np.ones(len(scenario.tactics))
