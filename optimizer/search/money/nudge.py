"""Whole minor units moved from cell to cell, one at a time, until every limit on spend alone holds.

Rounding breaks a limit by a few units at the most. Each step takes the pair of cells, one up and one down, that leaves
least of all violations; where several do, the pair that is nearest to the spend before rounding. No solver is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model

Array = NDArray[np.float64]
Units = NDArray[np.int64]
STEPS = 200
BEST = 24  # cells that are tried with each other in a step
KEPT = 1e-7  # units by which a row counts as kept: doubles round
LARGEST = 5_000_000  # entries of the rows, beyond which an integer program mends instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """lower ≤ rows · units ≤ upper, for the rows that speak of spend and nothing else; shape (rows, cells)."""

    rows: Array
    lower: Array
    upper: Array

    @classmethod
    def of(cls, model: Model, unit: float) -> Self | None:
        """The limits in minor units [money]; None where they take too much memory."""
        spend = model.spend.ravel()
        own = np.isin(np.arange(len(model.cost)), spend)
        kept = [row for row in model.drafts if own[row.sum.columns].all() and row.side not in ("link", "pursued")]
        if len(kept) * len(spend) > LARGEST:
            return None
        dense = np.zeros((len(kept), len(model.cost)))
        for number, row in enumerate(kept):
            dense[number, row.sum.columns] = row.sum.values
        lower, upper = (np.array([getattr(row, side) for row in kept]) / unit for side in ("lower", "upper"))
        return cls(rows=dense[:, spend], lower=lower, upper=upper)

    def near(self, activity: Array) -> tuple[Limits, Array]:
        """Those that a unit up and a unit down can break or mend, and their activity."""
        reach = 2.0 * np.abs(self.rows).max(axis=1, initial=0.0)
        some = (activity < self.lower + reach) | (activity > self.upper - reach)
        return Limits(rows=self.rows[some], lower=self.lower[some], upper=self.upper[some]), activity[some]

    def broken(self, activity: Array) -> Array:
        """How much is missing in all rows together, by point; activity of shape (rows, …)."""
        shape = (-1, *[1] * (activity.ndim - 1))
        lower, upper = self.lower.reshape(shape), self.upper.reshape(shape)
        return np.asarray(np.maximum(np.maximum(lower - activity, activity - upper) - KEPT, 0.0).sum(axis=0))


def nudged(limits: Limits, units: Units, ideal: Array, least: Units, most: Units) -> Units:
    """Whole units, shaped like `ideal` [units], that keep the limits; or as far as single steps lead.

    They are left as they are where no number of steps that is allowed, each as good as the first, would do.
    """
    now, wanted = units.ravel().copy(), ideal.ravel()
    low, high = least.ravel(), most.ravel()
    left = float(limits.broken(limits.rows @ now))
    for step in range(STEPS):
        if left <= 0.0:
            break
        pull, (some, activity) = wanted - now, limits.near(limits.rows @ now)
        up = _candidates(some, activity, some.rows, -pull, now < high)
        down = _candidates(some, activity, -some.rows, pull, now > low)
        pairs = _columns(some.rows, up)[:, :, None] - _columns(some.rows, down)[:, None, :]
        after = some.broken(activity[:, None, None] + pairs)
        away = _entries(-pull, up)[:, None] + _entries(pull, down)[None, :]
        best = np.unravel_index(np.lexsort((away.ravel(), after.ravel().round(6)))[0], after.shape)
        if float(after[best]) >= left or (step == 0 and STEPS * (left - float(after[best])) < left):
            break
        first, second = int(up[best[0]]), int(down[best[1]])
        now[first] += first >= 0
        now[second] -= second >= 0
        left = float(limits.broken(limits.rows @ now))
    return now.reshape(units.shape)


def _candidates(limits: Limits, activity: Array, columns: Array, away: Array, free: NDArray[np.bool_]) -> Units:
    """The cells that are best moved by themselves, and −1 for none."""
    cells = np.flatnonzero(free)
    after = limits.broken(activity[:, None] + columns[:, cells]).round(6)
    chosen = cells[np.lexsort((away[cells], after))[:BEST]]
    return np.append(chosen, -1).astype(np.int64)


def _columns(rows: Array, cells: Units) -> Array:
    return np.where(cells >= 0, rows[:, cells], 0.0)


def _entries(away: Array, cells: Units) -> Array:
    return np.where(cells >= 0, away[cells], 0.0)
