"""Rows as functions of the spends: what they add up, what their prices are on spends, and what they ask of them.

    row = A·spend      A = own + times·totals
Few rows are written out. Where many have multiples of totals, as shares of all spend do, or hardly a coefficient, what
is their own is sparse, and A·D·Aᵀ a sum over pairs of entries of one spend:
    A·D·Aᵀ = own·D·ownᵀ + U·timesᵀ + times·Uᵀ + times·(totals·D·totalsᵀ)·timesᵀ      U = own·D·totalsᵀ
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import places
from optimizer.formulation.matrix import Entries, Matrix, product, summed

Array = NDArray[np.float64]
Index = NDArray[np.intp]
AT_ONCE = 100_000  # numbers of rows that are worked out together: more take memory, and no less time
FEW = 50_000  # numbers of those that are only passed on the way
MANY, THIN = 500_000, 20  # numbers of rows, and how many of them have an entry each: such rows are not written out
WORTH = 50  # products of whole rows that take as long as one pair of entries


class Rows(ABC):
    """Some rows over the spends, shape (rows, spends)."""

    shape: tuple[int, int]
    sparse = True

    def __len__(self) -> int:
        return self.shape[0]

    @abstractmethod
    def times(self, spends: Array) -> Array:
        """A·spends, shape (…, spends) to (…, rows)."""

    @abstractmethod
    def pulled(self, prices: Array) -> Array:
        """Aᵀ·prices, shape (…, rows) to (…, spends)."""

    @abstractmethod
    def part(self, rows: Index) -> Rows:
        """Some of the rows, in their order."""

    def until(self, row: int) -> Rows:
        """Those before a row, or all."""
        return self.part(np.arange(min(row, len(self))))

    @abstractmethod
    def written_out(self, rows: slice = slice(None)) -> Array:
        """Some rows with all coefficients."""

    @abstractmethod
    def squared(self, weights: Array) -> Array:
        """A·diag(weights)·Aᵀ, shape (points, spends) to (points, rows, rows)."""

    @abstractmethod
    def columns(self, spends: Index | slice) -> Array:
        """The coefficients of some spends, shape (rows, spends)."""

    @abstractmethod
    def by(self, factors: Array) -> Rows:
        """The rows over spends in other units: each coefficient times its spend's factor."""

    def largest(self) -> Array:
        """The largest coefficient of each row, signs aside."""
        sizes = [np.abs(self.written_out(some)).max(axis=-1, initial=0.0) for some in parts(*self.shape, AT_ONCE)]
        return np.concatenate([np.zeros(0), *sizes])

    @abstractmethod
    def paid(self, prices: Array, way: Index, spend: Index) -> Array:
        """What prices, shape (ways, rows), are on single spends, one of each `way` and `spend`."""

    @abstractmethod
    def asked(self, steps: Array, way: Index, spend: Index, ways: int) -> Array:
        """What steps of single spends are to the rows, those of each of so many ways together, (ways, rows)."""


class Dense(Rows):
    """Rows that are written out; of many points, perhaps, shape (…, rows, spends)."""

    sparse = False

    def __init__(self, values: Array) -> None:
        self._values, self._turned = values, values.swapaxes(-1, -2)
        self.shape = values.shape[-2], values.shape[-1]

    def columns(self, spends: Index | slice) -> Array:
        return np.asarray(self._values[..., spends])

    def by(self, factors: Array) -> Dense:
        return Dense(self._values * factors)

    def times(self, spends: Array) -> Array:
        return np.asarray(spends @ self._turned)

    def pulled(self, prices: Array) -> Array:
        return np.asarray(prices @ self._values)

    def part(self, rows: Index) -> Dense:
        return self if len(rows) == len(self) else Dense(self._values[..., rows, :])

    def until(self, row: int) -> Dense:
        return Dense(self._values[..., :row, :])

    def written_out(self, rows: slice = slice(None)) -> Array:
        return np.asarray(self._values[..., rows, :])

    def squared(self, weights: Array) -> Array:
        if (weights < 0.0).any():
            return np.asarray((self._values * weights[..., None, :]) @ self._turned)
        halves = self._values * np.sqrt(weights)[..., None, :]
        return np.asarray(halves @ halves.swapaxes(-1, -2))  # of such products half the entries are worked out

    def paid(self, prices: Array, way: Index, spend: Index) -> Array:
        return np.asarray((prices[way] * self._values[:, spend].T).sum(axis=-1))

    def asked(self, steps: Array, way: Index, spend: Index, ways: int) -> Array:
        asked = np.zeros((ways, len(self)))
        np.add.at(asked, way, (steps * self._values[:, spend]).T)
        return asked


