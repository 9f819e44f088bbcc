"""Geometric adstock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.adstock.base import LONGEST, Adstock
from optimizer.curves.base import Array
from optimizer.curves.checks import count, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometric(Adstock):
    """Every period keeps a fixed share of the effect of the one before.

    w_l = θ^l for l < L; normalized: divided by their sum, which without end is 1/(1 − θ).

    Fields: retention = θ in [0, 1) [1]; length = L [periods], None for the recursion without end; normalized.
    Errors: ScenarioError at `retention` or `length` when out of range.
    Source: Meridian (length = max_lag + 1, normalized); PyMC-Marketing `GeometricAdstock` (length = l_max,
    normalized); Robyn (recursion); LightweightMMM `adstock` (recursion, normalized).

    >>> Geometric(retention=0.5).spread(3).tolist()
    [1.0, 0.5, 0.25]
    >>> Geometric(retention=0.5, length=2, normalized=True).spread(3).round(4).tolist()
    [0.6667, 0.3333, 0.0]
    """

    family: ClassVar[str] = "geometric"
    retention: float
    length: int | None = None
    normalized: bool = False

    def __post_init__(self) -> None:
        share("retention", self.retention, zero=True)
        if self.length is not None:
            count("length", self.length, LONGEST)

    def spread(self, lags: int) -> Array:
        if self.length is not None:
            return Adstock.spread(self, lags)
        entering = 1.0 - self.retention if self.normalized else 1.0
        return np.asarray(entering * self.retention ** np.arange(lags), dtype=np.float64)

    @property
    def recursion(self) -> float | None:
        return self.retention if self.length is None else None

    def _raw(self) -> Array:
        return np.asarray(self.retention ** np.arange(self.length or LONGEST))
