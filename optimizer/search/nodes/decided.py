"""What is left of a model once its decisions are made: spends between limits, and the rows that say more than those.

A row that speaks of one spend and of decisions is a limit of that spend then. Newton's methods see it as one, and what
it costs is told afterwards, by what a little more of the spend would cost: duals of the rows follow from the point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.decisions import limited, links, undecided
from optimizer.formulation.matrix import summed
from optimizer.formulation.model import Model
from optimizer.search.region.hull import Box, Hull, Truth

Array = NDArray[np.float64]
Index = NDArray[np.intp]
AT = 1e-9  # scaled: a row that is as near to its limit is there
LEAST = 1e-300  # worth of outcome, that prices are told for


@dataclass(frozen=True, slots=True)
class Decided:
    """A model, the same without rows that are limits then, and the entries of spends in these; none if none decides."""

    model: Model
    left: Model
    links: Index

    @classmethod
    def of(cls, model: Model) -> Decided:
        """Take a model apart."""
        return cls(model, undecided(model), links(model))

    def limits(self, columns: Array) -> Box:
        """The limits of columns where decisions are as in a point."""
        if not len(self.model.integer):
            return Box(low=self.model.low, high=self.model.high)
        low, high = limited(self.model, columns)
        return Box(low=low, high=high)

    def led(self, columns: Array, duals: Array, hull: Hull, box: Box, times: float = 1.0) -> Array:
        """The inputs [money] that cells have at the best within a box, at so many times the prices of duals."""
        model, cells = self.model, self.model.cells
        scale, size = model.scale[cells.inputs], np.where(cells.most > 0, cells.most, 1.0)
        reduced = model.cost - self.left.matrix.priced(duals, len(model.cost))
        worth = np.maximum(-reduced[cells.responses] / size, LEAST)
        with np.errstate(over="ignore"):  # what is worth nothing is bought at no price
            prices = times * reduced[cells.inputs] / scale / worth
        inputs = hull.peak(prices, columns[cells.inputs] * scale)[0]
        return np.clip(inputs, box.low[cells.inputs] * scale, box.high[cells.inputs] * scale)

    def told(self, columns: Array, duals: Array, hull: Hull | Truth) -> Array:
        """Duals with those of the rows that are limits, where a point stands at them and less would cost less."""
        if not len(self.links):
            return duals
        model, cells, matrix, own = self.model, self.model.cells, self.model.matrix, self.links
        rows, spends, values = matrix.rows[own], matrix.columns[own], matrix.values[own]
        scale, size = model.scale[cells.inputs], np.where(cells.most > 0, cells.most, 1.0)
        reduced, slope = model.cost - matrix.priced(duals, len(model.cost)), hull.slope(columns[cells.inputs] * scale)
        earned = reduced[cells.responses] * np.where(np.isfinite(slope), slope, 0.0) * scale / size
        each = (reduced + summed(cells.inputs, earned, len(reduced)))[spends] / values
        stands = np.abs(matrix.lower - matrix.activity(columns))[rows] <= AT
        binds = stands & (each > 0.0) & (columns[spends] > 0.0)
        duals = duals.copy()
        duals[rows[binds]] = each[binds]
        return duals