class Sparse(Rows):
    """Rows with multiples of totals: `own` entries row by row, `times` (rows, totals), `totals` (totals, spends)."""

    def __init__(self, own: Entries, times: Array, totals: Array, among: tuple[Sparse, Index] | None = None) -> None:
        self._own, self._times, self._totals, self._among = own, times, totals, among
        self.shape = len(times), totals.shape[1]

    def columns(self, spends: Index | slice) -> Array:
        which, entry = self._entries_of(np.arange(self.shape[1])[spends])
        found = self._times @ self._totals[:, spends]
        found[self._own.rows[entry], which] += self._own.values[entry]
        return np.asarray(found)

    def by(self, factors: Array) -> Sparse:
        rows, columns, values = self._own
        return Sparse(Entries(rows, columns, values * factors[columns]), self._times, self._totals * factors)

    def times(self, spends: Array) -> Array:
        rows, columns, values = self._own
        own = product(rows, columns, values, spends, len(self))
        return np.asarray(own + (spends @ self._totals.T) @ self._times.T)

    def pulled(self, prices: Array) -> Array:
        rows, columns, values = self._own
        own = product(columns, rows, values, prices, self.shape[1])
        return np.asarray(own + (prices @ self._times) @ self._totals)

    def part(self, rows: Index) -> Sparse:
        if len(rows) == len(self):
            return self
        place = places(rows, len(self))
        own = place[self._own.rows] >= 0
        entries = Entries(place[self._own.rows[own]], self._own.columns[own], self._own.values[own])
        return Sparse(entries, self._times[rows], self._totals, (self, rows))

    def written_out(self, rows: slice = slice(None)) -> Array:
        first, after, _ = rows.indices(len(self))
        part = slice(*np.searchsorted(self._own.rows, (first, after)))
        found = self._times[rows] @ self._totals
        found[self._own.rows[part] - first, self._own.columns[part]] += self._own.values[part]
        return np.asarray(found)

    def squared(self, weights: Array) -> Array:
        if self._pairs is None:
            return self._squared_at_length(weights)
        count, (place, column, both) = len(self), self._pairs
        found = np.empty((len(weights), count, count))
        for own, each in zip(found, weights, strict=True):
            own[...] = summed(place, both * each[column], count * count).reshape(count, count)
            own += np.triu(own, 1).T
        weighed = self._totals * weights[:, None, :]
        across = product(self._own.rows, self._own.columns, self._own.values, weighed, count)
        more = self._times @ (across + 0.5 * (weighed @ self._totals.T) @ self._times.T)
        found += more
        found += np.swapaxes(more, -1, -2)
        return found

    def paid(self, prices: Array, way: Index, spend: Index) -> Array:
        which, entry = self._entries_of(spend)
        own = np.bincount(which, prices[way[which], self._own.rows[entry]] * self._own.values[entry], len(way))
        return np.asarray(own + ((prices @ self._times)[way] * self._totals[:, spend].T).sum(axis=-1))

    def asked(self, steps: Array, way: Index, spend: Index, ways: int) -> Array:
        which, entry = self._entries_of(spend)
        place = way[which] * len(self) + self._own.rows[entry]
        asked = summed(place, steps[which] * self._own.values[entry], ways * len(self)).reshape(ways, len(self))
        totals = summed(way, steps * self._totals[:, spend], ways).T
        for some in parts(ways, len(self), AT_ONCE):
            asked[some] += totals[some] @ self._times.T
        return asked

    def _squared_at_length(self, weights: Array) -> Array:
        found = np.empty((len(weights), len(self), len(self)))
        for some in parts(len(self), weights.size, AT_ONCE):
            found[:, some] = self.times(self.written_out(some) * weights[:, None, :])
        return found

    @cached_property
    def _pairs(self) -> tuple[Index, Index, Array] | None:
        """Of each pair of entries of one spend its place among pairs of rows, the spend and the product; None of many.

        The entry of the first row comes first.
        """
        if self._among is not None:
            return self._pairs_among(*self._among)
        rows, columns, values = self._own
        counts = self._by_spend[1]
        if not len(rows) or WORTH * int((counts**2).sum()) > len(self) ** 2 * self.shape[1]:
            return None
        pairs = []
        for some in parts(len(columns), int(counts.max()), FEW):
            first, second = self._entries_of(columns[some])
            first += some.start
            once = first <= second
            pairs.append((first[once], second[once]))
        first, second = (np.concatenate(each) for each in zip(*pairs, strict=True))
        return rows[first] * len(self) + rows[second], columns[first], values[first] * values[second]

    def _pairs_among(self, whole: Sparse, rows: Index) -> tuple[Index, Index, Array] | None:
        """Those of all rows are known."""
        if whole._pairs is None:
            return None
        pair, column, both = whole._pairs
        first, second = (places(rows, len(whole))[own] for own in np.divmod(pair, len(whole)))
        some = (first >= 0) & (second >= 0)
        return first[some] * len(rows) + second[some], column[some], both[some]

    @cached_property
    def _by_spend(self) -> tuple[Index, Index, Index]:
        """The entries spend by spend; how many each spend has, and after how many."""
        counts = np.bincount(self._own.columns, minlength=self.shape[1])
        return np.argsort(self._own.columns, kind="stable"), counts, np.cumsum(counts) - counts

    def _entries_of(self, spends: Index) -> tuple[Index, Index]:
        """All entries of some spends: the place of the spend, and the entry."""
        order, counts, before = self._by_spend
        each = counts[spends]
        which = np.repeat(np.arange(len(spends)), each)
        return which, order[np.arange(len(which)) - np.repeat(np.cumsum(each) - each - before[spends], each)]


