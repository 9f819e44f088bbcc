"""Tables within one budget: the edges of their hulls, steepest first, until the budget is spent.

    minimise Σ c_i·x_i − w_i·f_i(x_i)     subject to   least ≤ Σ a_i·x_i ≤ limit,   low_i ≤ x_i ≤ high_i
Money along an edge gains (w·rise − c·run)/(a·run) a unit of the row. Edges in falling order are the best plan on the
hulls, and what the edge gains at which the budget ends is the price that proves it (Dantzig 1957). All cells but one
stand at points of their tables, where hull and table are one. That one may stand where its table is below its hull:
then plans are tried that leave the edge out and go on, and that take all of it and less of those before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.pieces import between, points_of
from optimizer.search.bounds.bound import dual_bound
from optimizer.search.choices.cells import Cells, within_one
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Box, Hull, Region
from optimizer.search.region.visit import Visit

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
ROUNDED = 1e-12  # of a table's height, within which it is its hull; of the budget, within which it is spent


class _Edges(NamedTuple):
    """The edges of all hulls in falling order: whose each is, what it takes of the row in all, what it gains a unit of
    that, and whether it is an edge of the table itself."""

    cell: Index
    takes: Array
    gains: Array
    own: Flags


class Tables:
    """The tables of one model, whose limits may change."""

    def __init__(self, spends: Spends) -> None:
        self._spends = spends
        self._points = [points_of(spends.model, cell) for cell in range(len(spends.model.cells.inputs))]

    @classmethod
    def of(cls, spends: Spends) -> Tables | None:
        """Where one row limits spends, and tables alone read them, as they are; else None."""
        model = spends.model
        tabled = len(model.drafts) == 1 and len(model.tables) == len(model.cells.inputs)
        return cls(spends) if tabled and within_one(spends) else None

    def visit(self, model: Model, incumbent: Incumbent, gap: float, _: Deadline) -> Visit | None:
        """The best plan at the model's limits, which is offered, and its bound; None where the gap is not closed."""
        cells = Cells.of(self._spends, model, self._spends.direct.written_out()[0])
        region = Region(low=cells.low, high=cells.high)
        hull, idle = Hull(model, region), float(cells.take @ cells.low)
        edges = _edges(cells, hull, self._corners(region))
        least, most = (float(end[0]) - idle for end in (model.matrix.lower, model.matrix.upper))
        spent = np.append(0.0, np.cumsum(edges.takes))
        paying = spent[np.count_nonzero(edges.gains > 0.0)]
        budget = most if paying > most else max(paying, least)
        if not len(edges.cell) or not 0.0 <= budget <= spent[-1] * (1.0 + ROUNDED):
            return None
        last = min(int(np.searchsorted(spent[1:], budget * (1.0 - ROUNDED))), len(edges.cell) - 1)
        for part in _plans(edges, last, budget - spent[last]):
            point = model.low.copy()
            inputs = cells.low + np.bincount(edges.cell, weights=part, minlength=len(cells.low)) / cells.take
            point[model.cells.inputs] = region.inside(inputs) / self._spends.scale
            incumbent.offer(point)
        if incumbent.columns is None:
            return None
        duals = np.array([0.0 if least <= budget < most else -edges.gains[last]])
        box = Box(low=model.low, high=model.high)
        bound = dual_bound(model, duals, hull, region, box, incumbent.columns)
        if bound < incumbent.cost - gap * abs(incumbent.cost):
            return None
        return Visit(ending="cut off", bound=bound, columns=incumbent.columns, duals=duals)

    def _corners(self, region: Region) -> Array:
        """The ends of each cell and the points of its table between them, filled up with its high end [money]."""
        ends = zip(self._points, region.low.tolist(), region.high.tolist(), strict=True)
        own = [between(points, low, high) for points, low, high in ends]
        count = np.array(list(map(len, own)))
        points = np.repeat(region.high[:, None], count.max(), axis=1)
        points[np.arange(count.max()) < count[:, None]] = np.concatenate(own)
        return points


def _edges(cells: Cells, hull: Hull, points: Array) -> _Edges:
    """The edges between the points at which tables are their hulls."""
    values, above = cells.curves.value(points.T).T, hull.value(points.T).T
    new = np.diff(points, axis=1, prepend=-1.0) > 0.0
    cell, place = (new & (values >= above - ROUNDED * np.abs(above))).nonzero()
    same = cell[1:] == cell[:-1]
    cell, begin, end = cell[1:][same], place[:-1][same], place[1:][same]
    run, rise = (own[cell, end] - own[cell, begin] for own in (points, values))
    takes = cells.take[cell] * run
    gains = (cells.worth[cell] * rise - cells.cost[cell] * run) / takes
    order = np.lexsort((begin, -gains))
    return _Edges(*(own[order] for own in (cell, takes, gains, end == begin + 1)))


def _plans(edges: _Edges, last: int, left: float) -> Iterator[Array]:
    """What each edge takes of the row: all those before the last, and of it what is left; and, where a table is below
    its hull there, that in two other ways."""
    taken = np.where(np.arange(len(edges.cell)) < last, edges.takes, 0.0)
    part = taken.copy()
    part[last] = left
    yield part
    if edges.own[last]:
        return
    yield _moved(edges, taken, range(last + 1, len(taken)), {int(edges.cell[last])}, left, 1.0)
    taken[last] = edges.takes[last]
    yield _moved(edges, taken, range(last - 1, -1, -1), {int(edges.cell[last])}, taken[last] - left, -1.0)


def _moved(edges: _Edges, taken: Array, order: Iterable[int], kept: set[int], left: float, sign: float) -> Array:
    """Edges in turn taken, or given back: whole ones, as far as they fit, and at the end part of one of a table's own.

    Of cells that are `kept`, or of which an edge does not fit, no further one is.
    """
    taken = taken.copy()
    for edge in order:
        cell, size = int(edges.cell[edge]), float(edges.takes[edge])
        if cell in kept or (sign > 0.0 and edges.gains[edge] <= 0.0):
            continue
        if size > left and not edges.own[edge]:
            kept.add(cell)
            continue
        moved = min(size, left)
        taken[edge], left = taken[edge] + sign * moved, left - moved
        if left <= 0.0:
            break
    return taken
