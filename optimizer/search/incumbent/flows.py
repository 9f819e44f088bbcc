"""The columns of draws that are written out, as they follow from the true responses of each."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model, Written
from optimizer.problem.rivers import Rivers

Array = NDArray[np.float64]
WHOLE = 1e-9  # of a draw, by which the worst share may miss a whole number of them


class Flows:
    """Demand under each draw that is written out, and what the worst of them cost."""

    def __init__(self, model: Model, written: Written, worth: Array) -> None:
        self._model, self._written, self._worth = model, written, worth
        self._rivers = Rivers(model.scenario) if written.currents else None
        cells, count = model.cells, len(model.scenario.tactics)
        self._first = cells.first[: count + 1]
        self._effects = cells.effects[:count]
        self._responses = cells.responses[self._first[-1] :].reshape(len(written.draws), -1)
        deciding = math.ceil(1.0 / written.most - WHOLE)
        self._deciding = min(deciding, len(written.draws)) - 1
        if written.currents:
            self._stocks = np.array([own.stock for own in written.currents])
            self._realised = np.array([own.realised for own in written.currents])
            self._left = np.array([own.left for own in written.currents])
            self._idle = np.array([own.idle for own in written.currents]).transpose(1, 2, 0)
            self._baseline = np.array([own.baseline for own in written.currents])

    def settled(self, true: Array) -> Array:
        """A point [scaled] whose responses are true, with what follows from them under each draw; in place."""
        model, written = self._model, self._written
        if self._rivers is not None:
            self._convert(true, self._rivers)
        true[written.worst] = 0.0
        true[written.worse] = 0.0
        costs = -model.matrix.activity(true)[written.rows] * model.row_scale[written.rows]
        worst = np.sort(costs)[::-1][self._deciding]
        true[written.worst] = worst / model.scale[written.worst]
        true[written.worse] = np.maximum(costs - worst, 0.0) / model.scale[written.worse]
        return true

    def _convert(self, true: Array, rivers: Rivers) -> None:
        """Demand is converted where it is worth most, draw by draw."""
        scale, response = self._model.scale, self._idle.copy()
        for row, effect in enumerate(self._effects):
            own = self._responses[:, self._first[row] : self._first[row + 1]]
            response[row] += effect[:-1] @ (true[own] * scale[own]).T
        streams = rivers.run(response, self._worth)
        stock = streams.left.copy()
        for row in np.flatnonzero(rivers.river.draws >= 0).tolist():
            stock[rivers.river.draws[row]] += rivers.river.demand[row] * streams.converted[row]
        self._set(true, self._stocks, stock)
        self._set(true, self._realised, streams.converted - self._baseline.transpose(1, 2, 0))
        self._set(true, self._left, streams.left[:, -1])

    def _set(self, true: Array, columns: NDArray[np.intp], values: Array) -> None:
        """Set the columns, draws first, to values [planner's units], draws last; −1 is none."""
        own, values = columns >= 0, np.moveaxis(values, -1, 0)
        true[columns[own]] = values[own] / self._model.scale[columns[own]]
