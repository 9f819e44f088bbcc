"""Plans near a relaxation's point: the best within less and less around it, where envelopes are nearly the curves.

A relaxation's point is off its curves; what its spends yield keeps few rows that count outcome. Within a share δ of
each range around it the envelopes are off by about δ², so that the points of smaller and smaller boxes, each around the
one before, come to the curves: sequential convex programming in a trust region that shrinks.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.region.hull import Region
from optimizer.search.region.visit import Visit

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
NEARER = (0.1, 0.04, 0.016, 0.006, 0.002)  # of the furthest input, within which plans are looked for
TURNS = 8  # of tangents in a box: the next one is smaller


class Settling(Protocol):
    """A relaxation that finds the best of a region with the decisions of a point."""

    model: Model
    incumbent: Incumbent
    root: Region

    def settle(self, columns: Array, region: Region, turns: int) -> Visit: ...


def approach(own: Settling, columns: Array, region: Region | None = None, some: Flags | None = None) -> None:
    """Offer plans from a point on, decisions as they are there, until nothing near by is better.

    The curves of `some` cells are what boxes are for, by default of all that are off their envelopes; the others stay
    within the region, by default anywhere.
    """
    region, some = region or own.root, enveloped(own.model) if some is None else some
    for share in NEARER:
        before = own.incumbent.cost
        visit = own.settle(columns, around(own, columns, share, region, some), TURNS)
        gained = own.incumbent.cost < before
        if visit.columns is None or visit.ending == "limit" or (visit.ending == "cut off" and not gained):
            break
        columns = visit.columns


def around(own: Settling, columns: Array, share: float, region: Region, some: Flags) -> Region:
    """The region, and some cells near a point; where these are concave from an input on, all that is beyond it."""
    cells, root, low, high = own.model.cells, own.root, region.low.copy(), region.high.copy()
    inputs, near = root.inside(columns[cells.inputs] * own.model.scale[cells.inputs]), share * root.high
    concave = cells.curves.turns()[1]
    beyond = inputs >= concave
    beyond[own.model.two_sided] = False
    low[some] = np.maximum(root.low, np.where(beyond, concave, inputs - near))[some]
    high[some] = np.minimum(root.high, np.where(beyond, np.inf, inputs + near))[some]
    return Region(low=low, high=high, split=tuple(sorted({*region.split, *np.flatnonzero(some).tolist()})))


def enveloped(model: Model) -> Flags:
    """Which cells a relaxation knows by envelopes that may be off their curves."""
    curved: Flags = ~model.cells.curves.concave
    curved[model.two_sided] = True
    return curved & ~model.cells.curves.linear
