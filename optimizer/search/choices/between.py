"""One cell between the ends of the side on which its curve is convex, the others that are off at their low ends.

Two such cells are never needed: money that goes from one to the other brings no less in one of the two directions, as
the sum of two convex functions does, until one of them is at an end. Within a piece of its side a cell gains most at
one of the ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.choices.cells import Cells

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
PARTS = np.linspace(0.0, 1.0, 5)  # of a piece, that it is split at


class Pieces(NamedTuple):
    """A cell each, that is within [left, right] [money], or none, −1; of any shape."""

    cell: Index
    left: Array
    right: Array

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> Pieces:
        """No cell."""
        return cls(np.full(shape, -1), *np.zeros((2, *shape)))

    @property
    def there(self) -> Flags:
        """Which have a cell."""
        return self.cell >= 0

    @property
    def middle(self) -> Array:
        """Of each the input in its middle [money]."""
        return 0.5 * (self.left + self.right)

    @property
    def wide(self) -> Flags:
        """Which can be split."""
        return self.right > self.left

    def split(self) -> Pieces:
        """Each in parts, along another axis."""
        ends = self.left[..., None] + (self.right - self.left)[..., None] * PARTS
        ends[..., -1] = self.right
        cell = np.broadcast_to(self.cell[..., None], ends[..., 1:].shape)
        return Pieces(cell, ends[..., :-1], ends[..., 1:])

    def part(self, *which: Index | Flags) -> Pieces:
        """Some of them."""
        return Pieces(self.cell[which], self.left[which], self.right[which])

    def ends(self, cells: Cells, prices: Array) -> tuple[Array, Array, Array, Array]:
        """What cells gain at the left and at the right end beyond their low ends, and what both take beyond these.

        Pieces have shape (points, choices), prices (points, prices, 1) or one each, gains (points, prices, choices);
        where there is no cell there is nothing to gain.
        """
        own, cell = self.there, np.maximum(self.cell, 0)
        curves, take = cells.curves.take(cell[own]), cells.take[cell]
        gains, takes = [], []
        for end in (self.left, self.right):
            money, worth = np.zeros((2, *cell.shape))
            money[own] = end[own] - cells.low[cell[own]]
            worth[own] = cells.worth[cell[own]] * (curves.value(end[own]) - cells.values[0][cell[own]])
            takes.append(take * money)
            gains.append((worth - cells.cost[cell] * money)[:, None] - prices * takes[-1][:, None])
        return gains[0], gains[1], takes[0], takes[1]
