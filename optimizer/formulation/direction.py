"""The linear program for the best first step from a plan when one of its limits gives way.

Sets        spends c, rows r that stand at a limit
Columns     grow_c, shrink_c ∈ [0, room_c]      by which the spend moves, LONGEST at the most   [money]
Rows        row_r    Σ up_rc · grow_c − Σ down_rc · shrink_c   within what the row gives way
Objective   Σ up_c · grow_c − Σ down_c · shrink_c               what the step costs, to be small
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from optimizer.formulation.draft import Array

LONGEST = 100.0  # [money] what rounding to money leaves would otherwise lead on without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Slopes:
    """What a sum gains as each spend grows and loses as it shrinks [its unit per money], shape (spends,)."""

    up: Array
    down: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A row that stands at a limit, and how far it may go from there to either side."""

    slopes: Slopes
    lower: float
    upper: float


def first_step(cost: Slopes, rows: Sequence[Stand], grow: Array, shrink: Array) -> pulp.LpProblem:
    """The program; `grow` and `shrink` say how far each spend can [money]."""
    problem = pulp.LpProblem("step", pulp.LpMinimize)
    moves = [
        (problem.add_variable(f"{name}_{cell}", 0.0, min(float(room[cell]), LONGEST)), cell, sign)
        for name, room, sign in (("grow", grow, 1.0), ("shrink", shrink, -1.0))
        for cell in np.flatnonzero(room > 0.0).tolist()
    ]

    def total(slopes: Slopes) -> pulp.LpAffineExpression:
        sides = {1.0: slopes.up, -1.0: slopes.down}
        return pulp.LpAffineExpression([(move, sign * float(sides[sign][cell])) for move, cell, sign in moves])

    problem.setObjective(total(cost))
    for number, row in enumerate(rows):
        if np.isfinite(row.upper):
            problem.addConstraint(total(row.slopes) <= row.upper, f"upper_{number}")
        if np.isfinite(row.lower):
            problem.addConstraint(total(row.slopes) >= row.lower, f"lower_{number}")
    return problem
