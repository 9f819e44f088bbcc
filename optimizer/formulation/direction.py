"""The linear program for the best first step from a plan when one of its limits gives way.

Sets        spends c, rows r that stand at a limit, readings k of several spends at which a curve bends
Columns     grow_c, shrink_c ∈ [0, LONGEST], 0 where there is no room      by which the spend moves   [money]
            meet_k ≥ 0                                                     of what is read, how much moves both ways
Rows        row_r    Σ up_rc · grow_c − Σ down_rc · shrink_c + Σ both_rk · meet_k   within what the row gives way
            grown_k, shrunk_k    meet_k ≤ Σ read_kc · grow_c,   meet_k ≤ Σ read_kc · shrink_c
Objective   Σ up_c · grow_c − Σ down_c · shrink_c + Σ both_k · meet_k   what the step costs, to be small

A first step has no length: how much room a spend has says nothing of it, in whatever unit of money. Where one spend
grows and another shrinks, and both are read together, what is read may stay where it is: a meeting is worth the
difference of the slopes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.formulation.draft import Array

Flags = NDArray[np.bool_]
LONGEST = 100.0  # [money] what rounding to money leaves would otherwise lead on without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Slopes:
    """What a sum gains as each spend grows and loses as it shrinks [its unit per money], shape (spends,); `both`, what
    a meeting adds to that, shape (readings,).
    """

    up: Array
    down: Array
    both: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A row that stands at its lower limit, its upper one, or both."""

    slopes: Slopes
    low: bool
    high: bool


def first_step(cost: Slopes, rows: Sequence[Stand], grow: Flags, shrink: Flags, read: Array) -> pulp.LpProblem:
    """The program where nothing gives way yet; `grow` and `shrink` say which spends can, `read` (readings, spends) how
    much of each is read where a curve bends.
    """
    problem = pulp.LpProblem("step", pulp.LpMinimize)
    moves = [
        (problem.add_variable(f"{name}_{cell}", 0.0, LONGEST * free), cell, sign)
        for name, room, sign in (("grow", grow, 1.0), ("shrink", shrink, -1.0))
        for cell, free in enumerate(room.tolist())
    ]

    meets = [problem.add_variable(f"meet_{number}", 0.0, LONGEST * float(own.sum())) for number, own in enumerate(read)]

    def total(slopes: Slopes) -> pulp.LpAffineExpression:
        sides = {1.0: slopes.up, -1.0: slopes.down}
        own = [(move, sign * float(sides[sign][cell])) for move, cell, sign in moves]
        return pulp.LpAffineExpression(own + list(zip(meets, slopes.both.tolist(), strict=True)))

    problem.setObjective(total(cost))
    for number, row in enumerate(rows):
        own = total(row.slopes)
        stands = own == 0.0 if row.low and row.high else own <= 0.0 if row.high else own >= 0.0
        problem.addConstraint(stands, f"row_{number}")
    for number, (meet, own) in enumerate(zip(meets, read.tolist(), strict=True)):
        for name, side in (("grown", 1.0), ("shrunk", -1.0)):
            read_so = pulp.LpAffineExpression([(move, own[cell]) for move, cell, sign in moves if sign == side])
            problem.addConstraint(read_so - meet >= 0.0, f"{name}_{number}")
    return problem
