"""The draws of all curves one by one, where each of them is a row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.problem.draws import joint_draws, largest_weight

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class DrawnCurves:
    """By cell the curves of the draws; `idle` are the inputs without spend [money], from where gains are counted."""

    def __init__(self, model: Model, idle: Array) -> None:
        confidence = model.scenario.objective.confidence
        assert confidence is not None
        self.draws = joint_draws(model.scenario.tactics)
        self.most = largest_weight(self.draws, confidence)
        self._curves = model.cells.curves.by_draw(np.arange(self.draws))
        self._zero = self._curves.value(np.repeat(idle, self.draws))

    def gains(self, inputs: Array) -> Array:
        """What each draw yields more than without spend, shape (cells, draws) [outcome]."""
        values = self._curves.value(np.repeat(inputs, self.draws)) - self._zero
        return values.reshape(len(inputs), self.draws)

    def slopes(self, inputs: Array, draws: Index) -> Array:
        """∂outcome/∂input of some draws at inputs of shape (n, cells), shape (n, draws, cells)."""
        cells = inputs.shape[1]
        stack = self._curves.take((np.arange(cells)[:, None] * self.draws + draws).ravel())
        slopes = stack.slope(np.repeat(inputs, len(draws), axis=1))
        return slopes.reshape(len(inputs), cells, len(draws)).swapaxes(1, 2)
