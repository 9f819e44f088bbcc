"""PyMC-Marketing's models: every class, every draw, scales and dimensions; the library's own optimum."""

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from optimizer.errors import FileError
from optimizer.optimize import optimize
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.sources import File, Options, import_file
from optimizer.sources.curve_set import BudgetProblem
from optimizer.sources.pymc.adstock import ADSTOCK_CLASSES
from optimizer.sources.pymc.recipe import CLASSES
from optimizer.sources.pymc.saturation import SATURATIONS
from tests.optimizer.sources.pymc_models import model, one
from tests.optimizer.sources.references import reference

KNOWN = json.loads((Path(__file__).parents[2] / "known_answers/saturation_adstock_vectors.json").read_text())
SATURATION = {
    "LogisticSaturation": "logistic", "InverseScaledLogisticSaturation": "inverse_scaled_logistic",
    "TanhSaturation": "tanh", "TanhSaturationBaselined": "tanh_baselined",
    "MichaelisMentenSaturation": "michaelis_menten", "HillSaturation": "hill", "HillSaturationSigmoid": "hill_sigmoid",
    "RootSaturation": "root", "LogSaturation": "log_saturation",
}  # fmt: skip
ADSTOCK = {
    "GeometricAdstock": "geometric", "BinomialAdstock": "binomial", "DelayedAdstock": "delayed",
    "WeibullPDFAdstock": "weibull_pdf", "WeibullCDFAdstock": "weibull_cdf",
}  # fmt: skip


def vectors(kind):
    """Those that the library computed."""
    return [vector for vector in KNOWN[kind] if vector["peer"] == "pymc"]


def name_of(vector):
    """The class that it was computed with."""
    return vector["name"].split()[0]


@pytest.mark.parametrize("vector", vectors("saturation"), ids=name_of)
def test_every_saturation_class_is_the_librarys(vector):
    """To 1e-9, through a file."""
    curve = import_file(one(SATURATION[name_of(vector)], vector["params"])).curve_set.curves[0]
    np.testing.assert_allclose(curve.response.value(np.array(KNOWN["inputs"]["x"])), vector["y"], rtol=1e-9)


@pytest.mark.parametrize("vector", vectors("adstock"), ids=name_of)
def test_every_adstock_class_is_the_librarys(vector):
    """Its weights, to 1e-9, through a file that keeps the adstock."""
    parameters = {key: value for key, value in vector["params"].items() if key != "l_max"}
    file = one(
        "no_saturation", {"beta": 1.0}, ADSTOCK[name_of(vector)], parameters, vector["params"]["l_max"], release="1.3.0"
    )
    kept = import_file(file, Options(carry_over="kept")).curve_set.curves[0].carry_over
    np.testing.assert_allclose(kept.adstock.spread(len(vector["weights"])), vector["weights"], rtol=1e-9)
    assert kept.carry_in == (1.0, 2.0, 3.0)


def test_no_class_is_left_out():
    """Every class that is read has a vector or needs none."""
    assert set(SATURATIONS) == {*SATURATION.values(), "no_saturation", "log"}
    assert {**SATURATION, **ADSTOCK, "NoAdstock": "no_adstock", "NoSaturation": "no_saturation"} == CLASSES
    assert set(ADSTOCK_CLASSES) == {*ADSTOCK.values(), "no_adstock"}
    assert {name_of(v) for v in vectors("saturation")} == set(SATURATION)
    assert {name_of(v) for v in vectors("adstock")} == set(ADSTOCK)


@pytest.mark.parametrize("vector", [*vectors("saturation"), *vectors("adstock")], ids=name_of)
def test_a_class_may_be_named_by_its_path(vector):
    """Since 1.0 the recipe names classes by their path, and no lookup name."""
    name, saturates = name_of(vector), name_of(vector) in SATURATION
    parameters = {key: value for key, value in vector["params"].items() if key != "l_max"}
    if saturates:
        old, new = one(SATURATION[name], parameters), one("x", parameters, saturation_type=name)
    else:
        old = one("no_saturation", {"beta": 1.0}, ADSTOCK[name], parameters, release="1.3.0")
        new = one("no_saturation", {"beta": 1.0}, "x", parameters, adstock_type=name, release="1.3.0")
    kept = Options(carry_over="kept")
    assert import_file(new, kept).curve_set.curves == import_file(old, kept).curve_set.curves


