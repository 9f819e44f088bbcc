"""Small scenarios of bent tables, and of bent curves on a river: HiGHS's branch and bound chooses all pieces at once.

Outer approximation: the mixed-integer program is exact in the tables, and knows other curves by tangents; on the pieces
that it proposes the search's own relaxation is refined to its optimum; its tangents go back into the next proposal, and
curves are cut where it stood on their convex part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import to_pulp
from optimizer.formulation.pieces import can_piece, pieced, smooth, touching
from optimizer.search.deadline import Deadline
from optimizer.search.nodes.approach import approach, around
from optimizer.search.nodes.core import core
from optimizer.search.nodes.integer import CLOSE, EXACT, LEFT, beaten, sure
from optimizer.search.nodes.relaxation import ROUNDS, Relaxation
from optimizer.search.nodes.tangents import Tangents
from optimizer.search.region.hull import Region
from optimizer.search.region.visit import Visit
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
HALF = 0.5  # of the time that is left, for all proposals: what is found by then is a start
MOST = 0.9  # of it, on a river, where branching gets on slowly
STALLED = 1e-3  # of what is missing, that a proposal must gain
APART = 1e-6  # of the furthest input, within which cuts are one
NEAR = 1e-5  # of it, that a convex curve is told around a plan
PATIENCE = 5  # proposals without gain after which other ways are tried
MIDDLE = 0.5  # of its convex part, where a curve that is concave later on is cut to begin with
TOUCHED = (1e-6, 0.03, 0.1, 0.2, 0.35, 0.55, 0.8, 1.0)  # of a piece that is concave, where tangents are placed first
BEATEN = 1e-8  # of the cost, above which a bound is no bound: other ways are left then
WHOLE = 1e-6  # that decisions may be off a whole number: HiGHS's own, at 1e-9 its bound was beaten
ROUGH = 0.03  # gap of the first proposal where bent curves are known roughly


def by_pieces(relaxation: Relaxation, deadline: Deadline, gap: float) -> Visit | None:
    """The whole, where its curves can be chosen from piece by piece; what that leaves open ends at a `limit`.

    A plan that is found on the way is left with the relaxation's incumbent.
    """
    if deadline.left <= 0:
        return None
    until = deadline.within((HALF if relaxation.model.currents is None else MOST) * deadline.left)
    if (visit := core(relaxation, until)) is not None:
        return visit
    return _ByPieces(relaxation, until, gap).run() if can_piece(relaxation.model) else None


class _ByPieces:
    """The program in the solver, and the relaxation that settles what it proposes."""

    def __init__(self, relaxation: Relaxation, deadline: Deadline, gap: float) -> None:
        self._relaxation, self._deadline, self._gap = relaxation, deadline, gap
        model = relaxation.model
        self._bent, self._owner = smooth(model), model.owners
        self._convex, self._concave = (np.where(self._bent, own, 0.0) for own in model.cells.curves.turns())
        self._later = self._bent & (self._concave < model.cells.high)
        self._cuts = {cell: MIDDLE * self._convex[[cell]] for cell in np.flatnonzero(self._later).tolist()}
        self._rough = ROUGH if self._later.any() else gap
        self._touched = relaxation.first_points()
        self._bound = -np.inf
        self._build()

    def _build(self) -> None:
        model = self._relaxation.model
        self._pieces = pieced(model, self._cuts)
        self._program = Program(to_pulp(self._pieces.model))
        self._program.whole_within(WHOLE)
        if self._later.any():
            self._program.straight()
        self._tangents = Tangents(self._pieces.model, self._program)
        self._whole = np.setdiff1d(np.arange(len(model.cells.inputs)), self._pieces.cells)
        for share in TOUCHED:
            self._touch_pieces(self._pieces.low + share * (self._pieces.high - self._pieces.low))
        for points in self._touched:
            self._touch(points)

    def run(self) -> Visit:
        """Proposals until the gap is proved, nothing is gained, or time is up."""
        own, idle = self._relaxation, 0
        for turn in range(1, ROUNDS + 1):
            if self._deadline.left <= 0 or idle >= PATIENCE:
                break
            self._program.accept(max(EXACT, CLOSE * self._gap, LEFT**turn * self._rough))
            outcome = self._program.solve(self._deadline.left)
            if outcome.ending == "infeasible" and not self._later.any():
                return Visit(ending="infeasible", bound=np.inf)
            if outcome.columns is None:
                break
            proved = sure(outcome.bound, self._program, self._pieces.model)
            before, self._bound = self._bound, max(self._bound, proved)
            point = outcome.columns[self._tangents.place]
            region = self._chosen(point)
            visit = own.settle(point[: len(own.model.cost)], region)
            if self._later.any() and self._bound < own.cutoff:
                start = point[: len(own.model.cost)] if visit.columns is None else visit.columns
                approach(own, start, region, self._bent)
            if beaten(self._bound, own.incumbent, BEATEN):
                self._bound = -np.inf
                break
            if self._bound >= own.cutoff:
                return self._settled(visit, region)
            inputs = [self._inputs(each) for each in (point, visit.columns, own.incumbent.columns) if each is not None]
            self._touched += inputs
            if self._cut(inputs):
                if not can_piece(own.model, self._cuts):
                    break
                self._build()
                continue
            for points in inputs:
                self._touch(points)
            idle = idle + 1 if self._bound <= before + STALLED * (own.cutoff - before) else 0
        return Visit(ending="limit", bound=self._bound, pieces=len(self._pieces.cells))

    def _settled(self, visit: Visit, region: Region) -> Visit:
        """The end: what a region proposed last has shown, or what is near the best plan, where curves are bent."""
        own = self._relaxation
        if self._bent.any() and own.incumbent.columns is not None:
            region = around(own, own.incumbent.columns, NEAR, region, self._bent)
            visit = own.settle(own.incumbent.columns, region)
        pieces = len(self._pieces.cells)
        return replace(visit, ending="cut off", bound=self._bound, region=region, pieces=pieces)

    def _chosen(self, point: Array) -> Region:
        """The part of the whole where every table is read on the piece of a point."""
        pieces, root = self._pieces, self._relaxation.root
        chosen = np.flatnonzero(point[pieces.on] > 0.5)
        cells, low, high = pieces.cells[chosen], root.low.copy(), root.high.copy()
        low[cells], high[cells] = pieces.low[chosen], pieces.high[chosen]
        return Region(low=low, high=high, split=tuple(cells.tolist()))

    def _cut(self, stood: Sequence[Array]) -> bool:
        """Cut the curves where inputs stood before they are concave; whether that is anywhere new."""
        new = False
        for inputs in stood:
            for cell in np.flatnonzero(self._bent & (inputs < self._concave)).tolist():
                for other in [cell] if self._later[cell] else np.flatnonzero(self._owner == self._owner[cell]).tolist():
                    at, high = float(inputs[cell]), self._relaxation.root.high[other]
                    known = self._cuts.get(other, np.zeros(0))
                    if min([at, high - at, *np.abs(known - at)]) > APART * high:
                        self._cuts[other], new = np.sort(np.append(known, at)), True
        return new

    def _inputs(self, columns: Array) -> Array:
        cells, model = self._relaxation.model.cells, self._relaxation.model
        return self._relaxation.root.inside(columns[cells.inputs] * model.scale[cells.inputs])

    def _touch(self, inputs: Array) -> None:
        """Tangents of the curves that are read whole, and of the pieces that inputs stand on."""
        own, whole = self._relaxation, self._whole
        self._tangents.add_above(whole, inputs[whole], own.hull, own.root)
        two = np.intersect1d(whole, own.model.two_sided)
        self._tangents.add_below(two, inputs[two], own.hull, own.root)
        self._touch_pieces(inputs[self._pieces.cells])

    def _touch_pieces(self, at: Array) -> None:
        """Tangents of the pieces that are not convex where inputs stand on them, shape (pieces,)."""
        pieces, own = self._pieces, self._pieces.touched
        if not len(own):
            return
        slope, height = touching(self._relaxation.model, pieces, at[own])
        stands = (at >= pieces.low)[own] & (at <= pieces.high)[own] & np.isfinite(slope) & np.isfinite(height)
        some, slope, height = own[stands], slope[stands], height[stands]
        if not len(some):
            return
        columns = self._tangents.place[np.stack([pieces.rise[some], pieces.part[some], pieces.on[some]], axis=1)]
        values, least = np.stack([np.ones(len(some)), -slope, -height], axis=1), np.full(len(some), -np.inf)
        self._program.add_rows(least, np.zeros(len(some)), 3 * np.arange(len(some)), columns.ravel(), values.ravel())
