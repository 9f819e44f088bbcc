"""The hyperbolic tangent saturation curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve
from optimizer.curves.checks import not_negative, positive
from optimizer.curves.sigmoid import bell


@dataclass(frozen=True, slots=True, kw_only=True)
class Tanh(Curve):
    """Hyperbolic tangent saturation: concave, with slope c/h at 0.

    f(x) = c·tanh(x/h)

    Fields: ceiling = c >= 0 [outcome]; scale = h > 0 [input], where f is 76.2% of c.
    Errors: ScenarioError at the field that is not finite, not positive (ceiling: negative) or out of range.
    Source: PyMC-Marketing `TanhSaturation` (ceiling = b, scale = b·c).

    >>> Tanh(ceiling=90, scale=2).value(np.log([1.0, 2.0])).round(12).tolist()
    [0.0, 30.0]
    """

    family: ClassVar[str] = "tanh"
    ceiling: float
    scale: float

    def __post_init__(self) -> None:
        not_negative("ceiling", self.ceiling)
        positive("scale", self.scale)

    def value(self, x: Array) -> Array:
        return self.ceiling * np.tanh(x / self.scale)

    def derivative(self, x: Array) -> Array:
        return 4.0 * self.ceiling / self.scale * bell(2.0 * x / self.scale)

    def bend(self) -> Array | float:
        return 0.0

    def natural_scale(self) -> float:
        return self.scale

    def supremum(self) -> float:
        return self.ceiling
