"""The maximum of many concave functions at once, each on its own interval, with a bound that no rounding undercuts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.curves.base import Array
from optimizer.curves.bisection import middle

Function = Callable[[Array], Array]
ENOUGH = 4e-15  # of the sizes involved, at which a bound is as good as the value
ROUNDS = 200


@np.errstate(all="ignore")  # 0/0 and inf − inf: such guesses are not taken
def highest(
    value: Function, slope: Function, price: Array, low: Array, high: Array, near: Array | None = None
) -> tuple[Array, Array]:
    """Where a concave value(x) − price·x is largest on [low, high], and a number it does not exceed, per cell.

    From a bracket whose ends rise towards each other, in turn: the zero of the slope's secant (fast on smooth
    functions), the crossing of the end tangents (exact at the kinks of a table), the middle float (never fails).
    The number is that of the best tangent bound, within 4e-15 of the value. `near` is a first guess.

    >>> root, half = np.sqrt, (lambda x: 0.5 / np.sqrt(x))
    >>> highest(root, half, np.array([0.25]), np.array([1.0]), np.array([9.0]))
    (array([4.]), array([1.]))
    """
    points = (low, high) if near is None else (low, high, _between(near, low, high))
    x = np.empty((len(points), *points[-1].shape))
    for place, point in enumerate(points):
        x[place] = point
    looked = x, value(x) - price * x, slope(x) - price  # all that is known before, at once
    (a, b), (fa, fb), (da, db) = (own[:2] for own in looked)
    first = (da <= 0) | ((db < 0) & (fa >= fb))
    best_x, best = np.where(first, a, b), np.where(first, fa, fb)
    done = (da <= 0) | (db >= 0) | (a >= b)
    bound = np.where(done, best, np.inf)
    for turn in range(ROUNDS):
        if done.all():
            break
        if turn == 0 and near is not None:
            x, f, d = (own[2] for own in looked)
        else:
            x = _guess(turn, (a, b), (fa, fb), (da, db))
            f, d = value(x) - price * x, slope(x) - price
        better = ~done & (f > best)
        best_x, best = np.where(better, x, best_x), np.where(better, f, best)
        up = d > 0
        a, fa, da = (np.where(up, new, old) for new, old in ((x, a), (f, fa), (d, da)))
        b, fb, db = (np.where(up, old, new) for new, old in ((x, b), (f, fb), (d, db)))
        bound = np.where(done, bound, np.minimum(bound, _above(a, b, fa, fb, da, db)))
        size = ENOUGH * (np.abs(best) + np.abs(price * best_x))
        neighbours = ~done & (np.nextafter(a, b) >= b)
        bound = np.where(neighbours, best + size, bound)
        done |= neighbours | (bound - best <= size)
    return best_x, np.maximum(bound, best)


def _guess(turn: int, ends: tuple[Array, Array], values: tuple[Array, Array], slopes: tuple[Array, Array]) -> Array:
    """The next point, strictly inside the bracket where there is room."""
    (a, b), (fa, fb), (da, db) = ends, values, slopes
    if turn % 3 == 0:
        x = a + (b - a) * (da / (da - db))
    elif turn % 3 == 1:
        x = (fb - fa + da * a - db * b) / (da - db)
    else:
        x = middle(a, b)
    return _between(x, a, b)


def _between(x: Array, a: Array, b: Array) -> Array:
    """x where it is strictly inside the bracket, else its middle."""
    return np.where((x > a) & (x < b), x, middle(a, b))


def _above(a: Array, b: Array, fa: Array, fb: Array, da: Array, db: Array) -> Array:
    """What a function under the end tangents may reach: their crossing, or an end's tangent at the other end."""
    width = b - a
    either = np.fmin(fa + da * width, fb - db * width)
    crossing = np.fmax(fa + da * ((fb - fa - db * width) / (da - db)), np.maximum(fa, fb))
    return np.where(np.isfinite(da) & (da > db), np.fmin(crossing, either), either)
