"""Response curves and adstock: one family, one file, and one line in a registry here."""

from __future__ import annotations

from optimizer.curves.adbudg import Adbudg
from optimizer.curves.adstock import (
    Adstock,
    Binomial,
    Delayed,
    Geometric,
    NoAdstock,
    WeibullCdf,
    WeibullPdf,
    Weights,
    adstocked,
    carried,
)
from optimizer.curves.base import Array, Curve
from optimizer.curves.envelope import Envelope, LowerEnvelope
from optimizer.curves.exponential import Exponential
from optimizer.curves.hill import Hill
from optimizer.curves.linear import Linear
from optimizer.curves.log import Log
from optimizer.curves.logistic import Logistic
from optimizer.curves.michaelis_menten import MichaelisMenten
from optimizer.curves.power import Power
from optimizer.curves.response import ResponseCurve, ShapeKind
from optimizer.curves.s_logistic import SLogistic
from optimizer.curves.stack import CurveStack
from optimizer.curves.tabulated import Tabulated
from optimizer.curves.tanh import Tanh

FAMILIES: dict[str, type[Curve]] = {
    "hill": Hill,
    "adbudg": Adbudg,
    "exponential": Exponential,
    "logistic": Logistic,
    "tanh": Tanh,
    "michaelis_menten": MichaelisMenten,
    "power": Power,
    "log": Log,
    "linear": Linear,
    "s_logistic": SLogistic,
    "tabulated": Tabulated,
}

ADSTOCKS: dict[str, type[Adstock]] = {
    "none": NoAdstock,
    "geometric": Geometric,
    "binomial": Binomial,
    "delayed": Delayed,
    "weibull_pdf": WeibullPdf,
    "weibull_cdf": WeibullCdf,
    "weights": Weights,
}

__all__ = [
    "ADSTOCKS",
    "FAMILIES",
    "Adbudg",
    "Adstock",
    "Array",
    "Binomial",
    "Curve",
    "CurveStack",
    "Delayed",
    "Envelope",
    "Exponential",
    "Geometric",
    "Hill",
    "Linear",
    "Log",
    "Logistic",
    "LowerEnvelope",
    "MichaelisMenten",
    "NoAdstock",
    "Power",
    "ResponseCurve",
    "SLogistic",
    "ShapeKind",
    "Tabulated",
    "Tanh",
    "WeibullCdf",
    "WeibullPdf",
    "Weights",
    "adstocked",
    "carried",
]
