"""Branch and bound over the intervals of S-shaped and tabulated curves, best bound first.

A region is closed only when its bound reaches the cutoff, when it is empty, or when nothing in it can be split; in
each case its bound enters the bound of the whole. Never because its envelope happens to touch the curve: an
unconverged relaxation with no envelope gap still hides better plans.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.matrix import summed
from optimizer.formulation.pieces import SAME, points_of
from optimizer.search.nodes.approach import approach
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.alike import Alike
from optimizer.search.region.hull import Region
from optimizer.search.region.node import Node
from optimizer.search.region.visit import Visit

Array = NDArray[np.float64]
MOST_NODES = 1_000_000
NARROW = 1e-9  # of its upper end: an interval that is not split further
OFTEN = tuple(4**k for k in range(10))  # regions after which plans are looked for near by
UNKNOWN = 4  # and every so many while none is known
MARGIN = 1e-3  # of an interval, that a half of it is at the least
UNTRUE = 1e-8  # scaled response off its curve that is more than a tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the search proved: a lower bound on the cost [scaled], how it ended, and the duals at its best region."""

    bound: float
    nodes: int
    ending: str
    visit: Visit | None
    region: Region


class Branching:
    """The open regions, the bound of those that were closed, and the best region so far."""

    def __init__(self, relaxation: Relaxation, report: Callable[[int, float], None], least: float = -np.inf) -> None:
        """`least` is a bound of the root that was proved before."""
        self._relaxation, self._report = relaxation, report
        self._open: list[Node] = [Node(bound=least, number=0, root=relaxation.root)]
        self._ahead: deque[Node] = deque()  # that are visited together now
        self._closed = np.inf
        self._count = 1
        self._nodes = 0
        self._reads = relaxation.model.cells.inputs
        self._best: tuple[float, Visit | None, Region] = (np.inf, None, relaxation.root)
        self._points: dict[int, Array] = {}  # of tables, by cell

    def run(self, known: Visit | None = None) -> Finding:
        """Look at regions until the gap is closed, nothing is left or time is up; `known` is a visit of the root."""
        ending = "done"
        while ending == "done" and (nodes := self._next(first=known)):
            visits = self._relaxation.refine_all(nodes) if known is None else iter([known])
            known = None
            for visit in visits:
                node = self._ahead.popleft()
                self._nodes += 1
                region = node.region
                self._note(visit, region)
                if visit.ending == "limit" or self._nodes >= MOST_NODES:
                    self._ahead.appendleft(replace(node, bound=visit.bound))
                    ending = "limit"
                    break
                self._seek(visit)
                self._settle(visit, region)
                self._report(self._nodes, self.bound)
        return Finding(bound=self.bound, nodes=self._nodes, ending=ending, visit=self._best[1], region=self._best[2])

    def _next(self, first: Visit | None) -> list[Node]:
        """The regions to visit now, the best ones; `first` is what is known of the only one."""
        waiting = len(self._open)
        for _ in range(min(waiting, self._relaxation.at_once if waiting > 1 else 1)):
            node = heapq.heappop(self._open)
            if first is None and node.bound >= self._relaxation.cutoff:
                self._closed = min(self._closed, node.bound)
                break
            self._ahead.append(node)
        return list(self._ahead)

    @property
    def bound(self) -> float:
        """No plan costs less [scaled]."""
        waiting = min((node.bound for node in (*self._ahead, *self._open[:1])), default=np.inf)
        return min(self._closed, waiting, self._relaxation.incumbent.cost)

    @cached_property
    def _alike(self) -> Alike:
        """Which cells may change places, once there is something to split."""
        return Alike(self._relaxation.model)

    def _note(self, visit: Visit, region: Region) -> None:
        cost = self._relaxation.incumbent.cost
        if visit.duals is not None and (cost < self._best[0] or self._best[1] is None):
            self._best = (cost, visit, visit.region or region)

    def _seek(self, visit: Visit) -> None:
        """Plans near what a visit found: less and less often, and of every few regions while there is none."""
        own, nodes = self._relaxation, self._nodes
        due = nodes in OFTEN or (own.incumbent.columns is None and nodes % UNKNOWN == 0)
        if due and visit.ending == "converged" and visit.columns is not None and not own.content:
            approach(own, visit.columns)
            self._best = (own.incumbent.cost, *self._best[1:])  # what later visits do not better is not theirs

    def _settle(self, visit: Visit, region: Region) -> None:
        if visit.ending == "infeasible":
            return
        split = None if visit.bound >= self._relaxation.cutoff else self._choose(visit, region)
        if split is None:
            self._closed = min(self._closed, visit.bound)
            return
        cell, at = split
        root, (below, above) = self._relaxation.root, self._alike.bounded(cell)
        for half in (region.halves(below, at)[0], region.halves(above, at)[1]):
            half = half.closed(self._relaxation.model.cells.least)
            heapq.heappush(self._open, Node.of(visit.bound, self._count, half, root, visit.columns, visit.duals))
            self._count += 1

    def _choose(self, visit: Visit, region: Region) -> tuple[int, float] | None:
        """The cell whose envelope is furthest from its curve, and the input to split it at; of alike ones one of them.

        Where no such distance costs anything, any distance counts: a limit on outcome may cancel what outcome earns,
        and responses that no curve yields are not a plan yet.
        """
        model = self._relaxation.model
        if visit.columns is None or visit.bent is None:
            return None
        inputs = region.inside(visit.columns[model.cells.inputs] * model.scale[model.cells.inputs])
        for far in (visit.bent, self._untrue(visit.columns)):
            far = self._together(far)
            for cell in np.argsort(-far, kind="stable"):
                low, high = region.low[cell], region.high[cell]
                if far[cell] > 0.0 and high - low > NARROW * max(abs(high), 1e-300):
                    chosen = self._alike.middle(int(cell), far, region)
                    return chosen, self._where(chosen, float(inputs[chosen]), low, high)
        return None

    def _where(self, cell: int, stood: float, low: float, high: float) -> float:
        """The input to split a cell at: of a table the point nearest to where it stood, where one is inside.

        Cut anywhere else, a table is never on its envelope there: cuts come closer and closer to its point.
        """
        if cell not in self._points:
            self._points[cell] = points_of(self._relaxation.model, cell)
        points = self._points[cell]
        inner = points[(points > low + SAME * high) & (points < high * (1.0 - SAME))]
        if len(inner):
            return float(inner[np.argmin(np.abs(inner - stood))])
        margin = MARGIN * (high - low)
        return float(np.clip(stood, low + margin, high - margin))

    def _together(self, far: Array) -> Array:
        """By cell the distances of all that read its input: where one is split, they are."""
        return summed(self._reads, far, len(self._relaxation.model.cost))[self._reads]

    def _untrue(self, columns: Array) -> Array:
        """By cell, how far the response is from what the curve yields [scaled]; 0 where tolerances explain it."""
        responses = self._relaxation.model.cells.responses
        far = np.abs(columns - self._relaxation.incumbent.truth(columns))[responses]
        return np.where(far > UNTRUE, far, 0.0)
