"""The straight line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array, Curve, Flags
from optimizer.curves.checks import positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(Curve):
    """A response without saturation: straight, hence concave.

    f(x) = m·x

    Fields: slope = m > 0 [outcome/input].
    Errors: ScenarioError at `slope` when it is not finite, not positive or out of range.
    Source: the proportional response that media linear programmes have used since the 1960s.

    >>> Linear(slope=3).value(np.array([0.0, 2.0])).tolist()
    [0.0, 6.0]
    """

    family: ClassVar[str] = "linear"
    slope: float

    def __post_init__(self) -> None:
        positive("slope", self.slope)

    def value(self, x: Array) -> Array:
        return self.slope * x

    def derivative(self, x: Array) -> Array:
        return self.slope * np.ones_like(x)

    def bend(self) -> Array | float:
        return 0.0

    def natural_scale(self) -> float:
        """1.0: a line looks the same at every scale."""
        return 1.0

    def supremum(self) -> float:
        return math.inf

    def straight(self) -> Flags | bool:
        return True
