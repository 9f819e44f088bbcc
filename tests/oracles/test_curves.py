"""The independent valuation against closed forms, 50-digit arithmetic and other tools' own numbers."""

import json
import os
from pathlib import Path

import mpmath
import numpy as np
import pytest

from tests.oracles import carry_over, families
from tests.oracles.curves import Witness, value

RESPONSES = [
    {"family": "hill", "ceiling": 400.0, "half_saturation": 120.0, "shape": 1.6},
    {"family": "adbudg", "floor": 3.0, "ceiling": 9.0, "half_effect": 40.0, "shape": 2.2},
    {"family": "exponential", "ceiling": 50.0, "scale": 80.0},
    {"family": "logistic", "ceiling": 50.0, "rate": 0.02},
    {"family": "tanh", "ceiling": 50.0, "scale": 70.0},
    {"family": "michaelis_menten", "ceiling": 50.0, "half_saturation": 70.0},
    {"family": "power", "coefficient": 3.0, "exponent": 0.4},
    {"family": "log", "coefficient": 3.0, "scale": 20.0},
    {"family": "linear", "slope": 2.5},
    {"family": "s_logistic", "ceiling": 50.0, "steepness": 0.05, "midpoint": 60.0},
]
PRECISE = {
    "hill": lambda p, x: p["ceiling"] * x ** p["shape"] / (p["half_saturation"] ** p["shape"] + x ** p["shape"]),
    "adbudg": lambda p, x: (
        p["floor"] + (p["ceiling"] - p["floor"]) * x ** p["shape"] / (p["half_effect"] + x ** p["shape"])
    ),
    "exponential": lambda p, x: p["ceiling"] * (1 - mpmath.exp(-x / p["scale"])),
    "logistic": lambda p, x: p["ceiling"] * (1 - mpmath.exp(-p["rate"] * x)) / (1 + mpmath.exp(-p["rate"] * x)),
    "tanh": lambda p, x: p["ceiling"] * mpmath.tanh(x / p["scale"]),
    "michaelis_menten": lambda p, x: p["ceiling"] * x / (p["half_saturation"] + x),
    "power": lambda p, x: p["coefficient"] * x ** p["exponent"],
    "log": lambda p, x: p["coefficient"] * mpmath.log(1 + x / p["scale"]),
    "linear": lambda p, x: p["slope"] * x,
    "s_logistic": lambda p, x: (
        p["ceiling"]
        * (
            1 / (1 + mpmath.exp(-p["steepness"] * (x - p["midpoint"])))
            - 1 / (1 + mpmath.exp(p["steepness"] * p["midpoint"]))
        )
    ),
}


@pytest.mark.parametrize("response", RESPONSES, ids=lambda r: r["family"])
@pytest.mark.parametrize("spend", [1e-6, 0.3, 55.0, 120.0, 3000.0])
def test_value_and_slope_agree_with_fifty_digits(response, spend):
    """Each family, shifted and scaled, is its textbook formula; the complex step is its derivative."""
    moved = response | {"input_scale": 2.0, "input_offset": 4.0, "output_scale": 3.0}
    with mpmath.workdps(50):
        f = lambda x: 3 * PRECISE[response["family"]](response, (mpmath.mpf(x) + 4) / 2)  # noqa: E731
        wanted, steep = float(f(spend)), float(mpmath.diff(f, spend))
    assert float(families.curve(moved)(np.array(spend))) == pytest.approx(wanted, rel=1e-12)
    assert float(families.slope(moved)(np.array(spend))) == pytest.approx(steep, rel=1e-10, abs=1e-300)


def test_every_smooth_family_is_tried():
    """A family without a precise twin would be its own oracle."""
    assert {r["family"] for r in RESPONSES} == set(PRECISE) == set(families.SMOOTH)


def test_draws_are_averaged_after_the_curve():
    """The expected curve is the mean over draws, not the curve at mean parameters."""
    response = {
        "family": "exponential",
        "draws": [{"ceiling": 2.0, "scale": 1.0}, {"ceiling": 4.0, "scale": 10.0}],
    }
    wanted = (2 * (1 - np.exp(-3)) + 4 * (1 - np.exp(-0.3))) / 2
    assert float(families.curve(response)(np.array(3.0))) == pytest.approx(wanted, rel=1e-14)


def test_a_table_is_linear_between_its_points_and_flat_after_the_last():
    """Slope from the right at a point."""
    response = {"family": "tabulated", "points": [[0, 0], [80, 10], [100, 300]]}
    assert families.curve(response)(np.array([40.0, 90.0, 500.0])).tolist() == [5.0, 155.0, 300.0]
    assert families.slope(response)(np.array([0.0, 80.0, 99.0, 500.0])).tolist() == [0.125, 14.5, 14.5, 0.0]


def _tv(**more):
    tactic = {"name": "tv", "stage": "upstream", "response": {"family": "linear", "slope": 1}} | more
    return {"periods": ["1", "2", "3"], "objective": {"maximize": "outcome"}, "tactics": [tactic]}


