"""The hull of a convex-then-concave curve: the curve itself, but for one chord that bridges a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.curves.base import Array, Curve
from optimizer.curves.bisection import last_true


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The chord level + steepness·(x − start) on (start, end), and f outside it; no chord if start = end."""

    curve: Curve
    start: Array
    end: Array
    level: Array
    steepness: Array

    @classmethod
    def above(cls, curve: Curve, low: Array, high: Array) -> Bridge:
        """The concave envelope on [low, high]: a chord from low to where a tangent passes through it."""
        bend = np.broadcast_to(curve.bend(), low.shape)
        _, touch = _touching(curve, low, np.clip(bend, low, high), np.where(bend <= low, low, high))
        return cls._across(curve, low, touch, touch, touch >= high)

    @classmethod
    def below(cls, curve: Curve, low: Array, high: Array) -> Bridge:
        """The convex envelope on [low, high]: a chord to high from where a tangent passes through it."""
        bend = np.broadcast_to(curve.bend(), low.shape)
        touch, _ = _touching(curve, high, np.where(bend >= high, high, low), np.clip(bend, low, high))
        return cls._across(curve, touch, high, touch, touch <= low)

    def value(self, x: Array) -> Array:
        bridged = (x > self.start) & (x < self.end)
        return np.where(bridged, self.level + self.steepness * (x - self.start), self.curve.value(x))

    def derivative(self, x: Array) -> Array:
        bridged = (self.start < self.end) & (x >= self.start) & (x <= self.end)
        return np.where(bridged, self.steepness, self.curve.derivative(x))

    def take(self, rows: NDArray[Any] | tuple[NDArray[Any], ...]) -> Bridge:
        return Bridge(
            curve=self.curve.take(rows),
            start=self.start[rows],
            end=self.end[rows],
            level=self.level[rows],
            steepness=self.steepness[rows],
        )

    @classmethod
    def _across(cls, curve: Curve, start: Array, end: Array, touch: Array, whole: NDArray[np.bool_]) -> Bridge:
        """The chord's slope is the secant's, and at a touch f' is at most that.

        The greater of the two is taken, because the secant of a short chord loses digits, and f' jumps
        between neighbouring numbers on a curve as steep as a step.
        """
        level = curve.value(start)
        width = end - start
        secant = (curve.value(end) - level) / np.where(width > 0, width, 1.0)
        steepness = np.where(whole, secant, np.maximum(secant, curve.derivative(touch)))
        return cls(curve=curve, start=start, end=end, level=level, steepness=np.where(width > 0, steepness, 0.0))


def _touching(curve: Curve, anchor: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """The neighbours in [low, high] between which the tangent comes to pass on or above (anchor, f(anchor)).

    Above: anchor = low end, t beyond the bend. Below: anchor = high end, t before the bend. In both, the
    tangent's height at the anchor, f(t) + f'(t)·(anchor − t), increases with t.
    """
    before, after = high.copy(), high.copy()
    rows = low < high
    some, pole = curve.take(rows), anchor[rows]
    target = some.value(pole)

    def falls_short(t: Array) -> NDArray[np.bool_]:
        return some.value(t) + some.derivative(t) * (pole - t) < target

    before[rows], after[rows] = last_true(falls_short, low[rows], high[rows])
    return before, after
