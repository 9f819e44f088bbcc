"""The plan in whole minor units that is nearest to a spend and keeps every limit on spend, as an integer program.

Sets        cells with a spend of whole minor units; decisions k, as far as the model has them
Columns     step_j ∈ {−s … s}, away_j ≥ 0   minor units added to spend column j, and how many they are
            decision_k, further columns of rules
Rows        away_j ≥ ±step_j; every row of the model without a curve's columns, at its distance from the limit
Objective   minimise Σ away_j
"""

from __future__ import annotations

import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.formulation.model import Model, attach, expression
from optimizer.units import apart, weighed

Units = NDArray[np.int64]
SAFETY = 1e-7  # of a row's largest coefficient, by which doubles may miss a limit


def nearest(model: Model, units: Units, least: Units, most: Units, unit: float, steps: int) -> pulp.LpProblem:
    """The program for a spend within limits of each cell [minor units], shaped like it; a minor unit [money]."""
    problem = pulp.LpProblem("nearest", pulp.LpMinimize)
    spends, size = model.spend.ravel(), len(model.cost)
    whole, unknown = np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.bool_)
    whole[spends] = units.ravel()
    columns = _columns(problem, model, np.clip(least - units, -steps, 0), np.clip(most - units, 0, steps), unit)
    away = [problem.add_variable(f"away_{column}", 0.0) for column in spends.tolist()]
    attach(problem, [*columns.values(), *away])
    problem.setObjective(expression(away, np.arange(len(away)), np.ones(len(away))))
    for column, far in zip(spends.tolist(), away, strict=True):
        problem.addConstraint(far - columns[column] >= 0.0)
        problem.addConstraint(far + columns[column] >= 0.0)
    unknown[list(columns)] = False
    factors = np.ones(size)
    factors[model.integer] = 1.0 / unit
    for row in model.drafts:
        total = row.sum
        if row.side in ("link", "pursued") or unknown[total.columns].any() or not len(total.columns):
            continue
        values, spent = total.values * factors[total.columns], weighed(total.values, whole[total.columns])
        largest = float(np.abs(values).max(initial=0.0)) or 1.0
        own = expression(
            [columns[column] for column in total.columns.tolist()], np.arange(len(values)), values / largest
        )
        for limit, sign in ((row.lower, 1.0), (row.upper, -1.0)):
            if np.isfinite(limit):
                problem.addConstraint(sign * own >= sign * apart(limit, unit, spent) / largest - SAFETY)
    return problem


def _columns(problem: pulp.LpProblem, model: Model, down: Units, up: Units, unit: float) -> dict[int, pulp.LpVariable]:
    columns = {
        column: problem.add_variable(f"step_{column}", float(low), float(high), "Integer")
        for column, low, high in zip(model.spend.ravel().tolist(), down.ravel(), up.ravel(), strict=True)
    }
    low, high = model.low * model.scale, model.high * model.scale
    for column in model.integer.tolist():
        columns[column] = problem.add_variable(f"decision_{column}", float(low[column]), float(high[column]), "Integer")
    for column in model.extra.tolist():
        columns[column] = problem.add_variable(f"extra_{column}", float(low[column]) / unit, float(high[column]) / unit)
    return columns
