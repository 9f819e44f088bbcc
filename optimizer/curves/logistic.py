"""The logistic saturation curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve
from optimizer.curves.checks import not_negative, positive
from optimizer.curves.sigmoid import bell


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic(Curve):
    """Logistic saturation, the upper half of a logistic curve: concave.

    f(x) = c·(1 − e^(−r·x)) / (1 + e^(−r·x)) = c·tanh(r·x/2)

    Fields: ceiling = c >= 0 [outcome]; rate = r > 0 [1/input].
    Errors: ScenarioError at the field that is not finite, not positive (ceiling: negative) or out of range.
    Source: PyMC-Marketing `LogisticSaturation`; `InverseScaledLogisticSaturation` with rate = ln 3 / lam.

    >>> Logistic(ceiling=90, rate=1).value(np.log([1.0, 2.0])).round(12).tolist()
    [0.0, 30.0]
    """

    family: ClassVar[str] = "logistic"
    ceiling: float
    rate: float

    def __post_init__(self) -> None:
        not_negative("ceiling", self.ceiling)
        positive("rate", self.rate)

    def value(self, x: Array) -> Array:
        return self.ceiling * np.tanh(self.rate * x / 2.0)

    def derivative(self, x: Array) -> Array:
        return 2.0 * self.ceiling * self.rate * bell(self.rate * x)

    def bend(self) -> Array | float:
        return 0.0

    def natural_scale(self) -> float:
        return 1.0 / self.rate

    def supremum(self) -> float:
        return self.ceiling
