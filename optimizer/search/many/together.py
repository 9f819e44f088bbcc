"""Many points of one model that differ in the limits of its rows alone: searched together.

Each point is searched as `branch.py` searches one: regions, best bound first, closed only by what was proved. But to
visit regions of fifty points takes numpy about as long as to visit one: so all of them are visited at once, round by
round, until every point is closed.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.branch import MARGIN, NARROW
from optimizer.search.deadline import Deadline
from optimizer.search.many.abreast import Abreast, Visits
from optimizer.search.newton.spends import Spends
from optimizer.search.nodes.relaxation import EACH
from optimizer.search.region.hull import Region
from optimizer.search.region.node import Node
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
AT_ONCE = 50_000  # readings of curves that are made together
ENTRIES = 5_000_000  # of rows, that are looked at together
MOST_NODES = 2_000  # of one point: beyond it, it is left to a search of its own
BLIND = 8  # of one point without a plan: beyond it there may be none, which a search of its own tells


class _Task(NamedTuple):
    point: int
    node: Node


class Together:
    """The searches of many points; `models` are one model under other limits of its rows, `spends` what they share."""

    def __init__(self, models: Sequence[Model], spends: Spends, gap: float, deadline: Deadline) -> None:
        self._models, self._deadline = models, deadline
        self._abreast = Abreast(models, spends, gap)
        self._most, self._visited = _most_at_once(models[0])
        self._closed = np.full(len(models), np.inf)
        self._nodes = np.zeros(len(models), dtype=np.intp)
        self._count = 0
        root, possible = self._abreast.root, self._abreast.possible
        self._left = possible & ~self._abreast.movable  # to a search of their own
        self._open: list[list[Node]] = [
            [Node(bound=-np.inf, number=0, root=Region(low=low, high=high))] if own else []
            for low, high, own in zip(root.low, root.high, (possible & ~self._left).tolist(), strict=True)
        ]

    def run(self, report: Callable[[int], None]) -> list[Found]:
        """What was found for each point; `report` is told how many are done.

        Where the gap is not proved and time was not up, a point takes a search of its own.
        """
        self._settle_at_once(report)
        while self._deadline.left > 0 and (tasks := self._next()):
            self._visit(tasks)
            report(self._done)
        visited = np.flatnonzero(self._nodes)
        for first in range(0, len(visited), self._visited):
            self._abreast.finish(visited[first : first + self._visited])
        return [self._found(point) for point in range(len(self._models))]

    @property
    def _done(self) -> int:
        return int(sum(not nodes for nodes in self._open) - self._left.sum())

    def _settle_at_once(self, report: Callable[[int], None]) -> None:
        """Close the points for which no region need be visited."""
        every = np.array([point for point, nodes in enumerate(self._open) if nodes], dtype=np.intp)
        for first in range(0, len(every), self._most):
            if self._deadline.left <= 0:
                break
            points = every[first : first + self._most]
            bounds = self._abreast.settle(points, self._deadline)
            for place in np.flatnonzero(bounds >= self._abreast.cutoff[points]).tolist():
                point = int(points[place])
                self._close(point, float(bounds[place]))
                self._open[point].clear()
                self._nodes[point] += bounds[place] == np.inf  # a program was asked
            if not self._abreast.walks:
                self._leave(points[[bool(self._open[point]) for point in points.tolist()]])
            report(self._done)

    def _leave(self, points: Index) -> None:
        """Leave some points to searches of their own."""
        self._left[points] = True
        for point in points.tolist():
            self._open[point].clear()

    def _next(self) -> list[_Task]:
        """The regions to visit now: the best of each point that is still open."""
        tasks: list[_Task] = []
        for point, (nodes, cutoff) in enumerate(zip(self._open, self._abreast.cutoff.tolist(), strict=True)):
            for _ in range(min(EACH, len(nodes), self._visited - len(tasks))):
                node = heapq.heappop(nodes)
                if node.bound >= cutoff:
                    self._close(point, node.bound)
                    nodes.clear()
                    break
                tasks.append(_Task(point, node))
        return tasks

    def _visit(self, tasks: list[_Task]) -> None:
        points = np.array([task.point for task in tasks], dtype=np.intp)
        regions = [task.node.region for task in tasks]
        region = Region.together(regions)
        near = [task.node.near for task in tasks]
        known = np.array([task.node.bound for task in tasks])
        start = None if any(one is None for one in near) else np.array(near)
        visits = self._abreast.visit(points, region, known, start)
        self._nodes += np.bincount(points, minlength=len(self._nodes))
        splits, cutoff = _splits(visits, region), self._abreast.cutoff[points]
        for place, task in enumerate(tasks):
            self._divide(task, float(visits.bounds[place]), cutoff[place], splits[place], visits.columns[place])

    def _divide(
        self, task: _Task, bound: float, cutoff: float, split: tuple[int, float] | None, columns: Array
    ) -> None:
        if bound >= cutoff or split is None:
            self._close(task.point, bound)
            self._left[task.point] |= bound < cutoff
            return
        most = MOST_NODES if np.isfinite(self._abreast.cost[task.point]) else BLIND
        if self._left[task.point] or self._nodes[task.point] > most:
            self._leave(np.array([task.point]))
            return
        for half in task.node.region.halves(*split):
            self._count += 1
            node = Node.of(bound, self._count, half, task.node.root, columns)
            heapq.heappush(self._open[task.point], node)

    def _close(self, point: int, bound: float) -> None:
        self._closed[point] = min(self._closed[point], bound)

    def _found(self, point: int) -> Found:
        known, nodes, cost = self._abreast, self._open[point], float(self._abreast.cost[point])
        waiting = nodes[0].bound if nodes else -np.inf if self._left[point] else np.inf
        there = bool(np.isfinite(cost))
        return Found(
            model=self._models[point],
            columns=known.columns[point] if there else None,
            cost=cost,
            bound=min(float(self._closed[point]), waiting, cost),
            duals=known.duals[point] if there else None,
            stopped=bool(nodes),
            rounds=0,
            nodes=int(self._nodes[point]),
            exact=there and not self._nodes[point] and bool(known.exact[point]),
        )


def _most_at_once(model: Model) -> tuple[int, int]:
    """How many points of a model are settled together, and how many regions are visited."""
    cells, rows = max(1, len(model.cells.inputs)), sum(row.side != "link" for row in model.drafts)
    most = max(1, AT_ONCE // (cells * model.cells.curves.draws))
    return most, max(1, min(most, ENTRIES // (cells * max(1, rows))))


def _splits(visits: Visits, region: Region) -> list[tuple[int, float] | None]:
    """By region the cell whose envelope is furthest from its curve, and the input to split it at."""
    width = region.high - region.low
    far = np.where(width > NARROW * np.maximum(np.abs(region.high), 1e-300), visits.bent, 0.0)
    cells = far.argmax(axis=1)
    margin = MARGIN * width
    at = np.clip(visits.inputs, region.low + margin, region.high - margin)
    rows = np.arange(len(cells))
    return [
        (cell, where) if most > 0.0 else None
        for cell, where, most in zip(cells.tolist(), at[rows, cells].tolist(), far[rows, cells].tolist(), strict=True)
    ]
