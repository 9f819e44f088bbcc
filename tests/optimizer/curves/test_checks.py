"""Bad parameters are refused where they stand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from optimizer.curves import ADSTOCKS, FAMILIES, Linear, Log, ResponseCurve
from optimizer.errors import ScenarioError

HILL = {"ceiling": 1.0, "half_saturation": 1.0, "shape": 1.0}
ADBUDG = {"floor": 0.0, "ceiling": 1.0, "half_effect": 1.0, "shape": 1.0}
BAD_CURVES: list[tuple[str, dict[str, Any], str, str]] = [
    ("hill", {**HILL, "ceiling": -1}, "negative", "ceiling"),
    ("hill", {**HILL, "half_saturation": 0}, "not_positive", "half_saturation"),
    ("hill", {**HILL, "half_saturation": 1e-300}, "too_small", "half_saturation"),
    ("hill", {**HILL, "half_saturation": 1e300}, "too_large", "half_saturation"),
    ("hill", {**HILL, "shape": math.nan}, "not_finite", "shape"),
    ("adbudg", {**ADBUDG, "floor": 2.0}, "below_floor", "ceiling"),
    ("adbudg", {**ADBUDG, "half_effect": 0.0}, "not_positive", "half_effect"),
    ("exponential", {"ceiling": math.inf, "scale": 1.0}, "not_finite", "ceiling"),
    ("exponential", {"ceiling": 1.0, "scale": -1.0}, "not_positive", "scale"),
    ("logistic", {"ceiling": 1.0, "rate": 0.0}, "not_positive", "rate"),
    ("tanh", {"ceiling": 1.0, "scale": 0.0}, "not_positive", "scale"),
    ("michaelis_menten", {"ceiling": 1.0, "half_saturation": 0.0}, "not_positive", "half_saturation"),
    ("power", {"coefficient": 1.0, "exponent": 9.0}, "too_large", "exponent"),
    ("log", {"coefficient": -1.0, "scale": 1.0}, "negative", "coefficient"),
    ("linear", {"slope": 0.0}, "not_positive", "slope"),
    ("s_logistic", {"ceiling": 1.0, "steepness": 0.0, "midpoint": 1.0}, "not_positive", "steepness"),
    ("s_logistic", {"ceiling": 1.0, "steepness": 1.0, "midpoint": -1.0}, "negative", "midpoint"),
    ("tabulated", {"points": ((0.0, 0.0),)}, "too_few", "points"),
    ("tabulated", {"points": ((-1.0, 0.0), (1.0, 1.0))}, "negative", "points[0]"),
    ("tabulated", {"points": ((0.0, 0.0), (0.0, 1.0))}, "not_increasing", "points[1]"),
    ("tabulated", {"points": ((0.0, 1.0), (1.0, 0.0))}, "decreasing", "points[1]"),
    ("tabulated", {"points": ((0.0, 1.0), (1.0, math.nan))}, "not_finite", "points[1]"),
]
BAD_ADSTOCKS: list[tuple[str, dict[str, Any], str, str]] = [
    ("geometric", {"retention": 1.0}, "too_large", "retention"),
    ("geometric", {"retention": -0.1}, "negative", "retention"),
    ("geometric", {"retention": 0.5, "length": 0}, "not_a_count", "length"),
    ("geometric", {"retention": 0.5, "length": 1001}, "not_a_count", "length"),
    ("binomial", {"retention": 0.0, "length": 3}, "not_positive", "retention"),
    ("binomial", {"retention": 0.5, "length": 3, "window": 2}, "too_short", "window"),
    ("delayed", {"retention": 0.5, "peak": 3.0, "length": 3}, "beyond_length", "peak"),
    ("weibull_pdf", {"shape": 0.0, "scale": 1.0, "length": 3}, "not_positive", "shape"),
    ("weibull_cdf", {"shape": 1.0, "scale": math.nan, "length": 3}, "not_finite", "scale"),
    ("weights", {"weights": ()}, "empty", "weights"),
    ("weights", {"weights": (0.0, 0.0)}, "all_zero", "weights"),
    ("weights", {"weights": (0.5, -0.5)}, "negative", "weights[1]"),
    ("weights", {"weights": (1.0,) * 1001}, "too_many", "weights"),
]
BAD: list[tuple[Any, ...]] = [(FAMILIES[name], *rest) for name, *rest in BAD_CURVES]
BAD += [(ADSTOCKS[name], *rest) for name, *rest in BAD_ADSTOCKS]
LINE = Linear(slope=1)
BAD += [
    (ResponseCurve, {"members": ()}, "empty", "members"),
    (ResponseCurve, {"members": (LINE, Log(coefficient=1, scale=1))}, "mixed_families", "members"),
    (ResponseCurve, {"members": (LINE,), "input_scale": 0.0}, "not_positive", "input_scale"),
    (ResponseCurve, {"members": (LINE,), "input_offset": -1.0}, "negative", "input_offset"),
    (ResponseCurve, {"members": (LINE,), "output_scale": np.inf}, "not_finite", "output_scale"),
]


@pytest.mark.parametrize(("kind", "parameters", "code", "path"), BAD)
def test_refusal_names_the_field(kind: Any, parameters: dict[str, Any], code: str, path: str) -> None:
    """The error carries a stable code and the path of the field."""
    with pytest.raises(ScenarioError) as refusal:
        kind(**parameters)
    assert (refusal.value.code, refusal.value.path) == (code, path)
