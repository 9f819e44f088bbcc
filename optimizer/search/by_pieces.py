"""Scenarios whose tables are bent, and small: the pieces of all tables are chosen at once, by HiGHS's branch and bound.

Outer approximation: the mixed-integer program is exact in the tables, and knows other curves by tangents; on the pieces
that it proposes the search's own relaxation is refined to its optimum; its tangents go back into the next proposal, and
convex curves are cut where it stood.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import to_pulp
from optimizer.formulation.pieces import can_piece, convex, owners, pieced
from optimizer.search.deadline import Deadline
from optimizer.search.nodes.integer import CLOSE, EXACT, LEFT, sure
from optimizer.search.nodes.relaxation import ROUNDS, Relaxation
from optimizer.search.nodes.tangents import Tangents
from optimizer.search.region.hull import Region
from optimizer.search.region.visit import Visit
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
HALF = 0.5  # of the time that is left, for all proposals: what is found by then is a start
STALLED = 1e-3  # of what is missing, that a proposal must gain
APART = 1e-6  # of the furthest input, within which cuts are one
NEAR = 1e-5  # of it, that a convex curve is told around a plan
PATIENCE = 5  # proposals without gain after which other ways are tried


def by_pieces(relaxation: Relaxation, deadline: Deadline, gap: float) -> Visit | None:
    """The whole, where its tables can be chosen from piece by piece and that settles it; None otherwise.

    A plan that is found on the way is left with the relaxation's incumbent.
    """
    if deadline.left <= 0 or not can_piece(relaxation.model):
        return None
    return _ByPieces(relaxation, Deadline.after(HALF * deadline.left, deadline.clock), gap).run()


class _ByPieces:
    """The program in the solver, and the relaxation that settles what it proposes."""

    def __init__(self, relaxation: Relaxation, deadline: Deadline, gap: float) -> None:
        self._relaxation, self._deadline, self._gap = relaxation, deadline, gap
        self._convex, self._owner = convex(relaxation.model), owners(relaxation.model)
        self._cuts: dict[int, Array] = {}
        self._touched = relaxation.first_points()
        self._build()

    def _build(self) -> None:
        model = self._relaxation.model
        self._pieces = pieced(model, self._cuts)
        self._program = Program(to_pulp(self._pieces.model))
        self._tangents = Tangents(self._pieces.model, self._program)
        self._smooth = np.setdiff1d(np.arange(len(model.cells.inputs)), self._pieces.cells)
        for points in self._touched:
            self._touch(points)

    def run(self) -> Visit | None:
        """Proposals until the gap is proved, nothing is gained, or time is up."""
        own, bound, idle = self._relaxation, -np.inf, 0
        for turn in range(1, ROUNDS + 1):
            if self._deadline.left <= 0 or idle >= PATIENCE:
                return None
            self._program.accept(max(EXACT, CLOSE * self._gap, LEFT**turn * self._gap))
            outcome = self._program.solve(self._deadline.left)
            if outcome.ending == "infeasible":
                return Visit(ending="infeasible", bound=np.inf)
            before, bound = bound, max(bound, sure(outcome.bound))
            if outcome.columns is None:
                return None
            point = outcome.columns[self._tangents.place]
            region = self._chosen(point)
            visit = own.settle(point[: len(own.model.cost)], region)
            if bound >= own.cutoff:
                if self._convex.any() and own.incumbent.columns is not None:
                    region = self._around(own.incumbent.columns, region)
                    visit = own.settle(own.incumbent.columns, region)
                return Visit(
                    ending="cut off",
                    bound=bound,
                    columns=visit.columns,
                    duals=visit.duals,
                    bent=visit.bent,
                    region=region,
                    pieces=len(self._pieces.cells),
                )
            stood = [columns for columns in (point, visit.columns, own.incumbent.columns) if columns is not None]
            if self._cut(stood):
                if not can_piece(own.model, self._cuts):
                    return None
                self._touched += [self._inputs(columns) for columns in stood]
                self._build()
                continue
            for columns in stood:
                self._touch(self._inputs(columns))
            idle = idle + 1 if bound <= before + STALLED * (own.cutoff - before) else 0
        return None

    def _chosen(self, point: Array) -> Region:
        """The part of the whole where every table is read on the piece of a point."""
        pieces, root = self._pieces, self._relaxation.root
        chosen = np.flatnonzero(point[pieces.on] > 0.5)
        cells, low, high = pieces.cells[chosen], root.low.copy(), root.high.copy()
        low[cells], high[cells] = pieces.low[chosen], pieces.high[chosen]
        return Region(low=low, high=high, split=tuple(cells.tolist()))

    def _cut(self, stood: Sequence[Array]) -> bool:
        """Cut the convex curves where points stood, each curve in all its periods; whether that is anywhere new."""
        new = False
        for inputs in (self._inputs(columns) for columns in stood):
            for cell in np.flatnonzero(self._convex).tolist():
                owner, at, high = int(self._owner[cell]), float(inputs[cell]), self._relaxation.root.high[cell]
                known = self._cuts.get(owner, np.zeros(0))
                if min([at, high - at, *np.abs(known - at)]) > APART * high:
                    self._cuts[owner], new = np.sort(np.append(known, at)), True
        return new

    def _around(self, columns: Array, region: Region) -> Region:
        """The region, near a point where curves are convex: their slope there is none of the chords'."""
        inputs, low, high = self._inputs(columns), region.low.copy(), region.high.copy()
        near, bent = NEAR * self._relaxation.root.high, self._convex
        low[bent] = np.maximum(self._relaxation.root.low, inputs - near)[bent]
        high[bent] = np.minimum(self._relaxation.root.high, inputs + near)[bent]
        return Region(low=low, high=high, split=region.split)

    def _inputs(self, columns: Array) -> Array:
        cells, model = self._relaxation.model.cells, self._relaxation.model
        return self._relaxation.root.inside(columns[cells.inputs] * model.scale[cells.inputs])

    def _touch(self, inputs: Array) -> None:
        """Tangents of the curves that are not read by pieces."""
        own, smooth = self._relaxation, self._smooth
        self._tangents.add_above(smooth, inputs[smooth], own.hull, own.root)
        two = np.intersect1d(smooth, own.model.two_sided)
        self._tangents.add_below(two, inputs[two], own.hull, own.root)
