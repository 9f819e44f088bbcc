"""The independent global solver: branch and bound on concave hulls, in numpy, for one budget.

Every gain is replaced by a polyline that lies above it (hardly above it, see `polyline`). Over a box the
relaxation by concave hulls is solved exactly by taking hull edges in order of slope until the budget is
spent, so at most one tactic ends inside an edge. Where that edge bridges a dent, the tactic's interval is
split there, best box first. The bound is the largest relaxation left; the value is measured on the true
curves.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass

import numpy as np

from tests.oracles.families import Array
from tests.oracles.polyline import hull, majorant
from tests.oracles.separable import Item, Separable

Box = tuple[tuple[int, int], ...]  # for each tactic, the first and last point of its polyline


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """No spend is worth more than `bound`; this one is worth `value`."""

    spend: Array
    value: float
    bound: float
    nodes: int

    @property
    def gap(self) -> float:
        """(bound − value) / |value|."""
        return (self.bound - self.value) / abs(self.value) if self.value else float(self.bound > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relaxed:
    bound: float
    spend: Array
    tactic: int  # the one that ended inside a hull edge, or −1
    split: int  # the point of its polyline at which to split


def _points(item: Item, tolerance: float) -> tuple[Array, Array]:
    if item.table is None:
        return majorant(item.gain, item.slope, item.low, item.high, tolerance)
    inside = item.table[(item.table > item.low) & (item.table < item.high)]
    x = np.unique(np.concatenate([[item.low, item.high], inside]))
    return x, item.gain(x)


class _Search:
    """The polylines, their hulls box by box, and the relaxation over a box."""

    def __init__(self, problem: Separable, tolerance: float) -> None:
        self.problem = problem
        scale = sum(float(abs(item.gain(np.array(item.high)))) for item in problem.items) or 1.0
        each = tolerance * scale / len(problem.items)
        self.lines = [_points(item, each) for item in problem.items]
        self.hulls: dict[tuple[int, int, int], Array] = {}

    @property
    def everything(self) -> Box:
        return tuple((0, len(x) - 1) for x, _ in self.lines)

    def hull(self, tactic: int, first: int, last: int) -> Array:
        key = (tactic, first, last)
        if key not in self.hulls:
            x, y = self.lines[tactic]
            self.hulls[key] = first + hull(x[first : last + 1], y[first : last + 1])
        return self.hulls[key]

    def relax(self, box: Box) -> _Relaxed | None:
        """The best point under the hulls; None when the box holds no point within the budget."""
        hulls = [self.hull(i, *ends) for i, ends in enumerate(box)]
        widths, rises, owners = self._edges(hulls)
        spend = np.array([x[h[0]] for (x, _), h in zip(self.lines, hulls, strict=True)])
        spare = self.problem.budget - spend.sum()
        if spare < -1e-9 * max(1.0, abs(self.problem.budget)):
            return None
        if self.problem.exactly and widths.sum() < spare * (1.0 - 1e-12):
            return None
        bound = sum(y[h[0]] for (_, y), h in zip(self.lines, hulls, strict=True))
        slopes = rises / np.where(widths > 0, widths, 1.0)
        order = np.argsort(-slopes, kind="stable")
        if not self.problem.exactly:
            order = order[slopes[order] > 0]
        before = np.cumsum(widths[order]) - widths[order]
        taken = np.clip(spare - before, 0.0, widths[order])
        np.add.at(spend, owners[order], taken)
        bound += float((slopes[order] * taken).sum())
        part = np.flatnonzero((taken > 0) & (taken < widths[order]))
        tactic = int(owners[order][part[0]]) if part.size else -1
        return _Relaxed(bound=bound, spend=spend, tactic=tactic, split=self._split(tactic, hulls, spend))

    def _edges(self, hulls: list[Array]) -> tuple[Array, Array, Array]:
        lines = list(zip(self.lines, hulls, strict=True))
        widths = np.concatenate([np.diff(x[h]) for (x, _), h in lines])
        rises = np.concatenate([np.diff(y[h]) for (_, y), h in lines])
        return widths, rises, np.repeat(np.arange(len(hulls)), [len(h) - 1 for h in hulls])

    def _split(self, tactic: int, hulls: list[Array], spend: Array) -> int:
        """The point next to the spend, strictly inside the edge it lies on; −1 when the edge
        bridges nothing."""
        if tactic < 0:
            return -1
        x, kept = self.lines[tactic][0], hulls[tactic]
        edge = int(np.clip(np.searchsorted(x[kept], spend[tactic]) - 1, 0, len(kept) - 2))
        left, right = int(kept[edge]), int(kept[edge + 1])
        nearest = int(np.searchsorted(x, spend[tactic]))
        return int(np.clip(nearest, left + 1, right - 1)) if right - left > 1 else -1

    def repaired(self, relaxed: _Relaxed) -> list[Array]:
        """The relaxed spend, and the one that steps back to the split's left end of the bridged edge."""
        return [relaxed.spend, *self._without(relaxed)]

    def _without(self, relaxed: _Relaxed) -> list[Array]:
        if relaxed.tactic < 0 or self.problem.exactly:
            return []
        spend = relaxed.spend.copy()
        spend[relaxed.tactic] = self.problem.items[relaxed.tactic].low
        return [spend]


def solve(problem: Separable, gap: float = 1e-8, tolerance: float = 1e-8, nodes: int = 20000) -> Solved:
    """The global optimum within `gap`, over polylines that overshoot by at most about `tolerance` in all."""
    search = _Search(problem, tolerance)
    root = search.relax(search.everything)
    if root is None:
        raise ValueError("the limits leave no point within the budget")
    best, value, count = root.spend, -np.inf, itertools.count()
    heap = [(-root.bound, next(count), search.everything, root)]
    bound = root.bound
    for visited in range(1, nodes + 1):
        if not heap:
            return Solved(spend=best, value=value, bound=max(value, bound), nodes=visited)
        negative, _, box, relaxed = heapq.heappop(heap)
        bound = -negative
        for candidate in search.repaired(relaxed):
            worth = problem.value(candidate)
            if worth > value:
                best, value = candidate, worth
        if relaxed.split < 0 or bound - value <= gap * abs(value):
            return Solved(spend=best, value=value, bound=max(value, bound), nodes=visited)
        for child in _halves(box, relaxed):
            below = search.relax(child)
            if below is not None:
                heapq.heappush(heap, (-min(below.bound, bound), next(count), child, below))
    return Solved(spend=best, value=value, bound=bound, nodes=nodes)


def _halves(box: Box, relaxed: _Relaxed) -> list[Box]:
    first, last = box[relaxed.tactic]
    head, rest = box[: relaxed.tactic], box[relaxed.tactic + 1 :]
    return [(*head, ends, *rest) for ends in ((first, relaxed.split), (relaxed.split, last))]