def test_carry_in_is_the_baseline_and_the_plan_is_credited_with_the_rest():
    """The contract's example: total 210, baseline 35, incremental 100, 50, 25."""
    scenario = _tv(adstock={"family": "geometric", "retention": 0.5, "carry_in": [40]})
    worth = value(scenario, np.array([[100.0, 0.0, 0.0]]))
    assert worth.outcome.tolist() == [[100.0, 50.0, 25.0]]
    assert worth.baseline.sum() == 35.0


def test_carry_out_is_counted_when_asked():
    """Spend of the last period goes on: 100·(1 + ½ + ¼ + …) = 200."""
    scenario = _tv(adstock={"family": "geometric", "retention": 0.5, "count_carry_out": True})
    assert value(scenario, np.array([0.0, 0.0, 100.0])).total_outcome == pytest.approx(200.0, rel=1e-14)


def test_seasonality_margin_and_worth_reach_the_profit():
    """100 · 2 outcomes at 5 each, 40 % margin, less the spend."""
    scenario = _tv(seasonality=[2, 1, 1], revenue_per_outcome=5, margin=0.4)
    worth = value(scenario, np.array([100.0, 0.0, 0.0]))
    assert (worth.total_revenue, worth.profit) == (1000.0, 300.0)


def test_adstock_after_saturation_carries_the_response():
    """√100 = 10 now, 5 a period later; before saturation it would be √50."""
    root = {"family": "power", "coefficient": 1, "exponent": 0.5}
    adstock = {"family": "geometric", "retention": 0.5, "after_saturation": True}
    worth = value(_tv(response=root, adstock=adstock), np.array([100.0, 0.0, 0.0]))
    assert worth.outcome.tolist() == [[10.0, 5.0, 2.5]]


@pytest.mark.parametrize("after", [False, True])
def test_gradient_is_the_derivative_of_the_objective(after):
    """Central differences of the value, carry-in, seasonality and carry-out included."""
    adstock = {"family": "delayed", "retention": 0.6, "peak": 1, "length": 3, "carry_in": [30.0]}
    scenario = _tv(
        response=RESPONSES[0],
        seasonality=[1.2, 0.9, 1.1],
        adstock=adstock | {"after_saturation": after, "count_carry_out": True},
    )
    witness, spend = Witness(scenario), np.array([[80.0, 150.0, 20.0]])
    for k in range(3):
        step = np.eye(3)[k][None, :] * 1e-3
        slope = (witness.objective(spend + step) - witness.objective(spend - step)) / 2e-3
        assert witness.gradient(spend)[0, k] == pytest.approx(slope, rel=1e-7)


REFERENCES = Path(os.environ.get("HEADRACE_REFERENCES", "../shared/references")) / "known_answers"
AS_WIRE = {
    ("meridian", "geometric"): lambda p: {
        "retention": p["alpha"],
        "length": p["max_lag"] + 1,
        "normalized": True,
    },
    ("meridian", "binomial"): lambda p: {
        "retention": p["alpha"],
        "length": p["max_lag"] + 1,
        "normalized": True,
    },
    ("pymc", "GeometricAdstock"): lambda p: {
        "family": "geometric",
        "retention": p["alpha"],
        "length": p["l_max"],
        "normalized": True,
    },
    ("pymc", "DelayedAdstock"): lambda p: {
        "family": "delayed",
        "retention": p["alpha"],
        "peak": p["theta"],
        "length": p["l_max"],
        "normalized": True,
    },
    ("pymc", "WeibullPDFAdstock"): lambda p: {
        "family": "weibull_pdf",
        "shape": p["k"],
        "scale": p["lam"],
        "length": p["l_max"],
        "normalized": True,
    },
    ("pymc", "WeibullCDFAdstock (1.3.0)"): lambda p: {
        "family": "weibull_cdf",
        "shape": p["k"],
        "scale": p["lam"],
        "length": p["l_max"],
        "normalized": True,
    },
    ("robyn", "geometric"): lambda p: {"family": "geometric", "retention": p["theta"]},
    ("robyn", "weibull_pdf"): lambda p: {
        "family": "weibull_pdf",
        "shape": p["shape"],
        "scale": p["scaleTrans"],
        "length": p["windlen"],
    },
}


@pytest.mark.skipif(not REFERENCES.exists(), reason="the reference vectors are not here (HEADRACE_REFERENCES)")
@pytest.mark.parametrize("key", AS_WIRE, ids=" ".join)
def test_adstock_agrees_with_the_tools_that_defined_it(key):
    """The series that each tool returned for one input series."""
    vectors = json.loads((REFERENCES / "saturation_adstock_vectors.json").read_text())
    case = next(v for v in vectors["adstock"] if (v["peer"], v["name"]) == key)
    own = carry_over.weights({"family": key[1]} | AS_WIRE[key](case["params"]))
    series = np.array(vectors["inputs"]["series"])
    mine = carry_over.matrix(own, 0, len(series), 0) @ series
    np.testing.assert_allclose(mine, case["y"], rtol=1e-9, atol=1e-9)