class Raised(Rows):
    """Sparse rows, and what `more` adds to some of them, `which`: at many points, perhaps, shape (…, which, spends)."""

    def __init__(self, rows: Rows, which: Index, more: Array) -> None:
        self._rows, self._which, self._more, self.shape = rows, which, more, rows.shape

    def times(self, spends: Array) -> Array:
        found = self._rows.times(spends)
        found[..., self._which] += spends @ np.swapaxes(self._more, -1, -2)
        return found

    def pulled(self, prices: Array) -> Array:
        return np.asarray(self._rows.pulled(prices) + prices[..., self._which] @ self._more)

    def part(self, rows: Index) -> Raised:
        place = places(rows, len(self))[self._which]
        return Raised(self._rows.part(rows), place[place >= 0], self._more[..., place >= 0, :])

    def columns(self, spends: Index | slice) -> Array:
        base = self._rows.columns(spends)
        found = np.broadcast_to(base, (*self._more.shape[:-2], *base.shape)).copy()
        found[..., self._which, :] += self._more[..., spends]
        return found

    def by(self, factors: Array) -> Raised:
        return Raised(self._rows.by(factors), self._which, self._more * factors)

    def written_out(self, rows: slice = slice(None)) -> Array:
        base = self._rows.written_out(rows)
        place = places(np.arange(len(self))[rows], len(self))[self._which]
        found = np.broadcast_to(base, (*self._more.shape[:-2], *base.shape)).copy()
        found[..., place[place >= 0], :] += self._more[..., place >= 0, :]
        return found

    def squared(self, weights: Array) -> Array:
        found, weighed = self._rows.squared(weights), self._more * weights[:, None, :]
        across = self._rows.times(weighed)
        found[:, self._which] += across
        found[:, :, self._which] += np.swapaxes(across, -1, -2)
        found[:, self._which[:, None], self._which] += weighed @ np.swapaxes(self._more, -1, -2)
        return found

    def paid(self, prices: Array, way: Index, spend: Index) -> Array:
        more = (prices[way][:, self._which] * self._more[:, spend].T).sum(axis=-1)
        return np.asarray(self._rows.paid(prices, way, spend) + more)

    def asked(self, steps: Array, way: Index, spend: Index, ways: int) -> Array:
        found = self._rows.asked(steps, way, spend, ways)
        np.add.at(found, (way[:, None], self._which), (steps * self._more[:, spend]).T)
        return found


def rows_of(matrix: Matrix, rows: Index, spends: Index) -> Rows:
    """Some rows of a model as functions of its spends, which are some of its columns."""
    totals = matrix.totals
    if not totals.count and (len(rows) * len(spends) < MANY or len(matrix.values) * THIN > len(rows) * len(spends)):
        return Dense(written(matrix, rows, spends))
    place, across = places(rows, len(matrix.lower)), places(spends, max(matrix.width, 1 + int(spends.max(initial=-1))))
    own = (place[matrix.rows] >= 0) & (across[matrix.columns] >= 0)
    times = np.zeros((len(matrix.lower), totals.count))
    times[totals.rows, totals.which] = totals.times
    entries = Entries(place[matrix.rows[own]], across[matrix.columns[own]], matrix.values[own])
    return Sparse(entries, times[rows], totals.over(spends, matrix.width))


def written(matrix: Matrix, rows: Index, columns: Index) -> Array:
    """What some rows have of their own for some columns, written out."""
    found = np.zeros((len(rows), len(columns)))
    if not found.size:
        return found
    width = max(matrix.width, 1 + int(columns.max()))
    row, column = places(rows, len(matrix.lower))[matrix.rows], places(columns, width)[matrix.columns]
    some = (row >= 0) & (column >= 0)
    found.ravel()[(row * len(columns) + column)[some]] = matrix.values[some]
    return found


def parts(count: int, size: int, at_once: int) -> Iterator[slice]:
    """Parts of so many things of a size each: as many at a time as have `at_once` numbers together.

    >>> list(parts(5, 10, 20))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]
    """
    most = max(1, at_once // max(1, size))
    return (slice(first, first + most) for first in range(0, count, most))
