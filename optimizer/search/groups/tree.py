"""Branching on which cells are off, best bound first, until no choice is left that could be better than a target."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.search.deadline import Deadline
from optimizer.search.groups.choices import Choices
from optimizer.search.groups.exchange import Plans
from optimizer.search.groups.gains import EITHER
from optimizer.search.groups.leaves import settled
from optimizer.search.groups.parting import parted
from optimizer.search.groups.pricing import COUNTS, Priced, Problem, alone
from optimizer.search.region.place import Aim

Array = NDArray[np.float64]
Narrowed = Callable[[Problem, Priced], Problem]  # what is proved of plans that are looked for leaves groups less room
NODES = 1500  # at the most
MIXED = 0.05  # weight beside the likeliest choice of a group: sides are undecided
BETWEEN = 0.2  # of what is missing: where sides are undecided, members that cost less between their ends are let be
EACH = 0.05  # of what that costs a group on an average, from which on a choice is


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    problem: Problem = field(compare=False)
    choices: Choices = field(compare=False)
    priced: Priced = field(compare=False)


class Tree:
    """The open nodes, and the bound of those where nothing was left to branch on."""

    def __init__(self, narrowed: Narrowed, plans: Plans, aim: Aim, deadline: Deadline) -> None:
        self._narrowed, self._plans, self._aim, self._deadline = narrowed, plans, aim, deadline
        self._open: list[_Node] = []
        self._stuck, self._count = np.inf, 0

    def run(self, problem: Problem, choices: Choices, duals: Array) -> float:
        """A bound of all choices, that of the target if all goes well."""
        self._add(problem, choices, duals)
        while self._open and self._open[0].bound < self._aim.target():
            if self._deadline.left <= 0 or self._count >= NODES:
                break
            problem, duals, bound, parts = self._apart(heapq.heappop(self._open))
            for part in parts:
                self._add(problem, part, duals, bound)
        waiting = self._open[0].bound if self._open else np.inf
        return min(waiting, self._stuck, self._aim.target())

    def _apart(self, node: _Node) -> tuple[Problem, Array, float, list[Choices]]:
        """What is to be looked at in place of a node: its choices split, or with a cell on and off, or nothing."""
        found = node.priced
        more = self._split(node)
        parts = parted(node.problem, node.choices, found) if more is None else [more]
        if parts is None:
            self._stuck = min(self._stuck, alone(node.problem, node.choices, found.duals).bound)
        return node.problem, found.duals, node.bound, parts or []

    def _split(self, node: _Node) -> Choices | None:
        """A node's choices, split where members stand between the ends of their sides; None where that is no matter."""
        problem, choices, found = node.problem, node.choices, node.priced
        missing, places = self._aim.target() - node.bound, np.flatnonzero(found.weights > COUNTS)
        short = found.weights[places, None] * short_of(problem, choices.part(places), found.part(places))
        mixed = float((1.0 - found.weights[found.likeliest(choices)]).max()) > MIXED
        if float(short.sum()) < (BETWEEN * missing if mixed else self._aim.allowed):
            return None
        members = short.argmax(axis=1)
        some = short.max(axis=1) >= EACH * float(short.sum()) / len(problem.groups.least)
        where = places[some], members[some]
        return choices.split(problem.groups, problem.gains, where, found.reading.at[where]) if some.any() else None

    def _add(self, problem: Problem, choices: Choices, duals: Array, known: float = -np.inf) -> None:
        """Price some choices, look for a plan among them, and keep those that could be better."""
        choices, found = settled(problem, choices, duals, self._aim.target())
        self._count += 1
        if found.bound < self._aim.target():
            self._plans.look(choices, found)
        missing, bound = self._aim.target() - found.bound, max(known, found.bound)
        if missing > 0.0:
            kept = ~(found.lost(choices) >= missing)
            narrower = self._narrowed(problem, found)
            heapq.heappush(self._open, _Node(bound, self._count, narrower, choices.part(kept), found.part(kept)))


def short_of(problem: Problem, choices: Choices, found: Priced) -> Array:
    """By choice and member, how much less its curve gains where it stands than its table says."""
    cells, at, gains = problem.groups.members[choices.group], found.reading.at, problem.gains
    prices = problem.prices(found.duals)[cells] + found.reading.price[:, None]
    open_ = (choices.sides == EITHER) & problem.groups.bent[choices.group]
    there, own = (cells < len(gains.cells.worth)) & ~open_, gains.cells
    short, which = np.zeros(cells.shape), cells[there]
    told = gains.read(which, choices.sides[there], prices[there])[0]
    curve = own.worth[which] * own.curves.take(which).value(at[there])
    short[there] = np.maximum(0.0, told - curve + prices[there] * at[there])
    return short
