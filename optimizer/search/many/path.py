"""Points along the way of a limit, each begun between its neighbours: a solution path, told by a few of its points.

Between two amounts at which the same rows bind and the same spends are free, spends and prices are smooth functions of
the amount. So few points are found from starts of their own, and the others begin on the straight line between those
that were found on either side: Newton's method with an active set has little left to do there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.matrix import Matrix
from optimizer.search.newton.between import between

Array = NDArray[np.float64]
Index = NDArray[np.intp]
APART = (6, 1)  # points, from one that is found to the next, turn by turn


class Turn(NamedTuple):
    """Points to be found together, the last on the way first, and whether from starts of their own; if so, the found
    one whose prices the first of them begins at, if there is any."""

    points: Index
    anew: bool
    near: int | None = None


class Path:
    """The points in the order of their limits; which are `found`, and which proved `empty`, is written into these."""

    def __init__(self, matrix: Matrix) -> None:
        away = [np.where(np.isfinite(side), side, 0.0) for side in (matrix.lower, matrix.upper)]
        self._way: Array = np.sum([(side - side[0]).sum(axis=1) for side in away], axis=0)
        self._order = np.argsort(self._way, kind="stable")
        self.found, self.empty = np.zeros((2, len(self._way)), dtype=bool)

    @property
    def tightest(self) -> int:
        """The point at the beginning of the way."""
        return int(self._order[0])

    def turns(self) -> Iterator[Turn]:
        """The first turn, then the first point that is not empty, then the others between those that are found; in the
        end those between found ones that were missed. Where no start leads anywhere there are no more."""
        left = np.ones(len(self._order), dtype=bool)
        for turn, apart in enumerate(APART):
            order = self._order[~self.empty[self._order]][::-1]
            chosen = np.arange(len(order)) % apart == 0
            chosen[-1:] |= turn == 0  # nothing is beyond the first turn
            if turn and self.found.any() and left[order[-1]]:
                left[order[-1]] = False
                yield Turn(order[-1:], True, int(self._order[self.found[self._order]][0]))
            points = order[chosen & left[order]]
            left[points] = False
            if len(points) and (turn == 0 or self.found.any()):
                yield Turn(points, turn == 0)
        known = self._way[self.found]
        within = (self._way > known.min(initial=np.inf)) & (self._way < known.max(initial=-np.inf))
        if len(missed := np.flatnonzero(within & ~self.found)):
            yield Turn(missed, True)

    def between(self, points: Index, at: tuple[Array, Array]) -> tuple[Array, Array]:
        """What stands at found points, shape (points, …), read at others on the straight line from one to the next;
        beyond them it is that of the nearest."""
        known = self._order[self.found[self._order]]
        before, after, share = between(self._way[known], self._way[points])
        share = np.clip(share, 0.0, 1.0)[:, None]
        first, second = (own[known[before]] + share * (own[known[after]] - own[known[before]]) for own in at)
        return first, second