def test_parameters_may_be_fixed_for_each_channel():
    """A list of numbers in place of a prior: one for each channel."""
    made = import_file(
        model(
            {"lookup_name": "no_saturation", "priors": {"beta": [2.0, 3.0]}},
            {"lookup_name": "geometric", "l_max": 2, "priors": {"alpha": 0.5}},
            {"intercept": (("chain", "draw"), [[0.0, 1.0]])},
            {"channel_scale": (("channel",), [1.0, 1.0]), "target_scale": ((), 1.0)},
            {"channel": ["tv", "web"]},
        )
    ).curve_set
    assert [curve.response.value(np.array([1.0]))[0] for curve in made.curves] == [2.0, 3.0]


def test_a_weibull_cdf_had_one_weight_more_before_1_3():
    """l_max + 1 of them: 1, then the survivals of 1 … l_max."""
    file = one("no_saturation", {"beta": 1.0}, "weibull_cdf", {"lam": 2.5, "k": 1.8}, 3, release="0.12.0")
    kept = import_file(file, Options(carry_over="kept")).curve_set.curves[0].carry_over.adstock
    survival = [math.exp(-((t / 2.5) ** 1.8)) for t in (1, 2, 3)]
    raw = np.cumprod([1.0, *survival])
    np.testing.assert_allclose(kept.spread(4), raw / raw.sum(), rtol=1e-12)


def test_tanh_had_a_factor_in_front():
    """beta · b · tanh(x/(b·c)), where the model has a beta."""
    curve = import_file(one("tanh", {"b": 0.5, "c": 0.3, "beta": 3.0}, release="0.9.0")).curve_set.curves[0]
    assert curve.response.value(np.array([0.1]))[0] == pytest.approx(3 * 0.5 * math.tanh(0.1 / 0.15))


RATE, TOP, KEEP = (
    np.random.default_rng(5).uniform(low, high, (2, 3, 2, 2)) for low, high in ((0.5, 2.0), (1.0, 3.0), (0.1, 0.7))
)


def two_geos(adstock_first=True, normalize=False):
    """Two geos, two channels, two chains of three draws, all different."""
    dims = ("chain", "draw", "geo", "channel")
    return model(
        {"lookup_name": "logistic", "prefix": "saturation"},
        {"lookup_name": "geometric", "prefix": "adstock", "l_max": 4, "normalize": normalize, "mode": "After"},
        {"saturation_lam": (dims, RATE), "saturation_beta": (dims, TOP), "adstock_alpha": (dims, KEEP)},
        {
            "channel_scale": (("geo", "channel"), [[10.0, 20.0], [30.0, 40.0]]),
            "target_scale": (("geo",), [100.0, 200.0]),
            "channel_data": (("date", "geo", "channel"), np.arange(24.0).reshape(6, 2, 2)),
        },
        {"geo": ["north", "south"], "channel": ["tv", "web"]},
        dims=["geo"],
        adstock_first=adstock_first,
    )


def total(geo, channel, spend, periods, adstock_first=True):
    """The mean over draws of the outcome of `periods` periods of equal spend and what follows, by plain loops."""
    scale, target = [[10.0, 20.0], [30.0, 40.0]][geo][channel], [100.0, 200.0][geo]
    outcomes = []
    for chain in range(2):
        for draw in range(3):
            rate, top, keep = (part[chain, draw, geo, channel] for part in (RATE, TOP, KEEP))

            def f(z, rate=rate, top=top):
                return top * (1 - math.exp(-rate * z)) / (1 + math.exp(-rate * z))

            weights = [keep**lag for lag in range(4)]
            seen = 0.0
            for t in range(periods + 3):
                own = [weights[lag] for lag in range(4) if 0 <= t - lag < periods]
                seen += f(sum(own) * spend / scale) if adstock_first else sum(own) * f(spend / scale)
            outcomes.append(target * seen)
    return sum(outcomes) / len(outcomes)


