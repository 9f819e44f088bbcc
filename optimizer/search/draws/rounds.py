"""What searches for given draws come to, one after another: points, the least bound, and how much they took."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.problem.drawn import DrawValuer
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.points import Points
from optimizer.search.search import Found
from optimizer.search.spends.within import Watch

Array = NDArray[np.float64]


class Rounds:
    """The points and the bound of a model whose objective has a confidence, until `deadline`."""

    def __init__(self, model: Model, valuer: DrawValuer, deadline: Deadline, watch: Watch) -> None:
        objective = model.scenario.objective
        assert objective.confidence is not None
        self._model, self._valuer, self._deadline, self._watch = model, valuer, deadline, watch
        self._confidence, self._gap = objective.confidence, model.scenario.solve.gap
        self.points = Points(model, valuer, self._confidence)
        self.bound = -np.inf
        self._duals: Array | None = None
        self._empty = self._stopped = False
        self._rounds = self._nodes = self._pieces = 0

    @property
    def left(self) -> float:
        """The relative gap between the best point and the bound; infinite while one is missing."""
        return self.points.gap(self.bound)

    def _heard(self, found: Found, bound: float) -> bool:
        """Count a search whose point is offered, with what it proves of all plans; whether that is the least so far."""
        self._rounds, self._nodes = self._rounds + found.rounds, self._nodes + found.nodes
        self._pieces, self._empty = max(self._pieces, found.pieces), found.proved_empty
        told = self.bound < bound < np.inf
        if told:
            self.bound = bound
            self._duals = None if found.duals is None else found.duals[: len(self._model.drafts)]
        self._watch(self._model, self._rounds, self._nodes, self.points.cost, min(self.bound, self.points.cost))
        return told

    def found(self) -> Found:
        """What was found, for the model with expected responses."""
        return Found(
            model=self._model,
            columns=self.points.best,
            cost=self.points.cost,
            bound=np.inf if self._empty else min(self.bound, self.points.cost),
            duals=self._duals,
            stopped=self._stopped,
            rounds=self._rounds,
            nodes=self._nodes,
            pieces=self._pieces,
        )
