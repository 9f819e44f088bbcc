"""Tables beside rows that share out what is spent: a program of those alone that prices leave open.

A table, or the envelope of one that is not concave, bends at points of it only. Where a price that is a little higher
and one that is a little lower lead a cell to the same point, it is left there; of the others edges between the two are
told. The program's duals are tried on the whole: where no cell would leave what it was left, they prove that its point
is the best.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.bounds.bound import dual_bound
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.decided import Decided
from optimizer.search.nodes.tangents import Tangents
from optimizer.search.region.hull import Box, Hull, Region
from optimizer.search.region.visit import Visit
from optimizer.solver.highs import Outcome, Program

Array = NDArray[np.float64]
SHARES = (0.03, 0.1, 0.3)  # of prices, by which they may be off: tried in turn
TURNS = 20
CONVERGED = 1e-9  # of the cost, by which what duals prove may miss the program's optimum


class Narrowable(Protocol):
    """A relaxation with a program in which nothing stands yet."""

    model: Model
    incumbent: Incumbent
    decided: Decided
    root: Region
    box: Box

    @property
    def hull(self) -> Hull: ...

    @property
    def program(self) -> Program: ...

    @property
    def tangents(self) -> Tangents: ...

    @property
    def cutoff(self) -> float: ...

    def solve(self, share: float = 1.0, *, seeded: bool = True) -> Outcome: ...

    def point(self, outcome: Outcome) -> Array: ...


def narrowed(own: Narrowable, columns: Array, duals: Array) -> Visit | None:
    """The relaxation's best near duals and a point, which is offered; None where its duals do not prove that it is."""
    cells, place = own.model.cells, own.tangents.place[own.model.cells.responses]
    least, most = own.model.low[cells.responses], own.model.high[cells.responses]
    visit = None
    for share in SHARES:
        high, low = (own.decided.led(columns, duals, own.hull, own.box, times) for times in (1.0 - share, 1.0 + share))
        yields = (own.hull.value(high) - cells.zero) / np.where(cells.most > 0, cells.most, 1.0)
        own.program.bound_columns(place, least, np.minimum(yields, most))
        if (visit := _best(own, Region(low=low, high=high))) is not None:
            break
    own.program.bound_columns(place, least, most)
    return visit


def _best(own: Narrowable, region: Region) -> Visit | None:
    """The best within a region, where the duals there prove that it is the best of all, or that it closes the gap."""
    own.tangents.enter(region)
    for _ in range(TURNS):
        outcome = own.solve(seeded=False)
        if outcome.ending != "optimal" or outcome.row_duals is None:
            return None
        columns, duals = own.point(outcome), outcome.row_duals[: len(own.model.drafts)]
        own.incumbent.offer(columns)
        bound = dual_bound(own.model, duals, own.hull, own.root, own.box, columns)
        if bound >= own.cutoff:
            return Visit(ending="cut off", bound=bound, columns=columns, duals=duals)
        if not own.tangents.tighten(columns, own.hull, region):
            best = bound >= outcome.cost - CONVERGED * abs(outcome.cost)
            return Visit(ending="converged", bound=bound, columns=columns, duals=duals) if best else None
    return None
