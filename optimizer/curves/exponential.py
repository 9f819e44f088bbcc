"""The exponential saturation curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve
from optimizer.curves.checks import not_negative, positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(Curve):
    """Exponential saturation (modified exponential): concave.

    f(x) = c·(1 − e^(−x/h))

    Fields: ceiling = c >= 0 [outcome]; scale = h > 0 [input], where f is 63.2% of c.
    Errors: ScenarioError at the field that is not finite, not positive (ceiling: negative) or out of range.
    Source: Lilien, Kotler and Moorthy (1992), Marketing Models; `logistic_saturation` of mmm-framework.

    >>> Exponential(ceiling=100, scale=1).value(np.log([1.0, 2.0, 4.0])).tolist()
    [0.0, 50.0, 75.0]
    """

    family: ClassVar[str] = "exponential"
    ceiling: float
    scale: float

    def __post_init__(self) -> None:
        not_negative("ceiling", self.ceiling)
        positive("scale", self.scale)

    def value(self, x: Array) -> Array:
        return -self.ceiling * np.expm1(-x / self.scale)

    def derivative(self, x: Array) -> Array:
        return self.ceiling / self.scale * np.exp(-x / self.scale)

    def bend(self) -> Array | float:
        return 0.0

    def natural_scale(self) -> float:
        return self.scale

    def supremum(self) -> float:
        return self.ceiling
