"""A curve through points by least squares.

For a given shape and half effect, ADBUDG is linear in floor and rise: they are solved for in closed form, and what is
left is a search in two numbers, from a grid of starts by Levenberg–Marquardt.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from optimizer.curves import Adbudg, Array, Curve, Hill
from optimizer.errors import FileError

FAMILIES = ("hill", "adbudg")
SHAPES, HALVES = np.geomspace(0.3, 12.0, 12), np.geomspace(0.05, 20.0, 12)  # starts; halves in typical spends
BOUNDS = np.log([[0.1, 1e-3], [20.0, 1e3]])
ROUNDS, STARTS, STEP = 100, 5, 1e-6
TOLD = 1e-6  # of the variance, that a curve must explain
ENOUGH = 1e-14  # relative fall of the error that ends the search


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The curve, and how far it misses the points: `error` is the root of the mean squared miss [outcome], `explained`
    the share of the points' variance that it explains [1]."""

    curve: Curve
    error: float
    explained: float


def fit(family: str, spend: Array, outcome: Array, with_floor: bool = True) -> Fit:
    """The Hill or ADBUDG curve with the least squared miss at the points.

    Errors: FileError `too_few_points` with fewer different spends than the curve has parameters; `bad_points` where
    spend or outcome is negative or nothing varies; `decreasing` where outcomes do not rise with spend.

    >>> x = np.array([0.0, 0.5, 1.0, 2.0, 9.0])
    >>> found = fit("adbudg", x, 10 + 30 * x**2 / (1.5 + x**2))
    >>> [round(value, 6) for value in (found.curve.floor, found.curve.ceiling, found.curve.shape)]
    [10.0, 40.0, 2.0]
    """
    needed = 4 if family == "adbudg" else 3
    if len(set(spend.tolist())) < needed:
        told = f"has {len(set(spend.tolist()))} different spends; {family} needs {needed}"
        raise FileError("too_few_points", "", told, "add points, or choose hill instead of adbudg")
    if (spend < 0.0).any() or (outcome < 0.0).any() or not np.ptp(outcome) > 0.0:
        raise FileError(
            "bad_points", "", "has negative spends or outcomes, or outcomes that are all alike", "correct them"
        )
    unit = float(np.median(spend[spend > 0.0]))
    x, y = spend / unit, outcome / float(outcome.max())
    floor = family == "adbudg" and with_floor
    logs = _search(x, y, floor)
    (low, rise), left = _linear(x, y, logs, floor)
    scale = float(outcome.max())
    curve = _curve(family, logs, unit, low * scale, rise * scale)
    error = scale * math.sqrt(float(left @ left) / len(y))
    explained = 1.0 - float(left @ left) / float(((y - y.mean()) ** 2).sum())
    if explained < TOLD:
        told = "does not rise with spend: its mean tells as much as any rising curve"
        raise FileError("decreasing", "", told, "look at the points, or leave the tactic out")
    return Fit(curve=curve, error=error, explained=explained)


def _curve(family: str, logs: Array, unit: float, low: float, rise: float) -> Curve:
    shape, half = math.exp(logs[0]), math.exp(logs[1]) * unit
    if family == "hill":
        return Hill(ceiling=rise, half_saturation=half, shape=shape)
    return Adbudg(floor=low, ceiling=low + rise, half_effect=half**shape, shape=shape)


def _search(x: Array, y: Array, floor: bool) -> Array:
    """ln shape and ln half-saturation of the least error, from the best starts of a grid."""

    def miss(logs: Array) -> Array:
        return _linear(x, y, logs, floor)[1]

    starts = [np.log([shape, half]) for shape, half in product(SHAPES, HALVES)]
    starts.sort(key=lambda logs: float(miss(logs) @ miss(logs)))
    found = [_descend(miss, start) for start in starts[:STARTS]]
    return min(found, key=lambda logs: float(miss(logs) @ miss(logs)))


def _descend(miss: Callable[[Array], Array], logs: Array) -> Array:
    """Levenberg–Marquardt with a numeric Jacobian, inside the bounds."""
    damping, left = 1e-3, miss(logs)
    for _ in range(ROUNDS):
        slopes = np.stack([(miss(logs + step) - miss(logs - step)) / (2.0 * STEP) for step in STEP * np.eye(2)], axis=1)
        normal = slopes.T @ slopes
        while damping < 1e12:
            step = np.linalg.lstsq(normal + damping * np.eye(2), -slopes.T @ left, rcond=None)[0]
            tried = np.clip(logs + step, *BOUNDS)
            next_left = miss(tried)
            if next_left @ next_left < left @ left:
                break
            damping *= 4.0
        else:
            return logs
        fall = 1.0 - float(next_left @ next_left) / float(left @ left)
        logs, left, damping = tried, next_left, damping / 9.0
        if fall < ENOUGH:
            return logs
    return logs


def _linear(x: Array, y: Array, logs: Array, floor: bool) -> tuple[tuple[float, float], Array]:
    """Floor and rise >= 0 of the least error for a shape and a half, and the miss at each point."""
    shape, half = np.exp(logs)
    with np.errstate(over="ignore", divide="ignore"):
        risen = 1.0 / (1.0 + (half / x) ** shape)
    if not floor:
        rise = max(0.0, float(risen @ y) / max(float(risen @ risen), 1e-300))
        return (0.0, rise), y - rise * risen
    own, mean = risen - risen.mean(), float(y.mean())
    rise = max(0.0, float(own @ (y - mean)) / max(float(own @ own), 1e-300))
    low = mean - rise * float(risen.mean())
    if low < 0.0:
        return _linear(x, y, logs, False)
    return (low, rise), y - low - rise * risen
