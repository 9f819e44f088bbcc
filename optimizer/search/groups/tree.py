"""Branching on which cells are off, best bound first, until no choice is left that could be better than a target."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.search.deadline import Deadline
from optimizer.search.groups.choices import LISTED, Choices, Ladder
from optimizer.search.groups.exchange import Plans
from optimizer.search.groups.gains import EITHER, OFF, ON
from optimizer.search.groups.pricing import Priced, Problem, alone, priced
from optimizer.search.region.place import Aim

Array = NDArray[np.float64]
Index = NDArray[np.intp]
NODES = 150


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    choices: Choices = field(compare=False)
    priced: Priced = field(compare=False)


class Tree:
    """The open nodes, and the bound of those where nothing was left to branch on."""

    def __init__(self, problem: Problem, plans: Plans, aim: Aim, deadline: Deadline) -> None:
        self._problem, self._plans, self._aim, self._deadline = problem, plans, aim, deadline
        self._open: list[_Node] = []
        self._stuck, self._count = np.inf, 0

    def run(self, choices: Choices, duals: Array) -> float:
        """A bound of all choices, that of the target if all goes well."""
        self._add(choices, duals)
        while self._open and self._open[0].bound < self._aim.target():
            if self._deadline.left <= 0 or self._count >= NODES:
                break
            node = heapq.heappop(self._open)
            if (more := self._more(node)) is not None:
                self._add(more, node.priced.duals)
                continue
            where = _undecided(self._problem, node.choices, node.priced)
            if where is None:
                self._stuck = min(self._stuck, alone(self._problem, node.choices, node.priced.duals).bound)
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
        self._count += 1
        if found.bound < self._aim.target():
            self._plans.look(choices, found)
        missing = self._aim.target() - found.bound
        if missing > 0.0:
            kept = ~(found.lost(choices) >= missing)
            left, near = choices._replace(price=found.reading.price).part(kept), found.part(kept)
            heapq.heappush(self._open, _Node(found.bound, self._count, left, near))


def _undecided(problem: Problem, choices: Choices, now: Priced) -> tuple[int, int] | None:
    """The member of a group on whose side most money hangs; None where every group has one choice."""
    on = now.weights[:, None] * (choices.sides == ON)
    cells = problem.groups.members
    share, money = np.zeros(cells.shape), np.zeros(cells.shape)
    np.add.at(share, choices.group, on)
    np.add.at(money, choices.group, on * now.reading.at)
    score = (1.0 - share) * money * np.abs(problem.prices(now.duals))[cells]
    group, member = np.unravel_index(int(score.argmax()), score.shape)
    if score[group, member] > 0.0:
        return int(group), int(member)
    pair = np.diff(choices.group) == 0
    apart = np.argwhere(pair[:, None] & (np.diff(choices.sides, axis=0) != 0))
    return (int(choices.group[apart[0, 0]]), int(apart[0, 1])) if len(apart) else None
