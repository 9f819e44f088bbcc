"""Response curves from the wire JSON, written a second time: nothing here comes from optimizer/.

Every smooth family is an analytic numpy expression, so that it takes complex input and its derivative is the
complex step Im f(x + ih)/h: no formula for a derivative is written twice, or once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Wire = dict[str, Any]
Curve = Callable[[Array], Array]

STEP = 1e-150  # complex step: no subtraction, hence no cancellation
INFINITE = 1e75  # a slope at zero spend that grows with every smaller step; finite, so that 0 times it is 0


def _power(x: Array, exponent: float) -> Array:
    """x**exponent with 0 ↦ 0 and the sign of the imaginary part kept."""
    safe = np.where(x == 0, 1.0, x)
    return np.where(x == 0, 0.0, safe**exponent)


def _hill(p: Wire) -> Curve:
    def f(x: Array) -> Array:
        z = _power(x / p["half_saturation"], p["shape"])
        return p["ceiling"] * z / (1.0 + z)

    return f


def _adbudg(p: Wire) -> Curve:
    def f(x: Array) -> Array:
        z = _power(x, p["shape"])
        return p["floor"] + (p["ceiling"] - p["floor"]) * z / (p["half_effect"] + z)

    return f


def _s_logistic(p: Wire) -> Curve:
    """ceiling·(σ(steepness·(x − midpoint)) − σ(−steepness·midpoint)): shifted to 0 at 0."""
    at_zero = 0.5 * (1.0 + np.tanh(-0.5 * p["steepness"] * p["midpoint"]))
    return lambda x: p["ceiling"] * (0.5 * (1.0 + np.tanh(0.5 * p["steepness"] * (x - p["midpoint"]))) - at_zero)


SMOOTH: dict[str, Callable[[Wire], Curve]] = {
    "hill": _hill,
    "adbudg": _adbudg,
    "exponential": lambda p: lambda x: -p["ceiling"] * np.expm1(-x / p["scale"]),
    "logistic": lambda p: lambda x: p["ceiling"] * np.tanh(0.5 * p["rate"] * x),
    "tanh": lambda p: lambda x: p["ceiling"] * np.tanh(x / p["scale"]),
    "michaelis_menten": lambda p: lambda x: p["ceiling"] * x / (p["half_saturation"] + x),
    "power": lambda p: lambda x: p["coefficient"] * _power(x, p["exponent"]),
    "log": lambda p: lambda x: p["coefficient"] * np.log1p(x / p["scale"]),
    "linear": lambda p: lambda x: p["slope"] * x,
    "s_logistic": _s_logistic,
}


def _table(points: list[list[float]]) -> tuple[Array, Array]:
    xs, ys = np.array(points, dtype=float).T
    return xs, ys


def is_table(response: Wire) -> bool:
    """Whether the curve is given as points."""
    return bool(response["family"] == "tabulated")


def breakpoints(response: Wire) -> Array:
    """Where a tabulated curve has its points, in spend [money]."""
    xs, _ = _table(response["points"])
    return np.asarray(xs * response.get("input_scale", 1.0) - response.get("input_offset", 0.0))


def draws_of(response: Wire) -> list[Wire]:
    """The parameters of every draw; a curve without draws is its own only draw."""
    common = {name: own for name, own in response.items() if name != "draws"}
    return [common | draw for draw in response.get("draws") or [{}]]


def _input(member: Wire, x: Array) -> Array:
    return (x + member.get("input_offset", 0.0)) / member.get("input_scale", 1.0)


def _member_value(member: Wire, x: Array) -> Array:
    z = _input(member, x)
    inner = np.interp(z, *_table(member["points"])) if is_table(member) else SMOOTH[member["family"]](member)(z)
    return np.asarray(member.get("output_scale", 1.0) * inner)


def _member_slope(member: Wire, x: Array) -> Array:
    if not is_table(member):
        with np.errstate(all="ignore"):
            here, wider = (_member_value(member, x + 1j * step).imag / step for step in (STEP, 1e10 * STEP))
        return np.asarray(np.where((x == 0) & (here > 0) & (here > wider * (1 + 1e-9)), INFINITE, here))
    xs, ys = _table(member["points"])
    slopes = np.concatenate([[0.0], np.diff(ys) / np.diff(xs), [0.0]])
    own = slopes[np.searchsorted(xs, _input(member, x), side="right")]
    return np.asarray(own * member.get("output_scale", 1.0) / member.get("input_scale", 1.0))


def curve(response: Wire) -> Curve:
    """The mean over draws of output_scale·f((x + input_offset)/input_scale).

    >>> float(curve({"family": "hill", "ceiling": 10, "half_saturation": 3, "shape": 2})(np.array(3.0)))
    5.0
    """
    members = draws_of(response)
    return lambda x: np.asarray(sum(_member_value(m, x) for m in members) / len(members))


def slope(response: Wire) -> Curve:
    """The derivative of `curve`; from the right at a table's point.

    >>> round(float(slope({"family": "power", "coefficient": 10, "exponent": 0.5})(np.array(25.0))), 12)
    1.0
    """
    members = draws_of(response)
    return lambda x: np.asarray(sum(_member_slope(m, x) for m in members) / len(members))
