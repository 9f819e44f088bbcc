"""Concave curves stacked by family, with what a floor needs: value, slope, curvature and the slope's
inverse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """f, f', f''/f' and (f')⁻¹ of a family with two or three parameters p."""

    names: tuple[str, ...]
    value: Callable[..., Array]
    slope: Callable[..., Array]
    bend: Callable[..., Array]
    inverse: Callable[..., Array]


def _hill_slope(x: Array, c: Array, k: Array, s: Array) -> Array:
    z = (x / k) ** s
    return c * s * z / (x * (1 + z) ** 2)


def _hill_bend(x: Array, c: Array, k: Array, s: Array) -> Array:  # noqa: ARG001 - one signature for all
    z = (x / k) ** s
    return ((s - 1) - 2 * s * z / (1 + z)) / x


def _hill_inverse(slope: Array, c: Array, k: Array, s: Array) -> Array:
    """Newton on log x: log f' falls in it, between two straight lines of slopes s − 1 and −s − 1."""
    wanted, u = np.log(slope), np.log(k)
    for _ in range(50):
        x = np.exp(u)
        step = (np.log(_hill_slope(x, c, k, s)) - wanted) / (x * _hill_bend(x, c, k, s))
        u = np.clip(u - np.clip(step, -5.0, 5.0), -300.0, 300.0)
        if np.abs(step).max(initial=0.0) < 1e-12:
            break
    return np.exp(u)


FAMILIES: dict[str, Family] = {
    "hill": Family(
        ("ceiling", "half_saturation", "shape"),
        lambda x, c, k, s: c / (1 + (k / np.maximum(x, 1e-300)) ** s),
        _hill_slope,
        _hill_bend,
        _hill_inverse,
    ),
    "exponential": Family(
        ("ceiling", "scale"),
        lambda x, c, k: -c * np.expm1(-x / k),
        lambda x, c, k: c / k * np.exp(-x / k),
        lambda x, _, k: -1 / k + 0 * x,
        lambda m, c, k: -k * np.log(m * k / c),
    ),
    "power": Family(
        ("coefficient", "exponent"),
        lambda x, a, b: a * x**b,
        lambda x, a, b: a * b * x ** (b - 1),
        lambda x, _, b: (b - 1) / x,
        lambda m, a, b: (m / (a * b)) ** (1 / (b - 1)),
    ),
    "log": Family(
        ("coefficient", "scale"),
        lambda x, a, k: a * np.log1p(x / k),
        lambda x, a, k: a / (k + x),
        lambda x, _, k: -1 / (k + x),
        lambda m, a, k: a / m - k,
    ),
    "logistic": Family(
        ("ceiling", "rate"),
        lambda x, c, r: c * np.tanh(0.5 * r * x),
        lambda x, c, r: 0.5 * c * r / np.cosh(np.minimum(0.5 * r * x, 300.0)) ** 2,
        lambda x, _, r: -r * np.tanh(0.5 * r * x),
        lambda m, c, r: 2 / r * np.arccosh(np.sqrt(np.maximum(0.5 * c * r / m, 1.0))),
    ),
}


class Concave:
    """The curves of a scenario's tactics, each repeated for every period and weighted by its seasonality; scaled."""

    def __init__(self, scenario: Wire) -> None:
        tactics = scenario["tactics"]
        count = len(scenario.get("periods") or ["all"])
        family = np.repeat([t["response"]["family"] for t in tactics], count)
        self.weight = np.concatenate([t.get("seasonality") or [1.0] * count for t in tactics]).astype(float)
        responses = [t["response"] for t in tactics]
        self.weight *= np.repeat([r.get("output_scale", 1.0) for r in responses], count)
        self.scale = np.repeat([r.get("input_scale", 1.0) for r in responses], count)
        self.groups = [
            (own, np.flatnonzero(family == name), self._parameters(tactics, name, own, count))
            for name, own in FAMILIES.items()
            if (family == name).any()
        ]

    @staticmethod
    def _parameters(tactics: list[Wire], name: str, own: Family, count: int) -> list[Array]:
        mine = [t["response"] for t in tactics if t["response"]["family"] == name]
        return [np.repeat([float(response[key]) for response in mine], count) for key in own.names]

    def _each(self, read: Callable[[Family], Callable[..., Array]], x: Array) -> Array:
        out = np.empty_like(x)
        with np.errstate(all="ignore"):
            for family, rows, parameters in self.groups:
                out[rows] = read(family)(x[rows], *parameters)
        return out

    def value(self, x: Array) -> Array:
        """Weighted responses."""
        return self.weight * self._each(lambda family: family.value, x / self.scale)

    def slope(self, x: Array) -> Array:
        """Their derivatives."""
        return self.weight / self.scale * self._each(lambda family: family.slope, x / self.scale)

    def curvature(self, x: Array) -> Array:
        """Their second derivatives, at or below 0."""
        return self.slope(x) * self.bend(x)

    def bend(self, x: Array) -> Array:
        """Second derivative over first."""
        return self._each(lambda family: family.bend, x / self.scale) / self.scale

    def inverse_slope(self, price: float | Array) -> Array:
        """Where each slope is `price`, one for all or one for each."""
        return self.scale * self._each(lambda family: family.inverse, price * self.scale / self.weight)


class Carry:
    """Geometric adstock of every tactic at once, spend flat; without adstock it does nothing."""

    def __init__(self, scenario: Wire) -> None:
        tactics, count = scenario["tactics"], len(scenario.get("periods") or ["all"])
        self.shape = (len(tactics), count)
        self.kept = np.repeat([t.get("adstock", {}).get("retention", 0.0) for t in tactics], count)
        self.kept[::count] = 0.0  # nothing is carried into the first period

    def push(self, x: Array) -> Array:
        """a = Ax: a_t = x_t + θ a_(t−1)."""
        columns, kept = x.reshape(self.shape).T.copy(), self.kept.reshape(self.shape).T
        for t in range(1, self.shape[1]):
            columns[t] += kept[t] * columns[t - 1]
        return columns.T.ravel()

    def pull(self, g: Array) -> Array:
        """Aᵀg: the same backwards."""
        columns, kept = g.reshape(self.shape).T.copy(), self.kept.reshape(self.shape).T
        for t in reversed(range(self.shape[1] - 1)):
            columns[t] += kept[t + 1] * columns[t + 1]
        return columns.T.ravel()
