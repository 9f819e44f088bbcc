"""The shifted logistic curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve
from optimizer.curves.checks import not_negative, positive
from optimizer.curves.sigmoid import bell, sigmoid


@dataclass(frozen=True, slots=True, kw_only=True)
class SLogistic(Curve):
    """Logistic curve shifted down to 0 at 0: convex up to its midpoint, concave after.

    f(x) = c/(1 + e^(−b·(x − m))) − c/(1 + e^(b·m))

    It is computed as the equal product c·(1 − e^(−b·x))·σ(b·(x − m))·σ(b·m), which loses no digits near 0.

    Fields: ceiling = c >= 0 [outcome], the height of the unshifted curve; steepness = b > 0 [1/input];
    midpoint = m >= 0 [input].
    Errors: ScenarioError at the field that is not finite, not positive (ceiling, midpoint: negative),
    too small or too large.
    Source: PyMC-Marketing `HillSaturationSigmoid` (ceiling = sigma, steepness = beta, midpoint = lam).

    >>> SLogistic(ceiling=90, steepness=1, midpoint=0).value(np.log([1.0, 2.0])).round(12).tolist()
    [0.0, 15.0]
    """

    family: ClassVar[str] = "s_logistic"
    ceiling: float
    steepness: float
    midpoint: float

    def __post_init__(self) -> None:
        not_negative("ceiling", self.ceiling)
        positive("steepness", self.steepness)
        not_negative("midpoint", self.midpoint)

    def value(self, x: Array) -> Array:
        risen = sigmoid(self.steepness * (x - self.midpoint)) * -np.expm1(-self.steepness * x)
        return self._height() * risen

    def derivative(self, x: Array) -> Array:
        return self.ceiling * self.steepness * bell(self.steepness * (x - self.midpoint))

    def bend(self) -> Array | float:
        return self.midpoint

    def natural_scale(self) -> float:
        return self.midpoint + 1.0 / self.steepness

    def supremum(self) -> float:
        return float(self._height())

    def _height(self) -> Array:
        return self.ceiling * sigmoid(np.asarray(self.steepness * self.midpoint))
