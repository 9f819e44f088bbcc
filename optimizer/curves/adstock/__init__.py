"""Adstock: how spend works on in later periods. One family, one file."""

from __future__ import annotations

from optimizer.curves.adstock.apply import adstocked, carried
from optimizer.curves.adstock.base import Adstock
from optimizer.curves.adstock.binomial import Binomial
from optimizer.curves.adstock.delayed import Delayed
from optimizer.curves.adstock.geometric import Geometric
from optimizer.curves.adstock.given import Weights
from optimizer.curves.adstock.none import NoAdstock
from optimizer.curves.adstock.weibull import WeibullCdf, WeibullPdf

__all__ = [
    "Adstock",
    "Binomial",
    "Delayed",
    "Geometric",
    "NoAdstock",
    "WeibullCdf",
    "WeibullPdf",
    "Weights",
    "adstocked",
    "carried",
]
