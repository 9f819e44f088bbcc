"""Rows that speak of a spend and the next one of its tactic, as change limits do, and of nothing else.

However many there are, they are eliminated from Newton's equations, with what g their limits give:
    (H + Jᵀ·g⁻¹·J)·dx = right + Jᵀ·(asked/g)        dπ = (asked − J·dx)/g
Where nothing carries over H is diagonal, and what is left is tridiagonal, tactic by tactic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among, places
from optimizer.formulation.matrix import summed
from optimizer.formulation.model import Model
from optimizer.search.newton.spends import Spends

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Steps:
    """The rows by their place among those of the spends, and the `others`; of each the first spend and the `next`, the
    same where there is no other, and their coefficients.

    `tactics` and `periods` are how many there are.
    """

    rows: Index
    others: Index
    first: Index
    next: Index
    before: Array
    after: Array
    tactics: int
    periods: int

    @classmethod
    def of(cls, spends: Spends) -> Steps:
        """Read off a model."""
        model, matrix = spends.model, spends.model.matrix
        rows, (tactics, periods) = steps_of(model), model.spend.shape
        place, spend = places(rows, len(model.drafts)), places(spends.columns, len(model.cost))
        some = place[matrix.rows] >= 0
        row, at, values = place[matrix.rows[some]], spend[matrix.columns[some]], matrix.values[some]
        first, last = np.full(len(rows), tactics * periods), np.zeros(len(rows), dtype=np.intp)
        np.minimum.at(first, row, at)
        np.maximum.at(last, row, at)
        early, own = at == first[row], among(rows, len(model.drafts))[spends.rows]
        before, after = (summed(row[which], values[which], len(rows)) for which in (early, ~early))
        return cls(np.flatnonzero(own), np.flatnonzero(~own), first, last, before, after, tactics, periods)

    def times(self, spends: Array) -> Array:
        """J·spends."""
        return np.asarray(self.before * spends[self.first] + self.after * spends[self.next])

    def pulled(self, prices: Array) -> Array:
        """Jᵀ·prices."""
        size = self.tactics * self.periods
        return summed(self.first, self.before * prices, size) + summed(self.next, self.after * prices, size)

    def curvature(self, diagonal: Array, stiffness: Array, free: Flags) -> Tridiagonal:
        """H + Jᵀ·stiffness·J over the spends that are free, where H is a diagonal."""
        size, (first, then) = self.tactics * self.periods, (self.first, self.next)
        before, after = self.before * free[first], self.after * free[then]
        whole = np.where(free, diagonal, 1.0) + summed(first, before**2 * stiffness, size)
        whole += summed(then, after**2 * stiffness, size)
        beside = summed(first, before * after * stiffness, size)
        shape = self.tactics, self.periods
        return Tridiagonal(whole.reshape(shape).T, beside.reshape(shape).T, free.reshape(shape).T)


class Tridiagonal:
    """A symmetric matrix for each tactic, from its diagonal and what stands `beside` it, (periods, tactics): that of a
    period and the next one. Factored as L·D·Lᵀ."""

    def __init__(self, diagonal: Array, beside: Array, free: Flags) -> None:
        self._pivots, self._factors, self._free = diagonal.copy(), np.zeros(beside.shape), free
        for t in range(len(diagonal) - 1):
            self._factors[t] = beside[t] / self._pivots[t]
            self._pivots[t + 1] -= self._factors[t] * beside[t]

    def inverse(self, right: Array) -> Array:
        """The solution for each right side, 0 where spends are not free; shape (k, spends)."""
        periods, tactics = self._free.shape
        found = right.reshape(-1, tactics, periods).transpose(2, 0, 1) * self._free[:, None]
        for t in range(periods - 1):
            found[t + 1] -= self._factors[t] * found[t]
        found /= self._pivots[:, None]
        for t in reversed(range(periods - 1)):
            found[t] -= self._factors[t] * found[t + 1]
        return np.asarray(found.transpose(1, 2, 0).reshape(right.shape))


def steps_of(model: Model) -> Index:
    """The rows of a model that speak of a spend and the next one of its tactic, or of one alone."""
    matrix, size, periods = model.matrix, len(model.drafts), model.spend.shape[1]
    spend = places(model.spend.ravel(), len(model.cost))[matrix.columns]
    first, last = np.full(size, len(model.cost)), np.full(size, -1)
    np.minimum.at(first, matrix.rows, spend)
    np.maximum.at(last, matrix.rows, spend)
    near = (first >= 0) & (last >= first) & (last - first <= 1) & (first // periods == last // periods)
    return np.flatnonzero(near & ~among(matrix.totals.rows, size))
