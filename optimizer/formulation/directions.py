"""In which directions spends may grow without end, as far as rows and curves say.

Sets        columns j that reach as far as money goes: spends, what curves read of them, …
Columns     d_j ∈ [0, 1]        how much of a step the column takes
Rows        Σ a_j·d_j ≤ 0       for Σ a_j·x_j + … ≤ limit, and with its signs turned for ≥
            d_r ≤ s·d_x         for a response r to an input x: s the slope of its envelope far out
Objective   minimise −Σ d over spends: 0 where rows together end every spend
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Index
from optimizer.formulation.model import Model, attach


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """Rows A·x ≤ limits over the open `columns` of a model [planner's units], each divided by its largest coefficient.

    What other columns may take of a limit is in the limits; `spends` marks the columns that are spends.
    """

    columns: Index
    matrix: Array
    limits: Array
    spends: NDArray[np.bool_]

    @property
    def names(self) -> list[str]:
        """Those that the solver sees."""
        return [f"d_{column}" for column in self.columns.tolist()]

    def program(self) -> pulp.LpProblem:
        """The program of the directions."""
        problem = pulp.LpProblem("directions", pulp.LpMinimize)
        steps = [problem.add_variable(name, 0.0, 1.0) for name in self.names]
        attach(problem, steps)
        problem.setObjective(pulp.lpSum([-step for step, own in zip(steps, self.spends, strict=True) if own]))
        for number, row in enumerate(self.matrix):
            total = pulp.lpSum([float(row[place]) * steps[place] for place in np.flatnonzero(row).tolist()])
            problem.addConstraint(total <= 0.0, f"row_{number}")
        return problem


def directions(model: Model, far: float, slopes: Array, starts: Array) -> Directions:
    """Those of the columns that reach `far` [money or outcome].

    Responses of cells stay below starts + slopes·input [planner's units of the response column].
    """
    low, high = model.low * model.scale, model.high * model.scale
    columns = np.flatnonzero(high >= far)
    place = np.full(len(high), -1)
    place[columns] = np.arange(len(columns))
    rows, limits = [], []
    for row in model.drafts:
        for sign, limit in ((1.0, row.upper), (-1.0, -row.lower)):
            if np.isfinite(limit):
                values, own = sign * row.sum.values, place[row.sum.columns]
                closed = row.sum.columns[own < 0]
                least = np.minimum(values[own < 0] * low[closed], values[own < 0] * high[closed])
                dense = np.zeros(len(columns))
                np.add.at(dense, own[own >= 0], values[own >= 0])
                rows.append(dense)
                limits.append(limit - float(least.sum()))
    for cell in np.flatnonzero((place[model.cells.responses] >= 0) & (place[model.cells.inputs] >= 0)).tolist():
        dense = np.zeros(len(columns))
        dense[place[model.cells.responses[cell]]] = 1.0
        dense[place[model.cells.inputs[cell]]] = -slopes[cell]
        rows.append(dense)
        limits.append(float(starts[cell]))
    matrix, ends = np.array(rows).reshape(len(rows), len(columns)), np.array(limits)
    size = np.abs(matrix).max(axis=1, initial=0.0)
    kept = (size > 0.0) & (ends < far * size)  # a row that lets everything pass says nothing
    return Directions(
        columns=columns,
        matrix=matrix[kept] / size[kept, None],
        limits=ends[kept] / size[kept],
        spends=np.isin(columns, model.spend),
    )
