"""The most that the weeks of a tactic can gain at given prices, when what is spent in one works on in the next.

    maximise Σ_t w_t·f(y_t) − q_t·y_t     subject to   y_t − θ·y_{t−1} within [least_t, most_t]
A dynamic program over intervals: each week's input y_t is in one of its pieces, whose gain is bounded from above as the
curve bends there (convex: at an end; concave: below the tangents at both ends), and pieces follow each other where any
of their points do (`sweep`). So the answer is never below the maximum. Pieces on no course that could be better than a
known one are dropped, the others split, until little is left between the two. Courses of several tactics know nothing
of each other, but are swept together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.search.bounds.sweep import Reach, Sweep

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
FIRST = 64  # pieces that a week's inputs are cut into
PARTS = 4  # that a piece is split into
ROUNDS = 12
MOST = 20_000  # pieces, beyond which none is split any more
ROUNDING = 1e-13  # of the terms of a gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The problem; all but `retention` θ of shape (weeks,).

    `curves` has a cell a week, `turn` the input up to which it is convex and `flat` that from which it is concave;
    `worth` w ≥ 0, `price` q of either sign; inputs lie within [low, high], what enters them within [least, most].
    """

    curves: CurveStack
    turn: Array
    flat: Array
    worth: Array
    price: Array
    low: Array
    high: Array
    least: Array
    most: Array
    retention: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pieces:
    """Pieces [left, right] of all weeks in order, `week` of each; week t has those from first[t] to first[t + 1]."""

    week: Index
    left: Array
    right: Array
    first: Index

    @classmethod
    def of(cls, week: Index, left: Array, right: Array, weeks: int) -> _Pieces:
        return cls(week=week, left=left, right=right, first=np.searchsorted(week, np.arange(weeks + 1)))

    def split(self, kept: Flags, weeks: int) -> _Pieces:
        """Those that are kept, each in parts."""
        share = np.linspace(0.0, 1.0, PARTS + 1)
        edges = self.left[kept, None] + share * (self.right - self.left)[kept, None]
        edges[:, -1] = self.right[kept]
        week = np.repeat(self.week[kept], PARTS)
        return _Pieces.of(week, edges[:, :-1].ravel(), edges[:, 1:].ravel(), weeks)


def _pieces_of(course: Course) -> _Pieces:
    """Every week's inputs in as many pieces, to begin with."""
    weeks, share = len(course.worth), np.linspace(0.0, 1.0, FIRST + 1)
    edges = course.low[:, None] + share * (course.high - course.low)[:, None]
    edges[:, -1] = course.high
    return _Pieces.of(np.repeat(np.arange(weeks), FIRST), edges[:, :-1].ravel(), edges[:, 1:].ravel(), weeks)


def most_of(courses: Sequence[Course], enough: float) -> list[tuple[float, Array | None]]:
    """Of each course a number that no gain exceeds, within `enough` of one that is told, if all goes well: its inputs.

    −∞ and None where no course exists.
    """
    left = searches = [_Search(course) for course in courses]
    for _ in range(ROUNDS):
        left = _further(left, enough)
        if not left:
            break
    return [(max(search.best, search.known), search.inputs) for search in searches]


class _Search:
    """One course: its pieces, the most that it gains as far as these tell, and the best inputs that are known."""

    def __init__(self, course: Course) -> None:
        self.course, self.pieces = course, _pieces_of(course)
        self.best, self.known = np.inf, -np.inf
        self.inputs: Array | None = None

    def note(self, best: float, near: Array) -> None:
        """A bound, and inputs near which a course may be good."""
        self.best = min(self.best, best)
        inputs = _followed(self.course, near)
        value = float((self.course.worth * self.course.curves.value(inputs) - self.course.price * inputs).sum())
        if value > self.known:
            self.known, self.inputs = value, inputs

    def split(self, most: Array) -> bool:
        """Split the pieces through which a course may gain more, told the most of each; False where they are many."""
        kept = most >= self.known - ROUNDING * abs(self.known)
        if PARTS * int(kept.sum()) > MOST:
            return False
        self.pieces = self.pieces.split(kept, len(self.course.worth))
        return True


def _further(searches: list[_Search], enough: float) -> list[_Search]:
    """One round of some searches; told are those that go on, their pieces split."""
    looked = [_tops(search.course, search.pieces) for search in searches]
    sweep = Sweep([_reach(search.course, search.pieces) for search in searches], [gains for gains, _ in looked])
    for search, (_, at), (best, path) in zip(searches, looked, sweep.best(), strict=True):
        if best == -np.inf:
            search.best = best
        else:
            search.note(best, at[path])
    left = [search.best - search.known > enough for search in searches]
    if not any(left):
        return []
    through = zip(searches, sweep.through(), left, strict=True)
    return [search for search, most, more in through if more and search.split(most)]


def _reach(course: Course, pieces: _Pieces) -> Reach:
    """What leads to pieces, and from them on."""
    return Reach(
        first=pieces.first,
        left=pieces.left,
        right=pieces.right,
        least=course.least[pieces.week],
        most=course.most[pieces.week],
        retention=course.retention,
        largest=float(course.high.max()),
    )


def _tops(course: Course, pieces: _Pieces) -> tuple[Array, Array]:
    """By piece a number that its gain does not exceed, and the better end."""
    week, left, right = pieces.week, pieces.left, pieces.right
    curves, worth, price = course.curves.take(week), course.worth[week], course.price[week]
    low, high = worth * curves.value(left), worth * curves.value(right)
    a, b = low - price * left, high - price * right
    with np.errstate(all="ignore"):
        rise, fall = worth * curves.slope(left) - price, worth * curves.slope(right) - price
        width = right - left
        crossing = a + rise * ((b - a - fall * width) / (rise - fall))
        tangents = np.where(np.isfinite(crossing) & (rise > fall), crossing, b - fall * width)
    tangents = np.where(rise <= 0.0, a, np.where(fall >= 0.0, b, np.maximum(tangents, np.maximum(a, b))))
    ends = np.maximum(a, b)
    either = high - np.minimum(price * left, price * right)
    tops = np.where(right <= course.turn[week], ends, np.where(left >= course.flat[week], tangents, either))
    safe = ROUNDING * (np.abs(high) + np.abs(price) * right)
    return np.maximum(tops, ends) + safe, np.where(a >= b, left, right)


def _followed(course: Course, near: Array) -> Array:
    """Inputs that follow each other, near some."""
    inputs, before = near.copy(), 0.0
    for week in range(len(inputs)):
        kept = course.retention * before if week else 0.0
        inputs[week] = before = min(max(inputs[week], kept + course.least[week]), kept + course.most[week])
    return inputs
