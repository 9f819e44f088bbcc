"""How spends answer prices of rows, and what that is to the rows.

dx = H⁻¹·Jᵀ·dπ      J·dx = (J·H⁻¹·Jᵀ)·dπ
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.rows import AT_ONCE, FEW, Rows, parts
from optimizer.search.newton.spends import Curvature

Array = NDArray[np.float64]
Index = NDArray[np.intp]
LARGE = 500_000  # numbers of H⁻¹·Jᵀ, from which on it is not held: what prices move is found as quickly without


class Sideways:
    """Both at some points: H⁻¹·Jᵀ is written out where it is small and H no diagonal, or single spends are asked for.

    `schur` is J·H⁻¹·Jᵀ, shape (points, rows, rows).
    """

    def __init__(self, jacobian: Rows, curvature: Curvature) -> None:
        self._jacobian, self._curvature = jacobian, curvature
        self._large = len(curvature.plain) * math.prod(jacobian.shape) >= LARGE
        self._over = curvature.over if jacobian.sparse or not self._large else None
        if self._over is not None:
            self.schur = jacobian.squared(self._over)
        elif self._large:
            self.schur = self._squared()
        else:
            self.schur = jacobian.times(self._written)

    def _squared(self) -> Array:
        """J·H⁻¹·Jᵀ, of which one half is the other."""
        half = np.zeros((len(self._curvature.plain), len(self._jacobian), len(self._jacobian)))
        for some, own in self._answered():
            half[:, some, : some.stop] = self._jacobian.until(some.stop).times(own)
        return np.tril(half) + np.swapaxes(np.tril(half, -1), -1, -2)

    @cached_property
    def _written(self) -> Array:
        """H⁻¹·Jᵀ, shape (points, rows, spends)."""
        written = np.empty((len(self._curvature.plain), *self._jacobian.shape))
        for some, own in self._answered():
            written[:, some] = own
        return written

    def _answered(self) -> Iterator[tuple[slice, Array]]:
        """The same, some rows at a time."""
        for some in parts(*self._jacobian.shape, AT_ONCE):
            rows = self._jacobian.written_out(some)
            yield some, self._curvature.inverse(rows if rows.ndim > 2 else rows[None])

    def __call__(self, prices: Array) -> Array:
        """What prices move spends by, shape (points, k, rows) to (points, k, spends)."""
        if self._over is not None:
            return np.asarray(self._jacobian.pulled(prices) * self._over[:, None, :])
        return self._curvature.inverse(self._jacobian.pulled(prices)) if self._large else prices @ self._written

    def paid(self, prices: Array, way: Index, spend: Index) -> Array:
        """What prices of the only point, shape (ways, rows), move single spends by, one of each `way` and `spend`."""
        if self._over is not None:
            return np.asarray(self._jacobian.paid(prices, way, spend) * self._over[0, spend])
        return np.asarray((prices[way] * self._written[0][:, spend].T).sum(axis=-1))

    def shares(self, inverse: Array) -> Array:
        """How much of what rows ask each spend of the only point answers, where `inverse` is that of `schur`."""
        shares, count = np.zeros(self._jacobian.shape[1]), len(self._jacobian)
        for some in parts(count, len(shares), FEW):
            answered = self(inverse[None, some])[0]
            shares += (answered * self._jacobian.written_out(some)).sum(axis=0)
        return shares

    def across(self, rows: Rows) -> Array:
        """What prices of the only point are to other rows, shape (rows of J, rows)."""
        if self._over is None:
            each = [rows.times(own[0]) for _, own in self._answered()]
            return np.concatenate([np.zeros((0, len(rows))), *each])
        own = parts(*self._jacobian.shape, FEW)
        each = [rows.times(self._jacobian.written_out(some) * self._over) for some in own]
        return np.concatenate([np.zeros((0, len(rows))), *each])
