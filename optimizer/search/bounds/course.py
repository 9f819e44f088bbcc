"""The most that one tactic's weeks can gain at given prices, when what is spent in one works on in the next.

    maximise Σ_t w_t·f(y_t) − q_t·y_t     subject to   y_t − θ·y_{t−1} within [least_t, most_t]
A dynamic program over intervals: each week's input y_t is in one of its pieces, whose gain is bounded from above as the
curve bends there (convex: at an end; concave: below the tangents at both ends), and pieces follow each other where any
of their points do. So the answer is never below the maximum. Pieces on no course that could be better than a known one
are dropped, the others split, until little is left between the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
FIRST = 64  # pieces that a week's inputs are cut into
PARTS = 4  # that a piece is split into
ROUNDS = 12
MOST = 20_000  # pieces, beyond which none is split any more
ROUNDING = 1e-13  # of the terms of a gain
APART = 1e-12  # of the largest input, by which pieces may miss each other


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


def pieces_of(course: Course) -> _Pieces:
    """Every week's inputs in as many pieces, to begin with."""
    weeks, share = len(course.worth), np.linspace(0.0, 1.0, FIRST + 1)
    edges = course.low[:, None] + share * (course.high - course.low)[:, None]
    edges[:, -1] = course.high
    return _Pieces.of(np.repeat(np.arange(weeks), FIRST), edges[:, :-1].ravel(), edges[:, 1:].ravel(), weeks)


def most_of(course: Course, enough: float) -> tuple[float, Array | None]:
    """A number that no course's gain exceeds, within `enough` of one that is told, if all goes well: its inputs.

    −∞ and None where no course exists.
    """
    weeks, pieces = len(course.worth), pieces_of(course)
    best, known, inputs = np.inf, -np.inf, None
    for _ in range(ROUNDS):
        gains, at = _tops(course, pieces)
        ahead = _forward(course, pieces, gains)
        last = slice(pieces.first[-2], pieces.first[-1])
        best = min(best, float(ahead[last].max(initial=-np.inf)))
        if best == -np.inf:
            return best, None
        path = _followed(course, _path(course, pieces, ahead), at)
        value = float(_gain(course, np.arange(weeks), path).sum())
        if value > known:
            known, inputs = value, path
        if best - known <= enough:
            break
        kept = ahead + _backward(course, pieces, gains) >= known - ROUNDING * abs(known)
        if PARTS * int(kept.sum()) > MOST:
            break
        pieces = pieces.split(kept, weeks)
    return max(best, known), inputs


def _gain(course: Course, week: Index, inputs: Array) -> Array:
    value = course.curves.take(week).value(inputs)
    return np.asarray(course.worth[week] * value - course.price[week] * inputs)


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


def _within(course: Course, week: int) -> tuple[float, float]:
    """What may enter a week's input, a little widened."""
    apart = APART * float(course.high.max())
    return float(course.least[week]) - apart, float(course.most[week]) + apart


def _forward(course: Course, pieces: _Pieces, gains: Array) -> Array:
    """By piece the most that courses that end in it can have gained."""
    ahead, first = gains.copy(), pieces.first
    least, most = _within(course, 0)
    own = slice(first[0], first[1])
    ahead[own][(pieces.right[own] < least) | (pieces.left[own] > most)] = -np.inf
    for week in range(1, len(first) - 1):
        own, before = slice(first[week], first[week + 1]), slice(first[week - 1], first[week])
        ahead[own] += _range_max(ahead[before], *_before(course, pieces, week))
    return ahead


def _before(course: Course, pieces: _Pieces, week: int) -> tuple[Index, Index]:
    """Of each piece of a week, which pieces of the week before may lead to it: from and to, exclusive."""
    first, (least, most) = pieces.first, _within(course, week)
    own, before = slice(first[week], first[week + 1]), slice(first[week - 1], first[week])
    lefts, rights = course.retention * pieces.left[before], course.retention * pieces.right[before]
    from_ = np.searchsorted(rights, pieces.left[own] - most, side="left")
    return from_, np.searchsorted(lefts, pieces.right[own] - least, side="right")


def _backward(course: Course, pieces: _Pieces, gains: Array) -> Array:
    """By piece the most that courses that go on from it can still gain."""
    behind, first = np.zeros(len(gains)), pieces.first
    for week in range(len(first) - 2, 0, -1):
        least, most = _within(course, week)
        own, before = slice(first[week], first[week + 1]), slice(first[week - 1], first[week])
        lefts, rights = course.retention * pieces.left[before], course.retention * pieces.right[before]
        from_ = np.searchsorted(pieces.right[own], lefts + least, side="left")
        to = np.searchsorted(pieces.left[own], rights + most, side="right")
        behind[before] = _range_max(gains[own] + behind[own], from_, to)
    return behind


def _range_max(values: Array, from_: Index, to: Index) -> Array:
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


def _path(course: Course, pieces: _Pieces, ahead: Array) -> Index:
    """The pieces of a course that gains the most, as far as pieces tell."""
    first = pieces.first
    weeks = len(first) - 1
    path = np.zeros(weeks, dtype=np.intp)
    path[-1] = first[-2] + int(np.argmax(ahead[first[-2] :]))
    for week in range(weeks - 1, 0, -1):
        from_, to = (int(ends[path[week] - first[week]]) for ends in _before(course, pieces, week))
        path[week - 1] = first[week - 1] + from_ + int(np.argmax(ahead[first[week - 1] + from_ : first[week - 1] + to]))
    return path


def _followed(course: Course, path: Index, at: Array) -> Array:
    """Inputs that follow each other, near the better ends of a path's pieces."""
    inputs = at[path]
    before = 0.0
    for week in range(len(inputs)):
        kept = course.retention * before if week else 0.0
        inputs[week] = before = min(max(inputs[week], kept + course.least[week]), kept + course.most[week])
    return inputs
