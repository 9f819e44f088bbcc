"""What a predicted place misses of the optimality conditions, and how far that may move the prices of limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.search.ranges.predicted.stationary import Stationary

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
SLIGHT = 0.3  # of the change of a price: where no slope misses more, curvature is much what it was
BENT = 4.0  # times at most, that a spend's part in a price may have grown there
LEVERAGE = 0.5  # of what the rows ask, that spends may have answered which no longer can


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """By limit, in units of its price: what rows miss and spends slip by, and what free spends still gain by moving.

    Of the gain there is the `most` that it can be, and what it is `likely` where slopes miss little.
    """

    rows: Array
    most: Array
    likely: Array

    @classmethod
    def of(cls, plan: Stationary, ways: tuple[Array, Array], missed: Array, reduced: Array, slips: Array) -> Self:
        """`ways` are what a unit of each limit moves spends and prices by; `missed` is by row, the others by spend."""
        spends, prices = ways
        gains, spread = np.abs(reduced[:, plan.local.free]), np.abs(spends[:, plan.local.free])
        most = gains.max(axis=-1, initial=0.0) * spread.sum(axis=-1)
        return cls(
            rows=np.abs(prices * missed).sum(axis=-1) + _slipped(plan, prices, slips),
            most=most,
            likely=np.minimum(most, BENT * (gains * spread).sum(axis=-1)),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """That of several parts of the limits, in their order."""
        if len(parts) == 1:
            return parts[0]
        return cls(**{own.name: np.concatenate([getattr(part, own.name) for part in parts]) for own in fields(cls)})

    def of_limits(self, which: Index, times: Array, change: Array) -> Array:
        """What it may be to the prices of some limits which do the same `times` as much, and may change by `change`."""
        most = times * self.most[which]
        return np.asarray(
            times * self.rows[which] + np.where(most <= SLIGHT * change, times * self.likely[which], most)
        )

    def only(self, known: Flags) -> Self:
        """The same, without end where nothing is known."""
        return type(self)(rows=np.where(known, self.rows, np.inf), most=self.most, likely=self.likely)


def _slipped(plan: Stationary, prices: Array, slips: Array) -> Array:
    """What slips may be to each price: through the rows, which others have to keep instead.

    Where much of what moves slips, or something that carries over, there is no telling.
    """
    way, column = np.nonzero(slips)
    felt = np.abs(plan.local.jacobian.paid(prices, way, column)) * slips[way, column]
    weight = np.where(plan.alone[column], plan.share[column], 1.0)
    count = len(slips)
    lost = np.bincount(way, weights=weight, minlength=count)
    whole = np.bincount(way, weights=felt, minlength=count) / (1.0 - np.minimum(lost, LEVERAGE))
    return np.where(lost <= LEVERAGE, whole, np.inf)
