"""PyMC-Marketing's adstock classes as our families."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from optimizer.curves import Adstock, Binomial, Delayed, Geometric, NoAdstock, WeibullCdf, WeibullPdf

Draw = Mapping[str, float]
Maker = Callable[[Draw, int, bool], Adstock]

LONGER_CDF = (1, 3)  # before this release the Weibull CDF had one weight more than l_max
LEAST, MOST = 1e-9, 1.0 - 1e-12  # draws of a retention that touch 0 or 1


def _inside(alpha: float) -> float:
    return min(max(alpha, LEAST), MOST)


def _geometric(p: Draw, length: int, normalized: bool) -> Adstock:
    return Geometric(retention=min(max(p["alpha"], 0.0), MOST), length=length, normalized=normalized)


def _binomial(p: Draw, length: int, normalized: bool) -> Adstock:
    return Binomial(retention=_inside(p["alpha"]), length=length, window=length + 1, normalized=normalized)


def _delayed(p: Draw, length: int, normalized: bool) -> Adstock:
    peak = min(p["theta"], length - LEAST)
    return Delayed(retention=_inside(p["alpha"]), peak=peak, length=length, normalized=normalized)


def _weibull_pdf(p: Draw, length: int, normalized: bool) -> Adstock:
    return WeibullPdf(shape=p["k"], scale=p["lam"], length=length, normalized=normalized)


def _weibull_cdf(p: Draw, length: int, normalized: bool) -> Adstock:
    return WeibullCdf(shape=p["k"], scale=p["lam"], length=length, normalized=normalized)


def _none(_p: Draw, _length: int, _normalized: bool) -> Adstock:
    return NoAdstock()


ADSTOCK_CLASSES: dict[str, tuple[tuple[str, ...], Maker]] = {
    "geometric": (("alpha",), _geometric),
    "binomial": (("alpha",), _binomial),
    "delayed": (("alpha", "theta"), _delayed),
    "weibull_pdf": (("lam", "k"), _weibull_pdf),
    "weibull_cdf": (("lam", "k"), _weibull_cdf),
    "no_adstock": ((), _none),
}


def length_of(lookup: str, l_max: int, release: tuple[int, ...]) -> int:
    """How many lags have a weight.

    >>> length_of("weibull_cdf", 8, (0, 19)), length_of("weibull_cdf", 8, (1, 3)), length_of("geometric", 8, (0, 9))
    (9, 8, 8)
    """
    return l_max + 1 if lookup == "weibull_cdf" and release < LONGER_CDF else l_max
