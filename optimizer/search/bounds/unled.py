"""Columns that no direction leads on, and the multipliers of rows that show it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.directions import Directions, steps
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
LED = 0.5  # of a step: a column is led on in full, or not at all


def unled(ways: Directions, seconds: float) -> tuple[Flags, Array]:
    """The columns asked about that no direction leads on, and y ≥ 0 with shares y·A of 1 or more in each of them.

    None where `seconds` do not do. The solver's word is not to be taken: whoever asks sums the shares anew.
    """
    matrix, (first, kind) = ways.matrix, ways.alike()
    none = np.zeros(len(matrix.upper))
    if not ways.sought.any():
        return ways.sought, none
    program, led = _program(ways, first)
    program.price_columns(led, -np.isin(np.arange(len(first)), kind[ways.sought]).astype(np.float64))
    outcome = program.solve(seconds)
    if outcome.columns is None or outcome.row_duals is None:
        return np.zeros_like(ways.sought), none
    return ways.sought & (outcome.columns[led] <= LED)[kind], np.maximum(-outcome.row_duals, 0.0)


def _program(ways: Directions, first: NDArray[np.intp]) -> tuple[Program, NDArray[np.intp]]:
    """The program over one column of each kind, and where it says which of them are led on."""
    matrix, count = ways.matrix, len(first)
    program = Program(steps(count))
    led, further = (np.array([program.place[f"{own}_{column}"] for column in range(count)]) for own in "df")
    kinds = np.full(len(ways.columns), -1)
    kinds[first] = np.arange(count)
    entries = np.flatnonzero(kinds[matrix.columns] >= 0)
    kind, starts = (
        kinds[matrix.columns[entries]],
        2 * np.searchsorted(matrix.rows[entries], np.arange(len(matrix.upper))),
    )
    columns = np.stack([led[kind], further[kind]], axis=1).ravel()
    program.add_rows(matrix.lower, 0.0 * matrix.upper, starts, columns, np.repeat(matrix.values[entries], 2))
    return program, led
