"""Given weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from optimizer.curves.adstock.base import LONGEST, Adstock
from optimizer.curves.base import Array
from optimizer.curves.checks import not_negative
from optimizer.errors import ScenarioError


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights(Adstock):
    """Weights as the planner states them, one per lag.

    w_l = the l-th number; normalized: divided by their sum.

    Fields: weights = w [1], the first for the period of the spend itself; normalized.
    Errors: ScenarioError at `weights` (`empty`, `too_many`, `all_zero`) or at the number that is out of range.
    Source: the planner, or a fitted model of any other kind.

    >>> Weights(weights=(3, 1), normalized=True).spread(3).tolist()
    [0.75, 0.25, 0.0]
    """

    family: ClassVar[str] = "weights"
    weights: tuple[float, ...]
    normalized: bool = False
    length: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.weights:
            raise ScenarioError("empty", "weights", "must hold at least one weight", "give a weight")
        if len(self.weights) > LONGEST:
            raise ScenarioError("too_many", "weights", f"must hold at most {LONGEST} weights", "leave out the tail")
        for lag, weight in enumerate(self.weights):
            not_negative(f"weights[{lag}]", weight)
        if sum(self.weights) <= 0:
            raise ScenarioError("all_zero", "weights", "must not all be 0", "give a weight above 0")
        object.__setattr__(self, "length", len(self.weights))

    def _raw(self) -> Array:
        return np.array(self.weights, dtype=np.float64)
