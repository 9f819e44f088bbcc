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
from optimizer.search.groups.pricing import COUNTS, RIDGE, Priced, Problem, alone, bend_of, priced
from optimizer.search.region.place import Aim

Array = NDArray[np.float64]
Index = NDArray[np.intp]
NODES = 1500
LOOSE = 0.2  # of ε
CLOSER = (4.0, 1.0, 0.25)
MIXED = 0.05  # weight beside the likeliest choice of a group: sides are undecided
BETWEEN = 0.2  # of what is missing: where sides are undecided, members that cost less between their ends are let be
EACH = 0.05  # of what that costs a group on an average, from which on a choice is


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
            if (more := self._split(node)) is not None:
                self._add(more, node.priced.duals)
                continue
            parts = _parted(self._problem, node.choices, node.priced)
            if parts is None:
                self._stuck = min(self._stuck, alone(self._problem, node.choices, node.priced.duals).bound)
                continue
            for part in parts:
                self._add(part, node.priced.duals)
        waiting = self._open[0].bound if self._open else np.inf
        return min(waiting, self._stuck, self._aim.target())

    def _divided(self, choices: Choices, found: Priced) -> Choices | None:
        """Choices, those that count apart where what they leave open hides what groups may spend; None where none do."""
        problem, places = self._problem, np.flatnonzero(found.weights > COUNTS)
        loose, members = loose_of(problem, choices.part(places), found.part(places))
        some = loose * found.weights[places] > LOOSE * self._problem.smooth
        if not some.any():
            return None
        return choices._replace(price=found.reading.price).divided(places[some], members[some])

    def _split(self, node: _Node) -> Choices | None:
        """A node's choices, split where members stand between the ends of their sides; None where that is no matter."""
        problem, choices, found = self._problem, node.choices, node.priced
        missing, places = self._aim.target() - node.bound, np.flatnonzero(found.weights > COUNTS)
        short = found.weights[places, None] * short_of(problem, choices.part(places), found.part(places))
        mixed = float((1.0 - found.weights[found.likeliest(choices)]).max()) > MIXED
        if float(short.sum()) < (BETWEEN * missing if mixed else self._aim.allowed):
            return None
        members = short.argmax(axis=1)
        some = short.max(axis=1) >= EACH * float(short.sum()) / len(problem.groups.least)
        where = places[some], members[some]
        return choices.split(problem.groups, problem.gains, where, found.reading.at[where]) if some.any() else None

    def _add(self, choices: Choices, duals: Array) -> None:
        """Price some choices, look for a plan among them, and keep those that could be better."""
        found = priced(self._problem, choices, duals, self._aim.target())
        self._count += 1
        while found.bound < self._aim.target() and (more := self._divided(choices, found)) is not None:
            choices, found = more, priced(self._problem, more, found.duals, self._aim.target(), CLOSER)
        if found.bound < self._aim.target():
            self._plans.look(choices, found)
        missing = self._aim.target() - found.bound
        if missing > 0.0:
            kept = ~(found.lost(choices) >= missing)
            left, near = choices._replace(price=found.reading.price).part(kept), found.part(kept)
            heapq.heappush(self._open, _Node(found.bound, self._count, left, near))


def loose_of(problem: Problem, choices: Choices, found: Priced) -> tuple[Array, Index]:
    """By choice, how much less it gains with what it leaves open on the better side, and which is nearest to turning."""
    groups, gains, reading = problem.groups, problem.gains, found.reading
    open_ = (choices.sides == EITHER) & groups.bent[choices.group]
    sides = np.where(open_, np.where(reading.on > 0.5, ON, OFF), choices.sides)
    whole = Choices(choices.group, sides, reading.price).read(groups, gains, problem.prices(found.duals))
    mixed = np.where(open_, np.minimum(reading.on, 1.0 - reading.on), -1.0)
    return np.where(open_.any(axis=1), reading.gain - whole.gain, 0.0), mixed.argmax(axis=1)


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


