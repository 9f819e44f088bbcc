"""Weibull adstocks: the density, which may peak late, and the survival, which only falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optimizer.curves.adstock.base import LONGEST, Adstock
from optimizer.curves.base import Array
from optimizer.curves.checks import count, positive


@dataclass(frozen=True, slots=True, kw_only=True)
class WeibullPdf(Adstock):
    """The Weibull density over the window, stretched so that its least weight is 0 and its greatest is 1.

    w_l = (p_l − min p)/(max p − min p) for l < L, with p_l = (k/h)·((l+1)/h)^(k−1)·e^(−((l+1)/h)^k);
    all weights are 1 if all p_l are equal.

    Fields: shape = k > 0 [1]; scale = h > 0 [periods]; length = L [periods]; normalized.
    Errors: ScenarioError at the field that is not finite, not positive or out of range.
    Source: Robyn `weibull_pdf` (not normalized); PyMC-Marketing `WeibullPDFAdstock` (normalized).

    >>> WeibullPdf(shape=2, scale=2, length=3).spread(4).round(3).tolist()  # p = .3894, .3679, .1581
    [1.0, 0.907, 0.0, 0.0]
    """

    family: ClassVar[str] = "weibull_pdf"
    shape: float
    scale: float
    length: int
    normalized: bool = False

    def __post_init__(self) -> None:
        positive("shape", self.shape)
        positive("scale", self.scale)
        count("length", self.length, LONGEST)

    def _raw(self) -> Array:
        return stretched_density(self.shape, self.scale, self.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeibullCdf(Adstock):
    """What has survived so far, period by period, decays further by the Weibull survival of its age.

    w_0 = 1, w_l = Π_(j=1..l) e^(−(j/h)^k) for l < L

    Fields: shape = k > 0 [1]; scale = h > 0 [periods]; length = L [periods]; normalized.
    Errors: ScenarioError at the field that is not finite, not positive or out of range.
    Source: Robyn `weibull_cdf` (not normalized); PyMC-Marketing 1.3 `WeibullCDFAdstock` (normalized).

    >>> WeibullCdf(shape=1, scale=1 / np.log(2), length=3).spread(4).round(12).tolist()
    [1.0, 0.5, 0.125, 0.0]
    """

    family: ClassVar[str] = "weibull_cdf"
    shape: float
    scale: float
    length: int
    normalized: bool = False

    def __post_init__(self) -> None:
        positive("shape", self.shape)
        positive("scale", self.scale)
        count("length", self.length, LONGEST)

    def _raw(self) -> Array:
        return survival(self.shape, self.scale, self.length)


def stretched_density(shape: float, scale: float, length: int) -> Array:
    """The weights of `WeibullPdf`, over a window of any length."""
    relative = _relative_density(shape, scale, length)
    low = relative.min()
    return (relative - low) / (1.0 - low) if low < 1.0 else np.ones(length)


def survival(shape: float, scale: float, length: int) -> Array:
    """The weights of `WeibullCdf`, over a window of any length."""
    with np.errstate(over="ignore"):
        hazard: Array = (np.arange(length) / scale) ** shape
        return np.exp(-np.cumsum(hazard))


def _relative_density(shape: float, scale: float, length: int) -> Array:
    """p_l / max p, by logarithms; where all densities underflow, the first period has all of the effect."""
    age: Array = np.arange(1, length + 1) / scale
    with np.errstate(over="ignore"):
        past: Array = age**shape
        log_density: Array = (shape - 1.0) * np.log(age) - past
    if not np.isfinite(log_density).any():
        return np.concatenate([np.ones(1), np.zeros(length - 1)])
    return np.asarray(np.exp(log_density - log_density.max()))