@pytest.mark.parametrize("periods", [1, 2, 4, 5, 30])
@pytest.mark.parametrize("adstock_first", [True, False])
def test_a_window_is_the_librarys_own_sum(adstock_first, periods):
    """For every geo and channel: the mean over draws, never the curve at mean parameters; scales of each place."""
    made = import_file(two_geos(adstock_first), Options(carry_over="window", periods=periods)).curve_set
    assert [curve.name for curve in made.curves] == ["tv, north", "tv, south", "web, north", "web, south"]
    for curve in made.curves:
        tags = dict(curve.tags)
        geo, channel = ["north", "south"].index(tags["geo"]), ["tv", "web"].index(tags["channel"])
        expected = total(geo, channel, 7.5, periods, adstock_first)
        assert curve.response.value(np.array([7.5]))[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("adstock_first", [True, False])
@pytest.mark.parametrize("factor", [1.0, 1.01])
def test_contributions_in_the_file_are_a_self_test(adstock_first, factor):
    """Σ_t of the channel's contribution, by plain loops; a file whose figures differ is told by how much."""
    spend, keep, rate, top = [1.0, 0.0, 3.0, 2.0], 0.6, 0.8, 2.0
    weights = [keep**lag / (1 + keep + keep**2) for lag in range(3)]

    def f(z):
        return top * (1 - math.exp(-rate * z)) / (1 + math.exp(-rate * z))

    def carried(series):
        return [sum(weights[lag] * series[t - lag] for lag in range(3) if t >= lag) for t in range(4)]

    series = [f(z) for z in carried(spend)] if adstock_first else carried([f(z) for z in spend])
    dims = ("chain", "draw", "channel")
    file = model(
        {"lookup_name": "logistic"},
        {"lookup_name": "geometric", "l_max": 3, "normalize": True},
        {
            "saturation_lam": (dims, [[[rate]]]),
            "saturation_beta": (dims, [[[top]]]),
            "adstock_alpha": (dims, [[[keep]]]),
            "channel_contribution": (("chain", "draw", "date", "channel"), [[[[factor * y] for y in series]]]),
        },
        {
            "channel_scale": (("channel",), [10.0]),
            "target_scale": ((), 7.0),
            "channel_data": (("date", "channel"), [[10 * x] for x in spend]),
        },
        {"channel": ["tv"]},
        adstock_first=adstock_first,
    )
    reading = import_file(file)
    (check,) = reading.checks
    assert check.difference == pytest.approx(1 - 1 / factor, abs=1e-12)
    assert any("do not plan with it" in words for words in reading.warnings) == (factor != 1.0)


def test_steady_spend_is_a_period_far_from_both_ends():
    """What one more period of a long window adds."""
    curve = import_file(two_geos()).curve_set.curve("web, south")
    step = total(1, 1, 7.5, 21) - total(1, 1, 7.5, 20)
    assert curve.response.value(np.array([7.5]))[0] == pytest.approx(step, rel=1e-9)
    assert curve.current_spend == np.arange(24.0).reshape(6, 2, 2)[:, 1, 1].mean()


def test_draws_are_thinned_by_a_seed():
    """The same seed keeps the same draws; the report says how many."""
    few = [import_file(two_geos(), Options(draws=3, seed=seed)) for seed in (1, 1, 2)]
    assert few[0].curve_set == few[1].curve_set
    assert few[0].curve_set != few[2].curve_set
    assert few[0].warnings == ("3 of 6 draws were kept.",)


def test_a_posterior_that_is_too_long_is_thinned_and_told():
    """A curve carries at most 2,000 draws; over a window each of them is several curves."""
    shape = (4, 1000, 1)
    chance = np.random.default_rng(3)
    file = model(
        {"lookup_name": "logistic"},
        {"lookup_name": "geometric", "l_max": 8, "normalize": True},
        {
            name: (("chain", "draw", "channel"), chance.uniform(0.2, 0.8, shape))
            for name in ("saturation_lam", "saturation_beta", "adstock_alpha")
        },
        {"channel_scale": (("channel",), [1.0]), "target_scale": ((), 1.0)},
        {"channel": ["tv"]},
    )
    assert import_file(file).warnings == ("2000 of 4000 draws were kept.",)
    window = Options(carry_over="window", periods=52)
    reading = import_file(file, window)
    assert reading.warnings == ("133 of 4000 draws were kept.",)
    assert len(reading.curve_set.curves[0].response.members) == 133 * 15
    with pytest.raises(FileError, match="keep at most 133") as caught:
        import_file(file, replace(window, draws=500))
    assert caught.value.code == "too_many_draws"


def test_scales_come_from_the_data_where_the_file_has_none():
    """Before 0.13: the largest spend and outcome of the data that the model was fitted on."""
    file = model(
        {"lookup_name": "logistic", "prefix": "saturation", "priors": {"lam": 2.0}},
        {"lookup_name": "geometric", "l_max": 4, "normalize": True},
        {"saturation_beta": (("chain", "draw"), [[0.5]]), "adstock_alpha": (("chain", "draw"), [[0.3]])},
        {},
        {"channel": ["tv"]},
        {"tv": (("date_week",), [10.0, 0.0, 50.0]), "y": (("date_week",), [300.0, 900.0, 600.0])},
        release="",
    )
    curve = import_file(file).curve_set.curve("tv")
    expected = 900 * 0.5 * (1 - math.exp(-2 * 0.4)) / (1 + math.exp(-2 * 0.4))
    assert curve.response.value(np.array([20.0]))[0] == pytest.approx(expected, rel=1e-12)
    assert (curve.current_spend, curve.largest_seen) == (20.0, 50.0)


def test_a_model_of_units_is_stated_in_money():
    """channel_spend ÷ channel_data is what a unit cost."""
    file = model(
        {"lookup_name": "no_saturation"},
        {"lookup_name": "no_adstock"},
        {"saturation_beta": (("chain", "draw", "channel"), [[[2.0]]])},
        {
            "channel_scale": (("channel",), [100.0]),
            "target_scale": ((), 10.0),
            "channel_data": (("date", "channel"), [[100.0], [50.0]]),
            "channel_spend": (("date", "channel"), [[20.0], [10.0]]),
        },
        {"channel": ["tv"]},
    )
    curve = import_file(file).curve_set.curve("tv")
    assert curve.response.value(np.array([20.0]))[0] == pytest.approx(10 * 2 * 100 / 100)
    assert curve.current_spend == 15.0


def broken(change):
    """A sound file, changed."""
    raw = io.BytesIO(one("logistic", {"lam": 1.0, "beta": 1.0}).raw)
    with h5py.File(raw, "r+") as file:
        change(file)
    return File(name="model.nc", raw=raw.getvalue())


def elsewhere(file):
    """A variable that stands in another file."""
    file["posterior/other"] = h5py.ExternalLink("/etc/passwd", "/x")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (broken(lambda f: f.attrs.__delitem__("adstock")), "foreign_netcdf"),
        (broken(lambda f: f.attrs.__setitem__("saturation", "{")), "foreign_netcdf"),
        (broken(lambda f: f.__delitem__("posterior")), "foreign_netcdf"),
        (broken(lambda f: f.__delitem__("posterior/saturation_lam")), "incomplete_export"),
        (broken(lambda f: f.__delitem__("constant_data/channel_scale")), "incomplete_export"),
        (broken(lambda f: f["posterior/saturation_lam"].__setitem__((0, 0, 0), math.nan)), "incomplete_export"),
        (broken(elsewhere), "external_links"),
        (one("infinite_returns", {"b": 1.0}), "unsupported_model"),
        (one("logistic", {"lam": 1.0, "beta": 1.0}, link="log"), "unsupported_model"),
        (File(name="x.nc", raw=b"CDF\x01" + bytes(64)), "foreign_netcdf"),
        (File(name="x.nc", raw=b"CDF\x01" + bytes(6)), "damaged_file"),
        (File(name="x.nc", raw=b"\x89HDF\r\n\x1a\n" + bytes(2000)), "damaged_file"),
    ],
)
def test_what_cannot_give_curves_is_refused(file, code):
    """A NetCDF of another tool, a part that is missing, a link out of the file, a class of its own."""
    with pytest.raises(FileError) as caught:
        import_file(file)
    assert caught.value.code == code


