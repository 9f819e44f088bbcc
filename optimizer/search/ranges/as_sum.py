"""A limit that turns coefficients, as the limit of a sum where what they count is fixed by a row that binds.

The row of a share r turns as its limit moves by δ: (a + δ·v)·x ≥ b. Where v is ρ times a row k that binds at B, as the
whole of a share is where a budget is spent, that is
    a·x ≥ b − δ·ρ·B        y_k = y_k of this − δ·ρ·y_r
whose limit moves and nothing turns: the same points are the best ones, as long as row k keeps the sign of its price.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.ranges.motion import NOBODY, NOTHING, Motion

Array = NDArray[np.float64]
Index = NDArray[np.intp]
PRICED = 1e-9  # scaled: a price above which a row binds
SAME = 1e-12  # relative: a coefficient that is another one's multiple


def as_sum(model: Model, duals: Array, motion: Motion) -> Motion:
    """The motion with limits that move in place of coefficients that turn; itself where some of these stay."""
    if not len(motion.entry_rows):
        return motion
    turned = np.unique(motion.entry_rows)
    known = []
    for row in turned.tolist():
        if (own := _fixed(model, duals, motion, row)) is None:
            return motion
        known.append(own)
    due = np.zeros(len(motion.rows))
    due[np.searchsorted(motion.rows, turned)] = [times * at for _, times, at in known]
    matrix, rows = model.matrix, motion.rows
    return replace(
        motion,
        lower=motion.lower - np.where(np.isfinite(matrix.lower[rows]), due, 0.0),
        upper=motion.upper - np.where(np.isfinite(matrix.upper[rows]), due, 0.0),
        entry_rows=NOBODY,
        entry_columns=NOBODY,
        entry_values=NOTHING,
        turned_rows=turned,
        fixed_rows=np.array([row for row, _, _ in known], dtype=np.intp),
        fixed_times=np.array([times for _, times, _ in known]),
    )


def turning(model: Model, duals: Array, motion: Motion) -> Motion:
    """The motion again with coefficients that turn: what `as_sum` was given, which holds as many as they are."""
    if not len(motion.turned_rows):
        return motion
    matrix, rows, due = model.matrix, motion.rows, np.zeros(len(motion.rows))
    entries = [matrix.row(row) for row in motion.fixed_rows.tolist()]
    due[np.searchsorted(rows, motion.turned_rows)] = motion.fixed_times * [
        _binding(model, duals, row) for row in motion.fixed_rows.tolist()
    ]
    values = [times * each for times, (_, each) in zip(motion.fixed_times, entries, strict=True)]
    return replace(
        motion,
        lower=motion.lower + np.where(np.isfinite(matrix.lower[rows]), due, 0.0),
        upper=motion.upper + np.where(np.isfinite(matrix.upper[rows]), due, 0.0),
        entry_rows=np.repeat(motion.turned_rows, [len(each) for each in values]),
        entry_columns=np.concatenate([columns for columns, _ in entries]),
        entry_values=np.concatenate(values),
        turned_rows=NOBODY,
        fixed_rows=NOBODY,
        fixed_times=NOTHING,
    )


def _binding(model: Model, duals: Array, row: int) -> float:
    """The limit that a row binds at."""
    return float((model.matrix.lower if duals[row] > 0.0 else model.matrix.upper)[row])


def _fixed(model: Model, duals: Array, motion: Motion, turned: int) -> tuple[int, float, float] | None:
    """The row that fixes what turns one row, how many times it is that, and where it binds; None where none does."""
    matrix, own = model.matrix, motion.entry_rows == turned
    order = np.argsort(motion.entry_columns[own])
    columns, values = motion.entry_columns[own][order], motion.entry_values[own][order]
    for row in np.setdiff1d(np.flatnonzero(np.abs(duals) > PRICED), motion.rows).tolist():  # its own move with it
        at = _binding(model, duals, row)
        if not at or not np.isfinite(at):
            continue
        counted, each = matrix.row(row)
        if not np.array_equal(counted, columns):
            continue
        times = values / each
        if (np.abs(times - times[0]) <= SAME * abs(times[0])).all():
            return row, float(times[0]), at
    return None
