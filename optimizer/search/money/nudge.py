"""Whole minor units moved from cell to cell, one at a time, until every limit on spend alone holds.

Rounding breaks a limit by a few units at the most. Each step takes the pair of cells, one up and one down, that leaves
least of all violations; where several do, the pair that is nearest to the spend before rounding. No solver is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.matrix import matrix_of
from optimizer.formulation.model import Model
from optimizer.search.newton.rows import Rows, parts, rows_of

Array = NDArray[np.float64]
Units = NDArray[np.int64]
STEPS = 200
BEST = 24  # cells that are tried with each other in a step
KEPT = 1e-7  # units by which a row counts as kept: doubles round
AT_ONCE = 50_000  # numbers of rows that are worked out together
LARGEST = 5_000_000  # entries of the rows, beyond which an integer program mends instead


@dataclass(frozen=True, kw_only=True)
class Limits:
    """lower ≤ rows · units ≤ upper, for the rows that speak of spend and nothing else, over the cells."""

    rows: Rows
    lower: Array
    upper: Array

    @classmethod
    def of(cls, model: Model, unit: float) -> Self | None:
        """The limits in minor units [money]; None where they take too much memory."""
        own = cls.of_all([model], unit)
        return own[0] if own else None

    @classmethod
    def of_all(cls, models: Sequence[Model], unit: float) -> list[Self]:
        """The same of many models that differ in the limits of their rows; none where they take too much memory."""
        first, spend = models[0], models[0].spend.ravel()
        own = among(spend, len(first.cost))
        kept = [
            number
            for number, row in enumerate(first.drafts)
            if row.side not in ("link", "pursued") and own[row.total.columns].all()
        ]
        if len(kept) * len(spend) > LARGEST:
            return []
        matrix = matrix_of([first.drafts[number].total for number in kept], np.zeros(len(kept)), np.zeros(len(kept)))
        rows = rows_of(matrix, np.arange(len(kept)), spend)
        ends = [np.array([(model.drafts[own].lower, model.drafts[own].upper) for own in kept]) for model in models]
        sides = [(own.reshape(-1, 2) / unit).T for own in ends]
        return [cls(rows=rows, lower=lower, upper=upper) for lower, upper in sides]

    @cached_property
    def reach(self) -> Array:
        """What a unit up and a unit down can make of each row at the most."""
        return 2.0 * self.rows.largest()

    def near(self, activity: Array) -> Sides:
        """The sides that a unit up and a unit down can break or mend."""
        above, below = activity > self.upper - self.reach, activity < self.lower + self.reach
        near = np.flatnonzero(above | below)
        over = np.concatenate([(activity - self.upper)[above], (self.lower - activity)[below]])
        return Sides(
            rows=self.rows.part(near),
            which=np.concatenate([np.flatnonzero(side[near]) for side in (above, below)]),
            signs=np.repeat([1.0, -1.0], [above.sum(), below.sum()]),
            over=over - KEPT,
        )

    def broken(self, activity: Array) -> float:
        """How much is missing in all rows together."""
        missing = np.maximum(self.lower - activity, activity - self.upper) - KEPT
        return float(np.maximum(missing, 0.0).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Some limits as sign · row ≤ limit, and how far each is passed by more than counts as kept, `over` [units].

    `which` are the rows of the limits: one that may be broken to either side stands there twice.
    """

    rows: Rows
    which: Units
    signs: Array
    over: Array

    def columns(self, cells: Units) -> Array:
        """What a unit more of some cells makes of each side, 0 where the cell is −1."""
        return np.where(cells >= 0, self.rows.columns(cells), 0.0)[self.which] * self.signs[:, None]

    def after(self) -> tuple[Array, Array]:
        """How much is missing after a unit more of each cell, and after a unit less."""
        more, less = np.empty((2, self.rows.shape[1]))
        for some in parts(len(more), len(self.rows), AT_ONCE):
            unit = self.rows.columns(some)[self.which] * self.signs[:, None]
            less[some] = _missing(self.over[:, None] - unit)
            unit += self.over[:, None]
            more[some] = _missing(unit)
        return more, less

    def between(self, up: Units, down: Units) -> Array:
        """How much is missing after a unit more of one cell and less of another, shape (up, down)."""
        return _missing((self.columns(up) + self.over[:, None])[:, :, None] - self.columns(down)[:, None, :])


def _missing(over: Array) -> Array:
    """How much is missing on all sides together; `over`, of shape (sides, …), is written over."""
    return np.asarray(np.maximum(over, 0.0, out=over).sum(axis=0))


def nudged(limits: Limits, units: Units, ideal: Array, least: Units, most: Units) -> Units:
    """Whole units, shaped like `ideal` [units], that keep the limits; or as far as single steps lead.

    They are left as they are where no number of steps that is allowed, each as good as the first, would do.
    """
    now, wanted = units.ravel().copy(), ideal.ravel()
    low, high = least.ravel(), most.ravel()
    whole = limits.rows.times(now.astype(np.float64))
    left = limits.broken(whole)
    for step in range(STEPS):
        if left <= 0.0:
            break
        pull, sides = wanted - now, limits.near(whole)
        more, less = sides.after()
        up, down = _candidates(more, -pull, now < high), _candidates(less, pull, now > low)
        after, away = sides.between(up, down), _entries(-pull, up)[:, None] + _entries(pull, down)[None, :]
        rough = after.round(6)
        best = np.unravel_index(np.where(rough == rough.min(), away, np.inf).argmin(), after.shape)
        gain = left - float(after[best])
        if gain <= KEPT or (step == 0 and STEPS * gain < left):
            break
        first, second = int(up[best[0]]), int(down[best[1]])
        for cell, unit in ((first, 1), (second, -1)):
            if cell >= 0:
                now[cell] += unit
                whole = whole + unit * limits.rows.columns(np.array([cell]))[:, 0]
        left = limits.broken(whole)
    return now.reshape(units.shape)


def _candidates(missing: Array, away: Array, free: NDArray[np.bool_]) -> Units:
    """The cells that are best moved by a unit by themselves, and −1 for none; `missing` is told after each move."""
    after = missing.round(6)
    after[~free] = np.inf
    last = np.partition(after, BEST - 1)[BEST - 1] if len(after) > BEST else np.inf
    cells = np.flatnonzero(free & (after <= last))
    chosen = cells[np.lexsort((away[cells], after[cells]))[:BEST]]
    return np.append(chosen, -1).astype(np.int64)


def _entries(away: Array, cells: Units) -> Array:
    return np.where(cells >= 0, away[cells], 0.0)
