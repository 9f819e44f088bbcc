"""Branching on which cells are off, best bound first, until no choice is left that could be better than a target."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.choices import LISTED, Choices, Ladder
from optimizer.search.groups.exchange import exchanged, rounded
from optimizer.search.groups.gains import EITHER, OFF, ON
from optimizer.search.groups.pricing import Priced, Problem, priced
from optimizer.search.place import Aim

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Seek = Callable[[Choices, Priced], None]  # for a plan near one choice of each group
NODES = 1_000


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    choices: Choices = field(compare=False)
    priced: Priced = field(compare=False)


class Tree:
    """The open nodes, and the bound of those where nothing was left to branch on."""

    def __init__(self, problem: Problem, plans: Problem, aim: Aim, seek: Seek) -> None:
        self._problem, self._plans, self._aim, self._seek = problem, plans, aim, seek
        self._open: list[_Node] = []
        self._stuck, self._count = np.inf, 0

    def run(self, choices: Choices, duals: Array) -> float:
        """A bound of all choices, that of the target if all goes well."""
        self._add(choices, duals)
        while self._open and self._open[0].bound < self._aim.target():
            if self._aim.deadline.left <= 0 or self._count >= NODES:
                break
            node = heapq.heappop(self._open)
            if (more := self._more(node)) is not None:
                self._add(more, node.priced.duals)
                continue
            where = _undecided(self._problem, node.choices, node.priced)
            if where is None:
                self._stuck = min(self._stuck, node.bound)
                continue
            for side in (ON, OFF):
                self._add(node.choices.with_side(*where, side), node.priced.duals)
        waiting = self._open[0].bound if self._open else np.inf
        return min(waiting, self._stuck, self._aim.target())

    def _more(self, node: _Node) -> Choices | None:
        """A node's choices with more of what they leave open decided; None where nothing can be."""
        problem, choices, found = self._problem, node.choices, node.priced
        groups = problem.groups
        open_ = (choices.sides == EITHER) & groups.bent[choices.group]
        few = np.bincount(choices.group, minlength=len(groups.bent)) <= LISTED // 2
        if not open_[few[choices.group]].any():
            return None
        own = found.reading.price[found.likeliest(choices)]
        ladder = Ladder.of(groups, problem.gains, problem.prices(found.duals), own)
        return ladder.decided(choices, found.best - (self._aim.target() - node.bound), groups.bent)

    def _add(self, choices: Choices, duals: Array) -> None:
        """Price some choices, look for a plan among them, and keep those that could be better."""
        found = priced(self._problem, choices, duals)
        self.look(choices, found)
        missing = self._aim.target() - found.bound
        self._count += 1
        if missing > 0.0:
            kept = found.lost(choices) < missing
            left, near = choices._replace(price=found.reading.price).part(kept), found.part(kept)
            heapq.heappush(self._open, _Node(found.bound, self._count, left, near))

    def look(self, choices: Choices, found: Priced) -> None:
        """Look for a plan with the likeliest choices, at times bettered by exchange."""
        often = self._count & (self._count - 1)
        chosen, known = (rounded if often else exchanged)(self._plans, choices, found)
        if known.bound < self._aim.target():
            self._seek(chosen, known)


def _undecided(problem: Problem, choices: Choices, now: Priced) -> tuple[int, int] | None:
    """The member of a group on whose side most money hangs; None where every group has one choice."""
    on = now.weights[:, None] * (choices.sides == ON)
    cells = problem.groups.members
    share, money = np.zeros(cells.shape), np.zeros(cells.shape)
    np.add.at(share, choices.group, on)
    np.add.at(money, choices.group, on * now.reading.at)
    score = (1.0 - share) * money * np.abs(problem.prices(now.duals))[cells]
    group, member = np.unravel_index(int(score.argmax()), score.shape)
    own = choices.sides[choices.group == group, member]
    if len(np.unique(own)) > 1:
        return int(group), int(member)
    apart = np.zeros(cells.shape, dtype=np.bool_)
    np.logical_or.at(apart, choices.group[1:], (np.diff(choices.group) == 0)[:, None] & (np.diff(choices.sides, axis=0) != 0))
    return None if not apart.any() else tuple(int(at) for at in np.argwhere(apart)[0])  # type: ignore[return-value]
