"""The points found for a model whose objective is its mean over the worst draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import gap_between
from optimizer.formulation.model import Model
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.draws import tail_mean
from optimizer.search.incumbent.incumbent import Incumbent

Array = NDArray[np.float64]
WHOLE = 1e-6  # by which a decision may be off a whole number


class Points:
    """The points found for a model, their values by draw, and the best of them."""

    def __init__(self, model: Model, valuer: DrawValuer, confidence: float) -> None:
        self._model, self._valuer, self._confidence = model, valuer, confidence
        self._rows = Incumbent(model)
        self.columns: list[Array] = []
        self.values: list[Array] = []
        self.best: Array | None = None
        self.cost = np.inf

    def gap(self, bound: float) -> float:
        """The relative gap between the best point and a bound; infinite while one is missing."""
        if not np.isfinite([self.cost, bound]).all():
            return np.inf
        return gap_between(self.cost, min(bound, self.cost))

    def offer(self, columns: Array) -> bool:
        """Keep a point that keeps every row, with its values; whether it does."""
        whole = columns[self._model.integer]
        if np.abs(whole - np.rint(whole)).max(initial=0.0) > WHOLE:
            return False
        point = self._rows.kept(columns[: len(self._model.cost)])
        if point is None:
            return False
        values = self._valuer.value((point * self._model.scale)[self._model.spend]).value()
        self.columns.append(point)
        self.values.append(values)
        cost = -tail_mean(values, self._confidence) / self._model.worth
        if cost < self.cost:
            self.best, self.cost = point, cost
        return True
