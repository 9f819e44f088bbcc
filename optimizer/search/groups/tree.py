"""Branching on which cells are off, best bound first, until no choice is left that could be better than a target."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.choices import Choices
from optimizer.search.groups.gains import OFF, ON
from optimizer.search.groups.pricing import Priced, Problem, priced
from optimizer.search.place import Aim

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Look = Callable[[Choices, Priced], None]  # for a plan near one choice of each group
NODES = 1_000
DIVE = 16  # nodes, after which a plan is looked for below one; after twice as many again


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    choices: Choices = field(compare=False)
    priced: Priced = field(compare=False)


class Tree:
    """The open nodes, and the bound of those where nothing was left to branch on."""

    def __init__(self, problem: Problem, aim: Aim, smooth: float, look: Look) -> None:
        self._problem, self._aim, self._smooth, self._seek = problem, aim, smooth, look
        self._open: list[_Node] = []
        self._stuck, self._count, self._dives = np.inf, 0, DIVE
        self._tried: set[bytes] = set()

    def run(self, choices: Choices, duals: Array) -> float:
        """A bound of all choices, that of the target if all goes well."""
        self._add(choices, duals)
        while self._open and self._open[0].bound < self._aim.target():
            if self._aim.deadline.left <= 0 or self._count >= NODES:
                break
            node = heapq.heappop(self._open)
            where = _undecided(self._problem, node.choices, node.priced)
            if where is None:
                self._stuck = min(self._stuck, node.bound)
                continue
            if self._count >= self._dives:
                self.dive(node.choices, node.priced)
                self._dives *= 2
            for side in (ON, OFF):
                self._add(node.choices.with_side(*where, side), node.priced.duals)
        waiting = self._open[0].bound if self._open else np.inf
        return min(waiting, self._stuck, self._aim.target())

    def dive(self, choices: Choices, found: Priced) -> None:
        """Look for a plan where the likeliest choices are decided, each on the side that more of them are on."""
        kept = found.lost(choices) < self._aim.allowed
        choices, found = choices.part(kept), found.part(kept)
        while (where := _undecided(self._problem, choices, found)) is not None:
            group, member = where
            own = choices.group == group
            on = choices.sides[own, member] == ON
            side = ON if found.weights[own][on].sum() >= 0.5 else OFF
            choices = choices._replace(price=found.reading.price).with_side(group, member, side)
            found = priced(self._problem, choices, found.duals, self._smooth)
        self._look(choices, found)

    def _add(self, choices: Choices, duals: Array) -> None:
        """Price some choices, look for a plan among them, and keep those that could be better."""
        found = priced(self._problem, choices, duals, self._smooth)
        self._look(choices, found)
        missing = self._aim.target() - found.bound
        self._count += 1
        if missing > 0.0:
            kept = found.lost(choices) < missing
            left, near = choices._replace(price=found.reading.price).part(kept), found.part(kept)
            heapq.heappush(self._open, _Node(found.bound, self._count, left, near))

    def _look(self, choices: Choices, found: Priced) -> None:
        """Look for a plan of the likeliest choice of each group, unless it was tried or cannot be better."""
        chosen = choices._replace(price=found.reading.price).part(found.likeliest(choices))
        key = chosen.sides.tobytes()
        if key in self._tried:
            return
        self._tried.add(key)
        alone = priced(self._problem, chosen, found.duals, self._smooth)
        if alone.bound < self._aim.target():
            self._seek(chosen, alone)


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
