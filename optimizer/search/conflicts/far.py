"""What multipliers of rows prove on the true curves, of every plan whose spends reach at most so far."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Sum
from optimizer.formulation.elastic import Elastic
from optimizer.formulation.model import Model, build
from optimizer.formulation.moved import within
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.scenario import Scenario
from optimizer.search.bounds.bound import dual_bound
from optimizer.search.region.hull import Box, Hull, Region

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
BESIDE = 2  # columns that the margin and the elastic rows write beside what gives way
ROUNDED = 1e-12  # of the terms of a sum, below which it is nothing but their rounding


class Far:
    """A model of a scenario with spends up to `most` [money], shape (tactics, periods), and its hull: no solver."""

    def __init__(
        self, scenario: Scenario, most: Array, objective: Callable[[Vocabulary], Sum], elastic: Elastic
    ) -> None:
        self._reach(build(scenario, most, objective, counted=np.inf))
        self._gives = elastic.places(self._model)

    def _reach(self, model: Model) -> None:
        self._model, self._region = model, Region(low=model.cells.low, high=model.cells.high)
        self._hull = Hull(model, self._region)

    def within(self, most: Array) -> Far | None:
        """The same with spends up to less; None where demand, or what a rule measures by, follows them in columns."""
        if len(self._model.extra) != len(self._gives) + BESIDE:
            return None
        nearer = copy(self)
        nearer._reach(within(self._model, most))
        return nearer

    @property
    def row_scale(self) -> Array:
        """Of each row: planner's units for one scaled."""
        return self._model.row_scale

    def missed(self, duals: Array) -> tuple[float, float]:
        """By how much the rows' sum by multipliers [scaled] misses its limit at the least, and the size of its terms.

        Nothing gives way.
        """
        matrix = self._model.matrix
        limits = np.where(duals > 0, matrix.lower, np.where(duals < 0, matrix.upper, 0.0))
        nothing = np.zeros(len(self._model.cost))
        return self._bound(nothing, duals, np.zeros(len(self._gives), dtype=bool)), float(np.abs(duals * limits).sum())

    def given(self, duals: Array, own: Flags) -> float:
        """How far the sides of `own` give way at the least, in all, where multipliers [scaled] price them."""
        cost = np.zeros(len(self._model.cost))
        cost[self._gives[own]] = self._model.scale[self._gives[own]]
        return self._bound(cost, duals, own)

    def _bound(self, cost: Array, duals: Array, own: Flags) -> float:
        """What a cost [scaled] comes to at the least.

        Where the multipliers leave of a column's price no more than the rounding of its terms, they leave nothing: the
        largest money would make much of it.
        """
        model, matrix = self._model, self._model.matrix
        priced = matrix.priced(duals, len(cost))
        terms = np.abs(cost) + matrix.absolute().priced(np.abs(duals), len(cost))
        cost = np.where(np.abs(cost - priced) <= ROUNDED * terms, priced, cost)
        high = model.high.copy()
        high[self._gives[~own]] = 0.0
        box, middle = Box(low=model.low, high=high), 0.5 * (model.low + model.high)
        return dual_bound(replace(model, cost=cost), duals, self._hull, self._region, box, middle)
