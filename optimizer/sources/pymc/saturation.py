"""PyMC-Marketing's saturation classes as our families; each takes a stretch k: z ↦ f(k·z).

`Draw` holds the parameters of one draw by the library's names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from optimizer.curves import Curve, Hill, Linear, Log, Logistic, MichaelisMenten, Power, SLogistic, Tanh
from optimizer.errors import FileError

Draw = Mapping[str, float]
Maker = Callable[[Draw, float], Curve]

TINY = 1e-12  # where a rate or a scale of a draw underflows


def _logistic(p: Draw, k: float) -> Curve:
    return Logistic(ceiling=p["beta"], rate=max(p["lam"] * k, TINY))


def _inverse_scaled(p: Draw, k: float) -> Curve:
    return Logistic(ceiling=p["beta"], rate=math.log(3.0) / max(p["lam"], TINY) * k)


def _tanh(p: Draw, k: float) -> Curve:
    """Before 0.19 a factor beta stood in front; later there is none."""
    return Tanh(ceiling=p["b"] * p.get("beta", 1.0), scale=max(p["b"] * p["c"], TINY) / k)


def _tanh_baselined(p: Draw, k: float) -> Curve:
    if not 0.0 < p["r"] < 1.0:
        raise FileError("incomplete_export", "saturation_r", "is not between 0 and 1", "fit the model again")
    ceiling = p["beta"] * p["gain"] * p["x0"] / p["r"]
    return Tanh(ceiling=ceiling, scale=max(p["x0"], TINY) / math.atanh(p["r"]) / k)


def _michaelis_menten(p: Draw, k: float) -> Curve:
    return MichaelisMenten(ceiling=p["alpha"], half_saturation=max(p["lam"], TINY) / k)


def _hill(p: Draw, k: float) -> Curve:
    return Hill(ceiling=p["beta"], half_saturation=max(p["kappa"], TINY) / k, shape=p["slope"])


def _hill_sigmoid(p: Draw, k: float) -> Curve:
    """The library's ceiling holds what it takes off at 0, as ours does."""
    return SLogistic(ceiling=p["sigma"], steepness=max(p["beta"] * k, TINY), midpoint=p["lam"] / k)


def _root(p: Draw, k: float) -> Curve:
    return Power(coefficient=p["beta"] * k ** p["alpha"], exponent=max(p["alpha"], TINY))


def _log(p: Draw, k: float) -> Curve:
    return Log(coefficient=p["beta"], scale=1.0 / k)


def _none(p: Draw, k: float) -> Curve:
    return Linear(slope=p["beta"] * k)


CEILINGS = {"michaelis_menten": "alpha", "hill_sigmoid": "sigma"}  # elsewhere it is beta


SATURATIONS: dict[str, tuple[tuple[str, ...], Maker]] = {
    "logistic": (("lam", "beta"), _logistic),
    "inverse_scaled_logistic": (("lam", "beta"), _inverse_scaled),
    "tanh": (("b", "c", "beta?"), _tanh),
    "tanh_baselined": (("x0", "gain", "r", "beta"), _tanh_baselined),
    "michaelis_menten": (("alpha", "lam"), _michaelis_menten),
    "hill": (("slope", "kappa", "beta"), _hill),
    "hill_sigmoid": (("sigma", "beta", "lam"), _hill_sigmoid),
    "root": (("alpha", "beta"), _root),
    "log": (("beta",), _log),
    "log_saturation": (("beta",), _log),
    "no_saturation": (("beta",), _none),
}


def times(draw: Draw, lookup: str, factor: float) -> dict[str, float]:
    """The parameters of factor·f.

    >>> times({"lam": 1.0, "beta": 2.0}, "logistic", 3.0)
    {'lam': 1.0, 'beta': 6.0}
    """
    ceiling = CEILINGS.get(lookup, "beta")
    return dict(draw) | {ceiling: draw.get(ceiling, 1.0) * factor}
