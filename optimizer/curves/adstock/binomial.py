"""Binomial adstock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.adstock.base import LONGEST, Adstock
from optimizer.curves.base import Array
from optimizer.curves.checks import count, share
from optimizer.errors import ScenarioError


@dataclass(frozen=True, slots=True, kw_only=True)
class Binomial(Adstock):
    """Falls to nothing at the end of a window: slower than geometric at first, then faster.

    w_l = (1 − l/W)^(1/θ − 1) for l < L

    Fields: retention = θ in (0, 1) [1]; length = L [periods]; window = W >= L [periods], else L;
    normalized.
    Errors: ScenarioError at the field that is out of range; `too_short` at `window`.
    Source: Meridian (length = window = max_lag + 1); PyMC-Marketing `BinomialAdstock` (length = l_max,
    window = l_max + 1); both normalized.

    >>> Binomial(retention=0.5, length=4).spread(4).tolist()
    [1.0, 0.75, 0.5, 0.25]
    """

    family: ClassVar[str] = "binomial"
    retention: float
    length: int
    window: int | None = None
    normalized: bool = False

    def __post_init__(self) -> None:
        share("retention", self.retention, zero=False)
        count("length", self.length, LONGEST)
        if self.window is not None:
            count("window", self.window, LONGEST + 1)
            if self.window < self.length:
                raise ScenarioError("too_short", "window", "must not be below the length", "raise it to the length")

    def _raw(self) -> Array:
        left = 1.0 - np.arange(self.length) / (self.window or self.length)
        return np.asarray(left ** (1.0 / self.retention - 1.0))
