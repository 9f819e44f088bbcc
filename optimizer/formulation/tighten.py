"""What the rows imply about single spends, before any solver is asked.

From Σ_j a_j·x_j ≤ b follows x_j ≤ (b − least the other terms can be) / a_j for a_j > 0, and likewise from ≥ and for
negative coefficients (bound propagation; Savelsbergh 1994). Tighter limits make tighter envelopes. Where a curve is
infinitely steep at 0 they are the only proof that no money may go there: no finite price is one. What limits a
response limits what its curve reads, which never falls: r(x) ≤ R leaves no x beyond the last with r(x) ≤ R.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.curves.bisection import last_true
from optimizer.formulation.draft import Array, Index, among
from optimizer.formulation.matrix import Entries, Matrix, summed
from optimizer.formulation.model import Model
from optimizer.formulation.spend import LOOSE

Flags = NDArray[np.bool_]
PASSES = 4  # in any case
MOST_PASSES = 300  # while they take a share of some spend: rows that imply one another's limits in a circle
SHRINKING = 0.95  # of a limit, that a pass beyond the first ones must bring some spend below
NOTHING = 1e-9  # of money: passes towards 0 would end beyond what doubles can divide by
UNEVEN = 1e-12  # of a curve's readings: what the rounding of doubles may have taken from them
SAFETY = 1e-11  # of the terms of a row: what the rounding of doubles may have taken from a limit


def tightened(model: Model) -> Array:
    """The most that each spend can be [money], shape (…, tactics, periods), by the rows of the model.

    Where the rows' limits are those of many points, shape (…, rows), so is the answer.
    """
    matrix = model.matrix
    shape = (*matrix.lower.shape[:-1], len(model.low))
    low, high = (np.broadcast_to(limit, shape).copy() for limit in (model.low, model.high))
    least = NOTHING / model.scale[model.spend]
    for turn in range(MOST_PASSES):
        before = high.copy()
        _pass(matrix, low, high, 1.0, matrix.upper)
        _pass(matrix, low, high, -1.0, -matrix.lower)
        _read_back(model, high)
        high[..., model.integer] = np.floor(high[..., model.integer] + 1e-9)
        low[..., model.integer] = np.ceil(low[..., model.integer] - 1e-9)
        high[..., model.spend] = np.where(high[..., model.spend] > 0.0, np.maximum(high[..., model.spend], least), 0.0)
        if np.array_equal(before, high) or (turn + 1 >= PASSES and not _shrinks(before, low, high, model.spend)):
            break
    high[..., model.spend] = np.minimum(model.high[model.spend], LOOSE * high[..., model.spend])
    most: Array = (np.maximum(high, model.low) * model.scale)[..., model.spend]
    return most


def _read_back(model: Model, high: Array) -> None:
    """Limit each input by what its response is limited to, in place."""
    cells, scale = model.cells, model.scale[model.cells.inputs]
    reached = high[..., cells.inputs]
    most = cells.zero + cells.most * high[..., cells.responses] + UNEVEN * (np.abs(cells.zero) + cells.most)
    if (cells.curves.value(np.maximum(reached, 0.0) * scale) <= most).all():
        return
    top = np.broadcast_to(cells.high, most.shape)
    within = last_true(lambda inputs: np.asarray(cells.curves.value(inputs) <= most), np.zeros(most.shape), top)[1]
    high[..., cells.inputs] = np.minimum(reached, np.where(most < cells.zero, 0.0, within / scale))


def _shrinks(before: Array, low: Array, high: Array, spend: Index) -> bool:
    """Whether a pass took much of some spend, and no column's limits have crossed: nothing keeps the rows, then."""
    taken = high[..., spend] < SHRINKING * before[..., spend]
    return bool(taken.any() and (low <= high).all())


def _pass(matrix: Matrix, low: Array, high: Array, sign: float, limits: Array) -> None:
    """Apply Σ sign·values·column ≤ limits once, in place."""
    limited = np.asarray(np.isfinite(limits).any(axis=tuple(range(limits.ndim - 1))))  # of some point
    if not limited.any():
        return
    ends = low.copy(), high.copy()
    for rows, columns, values in matrix.written_out():
        entries = Entries(rows, columns, sign * values).of_rows(limited)
        if limits.ndim > 1 and len(entries.rows):
            entries = entries.of_rows(_tells(entries, *ends, limits))
        implied, lifted = _implied(entries, ends, limits, SAFETY)
        _at(np.minimum, high, entries.columns, implied)
        _at(np.maximum, low, entries.columns, lifted)


def _tells(entries: Entries, low: Array, high: Array, limits: Array) -> Flags:
    """Which rows may move limits of columns at any of many points: those that would at the tightest limits of all."""
    columns, tightest = entries.columns, (low.max(axis=0), high.min(axis=0))
    implied, lifted = _implied(entries, tightest, limits.min(axis=0), -SAFETY)
    told = (implied < high.max(axis=0)[columns]) | (lifted > low.min(axis=0)[columns])
    return among(entries.rows[told], limits.shape[-1])


def _implied(entries: Entries, ends: tuple[Array, Array], limits: Array, safety: float) -> tuple[Array, Array]:
    """By entry the most that its column can be, and the least, whatever `safety` the terms of its row leave."""
    (rows, columns, values), (low, high) = entries, ends
    up, size = values > 0, limits.shape[-1]
    least = np.where(up, values * low[..., columns], values * high[..., columns])
    whole, terms = (summed(rows, own, size) for own in (least, np.abs(least)))
    slack = safety * (terms + np.where(np.isfinite(limits), abs(limits), 0.0))
    spare = (limits + slack - whole)[..., rows] + least
    implied = np.full_like(spare, np.inf)
    np.divide(spare, values, out=implied, where=up & np.isfinite(spare))
    lifted = np.full_like(spare, -np.inf)
    np.divide(spare, values, out=lifted, where=~up & np.isfinite(spare) & (values != 0.0))
    return implied, lifted


def _at(better: np.ufunc, limits: Array, columns: Index, implied: Array) -> None:
    """The better of limits and what is implied for some columns, each as often as it comes, in place."""
    if limits.ndim > 1 and len(columns) == len(np.unique(columns)):  # many points: numpy's own way takes its time
        limits[..., columns] = better(limits[..., columns], implied)
    else:
        better.at(limits.T, columns, implied.T)
