"""Rows as numbers: a sparse matrix, in which sums that many rows have are kept once.

    lower ≤ A·x ≤ upper        A = own + times·totals
A share of all spend is Σ_group − share · Σ_all: as many such rows as there are shares hold every spend, and differ from
one another in their groups and in how many times they have the one total.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Index, Sum, among

AT_ONCE = 50_000  # numbers of rows that are written out together
MANY_ENTRIES = 2_000  # of a matrix, from which on points are multiplied by it in another way
MANY_POINTS = 8  # from which on it pays to write it out
DENSE = 0.1  # of it, that has entries


class Entries(NamedTuple):
    """Coefficients with their rows and columns, row by row."""

    rows: Index
    columns: Index
    values: Array

    def of_rows(self, rows: NDArray[np.bool_]) -> Entries:
        """Those of some rows."""
        some = rows[self.rows]
        return self if some.all() else Entries(self.rows[some], self.columns[some], self.values[some])


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums that rows have a multiple of, `count` of them: total Σ values · columns over its entries of `sums`; row
    `rows` has it `times`, `which` one.
    """

    count: int = 0
    sums: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    columns: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    values: Array = field(default_factory=lambda: np.zeros(0))
    rows: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    which: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    times: Array = field(default_factory=lambda: np.zeros(0))

    def of(self, columns: Array) -> Array:
        """The totals, shape (…, columns) to (…, count)."""
        return product(self.sums, self.columns, self.values, columns, self.count)

    def weighed(self, rows: Array) -> Array:
        """The transpose of their multiples in rows: weights on rows as weights on totals."""
        return product(self.which, self.rows, self.times, rows, self.count)

    def over(self, columns: Index, size: int) -> Array:
        """The totals written out over some of so many columns, shape (count, columns)."""
        whole = np.zeros((self.count, size))
        whole[self.sums, self.columns] = self.values
        return whole[:, columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """lower ≤ A·column ≤ upper: entries of the rows' own in coordinate form, row by row, and the totals they have.

    Points may be many: shapes are (…, columns) and (…, rows), of the limits too.
    """

    rows: Index
    columns: Index
    values: Array
    lower: Array
    upper: Array
    totals: Totals = field(default_factory=Totals)

    def activity(self, columns: Array) -> Array:
        """A·column, one number a row."""
        own, totals = product(self.rows, self.columns, self.values, columns, self._count), self.totals
        if not totals.count:
            return own
        return own + product(totals.rows, totals.which, totals.times, totals.of(columns), self._count)

    def priced(self, duals: Array, size: int) -> Array:
        """Aᵀ·duals, one number a column."""
        own, totals = product(self.columns, self.rows, self.values, duals, size), self.totals
        if not totals.count:
            return own
        return own + product(totals.columns, totals.sums, totals.values, totals.weighed(duals), size)

    def violation(self, columns: Array) -> Array:
        """How far each row is broken, 0 where it holds."""
        activity = self.activity(columns)
        return np.maximum(np.maximum(self.lower - activity, activity - self.upper), 0.0)

    def part(self, rows: NDArray[np.bool_]) -> Matrix:
        """Some rows, the others without a limit and without entries."""
        kept, totals = rows[self.rows], self.totals
        has = rows[totals.rows]
        return Matrix(
            rows=self.rows[kept],
            columns=self.columns[kept],
            values=self.values[kept],
            lower=np.where(rows, self.lower, -np.inf),
            upper=np.where(rows, self.upper, np.inf),
            totals=replace(totals, rows=totals.rows[has], which=totals.which[has], times=totals.times[has]),
        )

    def alone(self, rows: Index) -> Matrix:
        """Some rows, rising, and no others."""
        place = np.full(self._count, -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        own, totals = place[self.rows], self.totals
        has = place[totals.rows]
        kept, having = own >= 0, has >= 0
        return Matrix(
            rows=own[kept],
            columns=self.columns[kept],
            values=self.values[kept],
            lower=self.lower[..., rows],
            upper=self.upper[..., rows],
            totals=replace(totals, rows=has[having], which=totals.which[having], times=totals.times[having]),
        )

    def absolute(self) -> Matrix:
        """The size of every term, signs aside."""
        totals = self.totals
        if totals.count:
            totals = replace(totals, values=np.abs(totals.values), times=np.abs(totals.times))
        return replace(self, values=np.abs(self.values), totals=totals)

    def below(self, rows: list[Sum], lower: Array, upper: Array) -> Matrix:
        """With further rows below these."""
        numbers = np.repeat(len(self.lower) + np.arange(len(rows)), [len(row.columns) for row in rows])
        return replace(
            self,
            rows=np.concatenate([self.rows, numbers]),
            columns=np.concatenate([self.columns, *(row.columns for row in rows)]),
            values=np.concatenate([self.values, *(row.values for row in rows)]),
            lower=np.concatenate([self.lower, lower]),
            upper=np.concatenate([self.upper, upper]),
        )

    def sizes(self) -> Index:
        """How many entries each row has of its own, and how many of totals."""
        size = np.bincount(self.rows, minlength=self._count)
        return size + np.bincount(self.totals.rows, np.bincount(self.totals.sums)[self.totals.which], self._count)

    def written_out(self) -> Iterator[Entries]:
        """All coefficients: of the rows without totals together, and of some of the others at a time."""
        if not self.totals.count:
            yield Entries(self.rows, self.columns, self.values)
            return
        having = among(self.totals.rows, self._count)
        own = ~having[self.rows]
        yield Entries(self.rows[own], self.columns[own], self.values[own])
        rows, step = np.flatnonzero(having), max(1, AT_ONCE // len(self.totals.columns))
        for first in range(0, len(rows), step):
            some = rows[first : first + step]
            columns, values = zip(*map(self.row, some.tolist()), strict=True)
            counts = [len(own) for own in columns]
            yield Entries(np.repeat(some, counts), np.concatenate(columns), np.concatenate(values))

    def row(self, number: int) -> tuple[Index, Array]:
        """The columns and values of one row."""
        own, totals = slice(*np.searchsorted(self.rows, (number, number + 1))), self.totals
        has = slice(*np.searchsorted(totals.rows, (number, number + 1)))
        if has.start == has.stop:
            return self.columns[own], self.values[own]
        whole = np.zeros(1 + max(int(self.columns[own].max(initial=0)), int(totals.columns.max())))
        whole[self.columns[own]] = self.values[own]
        for which, times in zip(totals.which[has], totals.times[has], strict=True):
            part = slice(*np.searchsorted(totals.sums, (which, which + 1)))
            whole[totals.columns[part]] += times * totals.values[part]
        columns = np.flatnonzero(whole)
        return columns, whole[columns]

    def ends(self, low: Array, high: Array) -> tuple[Array, Array]:
        """The least and the most of each row while columns are within limits, shape (…, columns)."""
        shape = (*np.broadcast_shapes(low.shape, high.shape)[:-1], self._count)
        least, most = np.zeros((2, *shape))
        for rows, columns, values in self.written_out():
            first, last = values * low[..., columns], values * high[..., columns]
            least += summed(rows, np.minimum(first, last), self._count)
            most += summed(rows, np.maximum(first, last), self._count)
        return least, most

    def largest(self, scale: Array) -> Array:
        """The largest coefficient of each row, signs aside, by what 1 is of each column."""
        largest = np.zeros(self._count)
        for rows, columns, values in self.written_out():
            np.maximum.at(largest, rows, np.abs(values * scale[columns]))
        return largest

    @property
    def width(self) -> int:
        """How many columns there are up to the last with an entry."""
        return 1 + int(max(self.columns.max(initial=-1), self.totals.columns.max(initial=-1)))

    @property
    def _count(self) -> int:
        return int(self.lower.shape[-1])


def summed(places: Index, values: Array, size: int) -> Array:
    """What stands at each of `size` places together, shape (…, entries) to (…, size)."""
    if values.ndim == 1:
        return np.asarray(np.bincount(places, weights=values, minlength=size), dtype=np.float64)
    points = values.reshape(math.prod(values.shape[:-1]), values.shape[-1])
    where = (places + size * np.arange(len(points))[:, None]).ravel()
    total = np.bincount(where, weights=points.ravel(), minlength=size * len(points))
    return np.asarray(total.reshape(*values.shape[:-1], size), dtype=np.float64)


def product(places: Index, read: Index, values: Array, points: Array, size: int) -> Array:
    """Σ value · point[read] at each of `size` places, shape (…, numbers) to (…, size).

    Many points are multiplied by a large matrix as it is written out, where it is dense, and else one by one: to hold
    the entries of all of them takes longer than to sum them.
    """
    if points.ndim == 1 or len(values) < MANY_ENTRIES:
        return summed(places, values * points[..., read], size)
    width = points.shape[-1]
    if len(values) >= DENSE * size * width and math.prod(points.shape[:-1]) >= MANY_POINTS:
        return np.asarray(points @ summed(read * size + places, values, width * size).reshape(width, size))
    found = np.empty((*points.shape[:-1], size))
    for own in np.ndindex(points.shape[:-1]):
        found[own] = summed(places, values * points[own][read], size)
    return found


def matrix_of(sums: list[Sum], lower: Array, upper: Array) -> Matrix:
    """The rows of some sums [planner's units]."""
    counts = [len(own.columns) for own in sums]
    columns = np.concatenate([own.columns for own in sums]) if sums else np.zeros(0, dtype=np.intp)
    values = np.concatenate([own.values for own in sums]) if sums else np.zeros(0)
    return Matrix(
        rows=np.repeat(np.arange(len(sums)), counts),
        columns=columns,
        values=values,
        lower=lower,
        upper=upper,
        totals=_totals(sums),
    )


def _totals(sums: list[Sum]) -> Totals:
    known: dict[int, tuple[int, Sum]] = {}
    parts = [(row, total, times) for row, own in enumerate(sums) for total, times in own.multiples]
    if not parts:
        return Totals()
    which = [known.setdefault(id(total), (len(known), total))[0] for _, total, _ in parts]
    totals = [total for _, total in known.values()]
    return Totals(
        count=len(totals),
        sums=np.repeat(np.arange(len(totals)), [len(total.columns) for total in totals]),
        columns=np.concatenate([total.columns for total in totals]),
        values=np.concatenate([total.values for total in totals]),
        rows=np.array([row for row, _, _ in parts]),
        which=np.array(which),
        times=np.array([times for _, _, times in parts]),
    )
