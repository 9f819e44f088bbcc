"""The points of tables: between two of them a curve is straight, and at one it has two slopes.

Piece j of a table lies between its points j − 1 and j. Which piece a reading is taken on is said, not found out: at a
point it may be either, and the conditions tell on which the plan goes on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.curves.tabulated import Tabulated
from optimizer.formulation.model import Model

Array = NDArray[np.float64]
Index = NDArray[np.intp]
SAME = 1e-9  # of a point: one as near to it is the same


class Corners:
    """The points of the `cells` that read tables [money], each cell's padded with infinity."""

    def __init__(self, model: Model, cells: Index) -> None:
        self.cells = cells
        owner = np.searchsorted(model.cells.first, cells, side="right") - 1
        known = {tactic: _points(model, tactic) for tactic in np.unique(owner).tolist()}
        longest = max((len(points) for points in known.values()), default=0)
        self._edges = np.full((len(cells), longest + 2), np.inf)
        self._edges[:, 0] = -np.inf
        for row, tactic in enumerate(owner.tolist()):
            self._edges[row, 1 : len(known[tactic]) + 1] = known[tactic]

    def __len__(self) -> int:
        return len(self.cells)

    def pieces(self, money: Array, near: float) -> Index:
        """By cell the piece that it is on, of two the lower one; within `near` [of a point] it is at the point."""
        reach = self._edges[:, 1:-1] * (1.0 + near)
        found: Index = (money[:, None] > reach).sum(axis=1).astype(np.intp)
        return found

    def ends(self, pieces: Index) -> tuple[Array, Array]:
        """By cell from where to where its piece goes [money]."""
        rows = np.arange(len(self.cells))
        return self._edges[rows, pieces], self._edges[rows, pieces + 1]

    def within(self, pieces: Index) -> Array:
        """By cell an input inside its piece [money], where its slope is read."""
        low, high = self.ends(pieces)
        least = np.where(np.isfinite(low), low, 0.0)
        middle: Array = np.where(np.isfinite(high), 0.5 * (least + high), 2.0 * least + 1.0)
        return middle


def _points(model: Model, tactic: int) -> Array:
    """The inputs above 0 at which a tactic's table has points, whichever draw they belong to [money]."""
    tactics = model.scenario.tactics
    response = tactics[tactic % len(tactics)].response
    tables = [member for member in response.members if isinstance(member, Tabulated)]
    own = np.unique([point for table in tables for point, _ in table.points])
    money = own * response.input_scale - response.input_offset
    money = money[money > 0.0]
    apart = np.diff(money, prepend=-np.inf) > SAME * money
    points: Array = money[apart]
    return points
