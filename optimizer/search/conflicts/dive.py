"""Points on the true curves where an envelope bridges what S-shaped curves do not keep.

A thrifty point of the relaxation spends a little in many such cells and is promised the bridge. Where that breaks a
row, a cell or some of each tactic in it are sent up to where their bridges end on the curve, and the relaxation is
solved again. A dive finds points and proves nothing: that a region is empty says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.hull import Hull, Region

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
DIVES, ROUNDS = 12, 4
PATIENCE = 3  # dives, after which one cell more of each tactic is sent up in each
OFF = 1e-9  # scaled, by which a row is broken
BENT = 1e-6  # of what a cell yields at the most, by which its envelope is off the curve
STEPS = np.linspace(0.0, 1.0, 65)[1:] ** 2  # of the way up, where a bridge is looked at for its end


def dive(relaxation: Relaxation, point: Array, on: Flags) -> Iterator[Array]:
    """Points of ever smaller regions of the program as it stands, from a point on [scaled columns]; `on`: its rows."""
    model, region, hull = relaxation.model, relaxation.root, relaxation.hull
    for turn in range(DIVES):
        broken = on & (relaxation.incumbent.broken(relaxation.incumbent.truth(point)) > OFF)
        above = raised(model, hull, region, point, broken, 1 + turn // PATIENCE)
        if above is None:
            return
        region = above
        hull = Hull(model, region, relaxation.hull)
        relaxation.tangents.enter(region)
        for _ in range(ROUNDS):
            outcome = relaxation.solve()
            if outcome.columns is None:
                return
            point = relaxation.point(outcome)
            yield point
            if not relaxation.tangents.tighten(point, hull, region):
                break


def raised(model: Model, hull: Hull, region: Region, point: Array, broken: Flags, most: int) -> Region | None:
    """The region where `most` cells of each tactic, those that came furthest, start at their bridges' ends; or None.

    Cells of broken rows that lie below a bridge, that is.
    """
    cells = model.cells
    at = region.inside(point[cells.inputs] * model.scale[cells.inputs])
    off = BENT * np.where(cells.most > 0, cells.most, 1.0)
    inside = np.isin(cells.responses, model.matrix.columns[broken[model.matrix.rows]])
    bent = inside & (hull.value(at) - cells.curves.value(at) > off)
    if not bent.any():
        return None
    ends, open_ = np.where(bent, region.high, region.low), bent.copy()
    for step in STEPS:
        there = np.where(open_, at + step * (region.high - at), at)
        found = open_ & (hull.value(there) - cells.curves.value(there) <= off)
        ends[found] = there[found]
        open_ &= ~found
    come = np.where(bent, (at - region.low) / np.where(bent, np.maximum(ends - region.low, 1e-300), 1.0), -1.0)
    sent = [
        first + int(place)
        for first, last in pairwise(cells.first.tolist())
        for place in np.argsort(-come[first:last], kind="stable")[:most]
        if bent[first + place]
    ]
    low = region.low.copy()
    low[sent] = ends[sent]
    return Region(low=low, high=region.high, split=tuple(sorted({*region.split, *sent})))
