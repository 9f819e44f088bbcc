"""Whole minor units moved from cell to cell, one at a time, until every limit on spend alone holds.

Rounding breaks a limit by a few units at the most. Each step takes the pair of cells, one up and one down, that leaves
least of all violations; where several do, the pair that is nearest to the spend before rounding. No solver is asked.
Points that differ in their limits alone step together, each by a pair of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Sum, among, places
from optimizer.formulation.matrix import matrix_of, summed
from optimizer.formulation.model import Model
from optimizer.search.newton.rows import Rows, parts, rows_of
from optimizer.units import apart, weighed

Array = NDArray[np.float64]
Units = NDArray[np.int64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEPS = 200
FEW, BEST = 8, 24  # cells that are tried with each other in a step, and where none of their pairs helps
KEPT = 1e-7  # units by which a row counts as kept: doubles round
CLEAR = 10**10  # units in all, of which they lose some millionths
ALIKE = 1e6  # parts of a unit, of which one more that is missing counts
AT_ONCE = 50_000  # numbers that are worked out together
TOGETHER = 200_000  # numbers of units that are moved in step
LOOKS = 50  # cells, of which the middle tells what is usual
LARGEST = 5_000_000  # entries of the rows, beyond which an integer program mends instead


class Written(NamedTuple):
    """The same rows and limits [money] as they were written, and what a unit is; `place` is the cell of each column."""

    sums: Sequence[Sum]
    place: Index
    lower: Array
    upper: Array
    unit: float

    def over(self, units: Units) -> Array:
        """How far each side is passed [units], counted without rounding: upper ones first, shape (points, sides)."""
        return np.array(
            [
                [-apart(upper, self.unit, own) for upper, own in zip(uppers, spent, strict=True)]
                + [apart(lower, self.unit, own) for lower, own in zip(lowers, spent, strict=True)]
                for lowers, uppers, spent in zip(
                    self.lower.tolist(), self.upper.tolist(), map(self._spent, units), strict=True
                )
            ]
        )

    def _spent(self, units: Units) -> list[Fraction]:
        """What each row has of the units of one point."""
        return [weighed(own.values, units[self.place[own.columns]]) for own in (row.written_out() for row in self.sums)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """lower ≤ rows · units ≤ upper at each point, for the rows that speak of spend and nothing else, over the cells.

    `lower` and `upper` have the shape (points, rows). `written` is None where units are something else than money.
    """

    rows: Rows
    lower: Array
    upper: Array
    written: Written | None = None

    @classmethod
    def of(cls, models: Sequence[Model], unit: float) -> Self | None:
        """The limits in minor units [money] of models that differ in these alone; None where they take too much."""
        first, spend = models[0], models[0].spend.ravel()
        own = among(spend, len(first.cost))
        kept = [
            number
            for number, row in enumerate(first.drafts)
            if row.side not in ("link", "pursued") and own[row.total.columns].all()
        ]
        if len(kept) * len(spend) > LARGEST:
            return None
        matrix = matrix_of([first.drafts[number].total for number in kept], np.zeros(len(kept)), np.zeros(len(kept)))
        lower, upper = (
            np.array([[getattr(model.drafts[number], side) for number in kept] for model in models])
            for side in ("lower", "upper")
        )
        sums, place = [first.drafts[number].total for number in kept], places(spend, len(first.cost))
        return cls(
            rows=rows_of(matrix, np.arange(len(kept)), spend),
            lower=lower / unit,
            upper=upper / unit,
            written=Written(sums, place, lower, upper, unit),
        )

    def part(self, points: Index | slice) -> Self:
        """Those of some points."""
        lower, upper, written = self.lower[points], self.upper[points], self.written
        if written is not None:
            written = written._replace(lower=written.lower[points], upper=written.upper[points])
        return replace(self, lower=lower, upper=upper, written=written)

    def over(self, activity: Array) -> Array:
        """How far each side is passed by more than counts as kept, shape (points, sides): all upper ones come first."""
        return np.concatenate([activity - self.upper, self.lower - activity], axis=1) - KEPT

    def over_at(self, units: Units) -> Array:
        """The same at whole units, which are counted one by one where they are more than doubles can add up."""
        if self.written is None or int(units.sum(axis=1).max(initial=0)) <= CLEAR:
            return self.over(self.rows.times(units.astype(np.float64)))
        return self.written.over(units) - KEPT

    def broken(self, units: Array) -> Array:
        """By point, how much is missing in all rows together."""
        return _broken(self.over(self.rows.times(units)))


class Uneven(NamedTuple):
    """What a unit of each of `size` cells makes of each row: the `usual`, shape (rows,), of most, as a share has it of
    all that it does not speak of; of `others` of a row, told from its `first` on, `values` of these `cells`.
    """

    size: int
    usual: Array
    first: Index
    others: Index
    cells: Index
    values: Array

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """Those of some rows; what is usual is the middle of some cells."""
        size = rows.shape[1]
        known = np.sort(rows.columns(np.arange(0, size, -(-size // LOOKS))), axis=1)
        usual, found = known[:, known.shape[1] // 2], []
        for some in parts(*rows.shape, AT_ONCE):
            own = rows.written_out(some)
            place = np.flatnonzero(own != usual[some, None])
            row, cell = np.divmod(place, size)
            found.append((row + some.start, cell, own.ravel()[place]))
        row, cells, values = (np.concatenate(each) for each in zip(*found, strict=True))
        others = np.bincount(row, minlength=len(rows))
        return cls(size, usual, np.cumsum(others) - others, others, cells, values)

    def entries(self, rows: Index) -> tuple[Index, Index]:
        """The others of some rows: the place of the row among these, and where the other is told."""
        each = self.others[rows]
        place = np.repeat(np.arange(len(rows)), each)
        return place, np.arange(len(place)) - np.repeat(np.cumsum(each) - each - self.first[rows], each)


class Sides(NamedTuple):
    """Some sides of each point as sign · row ≤ limit, and how far each is passed, `over`, shape (points, sides).

    `numbers` tell rows and signs: the upper sides of all rows come before the lower ones. A point with fewer sides that
    matter than others has some that do not.
    """

    numbers: Index
    over: Array

    @classmethod
    def of(cls, matter: Flags, over: Array) -> Self:
        """Those of all sides that matter."""
        most = max(1, int(matter.sum(axis=1).max(initial=0)))
        numbers = np.argpartition(~matter, most - 1, axis=1)[:, :most]
        return cls(numbers, np.take_along_axis(over, numbers, axis=1))

    def after(self, rows: Uneven, before: Array | None = None) -> Array:
        """How much is missing after a unit more of each cell, and after a unit less; shape (2, points, cells).

        Or how much more than where the sides were passed by so much `before`.
        """
        size, (lower, row) = rows.size, np.divmod(self.numbers, len(rows.usual))
        missing = np.empty((2, len(row), size))
        for some in parts(len(row), int(rows.others[row].sum(axis=1).max(initial=0)), AT_ONCE):
            side, entry = rows.entries(row[some].ravel())
            cell, signs = side // row.shape[1] * size + rows.cells[entry], 1.0 - 2.0 * lower[some]
            usual, other = rows.usual[row[some]] * signs, rows.values[entry] * signs.ravel()[side]
            for way, sign in enumerate((1.0, -1.0)):
                even, odd = np.zeros(usual.shape), np.zeros(other.shape)
                for over, times in ((self.over, 1.0), (before, -1.0)):
                    if over is not None:
                        even += times * np.maximum(over[some] + sign * usual, 0.0)
                        odd += times * np.maximum(over[some].ravel()[side] + sign * other, 0.0)
                more = summed(cell, odd - even.ravel()[side], len(even) * size)
                missing[way, some] = even.sum(axis=1)[:, None] + more.reshape(-1, size)
        return missing

    def between(self, rows: Rows, up: Index, down: Index) -> Array:
        """How much is missing after a unit more of one cell and less of another, shape (points, up, down)."""
        after, more, less = np.empty((*up.shape, down.shape[1])), self._units(rows, up), self._units(rows, down)
        more += self.over[:, :, None]
        for some in parts(len(up), more[0].size * down.shape[1], AT_ONCE):
            after[some] = _missing(more[some, :, :, None] - less[some, :, None, :])
        return after

    def _units(self, rows: Rows, cells: Index) -> Array:
        """What a unit more of some cells of each point makes of its sides, shape (points, sides, cells)."""
        lower, which = np.divmod(self.numbers, len(rows))
        own = np.take_along_axis(_columns(rows, cells), which[:, :, None], axis=1)
        return np.asarray(own * (1.0 - 2.0 * lower)[:, :, None])


def nudged(limits: Limits, units: Units, ideal: Array, least: Units, most: Units) -> Units:
    """Whole units, shaped like `ideal` [units], that keep the limits; or as far as single steps lead.

    The shape begins with the points, unless there is but one. Units are left as they are where no number of steps that
    is allowed, each as good as the first, would do.
    """
    shape = len(limits.lower), limits.rows.shape[1]
    now, wanted = units.reshape(shape).copy(), ideal.reshape(shape)
    low, high = least.reshape(shape), most.reshape(shape)
    if not len(limits.rows):
        return units.copy()
    known = Uneven.of(limits.rows)
    for some in parts(*shape, TOGETHER):
        _move(limits.part(some), known, now[some], wanted[some], low[some], high[some])
    return now.reshape(units.shape)


def _move(limits: Limits, known: Uneven, now: Units, wanted: Array, low: Units, high: Units) -> None:
    """Move units, shape (points, cells), until every limit holds or no step helps."""
    rows, over = limits.rows, limits.over_at(now)
    going = np.flatnonzero(_broken(over) > 0.0)
    if not len(going):
        return
    reach = np.tile(rows.largest(), 2)  # what a unit makes of each side at the most
    missing = np.zeros((2, *now.shape))  # after a unit more of each cell, and after a unit less
    missing[:, going] = Sides.of(over[going] > -reach, over[going]).after(known)

    def pairs(points: Index, best: int) -> tuple[Index, Index, Array]:
        here, away = over[points], now[points] - wanted[points]
        up = _candidates(missing[0, points], away, now[points] < high[points], best)
        down = _candidates(missing[1, points], -away, now[points] > low[points], best)
        after = Sides.of(here > -2.0 * reach, here).between(rows, up, down)
        return _nearest(after, up, down, _entries(away, up)[:, :, None] + _entries(-away, down)[:, None, :])

    for step in range(STEPS):
        if not len(going):
            break
        here, (up, down, after) = over[going], pairs(going, FEW)
        left = _broken(here)
        if len(stuck := np.flatnonzero(left - after <= KEPT)):
            up[stuck], down[stuck], after[stuck] = pairs(going[stuck], BEST)
        goes = (left - after > KEPT) & ((step > 0) | (STEPS * (left - after) >= left))
        going, here, up, down = going[goes], here[goes], up[goes], down[goes]
        now[going, up] += up >= 0
        now[going, down] -= down >= 0
        change = (_columns(rows, up[:, None]) - _columns(rows, down[:, None]))[:, :, 0]
        over[going] += np.concatenate([change, -change], axis=1)
        changed = Sides.of((over[going] != here) & (np.maximum(over[going], here) > -reach), over[going])
        missing[:, going] += changed.after(known, np.take_along_axis(here, changed.numbers, axis=1))
        going = going[_broken(over[going]) > 0.0]


def _broken(over: Array) -> Array:
    """By point, how much is missing on all sides, shape (points, sides)."""
    return np.asarray(np.maximum(over, 0.0).sum(axis=1))


def _missing(over: Array) -> Array:
    """The same where the shape is (points, sides, …) and `over` is written over."""
    return np.asarray(np.maximum(over, 0.0, out=over).sum(axis=1))


def _columns(rows: Rows, cells: Index) -> Array:
    """What a unit more of some cells of each point makes of all rows, shape (points, rows, cells); −1 is no cell."""
    own = rows.columns(cells.ravel()).reshape(len(rows), *cells.shape)
    return np.moveaxis(np.where(cells >= 0, own, 0.0), 0, 1)


def _candidates(missing: Array, away: Array, free: Flags, best: int) -> Index:
    """By point the cells that are best moved by a unit by themselves, and −1 for none; `missing` is told after each
    move, `away` how far from what was wanted the cell stands."""
    nearer = 0.5 * away / (1.0 + np.abs(away))  # within half a part to either side: it decides between equals
    standing = np.where(free, np.rint(missing * ALIKE) + nearer, np.inf)
    cells = np.broadcast_to(np.arange(free.shape[1]), free.shape)
    if free.shape[1] > best:
        cells = np.argpartition(standing, best - 1, axis=1)[:, :best]
    chosen = np.where(np.take_along_axis(free, cells, axis=1), cells, -1)
    return np.append(chosen, np.full((len(chosen), 1), -1), axis=1)


def _entries(away: Array, cells: Index) -> Array:
    return np.where(cells >= 0, np.take_along_axis(away, cells, axis=1), 0.0)


def _nearest(after: Array, up: Index, down: Index, far: Array) -> tuple[Index, Index, Array]:
    """By point the pair of candidates that leaves least missing, of equals the nearest, and how much it leaves."""
    left, far = (own.reshape(len(after), -1) for own in (after, far))
    parts_left = np.rint(left * ALIKE)
    best = np.where(parts_left == parts_left.min(axis=1, keepdims=True), far, np.inf).argmin(axis=1)
    points, (first, second) = np.arange(len(after)), np.divmod(best, after.shape[2])
    return up[points, first], down[points, second], left[points, best]
