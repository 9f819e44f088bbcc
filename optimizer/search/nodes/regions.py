"""Regions of one model that are looked at together: to look at one takes numpy about as long as to look at many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.bounds.bound import dual_bounds
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.walks import followed_together
from optimizer.search.nodes.distances import distances
from optimizer.search.region.hull import Box, Hull, Region, Truth
from optimizer.search.region.node import Node

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class Regions:
    """What is found and proved of some regions that have a point near them: by region the relaxation's point, its
    duals, a bound [scaled] and the weighted distances of envelopes from curves; by the interior-point method."""

    def __init__(self, spends: Spends, model: Model, box: Box, nodes: Sequence[Node], gap: float) -> None:
        self._spends, self._model = spends, model
        self._region = region = Region.together([node.region for node in nodes])
        self._hull, self._box = Hull(model, region), box.within(model, region)
        near = np.array([node.near for node in nodes])
        own = model.matrix, self._hull, region, self._box
        self.points, self.duals = followed_together(spends, *own, gap, near)
        proved = dual_bounds(model, self.duals, *own[1:], self.points)
        self.bounds = np.maximum(proved, [node.bound for node in nodes])

    def bent(self, own: Incumbent) -> Array:
        """How far envelopes are from curves at the points [scaled cost], shape (regions, cells)."""
        return distances(own, self.points, self.duals, self._hull, self._region)[1]

    def plans(self, truth: Truth, some: Index, gap: float) -> dict[int, Array]:
        """Points on the curves themselves within some of the regions, by region."""
        if not len(some):
            return {}
        region, box = self._region.part(some), Box(low=self._box.low[some], high=self._box.high[some])
        found = followed_together(self._spends, self._model.matrix, truth, region, box, gap, self.points[some])[0]
        return dict(zip(some.tolist(), found, strict=True))
