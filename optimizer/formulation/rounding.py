"""The small integer program that mends a rounding: whole minor units, every limit kept.

Sets        cells with a spend of `base` whole minor units
Columns     step_j ∈ {−2 … 2}   minor units added to spend column j
            drift_j             what the steps do to the adstocked input of column j [minor units]
Rows        every row without on/off columns, at its distance from the limit; curves by their slope at the base
Objective   the model's own, by the slope at the base
"""

from __future__ import annotations

import numpy as np
import pulp

from optimizer.formulation.draft import Array, Index, Sum
from optimizer.formulation.model import Model
from optimizer.formulation.response import inputs_of
from optimizer.solver.columns import attach

STEPS = 2.0
FAR = 1e6  # minor units that an input may drift
SAFETY = 1e-7  # minor units by which a limit is kept, against the rounding of doubles


def mending(model: Model, base: Array, low: Array, high: Array, unit: float) -> pulp.LpProblem:
    """The program for a base spend within limits [money], shaped like the spend columns, and a minor unit [money]."""
    problem = pulp.LpProblem("mend", pulp.LpMinimize)
    columns = _columns(problem, model, base, low, high, unit)
    inputs = inputs_of(model.scenario, base)
    point = _settled(model, base, inputs)
    reads, slopes = _readings(model, inputs)
    objective = Sum(columns=np.arange(len(model.cost)), values=model.cost / model.scale)
    total, size = _total(columns, reads, slopes, objective)
    problem.setObjective(total)
    for number, row in enumerate(model.drafts):
        if not np.isin(row.sum.columns, model.integer).any():
            total, size = _total(columns, reads, slopes, row.sum)
            now = float(row.sum.values @ point[row.sum.columns])
            scale = unit * size
            _limit(problem, total, (row.lower - now) / scale, (row.upper - now) / scale, f"row_{number}")
    return problem


def _columns(
    problem: pulp.LpProblem, model: Model, base: Array, low: Array, high: Array, unit: float
) -> dict[int, pulp.LpVariable]:
    least = np.rint(np.clip((low - base) / unit, -STEPS, 0.0)).ravel()
    most = np.rint(np.clip((high - base) / unit, 0.0, STEPS)).ravel()
    columns: dict[int, pulp.LpVariable] = {}
    for cell, column in enumerate(model.spend.ravel().tolist()):
        columns[column] = problem.add_variable(f"step_{column}", float(least[cell]), float(most[cell]), "Integer")
    for column in np.setdiff1d(model.cells.inputs, model.spend).tolist():
        columns[column] = problem.add_variable(f"drift_{column}", -FAR, FAR)
    attach(problem, columns.values())
    return columns


def _settled(model: Model, base: Array, inputs: Array) -> Array:
    """The columns [planner's units] that a spend leads to on the true curves; on/off columns are left at 0."""
    point = np.zeros(len(model.cost))
    point[model.spend] = base
    point[model.cells.inputs] = inputs
    point[model.cells.responses] = model.cells.curves.value(inputs) - model.cells.zero
    return point


def _readings(model: Model, inputs: Array) -> tuple[Index, Array]:
    """By column: the column whose step or drift moves it, and by how much; a response by its curve's slope."""
    cells = model.cells
    reads, slopes = np.arange(len(model.cost)), np.ones(len(model.cost))
    reads[cells.responses] = cells.inputs
    steep = cells.curves.slope(inputs)
    slopes[cells.responses] = np.where(np.isfinite(steep), steep, 0.0)
    return reads, slopes


def _total(
    columns: dict[int, pulp.LpVariable], reads: Index, slopes: Array, total: Sum
) -> tuple[pulp.LpAffineExpression, float]:
    """The sum in steps, divided by its largest coefficient, and that coefficient."""
    moved = Sum(columns=reads[total.columns], values=slopes[total.columns] * total.values).merged()
    size = float(np.abs(moved.values).max(initial=0.0)) or 1.0
    terms = zip(moved.columns.tolist(), moved.values.tolist(), strict=True)
    return pulp.lpSum([value / size * columns[column] for column, value in terms if column in columns]), size


def _limit(problem: pulp.LpProblem, total: pulp.LpAffineExpression, lower: float, upper: float, name: str) -> None:
    if lower == upper:
        problem.addConstraint(total >= lower - SAFETY, f"{name}_low")
        problem.addConstraint(total <= upper + SAFETY, f"{name}_high")
    elif np.isfinite(upper):
        problem.addConstraint(total <= upper - SAFETY, name)
    else:
        problem.addConstraint(total >= lower + SAFETY, name)