def _parted(problem: Problem, choices: Choices, now: Priced) -> list[Choices] | None:
    """Choices with a cell on and with it off, on whose side most money hangs; None where every group has one choice.

    Where all that is left are parts of one side, those that begin later and those that begin earlier.
    """
    gains, cells = problem.gains, problem.groups.members[choices.group]
    rows, every = gains.rows(cells, choices.sides), problem.groups.members
    money = np.abs(problem.prices(now.duals))
    score = _losses(problem, choices, now)
    group, member = np.unravel_index(int(score.argmax()), score.shape)
    if score[group, member] > 0.0:
        where = int(group), int(member)
        return [choices.with_side(problem.groups, gains, where, side) for side in (ON, OFF)]
    low, weights = gains.low[rows], now.weights[:, None]
    mean = _summed(choices, weights * low, every)
    away = _summed(choices, weights * np.abs(low - mean[choices.group]), every) * money[every]
    group, member = np.unravel_index(int(away.argmax()), away.shape)
    later = (choices.group != group) | (low[:, member] > mean[group, member])
    if later[choices.group == group].all() or not later[choices.group == group].any():
        return None
    return [choices.part(later), choices.part(~later | (choices.group != group))]


def _losses(problem: Problem, choices: Choices, now: Priced) -> Array:
    """By group and member about what the bound rises by, on either side of it, (groups, members)."""
    bend = bend_of(problem, choices, now, problem.smooth)
    groups, gains, every = problem.groups, problem.gains, problem.groups.members
    choices, now = choices.part(bend.some), now.part(bend.some)
    cells, kind = groups.members[choices.group], gains.kind[gains.rows(groups.members[choices.group], choices.sides)]
    bent = groups.bent[choices.group]
    open_ = (choices.sides == EITHER) & bent
    prices = problem.prices(now.duals)[cells] + now.reading.price[:, None]
    more = np.zeros(cells.shape)
    high, low = (gains.read(cells[open_], np.array(side), prices[open_])[1] for side in (ON, OFF))
    more[open_] = high - low
    on = np.where(open_, now.reading.on, kind == ON) * bent
    weights = now.weights[:, None]
    chance = _summed(choices, weights * on, every)
    take = np.moveaxis(problem.take[:, cells], 0, -1)
    up = (weights * on)[..., None] * (bend.spent[:, None, :] + ((1.0 - on) * more)[..., None] * take)
    down = (weights * (1.0 - on))[..., None] * (bend.spent[:, None, :] - (on * more)[..., None] * take)
    sums = np.zeros((2, *every.shape, len(problem.take)))
    np.add.at(sums[0], choices.group, up)
    np.add.at(sums[1], choices.group, down)
    mixed = (chance > 1e-6) & (chance < 1.0 - 1e-6)
    p = chance[mixed]
    away = sums[0][mixed] / p[:, None] - sums[1][mixed] / (1.0 - p)[:, None]
    free = now.duals != 0.0
    away, whole = away[:, free], bend.hessian[np.ix_(free, free)]
    scale = 1.0 / np.sqrt(np.maximum(np.diag(whole), 1e-100))
    even = whole * scale[:, None] * scale + RIDGE * np.eye(len(whole))
    away = away * scale
    s = (away * np.linalg.solve(even, away.T).T).sum(axis=1)
    s = s / np.maximum(1.0 - p * (1.0 - p) / problem.smooth * s, 1e-3)
    score = np.zeros(every.shape)
    score[mixed] = s * np.minimum(p, 1.0 - p) ** 2 * (1.0 + 0.0 * p)
    return score


def _summed(choices: Choices, numbers: Array, like: Index) -> Array:
    """Numbers by choice and member, summed over the choices of each group."""
    total = np.zeros(like.shape)
    np.add.at(total, choices.group, numbers)
    return total
