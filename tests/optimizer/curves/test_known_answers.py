"""The values that Meridian, Robyn, PyMC-Marketing, LightweightMMM and others compute are ours too.

tests/known_answers/saturation_adstock_vectors.json was computed with those tools (Robyn's Weibulls with a
transcription of its R code). Each function of theirs maps to one of our families and parameters here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.curves import (
    Adstock,
    Binomial,
    Curve,
    Delayed,
    Exponential,
    Geometric,
    Hill,
    Log,
    Logistic,
    MichaelisMenten,
    Power,
    SLogistic,
    Tanh,
    WeibullCdf,
    WeibullPdf,
    adstocked,
)

KNOWN = json.loads((Path(__file__).parents[2] / "known_answers/saturation_adstock_vectors.json").read_text())

P = dict[str, Any]


def key(vector: P) -> str:
    """What tells two functions of the same peer apart; PyMC's and LightweightMMM's versions are left out."""
    return f"{vector['peer']} {vector['name'].split()[0]}"


def robyn_hill(low: float) -> Callable[[P], Curve]:
    """Robyn places the inflexion between the least (before 3.12, else 0) and the greatest input."""

    def build(p: P) -> Curve:
        inflexion = (1 - p["gamma"]) * p.get("min_x", low) + p["gamma"] * p["max_x"]
        return Hill(ceiling=1, half_saturation=inflexion, shape=p["alpha"])

    return build


SATURATION: dict[str, Callable[[P], Curve]] = {
    "meridian hill": lambda p: Hill(ceiling=1, half_saturation=p["ec"], shape=p["slope"]),
    "robyn>=3.12 hill": robyn_hill(0.0),
    "robyn 3.7-3.11, robynpy 0.3.6 hill": robyn_hill(0.0),
    "lightweight_mmm hill": lambda p: Hill(
        ceiling=1, half_saturation=p["half_max_effective_concentration"], shape=p["slope"]
    ),
    "lightweight_mmm exponent": lambda p: Power(coefficient=1, exponent=p["exponent"]),
    "pymc LogisticSaturation": lambda p: Logistic(ceiling=p["beta"], rate=p["lam"]),
    "pymc InverseScaledLogisticSaturation": lambda p: Logistic(ceiling=p["beta"], rate=math.log(3) / p["lam"]),
    "pymc TanhSaturation": lambda p: Tanh(ceiling=p["b"], scale=p["b"] * p["c"]),
    "pymc TanhSaturationBaselined": lambda p: Tanh(
        ceiling=p["beta"] * p["gain"] * p["x0"] / p["r"], scale=p["x0"] / math.atanh(p["r"])
    ),
    "pymc MichaelisMentenSaturation": lambda p: MichaelisMenten(ceiling=p["alpha"], half_saturation=p["lam"]),
    "pymc HillSaturation": lambda p: Hill(ceiling=p["beta"], half_saturation=p["kappa"], shape=p["slope"]),
    "pymc HillSaturationSigmoid": lambda p: SLogistic(ceiling=p["sigma"], steepness=p["beta"], midpoint=p["lam"]),
    "pymc RootSaturation": lambda p: Power(coefficient=p["beta"], exponent=p["alpha"]),
    "pymc LogSaturation": lambda p: Log(coefficient=p["beta"], scale=1),
    "mmm_framework logistic_saturation": lambda p: Exponential(ceiling=1, scale=1 / p["lam"]),
    "mixpilot hill": lambda p: Hill(ceiling=p["beta"], half_saturation=p["gamma"], shape=p["alpha"]),
}

ADSTOCK: dict[str, Callable[[P], Adstock]] = {
    "meridian geometric": lambda p: Geometric(retention=p["alpha"], length=p["max_lag"] + 1, normalized=True),
    "meridian binomial": lambda p: Binomial(retention=p["alpha"], length=p["max_lag"] + 1, normalized=True),
    "pymc GeometricAdstock": lambda p: Geometric(retention=p["alpha"], length=p["l_max"], normalized=True),
    "pymc BinomialAdstock": lambda p: Binomial(
        retention=p["alpha"], length=p["l_max"], window=p["l_max"] + 1, normalized=True
    ),
    "pymc DelayedAdstock": lambda p: Delayed(retention=p["alpha"], peak=p["theta"], length=p["l_max"], normalized=True),
    "pymc WeibullPDFAdstock": lambda p: WeibullPdf(shape=p["k"], scale=p["lam"], length=p["l_max"], normalized=True),
    "pymc WeibullCDFAdstock": lambda p: WeibullCdf(shape=p["k"], scale=p["lam"], length=p["l_max"], normalized=True),
    "robyn geometric": lambda p: Geometric(retention=p["theta"]),
    "robyn weibull_cdf": lambda p: WeibullCdf(shape=p["shape"], scale=p["scaleTrans"], length=p["windlen"]),
    "robyn weibull_pdf": lambda p: WeibullPdf(shape=p["shape"], scale=p["scaleTrans"], length=p["windlen"]),
    "lightweight_mmm adstock": lambda p: Geometric(retention=p["lag_weight"], normalized=True),
    "lightweight_mmm carryover": lambda p: Delayed(
        retention=p["ad_effect_retention_rate"],
        peak=p["peak_effect_delay"],
        length=p["number_lags"],
        normalized=True,
    ),
}


@pytest.mark.parametrize("vector", KNOWN["saturation"], ids=key)
def test_saturation_is_the_peers(vector: P) -> None:
    """Every saturation function of the peers, to 1e-9."""
    curve = SATURATION[key(vector)](vector["params"])
    y = curve.value(np.array(KNOWN["inputs"]["x"]))
    np.testing.assert_allclose(y, vector["y"], rtol=1e-9)


@pytest.mark.parametrize("vector", KNOWN["adstock"], ids=key)
def test_adstock_is_the_peers(vector: P) -> None:
    """Every adstock of the peers, to 1e-9: the weights where they have any, and the effective spend."""
    adstock = ADSTOCK[key(vector)](vector["params"])
    if vector["weights"] is not None:
        np.testing.assert_allclose(adstock.spread(len(vector["weights"])), vector["weights"], rtol=1e-9)
    series = np.array(KNOWN["inputs"]["series"])
    np.testing.assert_allclose(adstocked(adstock, series, []), vector["y"], rtol=1e-9)


def test_every_known_answer_has_a_family() -> None:
    """No vector is left out, and no mapping is left over."""
    assert set(SATURATION) == {key(vector) for vector in KNOWN["saturation"]}
    assert set(ADSTOCK) == {key(vector) for vector in KNOWN["adstock"]}
