"""Per family: how to draw one from corner to corner, and its definition in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import mpmath  # type: ignore[import-untyped]
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from optimizer.curves import (
    Adbudg,
    Curve,
    Exponential,
    Hill,
    Linear,
    Log,
    Logistic,
    MichaelisMenten,
    Power,
    SLogistic,
    Tabulated,
    Tanh,
)

mp = mpmath.mp.clone()
mp.dps = 450  # 50 must remain after e^-700 has cancelled

Number = Any


def lean(part: int) -> settings:
    """One example for every `part` of the profile's, so that `make deep` deepens these tests too."""
    profile = settings.get_profile(settings.get_current_profile_name())
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(max_examples=profile.max_examples // part, deadline=None, suppress_health_check=slow)


def spread(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of every magnitude from low to high, often the ends themselves or 1."""
    exponents = st.floats(float(mp.log10(low)), float(mp.log10(high)))
    corners = st.sampled_from([low, high, 1.0])
    return corners | exponents.map(lambda e: min(max(10.0**e, low), high)) | st.floats(0.1, min(10.0, high))


POSITIVE = spread(1e-15, 1e15)
NOT_NEGATIVE = st.just(0.0) | POSITIVE
SHAPE = spread(1e-3, 1e3)


@st.composite
def adbudgs(draw: st.DrawFn) -> Adbudg:
    floor, rise = draw(NOT_NEGATIVE), draw(NOT_NEGATIVE)
    ceiling = min(floor + rise, 1e15)
    return Adbudg(floor=floor, ceiling=ceiling, half_effect=draw(spread(1e-100, 1e100)), shape=draw(SHAPE))


@st.composite
def tables(draw: st.DrawFn, largest: float = 1e14) -> Tabulated:
    size = draw(st.integers(2, 8))
    x = y = 0.0
    points = []
    for _ in range(size):
        points.append((x, y))
        step, rise = draw(spread(1e-3, largest / 8)), draw(st.just(0.0) | spread(1e-3, largest / 8))
        x, y = x + max(step, 1e-12 * x), y + rise
    start = draw(st.just(0.0) | st.floats(0.0, 1.0))
    return Tabulated(points=tuple((px + start * points[1][0], py) for px, py in points))


def interpolated(curve: Tabulated, x: Number) -> Number:
    points = [(mp.mpf(a), mp.mpf(b)) for a, b in curve.points]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x < x1:
            return y0 + (y1 - y0) * max(x - x0, 0) / (x1 - x0)
    return points[-1][1]


def sigmoid(t: Number) -> Number:
    return 1 / (1 + mp.exp(-t))


@dataclass(frozen=True)
class Family:
    """A strategy of curves, and value(curve, x) in exact arithmetic; the docs name its section."""

    curves: st.SearchStrategy[Any]
    exact: Callable[[Any, Number], Number]


CURVES: dict[str, Family] = {
    "hill": Family(
        st.builds(Hill, ceiling=NOT_NEGATIVE, half_saturation=POSITIVE, shape=SHAPE),
        lambda c, x: c.ceiling * x**c.shape / (x**c.shape + mp.mpf(c.half_saturation) ** c.shape),
    ),
    "adbudg": Family(
        adbudgs(),
        lambda c, x: c.floor + (mp.mpf(c.ceiling) - c.floor) * x**c.shape / (c.half_effect + x**c.shape),
    ),
    "exponential": Family(
        st.builds(Exponential, ceiling=NOT_NEGATIVE, scale=POSITIVE),
        lambda c, x: c.ceiling * (1 - mp.exp(-x / c.scale)),
    ),
    "logistic": Family(
        st.builds(Logistic, ceiling=NOT_NEGATIVE, rate=POSITIVE),
        lambda c, x: c.ceiling * (1 - mp.exp(-c.rate * x)) / (1 + mp.exp(-c.rate * x)),
    ),
    "tanh": Family(
        st.builds(Tanh, ceiling=NOT_NEGATIVE, scale=POSITIVE),
        lambda c, x: c.ceiling * mp.tanh(x / c.scale),
    ),
    "michaelis_menten": Family(
        st.builds(MichaelisMenten, ceiling=NOT_NEGATIVE, half_saturation=POSITIVE),
        lambda c, x: c.ceiling * x / (c.half_saturation + x),
    ),
    "power": Family(
        st.builds(Power, coefficient=NOT_NEGATIVE, exponent=spread(1e-3, 8.0)),
        lambda c, x: c.coefficient * x**c.exponent,
    ),
    "log": Family(
        st.builds(Log, coefficient=NOT_NEGATIVE, scale=POSITIVE),
        lambda c, x: c.coefficient * mp.log(1 + x / c.scale),
    ),
    "linear": Family(st.builds(Linear, slope=POSITIVE), lambda c, x: c.slope * x),
    "s_logistic": Family(
        st.builds(SLogistic, ceiling=NOT_NEGATIVE, steepness=POSITIVE, midpoint=NOT_NEGATIVE),
        lambda c, x: c.ceiling * (sigmoid(c.steepness * (x - c.midpoint)) - sigmoid(-mp.mpf(c.steepness) * c.midpoint)),
    ),
    "tabulated": Family(tables(), interpolated),
}

ANY_CURVE: st.SearchStrategy[Curve] = st.one_of(*(family.curves for family in CURVES.values()))


def inputs_for(curve: Curve) -> st.SearchStrategy[float]:
    """Inputs from 0 to 1e30, often where the curve does most."""
    near = st.floats(-3.0, 3.0).map(lambda e: min(curve.natural_scale() * 10.0**e, 1e30))
    return st.sampled_from([0.0, 5e-324, 1e-308, 1e-150, 1e15, 1e30]) | near | near | spread(1e-15, 1e15)
