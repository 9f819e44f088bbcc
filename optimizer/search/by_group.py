"""A bound by group: rows on what a group of cells spends together are kept, while all other rows are priced.

`dual_bound` prices such a row too, so that in each of them a cell may stand between off and on, at its envelope. Here
the minimum of a group is that of all its cells together (`sides`). What a share allows depends on what is spent in all:
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

from optimizer.formulation.model import Matrix, Model
from optimizer.search.bound import Parts, admitted, dual_bound, parts_of
from optimizer.search.hull import Region
from optimizer.search.newton.spends import Spends
from optimizer.search.place import Place
from optimizer.search.sides import Groups, Terms, most_of

Array = NDArray[np.float64]
Index = NDArray[np.intp]
FEW, MANY = 5, 2_000  # groups: fewer rows are branched on as quickly, tables of more take much memory
CELLS = 100  # at the least: fewer are branched on as quickly, and a region of theirs would take twice the time
LITTLE = 1e-7  # of the target, that another price must bring
ALIKE = 1e-13  # of the largest, by which coefficients of a row may differ and be the same
ROUNDING = 1e-12  # of all money, by which limits of groups are widened


class _Row(NamedTuple):
    """A row lower ≤ inside·Σ_cells + outside·(all − Σ_cells) ≤ upper on spends [money], by number in the model."""

    number: int
    cells: Index
    inside: float
    outside: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The rows that are kept, and the group that each speaks of."""

    numbers: Index
    groups: Index
    inside: Array
    outside: Array

    @classmethod
    def of(cls, groups: list[list[_Row]]) -> _Kept:
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


