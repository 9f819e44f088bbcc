"""Dynamic programming over what groups spend and then over the budget: the best plan on a grid, made finer around it.

It proves no bound: it is for contradicting those of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.oracles.families import Array
from tests.oracles.grouped import Group, Grouped

NEAR, CLOSER, FINEST = 3, 0.5, 1e-10  # steps around a plan; a step beside the one before; the last, of the budget
SLIP = 1e-9  # of a step


@dataclass(frozen=True, slots=True)
class _Line:
    """The best that some items gain by steps spent from `first` on; −∞ where they cannot."""

    first: int
    best: Array

    def within(self, least: float, most: float) -> _Line:
        """The part between two numbers of steps."""
        steps = self.first + np.arange(len(self.best))
        inside = np.flatnonzero((steps >= least) & (steps <= most))
        if not len(inside):
            return _Line(0, np.array([-np.inf]))
        return _Line(int(steps[inside[0]]), self.best[inside])

    def at(self, steps: int) -> float:
        """The best by so many steps."""
        place = steps - self.first
        return float(self.best[place]) if 0 <= place < len(self.best) else -np.inf


def _joined(one: _Line, other: _Line) -> _Line:
    """(max, +) convolution."""
    short, long = sorted((one.best, other.best), key=len)
    out = np.full(len(short) + len(long) - 1, -np.inf)
    for k, gain in enumerate(short):
        np.maximum(out[k : k + len(long)], long + gain, out=out[k : k + len(long)])
    return _Line(one.first + other.first, out)


def _chain(lines: Sequence[_Line], most: float) -> list[_Line]:
    """The joined lines after each, cut off beyond a number of steps that leaves the others their least."""
    out = [lines[0]]
    left = sum(line.first for line in lines[1:])
    for line in lines[1:]:
        left -= line.first
        out.append(_joined(out[-1], line).within(-np.inf, most - left))
    return out


def _traced(lines: Sequence[_Line], chain: Sequence[_Line], steps: int) -> list[int]:
    """How many steps each line takes where all together take so many."""
    taken = []
    for line, before in zip(lines[:0:-1], chain[-2::-1], strict=True):
        own = line.first + np.arange(len(line.best))
        place = steps - own - before.first
        there = (place >= 0) & (place < len(before.best))
        worth = np.where(there, line.best + before.best[np.clip(place, 0, len(before.best) - 1)], -np.inf)
        taken.append(int(own[int(worth.argmax())]))
        steps -= taken[-1]
    return [steps, *taken[::-1]]


class _Grid:
    """Items by steps from a start: what each may take, and what all may."""

    def __init__(self, problem: Grouped, start: Array, step: float, lines: Sequence[_Line]) -> None:
        self._problem, self._step, self._lines = problem, step, lines
        self._chains = [_chain([lines[i] for i in group.items], np.inf) for group in problem.groups]
        self._groups = [
            chain[-1].within(*self._limits(group, float(start[list(group.items)].sum())))
            for group, chain in zip(problem.groups, self._chains, strict=True)
        ]
        spare = (problem.whole.budget - start.sum()) / step + SLIP
        chain = _chain(self._groups, spare)
        self._all = [*chain[:-1], chain[-1].within(spare - 1.0 if problem.whole.exactly else -np.inf, spare)]

    def _limits(self, group: Group, start: float) -> tuple[float, float]:
        return (group.least - start) / self._step - SLIP, (group.most - start) / self._step + SLIP

    def best(self) -> Array:
        """The steps of each item in the best plan."""
        whole, steps = self._all[-1], np.zeros(len(self._lines))
        at = int(whole.best.argmax())
        if not np.isfinite(whole.best[at]):
            raise ValueError("no plan on the grid")
        taken = _traced(self._groups, self._all, whole.first + at)
        for group, chain, own in zip(self._problem.groups, self._chains, taken, strict=True):
            steps[list(group.items)] = _traced([self._lines[i] for i in group.items], chain, own)
        return steps


def best(problem: Grouped, steps: int = 20_000) -> tuple[float, Array]:
    """What the best plan gains, and its spend, by a grid of so many steps of the budget at first."""
    budget = problem.whole.budget
    step = budget / steps
    spend = _on_grid(problem, np.array([item.low for item in problem.whole.items]), step, np.inf)
    while step > FINEST * budget:
        step *= CLOSER
        spend = _on_grid(problem, spend, step, NEAR)
    return problem.whole.value(spend), spend


def _on_grid(problem: Grouped, start: Array, step: float, near: float) -> Array:
    """The best plan of whole steps from a start, so many at the most."""
    lines, items = [], problem.whole.items
    for item, own in zip(items, start, strict=True):
        first = -int(min(near, np.floor((own - item.low) / step + SLIP)))
        last = int(min(near, np.floor((item.high - own) / step + SLIP)))
        lines.append(_Line(first, item.gain(np.clip(own + step * np.arange(first, last + 1), item.low, item.high))))
    ends = np.array([(item.low, item.high) for item in items])
    return np.clip(start + step * _Grid(problem, start, step, lines).best(), ends[:, 0], ends[:, 1])
