"""The Hill curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve, off_zero
from optimizer.curves.checks import not_negative, positive
from optimizer.curves.sigmoid import logarithm, power_sigmoid_slope, sigmoid, steepest

FLATTEST, STEEPEST = 1e-3, 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hill(Curve):
    """Hill saturation: S-shaped for s > 1, concave for s <= 1.

    f(x) = c·x^s / (x^s + k^s)

    Fields: ceiling = c >= 0 [outcome]; half_saturation = k > 0 [input], where f = c/2; shape = s > 0 [1].
    Errors: ScenarioError at the field that is not finite, not positive (ceiling: negative) or out of range.
    Source: Meridian, Robyn and LightweightMMM `hill`; PyMC-Marketing `HillSaturation`.

    >>> Hill(ceiling=100, half_saturation=50, shape=2).value(np.array([0.0, 50.0])).tolist()
    [0.0, 50.0]
    """

    family: ClassVar[str] = "hill"
    ceiling: float
    half_saturation: float
    shape: float

    def __post_init__(self) -> None:
        not_negative("ceiling", self.ceiling)
        positive("half_saturation", self.half_saturation)
        positive("shape", self.shape, FLATTEST, STEEPEST)

    def value(self, x: Array) -> Array:
        return self.ceiling * sigmoid(self.shape * logarithm(x / self.half_saturation))

    def derivative(self, x: Array) -> Array:
        reached = off_zero(x)
        exponent = self.shape * np.log(reached / self.half_saturation)
        return power_sigmoid_slope(self.ceiling, x, reached, exponent, self.shape, 1.0 / self.half_saturation)

    def bend(self) -> Array | float:
        return self.half_saturation * steepest(self.shape)

    def natural_scale(self) -> float:
        return self.half_saturation

    def supremum(self) -> float:
        return self.ceiling
