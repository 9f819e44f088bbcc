"""The courses of one tactic that were followed, and what they say of other prices.

What a course gains, Σ_t w_t·f(y_t) − q_t·y_t, is linear in its worths w and prices q together, so the most that one
gains is convex in them: between two points it is nowhere above the chord, and nowhere below what the courses of either
gain. Where these two are near each other no course is followed anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.bounds.course import ROUNDING, Course

Array = NDArray[np.float64]
MOST = 26_000  # weeks of courses that are remembered: 500 courses of a year


class _Known(NamedTuple):
    """At worths and prices [one after the other] the most that is gained, and inputs that nearly do, with what they
    count for there."""

    at: Array
    most: float
    inputs: Array
    terms: Array

    def gain(self, at: Array) -> float:
        return float(self.terms @ at)


class Followed:
    """What is known of one tactic's courses within some limits, each a list of those."""

    def __init__(self) -> None:
        self._known: dict[bytes, list[_Known]] = {}
        self._none: set[bytes] = set()  # limits within which no course exists
        self._count = 0

    def told(self, course: Course, enough: float) -> tuple[float, Array | None] | None:
        """The most of a course within `enough`, and its inputs, as far as others tell; None where they do not.

        What was followed at these very prices is told as it was.
        """
        limits, at = _limits(course), np.concatenate([course.worth, course.price])
        if limits in self._none:
            return -np.inf, None
        known = self._known.get(limits, [])
        if not known:
            return None
        away = np.array([own.at for own in known]) - at
        far = np.abs(away).max(axis=1)
        one = known[int(far.argmin())]
        if far.min() == 0.0:
            return one.most, one.inputs
        across = np.where(away @ away[far.argmin()] < 0.0, far, np.inf)
        other = known[int(across.argmin())]
        share = float(far.min() / (far.min() + across.min()))
        most = (1.0 - share) * one.most + share * other.most
        most += _beside(course, np.abs(at - (1.0 - share) * one.at - share * other.at), one.at, other.at)
        best = max(one, other, key=lambda own: own.gain(at))
        return (most, best.inputs) if most - best.gain(at) <= enough else None

    def remember(self, course: Course, most: float, inputs: Array | None) -> None:
        """What was found by following a course."""
        if self._count >= MOST:
            self._known, self._none, self._count = {}, set(), 0
        self._count += len(course.worth)
        if inputs is None:
            self._none.add(_limits(course))
            return
        at = np.concatenate([course.worth, course.price])
        terms = np.concatenate([course.curves.value(inputs), -inputs])
        self._known.setdefault(_limits(course), []).append(_Known(at, most, inputs, terms))


def _limits(course: Course) -> bytes:
    return b"".join(own.tobytes() for own in (course.low, course.high, course.least, course.most))


def _beside(course: Course, off: Array, *ends: Array) -> float:
    """What a course may gain more where worths and prices are `off` those of a chord, and by rounding of its ends."""
    values = np.maximum(np.abs(course.curves.value(course.low)), np.abs(course.curves.value(course.high)))
    largest = np.concatenate([values, np.maximum(np.abs(course.low), np.abs(course.high))])
    return float((off + ROUNDING * np.max(np.abs(ends), axis=0)) @ largest)
