"""Little's ADBUDG curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve, off_zero
from optimizer.curves.checks import not_negative, positive
from optimizer.curves.hill import FLATTEST, STEEPEST
from optimizer.curves.sigmoid import logarithm, power_sigmoid_slope, sigmoid, steepest
from optimizer.errors import ScenarioError


@dataclass(frozen=True, slots=True, kw_only=True)
class Adbudg(Curve):
    """ADBUDG: a floor without spend, a ceiling with endless spend; S-shaped for s > 1, else concave.

    f(x) = a + (b − a)·x^s / (d + x^s)

    Fields: floor = a >= 0 [outcome]; ceiling = b >= a [outcome]; half_effect = d > 0 [input^s], the x^s that
    brings half of the rise; shape = s > 0 [1].
    Errors: ScenarioError at the field that is out of range; `below_floor` at ceiling.
    Source: Little (1970), Models and Managers: the Concept of a Decision Calculus.

    >>> Adbudg(floor=10, ceiling=30, half_effect=4, shape=2).value(np.array([0.0, 2.0])).tolist()
    [10.0, 20.0]
    """

    family: ClassVar[str] = "adbudg"
    floor: float
    ceiling: float
    half_effect: float
    shape: float

    def __post_init__(self) -> None:
        not_negative("floor", self.floor)
        not_negative("ceiling", self.ceiling)
        if self.ceiling < self.floor:
            raise ScenarioError("below_floor", "ceiling", "must not be below the floor", "raise it to the floor")
        positive("half_effect", self.half_effect, 1e-100, 1e100)
        positive("shape", self.shape, FLATTEST, STEEPEST)

    def value(self, x: Array) -> Array:
        exponent = self.shape * logarithm(x) - np.log(self.half_effect)
        return np.asarray(self.floor + (self.ceiling - self.floor) * sigmoid(exponent))

    def derivative(self, x: Array) -> Array:
        reached = off_zero(x)
        exponent = self.shape * np.log(reached) - np.log(self.half_effect)
        height = self.ceiling - self.floor
        return power_sigmoid_slope(height, x, reached, exponent, self.shape, 1.0 / self.half_effect)

    def bend(self) -> Array | float:
        steepness = np.maximum(self.shape, 1.0)
        return np.asarray(self.half_effect ** (1.0 / steepness) * steepest(steepness))

    def natural_scale(self) -> float:
        return float(np.exp(np.clip(np.log(self.half_effect) / self.shape, -30.0, 30.0)))

    def supremum(self) -> float:
        return self.ceiling
