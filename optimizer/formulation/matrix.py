"""The rows of a model as numbers, for one point or for many."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Index

MANY_ENTRIES = 2_000  # of a matrix, from which on points are multiplied by it in another way
MANY_POINTS = 8  # from which on it pays to write it out
DENSE = 0.1  # of it, that has entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The rows in coordinate form, scaled: lower ≤ A·column ≤ upper.

    Points may be many: shapes are (…, columns) and (…, rows), of the limits too.
    """

    rows: Index
    columns: Index
    values: Array
    lower: Array
    upper: Array

    def activity(self, columns: Array) -> Array:
        """A·column, one number a row."""
        return _product(self.rows, self.columns, self.values, columns, self.lower.shape[-1])

    def summed(self, entries: Array) -> Array:
        """The sums of entries, shape (…, entries), that are in one row."""
        return summed(self.rows, entries, self.lower.shape[-1])

    def part(self, rows: NDArray[np.bool_]) -> Matrix:
        """Some rows, the others without a limit and without entries."""
        kept = rows[self.rows]
        return Matrix(
            rows=self.rows[kept],
            columns=self.columns[kept],
            values=self.values[kept],
            lower=np.where(rows, self.lower, -np.inf),
            upper=np.where(rows, self.upper, np.inf),
        )

    def priced(self, duals: Array, size: int) -> Array:
        """Aᵀ·duals, one number a column."""
        return _product(self.columns, self.rows, self.values, duals, size)

    def violation(self, columns: Array) -> Array:
        """How far each row is broken, 0 where it holds."""
        activity = self.activity(columns)
        return np.maximum(np.maximum(self.lower - activity, activity - self.upper), 0.0)


def summed(places: Index, values: Array, size: int) -> Array:
    """What stands at each of `size` places together, shape (…, entries) to (…, size)."""
    if values.ndim == 1:
        return np.asarray(np.bincount(places, weights=values, minlength=size), dtype=np.float64)
    points = values.reshape(math.prod(values.shape[:-1]), values.shape[-1])
    where = (places + size * np.arange(len(points))[:, None]).ravel()
    total = np.bincount(where, weights=points.ravel(), minlength=size * len(points))
    return np.asarray(total.reshape(*values.shape[:-1], size), dtype=np.float64)


def _product(places: Index, read: Index, values: Array, points: Array, size: int) -> Array:
    """Σ value · point[read] at each of `size` places, shape (…, numbers) to (…, size).

    Many points are multiplied by a large matrix as it is written out, where it is dense, and else one by one: to hold
    the entries of all of them takes longer than to sum them.
    """
    if points.ndim == 1 or len(values) < MANY_ENTRIES:
        return summed(places, values * points[..., read], size)
    width = points.shape[-1]
    if len(values) >= DENSE * size * width and math.prod(points.shape[:-1]) >= MANY_POINTS:
        return np.asarray(points @ summed(read * size + places, values, width * size).reshape(width, size))
    each = points.reshape(-1, width)
    return np.array([summed(places, values * own[read], size) for own in each]).reshape(*points.shape[:-1], size)
