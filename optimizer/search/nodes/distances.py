"""How far a relaxation's point is from its envelopes, and these from the curves: what branching has to gain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.search.bounds.bound import response_prices
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.region.hull import Hull, Region

Array = NDArray[np.float64]
LEAST_WEIGHT = 0.01  # of a cell whose error matters though its price may be 0: rows count its outcome


def distances(own: Incumbent, columns: Array, duals: Array, hull: Hull, region: Region) -> tuple[Array, Array]:
    """By cell [scaled cost]: response above its envelope, and envelope away from the curve, shape (…, cells)."""
    model = own.model
    cells, two = model.cells, model.two_sided
    inputs = region.inside(columns[..., cells.inputs] * model.scale[cells.inputs])
    size = np.where(cells.most > 0, cells.most, 1.0)
    response = columns[..., cells.responses]
    curve = (cells.curves.value(inputs) - cells.zero) / size
    above = (hull.value(inputs) - cells.zero) / size
    loose, bent = np.maximum(response - above, 0.0), np.maximum(above - curve, 0.0)
    if hull.below is not None:
        below = (hull.below.value(inputs[two]) - cells.zero[two]) / size[two]
        loose[two] = np.maximum(loose[two], below - response[two])
        bent[two] = np.abs(response[two] - curve[two])
    weight, counts = np.abs(response_prices(model, duals)), np.zeros(bent.shape, dtype=bool)
    counts[..., two] = True
    counted = np.flatnonzero(among(model.matrix.columns, len(model.cost))[cells.responses])
    if len(counted):
        broken = own.broken(own.truth(columns)).max(axis=-1, initial=0.0) > KEPT
        counts[..., counted] |= broken[..., None]
    weight = np.where(counts, np.maximum(weight, LEAST_WEIGHT), weight)
    return loose * weight, bent * weight
