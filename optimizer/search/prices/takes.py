"""How far one more unit of money in a cell moves a row of the model: directly, and through the curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.formulation.draft import Sum
from optimizer.formulation.model import Model
from optimizer.formulation.response import inputs_of
from optimizer.problem.rules.rate_card import media_rate
from optimizer.problem.valuation import Valuation
from optimizer.search.newton.kernel import Kernel

Array = NDArray[np.float64]
NOTHING = Sum(columns=np.zeros(0, dtype=np.intp), values=np.zeros(0))


class Takes:
    """By cell, ∂row/∂spend at the plan [units of the row per money]: directly, and through the curves.

    These are the model's, unless other `curves` are read in the same cells; `slopes` are theirs [outcome per money].
    """

    def __init__(self, model: Model, valuation: Valuation, curves: CurveStack | None = None) -> None:
        self._model, self._kernel = model, Kernel.of(model)
        self._buys = media_rate(model.scenario, valuation.spend)
        slopes = (curves or model.cells.curves).slope(inputs_of(model.scenario, valuation.spend))
        self.slopes, self._steep = np.where(np.isfinite(slopes), slopes, 0.0), ~np.isfinite(slopes)
        self._spend = np.zeros(len(model.cost))
        self._spend[model.spend] = valuation.spend

    def moved(self, lever: Sum | float) -> float:
        """How far a lever moves a row's limit at the plan; one that is a sum speaks of spends."""
        return float(lever.values @ self._spend[lever.columns]) if isinstance(lever, Sum) else lever

    def of(self, row: Sum) -> Array:
        model, cells = self._model, self._model.cells
        whole = np.zeros(len(model.cost))
        whole[row.columns] = row.values
        through = whole[cells.responses] * self.slopes * model.scale[cells.inputs]
        pulled = self._kernel.pulled(model, through, len(whole)) / model.scale
        direct = np.where(model.reads == model.spend, 0.0, pulled[model.reads] * self._buys)
        taken: Array = (whole + pulled)[model.spend] + direct
        return taken

    def endless(self, row: Sum) -> NDArray[np.bool_]:
        """By cell whether ∂row/∂spend is infinite: a curve that the spend is read on rises without end at 0."""
        model, cells = self._model, self._model.cells
        whole = np.zeros(len(model.cost))
        whole[row.columns] = row.values
        through = np.where(self._steep, np.abs(whole[cells.responses]), 0.0)
        pulled: NDArray[np.bool_] = self._kernel.pulled(model, through, len(whole))[model.spend] > 0.0
        return pulled

    def of_demand(self, row: Sum) -> Array:
        """By cell, what a row counts a unit of outcome that is converted of demand, shape (tactics, periods)."""
        model, whole = self._model, np.zeros(len(self._model.cost))
        if model.currents is None:
            return np.zeros(model.spend.shape)
        whole[row.columns] = row.values
        realised = model.currents.realised
        counted: Array = np.where(realised >= 0, whole[realised], 0.0)
        return counted

    def through_demand(self, row: Sum) -> Array:
        """∂row/∂spend where all of the response is converted of demand, for the tactics that draw from a pool."""
        counted, total = self.of_demand(row), NOTHING
        for tactic in np.flatnonzero(counted.any(axis=1)).tolist():
            total = total + self._model.cells.outcome(tactic, np.append(counted[tactic], 0.0))
        return self.of(total) if len(total.columns) else np.zeros(counted.shape)
