"""Robyn exports: the version decides, the export's own figures agree, what cannot give curves is refused."""

import copy
import json

import numpy as np
import pytest

from optimizer.errors import FileError, HeadraceError
from optimizer.optimize import optimize
from optimizer.sources import File, Options, import_file
from tests.optimizer.sources.references import reference
from tests.optimizer.sources.robyn_exports import effective, export, file_of, series_of

VERSIONS = ("v3.7.0", "v3.9.2", "v3.10.7", "v3.11.1", "v3.12.0", "v3.12.1")
ADSTOCKS = ("geometric", "weibull_cdf", "weibull_pdf")


@pytest.mark.parametrize("adstock", ADSTOCKS)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_exports_own_responses_are_reproduced(version, adstock):
    """decompAgg of every channel, to 1e-10, whatever the release and the adstock; exposures since 3.12."""
    document = export(version, adstock, exposure=version.startswith("v3.12"))
    reading = import_file(file_of(document))
    assert len(reading.checks) == 3
    assert reading.report().largest_difference < 1e-10
    assert reading.warnings == ()


@pytest.mark.parametrize("adstock", ADSTOCKS)
def test_the_planning_curve_adds_the_mean_carry_over(adstock):
    """β/(1 + (inflexion/(x + c))^α), c the mean of what effective spend holds beside its own row; none before 3.10."""
    late = {"tv_S_shapes": [4.0], "tv_S_scales": [0.1]}  # a peak after the first week: its weight is not 1
    document = export("v3.11.0", adstock, stated=late if adstock == "weibull_pdf" else {})
    hyper = document["ExportedModel"]["hyper_values"]
    own = series_of(document, "tv_S")
    level = effective(own, hyper, "tv_S", adstock)
    first = level[0] / own[0] if adstock == "weibull_pdf" else 1.0
    carried = np.mean([a - first * m for a, m in zip(level, own, strict=True)][8:56])
    curve = import_file(file_of(document)).curve_set.curve("tv_S")
    assert curve.response.input_offset == pytest.approx(carried, rel=1e-12)
    assert curve.current_spend == pytest.approx(np.mean(own[8:56]))
    document["InputCollect"]["version"] = ["v3.7.2"]  # of the same rule of inflexion
    assert import_file(file_of(document)).curve_set.curve("tv_S").response.input_offset == 0


@pytest.mark.parametrize("adstock", ADSTOCKS)
def test_kept_adstock_goes_on_where_the_data_ends(adstock):
    """The first planned week holds what the last rows of the window leave behind."""
    document = export("v3.11.0", adstock)
    hyper = document["ExportedModel"]["hyper_values"]
    tactic = import_file(file_of(document), Options(carry_over="kept")).curve_set.curve("radio_S").tactic("upstream")
    from optimizer.curves import adstocked

    own = series_of(document, "radio_S")[:56]
    rows = len(document["Extras"]["raw_data"])
    longer = effective([*own, 700.0] + [0.0] * (rows - 57), hyper, "radio_S", adstock)  # the window keeps its length
    planned = adstocked(tactic.carry_over.adstock, np.array([700.0]), tactic.carry_over.carry_in)
    assert planned[0] == pytest.approx(longer[56], rel=1e-9)


@pytest.mark.parametrize("adstock", ADSTOCKS[1:])
def test_years_of_days_are_read(adstock):
    """A Weibull over more rows than a tactic's adstock may have: its planning curve is as exact; it cannot be kept."""
    file = file_of(export("v3.12.1", adstock, rows=1050))
    assert import_file(file).report().largest_difference < 1e-10
    with pytest.raises(FileError, match="longer than a tactic's adstock") as caught:
        import_file(file, Options(carry_over="kept"))
    assert caught.value.code == "unsupported_option"


def test_the_exports_own_figures_outvote_the_version():
    """A development version that uses the other inflexion rule is told by decompAgg."""
    document = export("v3.12.1")
    document["InputCollect"]["version"] = ["Robyn (dev) v3.11.1.9004"]
    reading = import_file(file_of(document))
    assert reading.report().largest_difference < 1e-10
    assert "another release" in reading.warnings[0]


@pytest.mark.parametrize("adstock", ADSTOCKS)
def test_rounded_figures_are_told(adstock):
    """Releases before 3.11 write four digits behind the point: the difference is shown, the curves stand."""
    reading = import_file(file_of(export("v3.8.2", adstock, digits=4)))
    assert 1e-6 < reading.report().largest_difference < 1e-3
    assert "figures are rounded" in reading.warnings[0]


