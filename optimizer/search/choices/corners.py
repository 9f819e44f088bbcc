"""Tables as what money can do in them: the corners at which they bend, and the edges of their hulls, steepest first.

Money along an edge gains (w·rise − c·run)/(a·run) a unit of the row. Edges in falling order are the best plan on the
hulls, and what the edge gains at which the budget ends is the price that proves it (Dantzig 1957).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.pieces import between
from optimizer.search.choices.cells import Cells
from optimizer.search.region.hull import Hull

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
ROUNDED = 1e-12  # of a table's height, within which it is its hull; of the budget, within which it is spent


class Corners(NamedTuple):
    """The ends of each cell and the points of its table between them, shape (cells, corners); `there` tells what fills
    up. `inputs` [money], `values` of the curves, what they take of the row beyond the low ends, and what they gain."""

    inputs: Array
    values: Array
    takes: Array
    gains: Array
    there: Flags

    @classmethod
    def of(cls, cells: Cells, points: Sequence[Array]) -> Corners:
        """Those of cells whose tables have some points [money]."""
        ends = zip(points, cells.low.tolist(), cells.high.tolist(), strict=True)
        own = [between(inner, low, high) for inner, low, high in ends]
        count = np.array(list(map(len, own)))
        inputs = np.repeat(cells.high[:, None], count.max(), axis=1)
        inputs[np.arange(count.max()) < count[:, None]] = np.concatenate(own)
        values = cells.curves.value(inputs.T).T
        return cls(
            inputs=inputs,
            values=values,
            takes=(inputs - cells.low[:, None]) * cells.take[:, None],
            gains=cells.worth[:, None] * values - cells.cost[:, None] * inputs,
            there=np.diff(inputs, axis=1, prepend=-1.0) > 0.0,
        )


class Edges(NamedTuple):
    """The edges of all hulls in falling order: whose each is, what it takes of the row in all, what it gains a unit of
    that, whether it is an edge of the table itself; and what is `spent` before each, and after the last."""

    cell: Index
    takes: Array
    gains: Array
    own: Flags
    spent: Array

    @classmethod
    def of(cls, corners: Corners, hull: Hull | None) -> Edges:
        """The edges between the corners at which tables are their hulls; of tables that bend down all are."""
        above = corners.values if hull is None else hull.value(corners.inputs.T).T
        cell, place = (corners.there & (corners.values >= above - ROUNDED * np.abs(above))).nonzero()
        same = cell[1:] == cell[:-1]
        cell, begin, end = cell[1:][same], place[:-1][same], place[1:][same]
        takes, gains = (own[cell, end] - own[cell, begin] for own in (corners.takes, corners.gains))
        gains /= takes
        order = np.lexsort((begin, -gains))
        cell, takes, gains, known = (own[order] for own in (cell, takes, gains, end == begin + 1))
        return cls(cell, takes, gains, known, np.append(0.0, np.cumsum(takes)))

    def outermost(self, cells: int) -> tuple[Index, Index]:
        """By cell its first edge and its last one, −1 where it has none: of a cell they fall as they rise."""
        first, last = np.full((2, cells), -1)
        places = np.arange(len(self.cell))
        last[self.cell], first[self.cell[::-1]] = places, places[::-1]
        return first, last

    def ended(self, least: float, most: float) -> tuple[float, int] | None:
        """What is best taken between two ends, and the last edge that is; None where no plan takes so much."""
        spent = self.spent
        paying = spent[np.count_nonzero(self.gains > 0.0)]
        taken = most if paying > most else max(paying, least)
        if not len(self.cell) or not 0.0 <= taken <= spent[-1] * (1.0 + ROUNDED):
            return None
        return taken, min(int(np.searchsorted(spent[1:], taken * (1.0 - ROUNDED))), len(self.cell) - 1)

    def plans(self, amount: float, last: int) -> Iterator[Array]:
        """What each edge takes of an amount of the row: all those before the last, and of it what is left; and, where a
        table is below its hull there, that in two other ways: none of it, and all of it."""
        taken, left = np.where(np.arange(len(self.cell)) < last, self.takes, 0.0), amount - self.spent[last]
        part = taken.copy()
        part[last] = left
        yield part
        if self.own[last]:
            return
        yield self._moved(taken, range(last + 1, len(taken)), {int(self.cell[last])}, left, 1.0)
        taken[last] = self.takes[last]
        yield self._moved(taken, range(last - 1, -1, -1), {int(self.cell[last])}, taken[last] - left, -1.0)

    def _moved(self, taken: Array, order: Iterable[int], kept: set[int], left: float, sign: float) -> Array:
        """Edges in turn taken, or given back: whole ones, as far as they fit, and at the end part of one of a table's
        own.

        Of cells that are `kept`, or of which an edge does not fit, no further one is.
        """
        taken = taken.copy()
        for edge in order:
            cell, size = int(self.cell[edge]), float(self.takes[edge])
            if cell in kept or (sign > 0.0 and self.gains[edge] <= 0.0):
                continue
            if size > left and not self.own[edge]:
                kept.add(cell)
                continue
            moved = min(size, left)
            taken[edge], left = taken[edge] + sign * moved, left - moved
            if left <= 0.0:
                break
        return taken