class ByGroup:
    """The bounds of one model, whose limits may change."""

    def __init__(self, model: Model, groups: list[list[_Row]], budget: tuple[int, float] | None) -> None:
        self._kept, self._budget = _Kept.of(groups), budget
        cells = [group[0].cells for group in groups]
        self._cells = np.concatenate(cells)
        self._groups = Groups.of(model.cells.curves.take(self._cells), [len(own) for own in cells])
        self._alone = np.setdiff1d(np.arange(len(model.cells.inputs)), self._cells)

    @classmethod
    def of(cls, spends: Spends, fewest: int = CELLS) -> ByGroup | None:
        """Where many curves read their own spends and rows limit what disjoint groups spend, small ones first."""
        model = spends.model
        plain = np.array_equal(model.cells.inputs, model.spend.ravel()) and not len(model.extra)
        if not plain or len(model.cells.inputs) < fewest or len(model.two_sided) or len(model.integer):
            return None
        budget = _budget_of(spends)
        known: dict[bytes, list[_Row]] = {}
        for row in _rows_of(spends):
            known.setdefault(row.cells.tobytes(), []).append(row)
        taken, groups = model.cells.curves.concave.copy(), []
        free = np.ones(len(taken), dtype=np.bool_)
        for rows in sorted(known.values(), key=lambda rows: (len(rows[0].cells), rows[0].number)):
            cells = rows[0].cells
            told = budget is not None or not any(row.outside for row in rows)
            if told and free[cells].all() and not taken[cells].all():
                free[cells] = False
                groups.append(rows)
        return cls(model, groups, budget) if FEW <= len(groups) <= MANY else None

    def bound(self, place: Place, duals: Array) -> tuple[float, tuple[Region, Array] | None]:
        """What every plan within a region and a box costs at the least, up to the target; −∞ when time is up.

        And where a plan may be: the sides of the region, and columns there, that attain the bound.
        """
        if place.deadline.left <= 0:
            return -np.inf, None
        model, cells, own = place.model, place.model.cells, self._cells
        duals = admitted(model, duals)
        known = dual_bound(model, duals, place.hull, place.region, place.box, place.near)
        spent = self._spent(place, duals, known)
        folded, start = self._folded(duals)
        parts = parts_of(model, folded, place.hull, place.region, place.box, place.near)
        terms = self._terms(place, parts, start)
        rest = float(parts.rows) + float(parts.columns.sum()) + float(parts.cells[self._alone].sum())
        rest += float(terms.worth @ cells.zero[own])

        def limits(gain: float) -> tuple[Array, Array]:
            nonlocal spent
            spent = max(spent[0], self._spent(place, folded, rest - gain)[0]), spent[1]
            return self._kept.limits(model.matrix, spent, len(start))

        gain, found = most_of(self._groups, terms, limits, LITTLE * abs(place.target))
        inputs = parts.inputs.copy()
        inputs[own] = found
        bound = rest - gain
        return -np.inf if np.isnan(bound) else min(bound, place.target), self._near(place, inputs)

    def _terms(self, place: Place, parts: Parts, start: Array) -> Terms:
        """What the cells of the groups earn and cost beside the rows that are priced."""
        cells, own, region = place.model.cells, self._cells, place.region
        size = np.where(cells.most[own] > 0, cells.most[own], 1.0)
        return Terms(
            worth=np.maximum(-parts.reduced[cells.responses[own]], 0.0) / size,
            price=parts.reduced[cells.inputs[own]] / place.model.scale[cells.inputs[own]],
            low=region.low[own],
            high=region.high[own],
            start=start,
        )

    def _folded(self, duals: Array) -> tuple[Array, Array]:
        """Duals without those of the rows that are kept, and prices of the groups that together do the same."""
        kept, folded = self._kept, duals.copy()
        own = duals[kept.numbers]
        folded[kept.numbers] = 0.0
        if self._budget is not None:
            number, each = self._budget
            folded[number] = min(0.0, folded[number] + float(own @ kept.outside) / each)
        start = np.zeros(len(self._groups.members))
        np.add.at(start, kept.groups, -own * (kept.inside - kept.outside))
        return folded, start

    def _spent(self, place: Place, duals: Array, known: float) -> tuple[float, float]:
        """Between what and what [money] all spend is in plans below the target, where duals prove the bound `known`."""
        least, most = float(place.region.low.sum()), float(place.region.high.sum())
        if self._budget is None:
            return least, most
        number, each = self._budget
        most = min(most, float(place.model.matrix.upper[number]) / each)
        price = -float(duals[number]) * each
        left = max(0.0, place.target - known) / price if price > 0.0 else np.inf
        return max(least, most - left - ROUNDING * most), most

    def _near(self, place: Place, inputs: Array) -> tuple[Region, Array]:
        """The sides of a region that inputs [money] stand on, and columns there."""
        model, region, cells = place.model, place.region, place.model.cells
        bend = inputs.copy()
        bend[self._cells] = self._groups.bend
        bent = (bend > region.low) & (bend < region.high)
        up = inputs >= bend
        columns = place.near.copy()
        columns[cells.inputs] = inputs / model.scale[cells.inputs]
        return region.sided(bend, bent & up, bent & ~up), columns


def _budget_of(spends: Spends) -> tuple[int, float] | None:
    """The row that limits all spend, by number, and its coefficient per money; None where there is none."""
    for number, row in _plain_rows(spends):
        if row.min() > 0.0 and np.ptp(row) <= ALIKE * row.max() and np.isfinite(spends.model.matrix.upper[number]):
            return number, float(row.max())
    return None


def _rows_of(spends: Spends) -> Iterator[_Row]:
    """The rows that have one coefficient for some cells and another for all others."""
    for number, row in _plain_rows(spends):
        low, high = float(row.min()), float(row.max())
        near = ALIKE * max(abs(low), abs(high))
        is_low, is_high = row - low <= near, high - row <= near
        if high - low <= near or not (is_low | is_high).all():
            continue
        inside, outside, cells = (low, high, is_low) if is_low.sum() < is_high.sum() else (high, low, is_high)
        yield _Row(number, np.flatnonzero(cells), inside, outside)


def _plain_rows(spends: Spends) -> Iterator[tuple[int, Array]]:
    """The rows on spends alone, by number, with their coefficients per money [scaled row]."""
    model = spends.model
    dense = spends.dense / model.scale
    others = np.ones(len(model.cost), dtype=np.bool_)
    others[model.cells.inputs] = False
    plain = ~dense[:, others].any(axis=1)
    for place in np.flatnonzero(plain).tolist():
        yield int(spends.rows[place]), dense[place, model.cells.inputs]