def test_every_cut_is_refused():
    """A file cut off anywhere."""
    raw = one("logistic", {"lam": 1.0, "beta": 1.0}).raw
    for length in range(8, len(raw) - 1, len(raw) // 40):
        with pytest.raises(FileError):
            import_file(File(name="x.nc", raw=raw[:length]))


def test_the_librarys_own_optimum():
    """PyMC-Marketing's optimiser on its own example: the same response to 1e-9, the same split to 1e-6."""
    file, answer = reference("pymc/mmm_example_model_slim.nc", "pymc/optimizer_results.json")
    known = json.loads(answer.raw)
    run = known["results"]["unconstrained-1.0"]
    reading = import_file(file, Options(carry_over="window", periods=known["num_periods"]))
    made = reading.curve_set
    assert [check.name for check in reading.checks] == ["contributions of x1", "contributions of x2"]
    assert reading.report().largest_difference < 1e-12
    problem = BudgetProblem(
        name="pymc", curves=made.curves, budget=Budget(total=BudgetLimit(exactly=run["budget_per_week"])), digits=9
    )
    plan = optimize(problem.scenario())
    assert plan.status == "optimal"
    assert plan.totals.outcome == pytest.approx(run["response_total"], rel=1e-9)
    assert {a.tactic: a.spend for a in plan.allocations} == pytest.approx(run["allocation"], abs=1e-6)


def test_a_tactic_of_every_geo_can_be_planned():
    """The curves go into a scenario as they are."""
    made = import_file(two_geos()).curve_set
    limited = tuple(replace(curve, notes=()) for curve in made.curves)
    plan = optimize(BudgetProblem(name="x", curves=limited, budget=Budget(total=BudgetLimit(at_most=50.0))).scenario())
    assert plan.status == "optimal"
