"""Delayed adstock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.adstock.base import LONGEST, Adstock
from optimizer.curves.base import Array
from optimizer.curves.checks import count, not_negative, share
from optimizer.errors import ScenarioError


@dataclass(frozen=True, slots=True, kw_only=True)
class Delayed(Adstock):
    """The effect peaks some periods after the spend, and falls off on both sides.

    w_l = θ^((l − p)²) for l < L

    Fields: retention = θ in (0, 1) [1]; peak = p in [0, L) [periods]; length = L [periods]; normalized.
    Errors: ScenarioError at the field that is out of range; `beyond_length` at `peak`.
    Source: Jin et al. (2017); PyMC-Marketing `DelayedAdstock` (peak = theta, length = l_max) and
    LightweightMMM `carryover` (length = number_lags), both normalized.

    >>> Delayed(retention=0.5, peak=1, length=4).spread(4).tolist()
    [0.5, 1.0, 0.5, 0.0625]
    """

    family: ClassVar[str] = "delayed"
    retention: float
    peak: float
    length: int
    normalized: bool = False

    def __post_init__(self) -> None:
        share("retention", self.retention, zero=False)
        not_negative("peak", self.peak)
        count("length", self.length, LONGEST)
        if self.peak >= self.length:
            raise ScenarioError("beyond_length", "peak", "must be below the length", "lengthen the adstock")

    def _raw(self) -> Array:
        return np.asarray(self.retention ** (np.arange(self.length) - self.peak) ** 2)
