"""The Michaelis–Menten curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from optimizer.curves.base import Array, Curve
from optimizer.curves.checks import not_negative, positive


@dataclass(frozen=True, slots=True, kw_only=True)
class MichaelisMenten(Curve):
    """Michaelis–Menten saturation, a Hill curve of shape 1: concave.

    f(x) = c·x / (k + x)

    Fields: ceiling = c >= 0 [outcome]; half_saturation = k > 0 [input], where f = c/2.
    Errors: ScenarioError at the field that is not finite, not positive (ceiling: negative) or out of range.
    Source: PyMC-Marketing `MichaelisMentenSaturation`.

    >>> import numpy as np
    >>> MichaelisMenten(ceiling=90, half_saturation=2).value(np.array([0.0, 1.0, 2.0])).tolist()
    [0.0, 30.0, 45.0]
    """

    family: ClassVar[str] = "michaelis_menten"
    ceiling: float
    half_saturation: float

    def __post_init__(self) -> None:
        not_negative("ceiling", self.ceiling)
        positive("half_saturation", self.half_saturation)

    def value(self, x: Array) -> Array:
        return self.ceiling * (x / (self.half_saturation + x))

    def derivative(self, x: Array) -> Array:
        return self.ceiling / (self.half_saturation + x) * (self.half_saturation / (self.half_saturation + x))

    def bend(self) -> Array | float:
        return 0.0

    def natural_scale(self) -> float:
        return self.half_saturation

    def supremum(self) -> float:
        return self.ceiling
