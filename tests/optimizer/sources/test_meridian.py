"""Meridian's files: message, table, NetCDF and report give the same curves; its optimum on its own grid."""

import io
import json
import sys
from dataclasses import replace

import h5py
import numpy as np
import pytest
from google.protobuf import json_format
from mmm.v1 import mmm_pb2

from optimizer.errors import FileError
from optimizer.optimize import optimize
from optimizer.problem.rules import Packages
from optimizer.sources import File, Options, import_file
from optimizer.sources.curve_set import Interval
from tests.known_answers.case import facts
from tests.optimizer.sources.meridian_messages import NOW, STEP, best_on_grid, message, outcome, steps
from tests.optimizer.sources.references import reference


def as_json(tree):
    """Proto JSON."""
    return File(name="mmm.json", raw=json.dumps(tree).encode())


def as_binary(tree):
    """The same message on the wire."""
    return File(name="mmm.binpb", raw=json_format.ParseDict(tree, mmm_pb2.Mmm()).SerializeToString())


def snake(tree):
    """The names of the message's fields as they are in the proto."""
    kept = json_format.ParseDict(tree, mmm_pb2.Mmm())
    return json.loads(json_format.MessageToJson(kept, preserving_proto_field_name=True))


@pytest.mark.parametrize("file", [as_json(message()), as_binary(message()), as_json(snake(message()))])
def test_a_message_gives_its_curves(file):
    """Binary or JSON, whatever the names' style: points as they are, zeros given back, checked by the contributions."""
    reading = import_file(file)
    made = reading.curve_set
    assert (made.period, made.outcome) == ("2024-01-01 to 2024-12-31", "revenue")
    assert {entry.name for entry in reading.left_out} == {"All Channels"}
    for curve in made.curves:
        at = np.array([0.0, 10.0, NOW[curve.name]])
        assert curve.response.value(at).tolist() == [outcome(curve.name, x) for x in at]
        assert (curve.current_spend, curve.revenue_per_outcome) == (NOW[curve.name], 1.0)
        now = outcome(curve.name, NOW[curve.name])
        assert curve.interval == Interval(probability=0.8, points=((NOW[curve.name], now / 2, now * 2),))
    for curve in made.problems[0].curves:  # the grid has one in every step
        assert curve.interval.points == tuple(
            (x, outcome(curve.name, x) / 2, outcome(curve.name, x) * 2) for x in steps(curve.name)
        )
        assert curve.interval.probability == 0.8
    assert len(reading.checks) == 6
    assert reading.report().largest_difference < 1e-12


def test_the_grid_optimum_is_met_on_its_own_grid():
    """In whole steps the best plan is the one that enumeration finds; between steps nothing is lost."""
    (problem,) = import_file(as_json(message())).curve_set.problems
    value, plan = best_on_grid(700.0)
    assert problem.published_outcome == pytest.approx(value, rel=1e-12)
    assert dict(problem.published_spend) == plan
    whole = Packages(name="steps", price=STEP)
    found = optimize(replace(problem, rules=(whole,)).scenario())
    assert found.totals.outcome == pytest.approx(value, rel=1e-9)
    assert {a.tactic: a.spend for a in found.allocations} == plan
    assert optimize(problem.scenario()).totals.outcome >= value * (1 - 1e-9)


def flexible(**target):
    """A run without a fixed budget."""
    spec = message()["marketingOptimization"]["budgetOptimization"]["results"][0]["spec"]
    spec.pop("fixedBudgetScenario")
    spec["flexibleBudgetScenario"] = {
        "totalBudgetConstraint": {"minBudget": 490, "maxBudget": 910},
        "targetMetricConstraints": [target],
    }
    (problem,) = import_file(as_json(message(spec=spec))).curve_set.problems
    return problem


def test_a_target_roi_is_a_rule():
    """Spend as much as the target allows."""
    problem = flexible(targetMetric="ROI", targetValue=1.4)
    assert (problem.budget.total.at_least, problem.budget.total.at_most) == (490, 910)
    plan = optimize(problem.scenario())
    assert plan.totals.outcome / plan.totals.spend >= 1.4 * (1 - 1e-9)
    looser = optimize(flexible(targetMetric="ROI", targetValue=1.2).scenario())
    assert looser.totals.spend > plan.totals.spend


def test_a_target_marginal_roi_is_a_charge_on_spend():
    """Spend goes on while the next unit brings that much."""
    plan = optimize(flexible(targetMetric="MARGINAL_ROI", targetValue=0.8).scenario())
    for line in plan.allocations:
        inside = steps(line.tactic)[0] < line.spend < steps(line.tactic)[-1]
        slope = outcome(line.tactic, line.spend + STEP) - outcome(line.tactic, line.spend - STEP)
        assert not inside or slope / (2 * STEP) == pytest.approx(0.8, rel=0.05)


