"""Columns that no direction leads on, and the multipliers of rows that show it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.directions import Directions
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
ENDLESS = 1e-6  # of a step, above which a direction takes a column along


def unled(ways: Directions, seconds: float) -> tuple[Flags, Array]:
    """The columns asked about that no direction leads on, and y ≥ 0 with shares y·A of 1 or more in each of them.

    Those that some direction leads on are left out until none is; none is left where `seconds` do not do for that.
    The solver's word is not to be taken: whoever asks sums the shares anew.
    """
    left, none = ways.sought.copy(), np.zeros(len(ways.matrix.upper))
    program, place = _program(ways)
    while left.any():
        program.price_columns(place, -left.astype(np.float64))
        outcome = program.solve(seconds)
        if outcome.columns is None or outcome.row_duals is None:
            return np.zeros_like(left), none
        endless = left & (outcome.columns[place] > ENDLESS)
        if not endless.any():
            return left, np.maximum(-outcome.row_duals, 0.0)
        left &= ~endless
    return left, none


def _program(ways: Directions) -> tuple[Program, NDArray[np.intp]]:
    """The program of the directions, and where their steps stand in it."""
    program, matrix = Program(ways.steps()), ways.matrix
    position = {name: column for column, name in enumerate(program.order)}
    place = np.array([position[name] for name in ways.names], dtype=np.intp)
    starts = np.searchsorted(matrix.rows, np.arange(len(matrix.upper)))
    none = np.zeros(len(matrix.upper))
    program.add_rows(matrix.lower, none, starts, place[matrix.columns], matrix.values)
    return program, place
