"""Amounts that leave no plan: multipliers of one linear program prove it for all of them.

Where a limit moves, the least (or most) that its row can be within all others is a linear program, as long as rows
count spends alone. Its duals π beside a multiplier of the row itself are Farkas's: they prove of every amount

    Σ_rows π·limit + Σ_columns min (−Aᵀπ)·column > 0

that no spend keeps all rows. The solver is asked for multipliers only: the sum is reckoned here, under the limits of
each amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model, to_pulp
from optimizer.search.bounds.bound import admitted, dual_bounds, priced_limits
from optimizer.search.deadline import Deadline
from optimizer.search.region.hull import Box, Hull, Region
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
PROVED = 1e-7  # by which the sum must be above 0, in the size of its terms: what misses cents is told to the last digit


def impossible(model: Model, hull: Hull, region: Region, box: Box, deadline: Deadline) -> Flags:
    """By point, a row of the limits of a model's rows and of a box: whether it was proved that no spend keeps all."""
    matrix = model.matrix
    nothing = replace(model, cost=np.zeros(len(model.cost)))
    proved = np.zeros(len(matrix.lower), dtype=bool)
    moved = np.flatnonzero(
        (matrix.lower != matrix.lower[0]).any(axis=0) | (matrix.upper != matrix.upper[0]).any(axis=0)
    )
    if len(moved) != 1:
        return proved
    for multipliers in _multipliers(model, int(moved[0]), deadline):
        duals = admitted(nothing, np.broadcast_to(multipliers, matrix.lower.shape))
        size = np.abs(duals * priced_limits(nothing, duals)).sum(axis=1)
        proved |= dual_bounds(nothing, duals, hull, region, box, box.low) > PROVED * size
    return proved


def _multipliers(model: Model, row: int, deadline: Deadline) -> Iterator[Array]:
    """Those that tell the least of a row, and the most, as far as amounts limit it to that side."""
    matrix, one = model.matrix, np.zeros(model.matrix.lower.shape[1])
    one[row] = 1.0
    sums = matrix.priced(one, len(model.cost))
    within = replace(matrix, lower=matrix.lower[-1], upper=matrix.upper[-1])
    for limits, sign in ((matrix.upper, 1.0), (matrix.lower, -1.0)):
        if not np.isfinite(limits[:, row]).all():
            continue
        program = Program(to_pulp(replace(model, cost=sign * sums, matrix=within)))
        program.bound_rows(np.array([row]), np.array([-np.inf]), np.array([np.inf]))
        outcome = program.solve(deadline.left)
        multipliers = program.ray() if outcome.ending == "infeasible" else outcome.row_duals
        if multipliers is not None:
            yield np.where(one > 0.0, -sign, multipliers) if outcome.ending == "optimal" else multipliers