def test_a_cost_per_kpi_is_a_floor_on_return():
    """1 ÷ cost."""
    problem = flexible(targetMetric="COST_PER_INCREMENTAL_KPI", targetValue=0.8)
    assert problem.rules[0].at_least == pytest.approx(1.25)


def table():
    """Response curves as Meridian writes them to CSV."""
    rows = ["spend_multiplier,channel,metric,spend,incremental_outcome"]
    for times in (0.0, 0.5, 1.0, 1.5, 2.0):
        for name, now in NOW.items():
            mean = outcome(name, times * now)
            for metric, value in (("mean", mean), ("ci_lo", 0.7 * mean), ("ci_hi", 1.4 * mean)):
                rows.append(f"{times},{name},{metric},{times * now},{value!r}")
    return File(name="response_curves.csv", raw="\n".join(rows).encode())


def test_the_table_keeps_intervals():
    """Mean as the curve, the credible interval beside it."""
    reading = import_file(table())
    curve = reading.curve_set.curve("tv")
    assert curve.response.value(np.array([200.0]))[0] == pytest.approx(outcome("tv", 200))
    assert (curve.current_spend, curve.interval.probability) == (400.0, 0.9)
    shown = next(tactic for tactic in reading.report().tactics if tactic.tactic == "tv").plot
    middle = shown[len(shown) // 2]
    assert (middle.low, middle.high) == pytest.approx((0.7 * middle.outcome, 1.4 * middle.outcome))


def grid_file():
    """The grid of an optimisation as NetCDF."""
    longest = max(len(steps(name)) for name in NOW)
    spend, brought = (np.full((longest, len(NOW)), np.nan) for _ in range(2))
    for column, name in enumerate(NOW):
        own = steps(name)
        spend[: len(own), column], brought[: len(own), column] = own, [outcome(name, x) for x in own]
    dims = ("grid_spend_index", "channel")
    return saved({"spend_grid": (dims, spend), "incremental_outcome_grid": (dims, brought)}, spend_step_size=STEP)


def saved(variables, **attributes):
    """A NetCDF-4 file with dimension scales."""
    raw = io.BytesIO()
    with h5py.File(raw, "w") as file:
        file.attrs.update(attributes)
        file["channel"] = np.array(list(NOW), dtype=h5py.string_dtype())
        file["metric"] = np.array(["mean", "median", "ci_lo", "ci_hi"], dtype=h5py.string_dtype())
        for name in ("channel", "metric"):
            file[name].make_scale(name)
        for name, (dims, values) in variables.items():
            file[name] = values
            for axis, dim in enumerate(dims):
                if dim not in file:
                    file[dim] = (
                        np.arange(np.shape(values)[axis]) if dim != "spend_multiplier" else np.array([0, 0.5, 1, 2])
                    )
                    file[dim].make_scale(dim)
                file[name].dims[axis].attach_scale(file[dim])
    return File(name="meridian.nc", raw=raw.getvalue())


def result(plan, **attributes):
    """What an optimisation says of a plan."""
    brought = np.array([[outcome(name, x)] * 4 for name, x in plan.items()])
    return saved(
        {"spend": (("channel",), list(plan.values())), "incremental_outcome": (("channel", "metric"), brought)},
        budget=sum(plan.values()), is_revenue_kpi="True", start_date="2024-01-01", end_date="2024-12-30", **attributes,
    )  # fmt: skip


def test_grid_and_results_make_a_problem():
    """The grid gives curves and limits, results beside it the current spend, the budget and the published plan."""
    value, plan = best_on_grid(700.0)
    reading = import_file(grid_file(), Options(data=(result(NOW), result(plan, fixed_budget="True"))))
    assert reading.report().largest_difference < 1e-12
    (problem,) = reading.curve_set.problems
    assert {c.name: c.current_spend for c in problem.curves} == NOW
    assert {c.name: (c.spend.at_least, c.spend.at_most) for c in problem.curves} == {
        name: (steps(name)[0], steps(name)[-1]) for name in NOW
    }
    assert problem.published_outcome == pytest.approx(value)
    assert optimize(problem.scenario()).totals.outcome >= value * (1 - 1e-9)


def test_response_curves_as_netcdf():
    """Multipliers, channels and metrics in any order of dimensions."""
    times = np.array([0, 0.5, 1, 2])
    spend = np.array([[t * now for now in NOW.values()] for t in times])
    mean = np.array([[outcome(name, t * now) for name, now in NOW.items()] for t in times])
    dims = ("spend_multiplier", "channel", "metric")
    file = saved(
        {
            "spend": (dims[:2], spend),
            "incremental_outcome": (dims, np.stack([mean, mean, 0.5 * mean, 2 * mean], axis=-1)),
        },
        confidence_level=0.8,
    )
    curve = import_file(file).curve_set.curve("web")
    assert curve.response.value(np.array([100.0]))[0] == pytest.approx(outcome("web", 100))
    assert curve.interval.probability == 0.8
    assert curve.interval.points[1] == pytest.approx((100, 0.5 * outcome("web", 100), 2 * outcome("web", 100)))


def as_classic(file, version):
    """The same NetCDF file in the classic format, written by scipy."""
    from scipy.io import netcdf_file

    raw = io.BytesIO()
    with h5py.File(io.BytesIO(file.raw)) as old:
        new = netcdf_file(raw, "w", version=version)
        for name, value in old.attrs.items():
            setattr(new, name, value)
        dims = {name: [next(iter(dim.keys()), name) for dim in values.dims] for name, values in old.items()}
        sizes = {dim: size for name in old for dim, size in zip(dims[name], old[name].shape, strict=True)}
        for dim, size in (sizes | {"string8": 8}).items():
            new.createDimension(dim, size)
        for name, values in old.items():
            if values.dtype.kind == "O":
                texts = np.array([value.ljust(8, b"\0") for value in values[()]], dtype="S8")
                new.createVariable(name, "S1", (*dims[name], "string8"))[:] = texts.view("S1").reshape(-1, 8)
            else:
                kind = "i4" if values.dtype.kind == "i" else "f8"
                new.createVariable(name, kind, dims[name])[:] = values[()]
        new.flush()
    return File(name=file.name, raw=raw.getvalue())


@pytest.mark.parametrize("version", [1, 2])
def test_classic_netcdf_says_the_same(version):
    """Meridian's tools write it where nothing newer is installed; scipy is the witness."""
    before = result(NOW)
    plain = import_file(grid_file(), Options(data=(before,)))
    old = import_file(as_classic(grid_file(), version), Options(data=(as_classic(before, version),)))
    assert old.curve_set == plain.curve_set
    assert old.checks == plain.checks


def drawn(name, spend, **stated):
    """A row of the data of a response curve."""
    blank = {"ci_lo": None, "ci_hi": None, "spend_level": None, "spend_multiplier": None}
    bounds = {"lower_bound": 0.7, "upper_bound": 1.3}
    return blank | bounds | {"channel": name, "spend": spend, "mean": outcome(name, spend)} | stated


def page(extra_channel=False):
    """An optimisation report: charts whose data sits in JSON inside JSON."""
    _, plan = best_on_grid(700.0)
    rows = []
    for name, now in NOW.items():
        for times in np.linspace(0, 2, 81).tolist():
            rows.append(
                drawn(name, times * now, spend_multiplier=times, ci_lo=0.0, ci_hi=2 * outcome(name, times * now))
            )
        rows.append(drawn(name, now, spend_level="Non-optimized spend"))
        rows.append(drawn(name, plan[name], spend_level="Optimized spend"))
    shares = [{"channel": name, "spend": x} for name, x in plan.items()]
    if extra_channel:
        shares.append({"channel": "cinema", "spend": 55.0})
    changes = [{"channel": name, "spend": x - NOW[name]} for name, x in plan.items()]
    charts = [{"datasets": {"a": data}, "title": 'in "quotes"'} for data in (changes, shares, rows)]
    scripts = "".join(f"<script>const spec = JSON.parse({json.dumps(json.dumps(chart))});</script>" for chart in charts)
    text = f"<!-- Copyright -->\n<!DOCTYPE html><html><body>incremental revenue{scripts}</body></html>"
    return File(name="report.html", raw=text.encode())


def test_a_report_gives_curves_limits_and_the_optimisation():
    """Bounds multiply the spend at multiplier 1; the plan and the budget are those of the report."""
    value, plan = best_on_grid(700.0)
    made = import_file(page()).curve_set
    (problem,) = made.problems
    assert {c.name: (c.spend.at_least, c.spend.at_most) for c in made.curves} == {
        name: pytest.approx((0.7 * now, 1.3 * now)) for name, now in NOW.items()
    }
    assert problem.budget.total.exactly == 700.0
    assert dict(problem.published_spend) == plan
    assert optimize(problem.scenario()).totals.outcome == pytest.approx(value, rel=2e-4)
    assert made.outcome == "revenue"


def test_a_channel_without_a_curve_keeps_its_money():
    """It is left out with what the plan gave it; the budget is what the others were given."""
    reading = import_file(page(extra_channel=True))
    assert [(entry.name, entry.reason) for entry in reading.left_out] == [
        ("cinema", "The report draws no curve of it; the plan gave it 55.")
    ]
    assert reading.curve_set.problems[0].budget.total.exactly == 700.0


HEADER = b"spend_multiplier,channel,metric,spend,incremental_outcome\n"
CURVELESS = {"marketingAnalyses": [{"mediaAnalyses": [{"channelName": "tv"}]}]}
KERNEL = {"mmmKernel": {"marketingData": {"metadata": {"kpiType": "x"}}}}


@pytest.mark.parametrize(
    ("file", "code", "told"),
    [
        (File(name="mmm.binpb", raw=b"\x0a\x05\0abcd"), "damaged_file", "no message"),
        (as_json({"modelFit": {"results": []}}), "no_curves", "response curve"),
        (as_json({"marketingAnalysisList": CURVELESS}), "no_curves", "no response curve"),
        (as_json({"marketingAnalysisList": 3}), "damaged_file", "no message"),
        (as_binary(KERNEL), "no_curves", "kernel"),
        (File(name="x.html", raw=b"<!DOCTYPE html><html>hello</html>"), "no_curves", "without the data"),
        (File(name="x.html", raw=b'<html><script>JSON.parse("{bad")</script></html>'), "no_curves", "without the data"),
        (result(NOW), "no_curves", "result of an optimisation"),
        (File(name="x.csv", raw=HEADER + b"1,tv,mean,,5\n"), "incomplete_export", "blanks"),
        (File(name="x.csv", raw=HEADER + b"1,tv,mean,3,5\n"), "no_curves", "no response curve"),
    ],
)
def test_what_cannot_give_curves_is_refused(file, code, told):
    """With what to export instead."""
    with pytest.raises(FileError, match=told) as caught:
        import_file(file)
    assert caught.value.code == code


def test_without_the_extra_the_package_is_named(monkeypatch):
    """The proto's classes are an extra; without them the file is refused with the way out."""
    for name in ("mmm", "mmm.v1", "google.protobuf"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(FileError, match=r"headrace\[meridian\]") as caught:
        import_file(as_json(message()))
    assert caught.value.code == "missing_extra"


@pytest.mark.parametrize("name", ["mmm_without_kernel.json", "mmm_without_kernel.binpb"])
def test_the_real_message(name):
    """Its optimisation is met on its own grid, its contributions on its own curves."""
    reading = import_file(*reference(f"meridian/{name}"))
    assert reading.report().largest_difference < 1e-12
    (problem,) = reading.curve_set.problems
    plan = optimize(problem.scenario())
    assert plan.totals.outcome == pytest.approx(problem.published_outcome, rel=1e-12)
    assert {a.tactic: a.spend for a in plan.allocations} == dict(problem.published_spend)


def test_the_real_report_and_its_known_answer():
    """Google's own report: limits, budget and curves as published; the optimum within 2e-4."""
    made = import_file(*reference("meridian/getting_started_optimization_output.html")).curve_set
    (problem,) = made.problems
    run = next(run for run in facts("meridian") if run["id"] == "meridian-google-tf-fixed")
    assert problem.budget.total.exactly == run["budget"]
    for channel in run["channels"]:
        curve = made.curve(channel["name"])
        assert (curve.spend.at_least, curve.spend.at_most) == pytest.approx((channel["at_least"], channel["at_most"]))
    plan = optimize(problem.scenario())
    assert plan.totals.outcome == pytest.approx(problem.published_outcome, rel=2e-4)
    assert plan.totals.outcome == pytest.approx(run["optimum"], rel=1e-9)


def test_the_real_netcdf_files():
    """Grid, spend before and plan: every published figure is on the curves."""
    files = reference(*(f"meridian/fixed_default_{part}.nc" for part in ("grid", "nonoptimized", "optimized")))
    reading = import_file(files[0], Options(data=files[1:]))
    assert len(reading.checks) == 8
    assert reading.report().largest_difference < 1e-12


def test_a_real_kernel_is_refused():
    """A plain saved model has no curves; the remedy says what to export."""
    with pytest.raises(FileError, match="kernel") as caught:
        import_file(*reference("meridian/kernel_only_saved_mmm.binpb"))
    assert caught.value.code == "no_curves"
