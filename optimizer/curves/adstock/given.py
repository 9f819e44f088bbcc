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

    Fields: shares = w [1], the first for the period of the spend itself; normalized.
    Errors: ScenarioError at `shares` (`empty`, `too_many`, `all_zero`) or at the number that is out of range.
    Source: the planner, or a fitted model of any other kind.

    >>> Weights(shares=(3, 1), normalized=True).weights(3).tolist()
    [0.75, 0.25, 0.0]
    """

    family: ClassVar[str] = "weights"
    shares: tuple[float, ...]
    normalized: bool = False
    length: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.shares:
            raise ScenarioError("empty", "shares", "must hold at least one weight", "give a weight")
        if len(self.shares) > LONGEST:
            raise ScenarioError(
                "too_many", "shares", f"must hold at most {LONGEST} weights", "leave out the tail"
            )
        for lag, weight in enumerate(self.shares):
            not_negative(f"shares[{lag}]", weight)
        if sum(self.shares) <= 0:
            raise ScenarioError("all_zero", "shares", "must not all be 0", "give a weight above 0")
        object.__setattr__(self, "length", len(self.shares))

    def _raw(self) -> Array:
        return np.array(self.shares, dtype=np.float64)
