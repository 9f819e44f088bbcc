"""The relaxation in the solver: rows response ≤ tangent of an envelope, switched on where they hold.

Where a decision switches the input off, the tangent's height at 0 is earned by the decision: response ≤ slope · input +
height · active. At active = 1 that is the tangent, at 0 nothing, and in between the perspective of the envelope, than
which no concave function is tighter (Frangioni and Gentile 2006).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.response import ROUNDED
from optimizer.search.region.hull import Hull, Region
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
INSIDE = 1e-11  # share of an interval that a tangent keeps from its low end, where a slope may be infinite
NARROW = 1e-6  # of its high end: an interval not wider than this says little of the slope of a curve


class Tangents:
    """Every tangent written so far, and which of them hold in the region that the program looks at."""

    def __init__(self, model: Model, program: Program) -> None:
        self._model, self._program = model, program
        self._decisions = model.decisions()
        self.place = np.array([program.place[name] for name in model.names], dtype=np.intp)
        self._cell: Index = np.zeros(0, dtype=np.intp)
        self._row: Index = np.zeros(0, dtype=np.intp)
        self._low: Array = np.zeros(0)
        self._high: Array = np.zeros(0)
        self._lower: Array = np.zeros(0)
        self._upper: Array = np.zeros(0)
        self._on = np.zeros(0, dtype=bool)

    def enter(self, region: Region) -> None:
        """Move the inputs' limits to the region and switch on just the tangents that hold in it."""
        model, cells = self._model, self._model.cells
        low, high = model.low.copy(), model.high.copy()
        np.maximum.at(low, cells.inputs, region.low / model.scale[cells.inputs])  # an input may be read by several
        np.minimum.at(high, cells.inputs, region.high / model.scale[cells.inputs])
        inputs = np.unique(cells.inputs)
        self._program.bound_columns(self.place[inputs], low[inputs], high[inputs])
        holds = (self._low <= region.low[self._cell]) & (region.high[self._cell] <= self._high)
        turned = np.flatnonzero(holds != self._on)
        self._program.bound_rows(
            self._row[turned],
            np.where(holds[turned], self._lower[turned], -np.inf),
            np.where(holds[turned], self._upper[turned], np.inf),
        )
        self._on = holds

    def move(self, model: Model, region: Region) -> None:
        """The same model under other limits, looked at within `region`: what does not hold there is taken out."""
        self._model = model
        holds = (self._low <= region.low[self._cell]) & (region.high[self._cell] <= self._high)
        if holds.all():
            return
        self._drop(~holds)

    def exchange(self, low: Array, high: Array, hull: Hull, region: Region) -> None:
        """Put tangents at two inputs of each cell [money] in place of all that there are, shape (cells,)."""
        self._drop(np.ones(len(self._row), dtype=bool))
        self.add_above(np.arange(len(low)), low, hull, region)
        apart = np.flatnonzero(high > low)
        self.add_above(apart, high[apart], hull, region)

    def _drop(self, some: Flags) -> None:
        """Take rows out; those after them move up."""
        self._program.delete_rows(self._row[some])
        self._row = np.sort(self._row)[: int((~some).sum())]  # rows are numbered in the order they were added
        for name in ("_cell", "_low", "_high", "_lower", "_upper", "_on"):
            setattr(self, name, getattr(self, name)[~some])

    def tighten(self, columns: Array, hull: Hull, region: Region, least: float = 1e-10) -> bool:
        """Add tangents where the point's responses are not on the envelopes; False when none is off."""
        cells, model = self._model.cells, self._model
        inputs = region.inside(columns[cells.inputs] * model.scale[cells.inputs])
        size = np.where(cells.most > 0, cells.most, 1.0)
        response = columns[cells.responses]
        over = response - (hull.value(inputs) - cells.zero) / size
        off = np.flatnonzero(over > least)
        if len(off):
            self.add_above(off, inputs[off], hull, region)
        low = np.zeros(0, dtype=np.intp)
        if hull.below is not None:
            two = model.two_sided
            under = (hull.below.value(inputs[two]) - cells.zero[two]) / size[two] - response[two]
            low = two[under > least]
            self.add_below(low, inputs[low], hull, region)
        return bool(len(off) or len(low))

    def add_above(self, cells: Index, inputs: Array, hull: Hull, region: Region) -> None:
        """response ≤ envelope tangent at `inputs` [money], for some cells."""
        everywhere = region.low.copy()
        everywhere[cells] = _kept(inputs, region, cells)
        value, slope = hull.value(everywhere)[cells], hull.slope(everywhere)[cells]
        self._add(cells, everywhere[cells], value, slope, self._where_it_holds(region), above=True)

    def _where_it_holds(self, region: Region) -> Region:
        """The region, without end for concave curves: their tangents lie above them everywhere.

        A table's hull on a point has no slope of the table, nor one on next to nothing a certain one: these end there.
        """
        wide = region.high - region.low > NARROW * region.high
        free = self._model.cells.curves.concave & wide
        return Region(low=np.where(free, -np.inf, region.low), high=np.where(free, np.inf, region.high))

    def add_below(self, cells: Index, inputs: Array, hull: Hull, region: Region) -> None:
        """response ≥ tangent of the convex function below, for some of the two-sided cells."""
        if hull.below is None or not len(cells):
            return
        two = self._model.two_sided
        everywhere = region.low[two].copy()
        where = np.searchsorted(two, cells)
        everywhere[where] = _kept(inputs, region, cells)
        value, slope = hull.below.value(everywhere)[where], hull.below.slope(everywhere)[where]
        self._add(cells, everywhere[where], value, slope, region, above=False)

    def _add(self, cells: Index, at: Array, value: Array, slope: Array, region: Region, *, above: bool) -> None:
        model = self._model
        usable = np.isfinite(slope) & (model.cells.most[cells] > 0)
        cells, at, value, slope = cells[usable], at[usable], value[usable], slope[usable]
        if not len(cells):
            return
        most, scale = model.cells.most[cells], model.scale[model.cells.inputs[cells]]
        steep = slope * scale / most
        zero, away = model.cells.zero[cells], 1.0 if above else -1.0
        limit = (value - zero + away * ROUNDED * (np.abs(value) + np.abs(zero))) / most - steep * (at / scale)
        size = np.maximum(1.0, steep)
        columns = [self.place[model.cells.responses[cells]], self.place[model.cells.inputs[cells]]]
        values = [1.0 / size, -steep / size]
        earned = above & (self._decisions[cells] >= 0) & (limit > 0.0)
        self._write(cells[~earned], columns, values, limit / size, ~earned, region, above)
        columns.append(self.place[self._decisions[cells]])
        values.append(-limit / size)
        self._write(cells[earned], columns, values, np.zeros(len(cells)), earned, region, above)

    def _write(
        self,
        cells: Index,
        columns: list[Index],
        values: list[Array],
        limit: Array,
        of: Flags,
        region: Region,
        above: bool,
    ) -> None:
        """The rows of some of the cells, Σ values · columns on one side of a limit."""
        if not len(cells):
            return
        free = np.full(len(cells), np.inf)
        lower, upper = (-free, limit[of]) if above else (limit[of], free)
        starts = len(columns) * np.arange(len(cells))
        entries = np.column_stack([column[of] for column in columns]), np.column_stack([value[of] for value in values])
        rows = self._program.add_rows(lower, upper, starts, entries[0].ravel(), entries[1].ravel())
        self._remember(cells, rows, region, lower, upper)

    def _remember(self, cells: Index, rows: Index, region: Region, lower: Array, upper: Array) -> None:
        self._cell = np.concatenate([self._cell, cells])
        self._row = np.concatenate([self._row, rows])
        self._low = np.concatenate([self._low, region.low[cells]])
        self._high = np.concatenate([self._high, region.high[cells]])
        self._lower = np.concatenate([self._lower, lower])
        self._upper = np.concatenate([self._upper, upper])
        self._on = np.concatenate([self._on, np.ones(len(cells), dtype=bool)])


def _kept(inputs: Array, region: Region, cells: Index) -> Array:
    """Inputs inside the region, a little away from its low end."""
    width = region.high[cells] - region.low[cells]
    kept: Array = np.clip(inputs, region.low[cells] + INSIDE * width, region.high[cells])
    return kept
