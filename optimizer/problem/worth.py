"""What a unit of outcome is worth."""

from __future__ import annotations

import numpy as np

from optimizer.curves import Array
from optimizer.problem.scenario import Scenario


def worth_of_outcome(scenario: Scenario) -> Array:
    """What a unit of realised outcome is worth to the plan, by tactic; where the objective is silent, its revenue."""
    objective = scenario.objective
    worth = scenario.rates("revenue" if objective.aim in ("spend", "goals") else objective.aim)[1]
    return worth if worth.any() else np.ones(len(scenario.tactics))
