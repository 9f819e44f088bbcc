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
        touch = _touching(curve, low, np.clip(bend, low, high), np.where(bend <= low, low, high))
        return cls._across(curve, low, touch, touch, touch >= high)

    @classmethod
    def below(cls, curve: Curve, low: Array, high: Array) -> Bridge:
        """The convex envelope on [low, high]: a chord to high from where a tangent passes through it."""
        bend = np.broadcast_to(curve.bend(), low.shape)
        touch = _touching(curve, high, np.where(bend >= high, high, low), np.clip(bend, low, high))
        whole = bend <= low
        return cls._across(curve, np.where(whole, low, touch), high, touch, whole | (touch <= low))

    def value(self, x: Array) -> Array:
        bridged = (x > self.start) & (x < self.end)
        return np.where(bridged, self.level + self.steepness * (x - self.start), self.curve.value(x))

    def derivative(self, x: Array) -> Array:
        bridged = (self.start < self.end) & (x >= self.start) & (x <= self.end)
        return np.where(bridged, self.steepness, self.curve.derivative(x))

    def take(self, rows: NDArray[Any]) -> Bridge:
        return Bridge(
            curve=self.curve.take(rows),
            start=self.start[rows],
            end=self.end[rows],
            level=self.level[rows],
            steepness=self.steepness[rows],
        )

    @classmethod
    def _across(
        cls, curve: Curve, start: Array, end: Array, touch: Array, whole: NDArray[np.bool_]
    ) -> Bridge:
        """A chord that touches f has its slope there; one across the whole interval has the secant's."""
        level = curve.value(start)
        width = end - start
        secant = (curve.value(end) - level) / np.where(width > 0, width, 1.0)
        steepness = np.where(width > 0, np.where(whole, secant, curve.derivative(touch)), 0.0)
        return cls(curve=curve, start=start, end=end, level=level, steepness=steepness)


def _touching(curve: Curve, anchor: Array, low: Array, high: Array) -> Array:
    """The first t in [low, high] whose tangent passes on or above (anchor, f(anchor)).

    Above: anchor = low end, t beyond the bend. Below: anchor = high end, t before the bend. In both the
    tangent's height at the anchor, f(t) + f'(t)·(anchor − t), increases with t.
    """
    touch = high.copy()
    rows = low < high
    if not rows.any():
        return touch
    some, pole = curve.take(rows), anchor[rows]
    target = some.value(pole)

    def falls_short(t: Array) -> NDArray[np.bool_]:
        return some.value(t) + some.derivative(t) * (pole - t) < target

    touch[rows] = last_true(falls_short, low[rows], high[rows])[1]
    return touch
