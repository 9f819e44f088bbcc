"""Pieces of the weeks of several courses, swept forward and backward: what courses through each gain at the most.

A piece may follow one of the week before where θ·input and what may enter allow it, a little widened:
    θ·[left, right]_{t−1} + [least, most]_t   meets   [left, right]_t
Courses know nothing of each other. A week of one is a few pieces, and numpy takes as long for those of all: inputs are
told in the largest one of their course, and those of each course put aside from those of the course before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
APART = 1e-12  # of the largest input, by which pieces may miss each other
ASIDE = 8.0  # largest inputs, by which courses are put aside from each other: those of hundreds round it less than that
NONE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Pieces [left, right] of a course, week by week from `first`[t] on, and what may enter in the week of each."""

    first: Index
    left: Array
    right: Array
    least: Array
    most: Array
    retention: float
    largest: float

    def beside(self, place: int) -> tuple[Array, Array, Array, Array]:
        """What is kept of pieces, from and to, and what must be kept of those before them, from and to."""
        largest = max(self.largest, np.finfo(float).tiny)
        left, right = self.left / largest, self.right / largest
        least, most = (np.clip(own / largest, -1.0, 1.0) for own in (self.least, self.most))  # more is no limit
        aside = ASIDE * place
        kept = self.retention * left + aside, self.retention * right + aside
        return *kept, left - most - APART + aside, right - least + APART + aside


class Sweep:
    """Some courses whose pieces gain so much."""

    def __init__(self, reach: Sequence[Reach], gains: Sequence[Array]) -> None:
        count, self._weeks = len(reach), [len(own.first) - 1 for own in reach]
        sizes = [len(own.left) for own in reach]
        week = np.concatenate([np.repeat(np.arange(len(own.first) - 1), np.diff(own.first)) for own in reach])
        course, self._begins = np.repeat(np.arange(count), sizes), np.cumsum([0, *sizes])
        self._order = np.argsort(week * count + course, kind="stable")
        self._block = (week * count + course)[self._order]
        self._first = np.searchsorted(self._block, count * np.arange(max(self._weeks) + 1)).tolist()
        each = zip(*(own.beside(place) for place, own in enumerate(reach)), strict=True)
        self._kept_low, self._kept_high, self._low, self._high = (np.concatenate(own)[self._order] for own in each)
        self._goes_on = (week + 1 < np.array(self._weeks)[course])[self._order]
        self._gains = np.concatenate(gains)[self._order]
        self._before: list[tuple[Index, Index]] = []  # by week the pieces of the one before that lead to each
        self._ahead = self._forward(ASIDE * course[self._order].astype(np.float64))

    def best(self) -> list[tuple[float, Index]]:
        """Of each course the most that it gains as far as pieces tell, and the pieces of such a one; −∞ without any."""
        ends = [self._last(course) for course in range(len(self._weeks))]
        tops = [float(self._ahead[end].max(initial=-np.inf)) for end in ends]
        return [(top, self._path(course, ends[course]) if top > -np.inf else NONE) for course, top in enumerate(tops)]

    def through(self) -> list[Array]:
        """Of each course the most that courses through its pieces gain."""
        through = np.empty(len(self._order))
        through[self._order] = self._ahead + self._backward()
        return np.split(through, self._begins[1:-1])

    def _slices(self) -> list[tuple[slice, slice]]:
        """The pieces of each week but the first, and those of the week before."""
        weeks = [slice(*ends) for ends in pairwise(self._first)]
        return [(own, before) for before, own in pairwise(weeks)]

    def _forward(self, aside: Array) -> Array:
        """By piece the most that courses that end in it can have gained; nothing is kept when they begin."""
        ahead, own = self._gains.copy(), slice(self._first[0], self._first[1])
        ahead[own][(self._low[own] > aside[own]) | (self._high[own] < aside[own])] = -np.inf
        for own, before in self._slices():
            from_ = np.searchsorted(self._kept_high[before], self._low[own], side="left")
            to = np.searchsorted(self._kept_low[before], self._high[own], side="right")
            self._before.append((from_, to))
            ahead[own] += range_max(ahead[before], from_, to)
        return ahead

    def _backward(self) -> Array:
        """By piece the most that courses that go on from it can still gain."""
        behind = np.zeros(len(self._gains))
        for own, before in reversed(self._slices()):
            from_ = np.searchsorted(self._high[own], self._kept_low[before], side="left")
            to = np.searchsorted(self._low[own], self._kept_high[before], side="right")
            found = range_max(self._gains[own] + behind[own], from_, to)
            behind[before] = np.where(self._goes_on[before], found, 0.0)
        return behind

    def _last(self, course: int) -> slice:
        """The pieces of a course's last week."""
        block = (self._weeks[course] - 1) * len(self._weeks) + course
        return slice(*np.searchsorted(self._block, [block, block + 1]).tolist())

    def _path(self, course: int, last: slice) -> Index:
        """The pieces of a course that gains the most, as far as pieces tell, in its own order."""
        place = last.start + int(np.argmax(self._ahead[last]))
        path = [place]
        for week in range(self._weeks[course] - 1, 0, -1):
            from_, to = (
                int(ends[place - self._first[week]]) + self._first[week - 1] for ends in self._before[week - 1]
            )
            place = from_ + int(np.argmax(self._ahead[from_:to]))
            path.append(place)
        return np.asarray(self._order[path[::-1]] - self._begins[course])


def range_max(values: Array, from_: Index, to: Index) -> Array:
    """The largest of values[from:to] for many ranges at once, −∞ where there is none: a table by powers of two."""
    found, some = np.full(len(from_), -np.inf), np.flatnonzero(to > from_)
    first, last = from_[some], to[some]
    level = np.log2(last - first).astype(np.intp)
    table = np.empty((int(level.max(initial=0)) + 1, len(values)))
    table[0] = values
    for power in range(len(table) - 1):
        width = 1 << power
        table[power + 1] = table[power]
        np.maximum(table[power, :-width], table[power, width:], out=table[power + 1, :-width])
    found[some] = np.maximum(table[level, first], table[level, last - (1 << level)])
    return found