@pytest.mark.parametrize("adstock", ADSTOCKS)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_refresh_is_tested_on_the_rows_that_it_added(version, adstock):
    """decompAgg is the sum from refreshAddedStart on; the curves are those of the whole window."""
    document = export(version, adstock, refreshed=4)
    reading = import_file(file_of(document))
    assert reading.report().largest_difference < 1e-10
    assert "the 4 rows that it added" in reading.warnings[0]
    del document["InputCollect"]["refreshAddedStart"]  # then nothing says over which rows the totals are
    with pytest.raises(FileError, match="does not reproduce its own responses"):
        import_file(file_of(document))


def test_totals_of_the_whole_window_are_met_by_a_refresh_too():
    """An export whose refreshAddedStart lies in the window, and whose totals count all of it."""
    document = export()
    document["InputCollect"]["refreshAddedStart"] = [document["Extras"]["raw_data"][30]["DATE"]]
    reading = import_file(file_of(document))
    assert reading.report().largest_difference < 1e-10
    assert reading.warnings == ()


def test_an_export_that_misses_its_own_responses_is_refused():
    """With what the file states and what its curve gives, channel by channel."""
    document = export()
    document["ExportedModel"]["summary"][1]["coef"] *= 1.01
    document["ExportedModel"]["summary"][3]["coef"] *= 3
    with pytest.raises(FileError) as caught:
        import_file(file_of(document))
    assert caught.value.code == "self_test_failed"
    assert "decompAgg of tv_S" in caught.value.problem
    assert "(0.01 of it)" in caught.value.problem
    assert "decompAgg of search_S" in caught.value.problem
    assert "radio" not in caught.value.problem


@pytest.mark.parametrize("version", ["v3.11.1", "v3.12.0"])
@pytest.mark.parametrize("channel", [1, 2, 3])
@pytest.mark.parametrize("factor", [0.9, 0.99, 1.01, 1.1])
def test_a_wrong_total_blames_its_own_channel_only(version, channel, factor):
    """The others meet theirs by the release's rule, whatever another rule would give."""
    document = export(version)
    wrong = document["ExportedModel"]["summary"][channel]
    wrong["decompAgg"] *= factor
    with pytest.raises(FileError) as caught:
        import_file(file_of(document))
    blamed = {name for name in ("tv_S", "radio_S", "search_S") if name in caught.value.problem}
    assert blamed == {wrong["variable"]}


def test_only_rounded_figures_are_called_rounded():
    """A miss of 0.05 % at full precision is told as what it is."""
    document = export()
    document["ExportedModel"]["summary"][1]["decompAgg"] *= 1.0005
    (told,) = import_file(file_of(document)).warnings
    assert "no rounding explains" in told


def test_what_an_export_may_lack_or_write_otherwise():
    """No list of exposures; scalars that are no lists; dates that are none: nothing of it is needed."""
    document = export()
    inputs = document["InputCollect"]
    del inputs["paid_media_vars"], inputs["intervalType"]
    inputs |= {name: value[0] for name, value in inputs.items() if isinstance(value, list) and len(value) == 1}
    for number, row in enumerate(document["Extras"]["raw_data"]):
        row["DATE"] = number
    reading = import_file(file_of(document))
    assert reading.report().largest_difference < 1e-10
    assert reading.curve_set.period == "row of the data"


def test_rows_may_stand_in_any_order():
    """Robyn sorts by date, and so do we."""
    document = export(refreshed=3)
    document["Extras"]["raw_data"].reverse()
    assert import_file(file_of(document)).report().largest_difference < 1e-10


def test_what_has_no_effect_is_left_out_with_the_reason():
    """Zero coefficients and organic media."""
    left = {entry.name: entry.reason for entry in import_file(file_of(export())).left_out}
    assert set(left) == {"idle_S", "newsletter"}
    assert "coefficient is 0" in left["idle_S"]


@pytest.mark.parametrize("form", ["iso", "german"])
def test_a_spend_table_stands_in_for_raw_data(form):
    """In any order of rows, with dates and numbers as people write them."""
    document = export()
    rows = document["Extras"].pop("raw_data")
    names = ("DATE", "tv_S", "radio_S", "search_S", "idle_S")
    lines = [[row[name] for name in names] for row in reversed(rows)]
    if form == "german":
        lines = [
            [".".join(reversed(d.split("-"))), *(f"{n:.2f}".replace(".", ",") for n in rest)] for d, *rest in lines
        ]
    sign = ";" if form == "german" else ","
    table = "\n".join([sign.join(names), *(sign.join(map(str, line)) for line in lines)])
    data = (File(name="spend.csv", raw=table.encode()),)
    assert import_file(file_of(document), Options(data=data)).report().largest_difference < 1e-10


