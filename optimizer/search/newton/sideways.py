"""How spends answer prices of rows, and what that is to the rows.

dx = H⁻¹·Jᵀ·dπ      J·dx = (J·H⁻¹·Jᵀ)·dπ
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.rows import AT_ONCE, FEW, Rows, parts
from optimizer.search.newton.spends import Curvature

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class Sideways:
    """Both at some points: H⁻¹·Jᵀ is written out but where J is sparse and H diagonal.

    `schur` is J·H⁻¹·Jᵀ, shape (points, rows, rows).
    """

    def __init__(self, jacobian: Rows, curvature: Curvature) -> None:
        self._jacobian, self._curvature = jacobian, curvature
        self._over = curvature.over if jacobian.sparse else None
        if self._over is not None:
            self.schur = jacobian.squared(self._over)
            return
        self._written = _answered(jacobian, curvature)
        self.schur = jacobian.times(self._written)

    def __call__(self, prices: Array) -> Array:
        """What prices move spends by, shape (points, k, rows) to (points, k, spends)."""
        if self._over is not None:
            return np.asarray(self._jacobian.pulled(prices) * self._over[:, None, :])
        return np.asarray(prices @ self._written)

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
            return rows.times(self._written[0])
        own = parts(*self._jacobian.shape, FEW)
        each = [rows.times(self._jacobian.written_out(some) * self._over) for some in own]
        return np.concatenate([np.zeros((0, len(rows))), *each])


def _answered(jacobian: Rows, curvature: Curvature) -> Array:
    """H⁻¹·Jᵀ written out, (points, rows, spends): of sparse rows, which are not otherwise, some at a time."""
    if not jacobian.sparse:
        rows = jacobian.written_out()
        return curvature.inverse(rows if rows.ndim > 2 else rows[None])
    answered = curvature.inverse(np.zeros((1, 0, jacobian.shape[1])))
    answered = np.empty((len(answered), *jacobian.shape))
    for some in parts(*jacobian.shape, AT_ONCE):
        rows = jacobian.written_out(some)
        answered[:, some] = curvature.inverse(rows if rows.ndim > 2 else rows[None])
    return answered
