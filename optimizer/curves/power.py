"""The power curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve, Flags, begun, off_zero
from optimizer.curves.checks import not_negative, positive

LARGEST_EXPONENT = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Power(Curve):
    """Power or root response: concave for e < 1, straight for e = 1, convex for e > 1; never saturates.

    f(x) = c·x^e

    Fields: coefficient = c >= 0 [outcome/input^e]; exponent = e > 0, at most 8 [1].
    Errors: ScenarioError at the field that is not finite, not positive (coefficient: negative) or too large.
    Source: PyMC-Marketing `RootSaturation`; LightweightMMM `exponent`.

    >>> Power(coefficient=3, exponent=0.5).value(np.array([0.0, 4.0, 9.0])).tolist()
    [0.0, 6.0, 9.0]
    """

    family: ClassVar[str] = "power"
    coefficient: float
    exponent: float

    def __post_init__(self) -> None:
        not_negative("coefficient", self.coefficient)
        positive("exponent", self.exponent, largest=LARGEST_EXPONENT)

    def value(self, x: Array) -> Array:
        return self.coefficient * x**self.exponent

    def derivative(self, x: Array) -> Array:
        rise = self.exponent * off_zero(x) ** (self.exponent - 1.0)
        return begun(self.coefficient, x, rise, self.exponent, 1.0)

    def bend(self) -> Array | float:
        return np.where(self.exponent > 1, np.inf, 0.0)

    def natural_scale(self) -> float:
        """1.0: a power looks the same at every scale."""
        return 1.0

    def supremum(self) -> float:
        return math.inf if self.coefficient > 0 else 0.0

    def straight(self) -> Flags | bool:
        return np.asarray(np.equal(self.exponent, 1.0))
