"""The best point found so far, valued on the true curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.model import Model
from optimizer.formulation.river import Currents
from optimizer.problem.worth import worth_of_outcome
from optimizer.search.incumbent.flows import Flows

Array = NDArray[np.float64]
KEPT = 1e-8  # a scaled row broken by no more than this is kept; rounding to money settles the rest

LITTLE = 1e-6  # of a minimum, up to which a spend is none: what is found is made exact


class Incumbent:
    """A point that keeps every row with true responses, and its cost [scaled]; none at first."""

    def __init__(self, model: Model) -> None:
        self.model = model
        matrix, ties = model.matrix, model.attainments
        own = among(ties.columns, len(model.cost))[matrix.columns] & among(ties.rows, len(model.drafts))[matrix.rows]
        self._pull = -matrix.values[own]
        self._worth = worth_of_outcome(model.scenario)
        self._drawn = None if model.written is None else Flows(model, model.written, self._worth)
        self.columns: Array | None = None
        self.cost = np.inf

    def truth(self, columns: Array, *, planned: bool = True, more: bool = True) -> Array:
        """The point with each response replaced by what the true curve yields at its input.

        Demand is converted as the point has it, as far as the true responses go, and beyond it unless not `more`; where
        it is worth most, whatever the point has, unless `planned`.
        """
        cells = self.model.cells
        inputs = columns[..., cells.inputs] * self.model.scale[cells.inputs]
        inputs = np.minimum(np.maximum(inputs, cells.low), cells.high)
        true = columns.copy()
        gain = np.maximum(cells.curves.value(inputs) - cells.zero, 0.0)
        true[..., cells.responses] = gain / np.where(cells.most > 0, cells.most, 1.0)
        if self.model.currents is not None:
            true = self._flowing(true, self.model.currents, planned=planned, more=more)
        return self._attained(true) if self._drawn is None else self._drawn.settled(true)

    def _attained(self, true: Array) -> Array:
        """The point with each goal's attainment as large as its metric allows; in place."""
        model, ties = self.model, self.model.attainments
        if len(ties.columns):
            true[ties.columns] = 0.0
            reached = model.matrix.activity(true)[ties.rows] / self._pull
            true[ties.columns] = np.clip(reached, model.low[ties.columns], model.high[ties.columns])
        return true

    def _flowing(self, true: Array, currents: Currents, *, planned: bool, more: bool) -> Array:
        model, cells = self.model, self.model.cells
        point = true * model.scale
        response = currents.idle.copy()
        for row, effect in enumerate(cells.effects[: len(response)]):  # what is read again flows nowhere
            own = cells.responses[cells.first[row] : cells.first[row + 1]]
            response[row] += effect[:-1] @ point[own]
        least = currents.converted(point) if planned else None
        currents.settle(point, currents.river.run(response, self._worth, least, more=more))
        return point / model.scale

    def broken(self, true: Array) -> Array:
        """How far each row is broken at a true point [scaled]."""
        return self.model.matrix.violation(true)

    def offer(self, columns: Array) -> bool:
        """Take the point if its true value is better and it keeps every row.

        What a point with pools converts may be less than its demand is worth, and to convert more, or elsewhere, may
        break a limit on outcome or a goal: of the three ways the best that keeps them is taken.
        """
        if self.model.currents is None:
            return self._take(self.truth(columns))
        if self._drawn is not None:  # how the mean draw converts says nothing of the cost
            point = self.kept(columns)
            return point is not None and self._take(point)
        free = self._take(self.truth(columns, planned=False))
        planned = self._take(self.truth(columns))
        return free or planned or self._take(self.truth(columns, more=False))

    def kept(self, columns: Array) -> Array | None:
        """The true point that keeps every row, whatever it costs; None where no way to convert demand does."""
        ways = [{}] if self.model.currents is None else [{}, {"more": False}, {"planned": False}]
        points = (self.truth(columns, **way) for way in ways)
        return next((point for point in points if float(self.broken(point).max(initial=0.0)) <= KEPT), None)

    def _take(self, true: Array) -> bool:
        cost = float(self.model.cost @ true)
        if self._short(true) or cost >= self.cost or float(self.broken(true).max(initial=0.0)) > KEPT:
            return False
        self.columns, self.cost = true, cost
        return True

    def _short(self, true: Array) -> bool:
        """Whether a cell spends something, and less than its minimum."""
        cells = self.model.cells
        if cells.least is None:
            return False
        inputs, little = true[cells.inputs] * self.model.scale[cells.inputs], LITTLE * cells.least
        return bool(((inputs > little) & (inputs < cells.least - little)).any())