@pytest.mark.parametrize("cell", [None, "missing"])
def test_gaps_in_the_spend_are_no_zeros(cell):
    """A week without a figure is refused at its row; in a spend table at its cell."""
    document = export()
    if cell is None:
        document["Extras"]["raw_data"][20]["tv_S"] = None
    else:
        del document["Extras"]["raw_data"][20]["tv_S"]
    with pytest.raises(FileError) as caught:
        import_file(file_of(document))
    assert (caught.value.code, caught.value.path) == ("missing_field", "Extras.raw_data[20].tv_S")
    rows = document["Extras"].pop("raw_data")
    names = ("DATE", "tv_S", "radio_S", "search_S", "idle_S")
    table = "\n".join([",".join(names), *(",".join(str(row.get(name) or "") for name in names) for row in rows)])
    with pytest.raises(FileError) as caught:
        import_file(file_of(document), Options(data=(File(name="spend.csv", raw=table.encode()),)))
    assert (caught.value.code, caught.value.path) == ("missing_field", "CSV!B22")


def without(*path):
    """An export that lacks what stands there."""
    document = export()
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner.pop(path[-1])
    return document


def hyper(**values):
    """An export with other parameters."""
    document = export()
    document["ExportedModel"]["hyper_values"] |= values
    return document


def stated(**fields):
    """An export whose inputs say otherwise."""
    document = export()
    document["InputCollect"] |= fields
    return document


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (without("Extras"), "no_raw_data", "Extras.raw_data"),
        (without("ExportedModel"), "no_model", "ExportedModel"),
        (without("InputCollect", "version"), "incomplete_export", "InputCollect.version"),
        (without("ExportedModel", "hyper_values", "tv_S_alphas"), "incomplete_export", "ExportedModel.hyper_values"),
        (without("ExportedModel", "hyper_values", "tv_S_thetas"), "incomplete_export", None),
        (hyper(tv_S_thetas=[1.0]), "too_large", "ExportedModel.hyper_values.tv_S_thetas"),
        (hyper(tv_S_alphas=[0]), "not_positive", "tv_S.shape"),
        (stated(version=["v3.6.0"]), "unsupported_model", "InputCollect.version"),
        (stated(rollingWindowEndWhich=[999]), "no_raw_data", "raw_data"),
        (stated(rollingWindowStartWhich=[-3]), "no_raw_data", "raw_data"),
        (stated(adstock=["delayed"]), "unsupported_model", "InputCollect.adstock"),
    ],
)
def test_what_cannot_give_curves_is_refused(document, code, path):
    """With the place, and what to export instead."""
    with pytest.raises(HeadraceError) as caught:
        import_file(file_of(copy.deepcopy(document)))
    assert caught.value.code == code
    assert path is None or caught.value.path == path


def test_broken_json_is_refused():
    """Cut off anywhere."""
    raw = json.dumps(export()).encode()
    for length in range(1, len(raw), len(raw) // 9):
        with pytest.raises(FileError):
            import_file(File(name="RobynModel.json", raw=raw[:length]))


def test_the_real_export_and_its_allocator():
    """Responses to 1e-8; the published optimum, or better, with a closed certificate."""
    export_file, answer = reference("robyn/RobynModel-5_277_2.json", "robyn/5_277_2_max_response_reallocated.csv")
    reading = import_file(export_file, Options(data=(answer,)))
    assert len(reading.checks) == 10
    assert reading.report().largest_difference < 1e-8
    for problem in reading.curve_set.problems:
        plan = optimize(problem.scenario())
        assert plan.status == "optimal"
        assert plan.totals.total_outcome > problem.published_outcome * (1 - 1e-9)


@pytest.mark.parametrize(
    ("name", "code"), [("robyn/RobynModel-1_179_10.json", "no_raw_data"), ("robyn/RobynModel-models.json", "no_model")]
)
def test_real_exports_without_curves_are_refused(name, code):
    """No raw data; no model chosen."""
    with pytest.raises(FileError) as caught:
        import_file(*reference(name))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "spent"), [("a.csv", 2.0), ("1_2_3_target_efficiency_reallocated.csv", 0.9), ("a.csv", 0.9)]
)
def test_an_allocation_without_a_budget_is_compared_at_what_it_spent(name, spent):
    """Robyn's target_efficiency passes or leaves the current budget; only max_response is held to it."""
    document = export("v3.12.1")
    lines = [f"{channel},1000,0.5,5,{1000 * spent},3000" for channel in ("tv_S", "radio_S", "search_S")]
    table = "\n".join(["channels,initSpendUnit,constr_low,constr_up,optmSpendUnit,total_budget_unit", *lines])
    data = (File(name=name, raw=table.encode()),)
    (problem,) = import_file(file_of(document), Options(data=data)).curve_set.problems
    held = name == "a.csv" and spent < 1
    assert problem.budget.total.at_most == pytest.approx(3000 if held else 3000 * spent)
