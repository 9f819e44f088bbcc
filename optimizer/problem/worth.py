"""What a unit of spend and of outcome is worth, and how long after the plan it is counted."""

from __future__ import annotations

import math

import numpy as np

from optimizer.curves import Array
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import Tactic

NEGLIGIBLE = 1e-12  # share of spend still at work at which carry-out is taken to have ended
LONGEST_TAIL = 600  # periods after the last that carry-out is followed


def tail_length(scenario: Scenario, tactic: Tactic) -> int:
    """How many periods after the last one the tactic's effects are counted in; 0 when they are not.

    After the last period no demand is followed: what draws from a pool has no tail.
    """
    if tactic.draws_from is not None or not scenario.counts_carry_out(tactic):
        return 0
    adstock = tactic.carry_over.adstock
    if adstock.length is not None:
        return adstock.length - 1
    retention = adstock.recursion or 0.0
    return min(LONGEST_TAIL, math.ceil(math.log(NEGLIGIBLE) / math.log(retention))) if retention > 0 else 0


def worth_of_outcome(scenario: Scenario) -> Array:
    """What a unit of realised outcome is worth to the plan, by tactic; where the objective is silent, its revenue."""
    objective = scenario.objective
    worth = scenario.rates("revenue" if objective.aim in ("spend", "goals") else objective.aim)[1]
    return worth if worth.any() else np.ones(len(scenario.tactics))
