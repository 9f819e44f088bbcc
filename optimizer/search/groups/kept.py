"""Which rows are kept: those that limit what a group of cells spends, for disjoint groups.

What a share allows depends on what is spent in all:
    least share · all ≤ Σ_group ≤ most share · all
That is hardly less than the budget in any plan that is looked for: at a price λ of money and a bound L, a plan that
leaves s of the budget costs L + λ·s at the least, and must cost less than the target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.matrix import Entries, Matrix
from optimizer.search.newton.rows import Sparse
from optimizer.search.newton.spends import Spends

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
ALIKE = 1e-13  # of the largest, by which coefficients of a row may differ and be the same
ROUNDING = 1e-12  # of all money, by which limits of groups are widened


class Row(NamedTuple):
    """A row lower ≤ inside·Σ_cells + outside·(all − Σ_cells) ≤ upper on spends [money], by number in the model."""

    number: int
    cells: Index
    inside: float
    outside: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The rows that are kept, and the group that each speaks of."""

    numbers: Index
    groups: Index
    inside: Array
    outside: Array

    @classmethod
    def of(cls, groups: list[list[Row]]) -> Kept:
        rows = [row for group in groups for row in group]
        return cls(
            numbers=np.array([row.number for row in rows], dtype=np.intp),
            groups=np.repeat(np.arange(len(groups)), [len(group) for group in groups]),
            inside=np.array([row.inside for row in rows]),
            outside=np.array([row.outside for row in rows]),
        )

    def limits(self, matrix: Matrix, spent: tuple[float, float], count: int) -> tuple[Array, Array]:
        """The least and the most that each of so many groups may spend where all spend is within `spent`."""
        depth, others = self.inside - self.outside, self.outside[:, None] * np.array(spent)
        ends = [(limit[self.numbers, None] - others) / depth[:, None] for limit in (matrix.lower, matrix.upper)]
        low, high = (np.where(depth > 0, own.T, other.T) for own, other in (ends, ends[::-1]))
        least, most = np.full(count, -np.inf), np.full(count, np.inf)
        np.maximum.at(least, self.groups, low.min(axis=0) - ROUNDING * spent[1])
        np.minimum.at(most, self.groups, high.max(axis=0) + ROUNDING * spent[1])
        return least, most

    def duals(self, matrix: Matrix, price: Array) -> Array:
        """Duals of the rows that say what prices of groups do, where a group's rows are no more than one each way."""
        own = -price[self.groups] / (self.inside - self.outside)
        limit = np.where(own > 0.0, matrix.lower[self.numbers], matrix.upper[self.numbers])
        return np.where(np.isfinite(limit), own, 0.0)


def groups_of(spends: Spends, budget: tuple[int, float] | None, bent: Flags) -> list[list[Row]]:
    """The rows to keep, by group, small groups first: each has a bent cell, and none is in two."""
    known: dict[bytes, list[Row]] = {}
    for row in _rows_of(spends):
        known.setdefault(row.cells.tobytes(), []).append(row)
    groups: list[list[Row]] = []
    free = np.ones(len(bent), dtype=np.bool_)
    for rows in sorted(known.values(), key=lambda rows: (len(rows[0].cells), rows[0].number)):
        cells = rows[0].cells
        told = budget is not None or not any(row.outside for row in rows)
        if told and free[cells].all() and bent[cells].any():
            free[cells] = False
            groups.append(rows)
    return groups


def budget_of(spends: Spends) -> tuple[int, float] | None:
    """The row that limits all spend, by number, and its coefficient per money; None where there is none."""
    for number, row in plain_rows(spends):
        if row.min() > 0.0 and np.ptp(row) <= ALIKE * row.max() and np.isfinite(spends.model.matrix.upper[number]):
            return number, float(row.max())
    return None


def _rows_of(spends: Spends) -> Iterator[Row]:
    """The rows that have one coefficient for some cells and another for all others."""
    for number, row in plain_rows(spends):
        low, high = float(row.min()), float(row.max())
        near = ALIKE * max(abs(low), abs(high))
        is_low, is_high = row - low <= near, high - row <= near
        if high - low <= near or not (is_low | is_high).all():
            continue
        inside, outside, cells = (low, high, is_low) if is_low.sum() < is_high.sum() else (high, low, is_high)
        yield Row(number, np.flatnonzero(cells), inside, outside)


def shared_rows(spends: Spends, kept: Index) -> tuple[Index, Sparse]:
    """All other rows on spends alone, by number, and as functions of the cells and one more that is none [money].

    Most have one coefficient for most cells, which is a multiple of their total; the others are entries of their own.
    """
    numbers, usual = np.zeros(0, dtype=np.intp), np.zeros(0)
    own = Entries(numbers, numbers, usual)
    for number, row in plain_rows(spends):
        if number in kept:
            continue
        most = float(np.median(row))
        others = np.flatnonzero(np.abs(row - most) > ALIKE * np.abs(row).max())
        entries = Entries(np.full(len(others), len(numbers)), others, row[others] - most)
        own = Entries(*(np.concatenate(both) for both in zip(own, entries, strict=True)))
        numbers, usual = np.append(numbers, number), np.append(usual, most)
    every = np.append(np.ones(len(spends.model.cells.inputs)), 0.0)[None]
    return numbers, Sparse(own, usual[:, None], every)


def plain_rows(spends: Spends) -> Iterator[tuple[int, Array]]:
    """The rows on spends alone, by number, with their coefficients per money [scaled row]."""
    model, read = spends.model, np.full(len(spends.model.cost), -1, dtype=np.intp)
    read[spends.columns] = np.arange(len(spends.columns))
    read = read[model.cells.inputs]  # −1 where a cell reads no spend, but what is carried over
    others = ~among(read[read >= 0], len(spends.columns))
    for place in np.flatnonzero(spends.on_spends_alone()).tolist():
        row = spends.direct.written_out(slice(place, place + 1))[0] / model.scale[spends.columns]
        if not row[others].any():
            yield int(spends.rows[place]), np.append(row, 0.0)[read]
