"""The logarithmic curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve
from optimizer.curves.checks import not_negative, positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Curve):
    """Logarithmic response: concave, never saturates.

    f(x) = c·ln(1 + x/h)

    Fields: coefficient = c >= 0 [outcome]; scale = h > 0 [input].
    Errors: ScenarioError at the field that is not finite, not positive (coefficient: negative) or too large.
    Source: PyMC-Marketing `LogSaturation` (scale = 1).

    >>> Log(coefficient=1, scale=2).value(2 * np.expm1([0.0, 3.0])).round(12).tolist()
    [0.0, 3.0]
    """

    family: ClassVar[str] = "log"
    coefficient: float
    scale: float

    def __post_init__(self) -> None:
        not_negative("coefficient", self.coefficient)
        positive("scale", self.scale)

    def value(self, x: Array) -> Array:
        return self.coefficient * np.log1p(x / self.scale)

    def derivative(self, x: Array) -> Array:
        return self.coefficient / (self.scale + x)

    def bend(self) -> Array | float:
        return 0.0

    def natural_scale(self) -> float:
        return self.scale

    def supremum(self) -> float:
        return math.inf if self.coefficient > 0 else 0.0
