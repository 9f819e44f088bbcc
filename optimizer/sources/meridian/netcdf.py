"""Meridian's NetCDF files: response curves, and the grid that an optimisation searched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import Array
from optimizer.errors import FileError, HeadraceError
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.sources.curve_set import BudgetProblem, CurveSet, FittedCurve
from optimizer.sources.meridian.points import LEVEL, Channel, Point, curves_of, spend_at_one
from optimizer.sources.netcdf import Contents, Variable, is_netcdf, netcdf
from optimizer.sources.options import File, Options
from optimizer.sources.report import Check, Reading, missed

GRID = ("spend_grid", "incremental_outcome_grid", "channel")
CURVES = ("spend_multiplier", "incremental_outcome", "spend", "channel")
RESULT = ("spend", "incremental_outcome", "channel")
HELP = "send the response curves (Analyzer.response_curves) or the optimisation grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an optimisation, or the spend before it, brings by channel [money, outcome over the interval]."""

    spend: dict[str, float]
    outcome: dict[str, float]
    budget: float | None
    revenue: bool
    optimized: bool
    interval: str


class MeridianNetCdf:
    """The datasets of `Analyzer.response_curves()` and of `OptimizationResults`."""

    name = "meridian"
    title = "Meridian NetCDF (response curves, optimisation grid)"

    def claims(self, file: File) -> bool:
        """A file with Meridian's variables on the outermost level."""
        if not is_netcdf(file.raw):
            return False
        try:
            with netcdf(file.raw) as contents:
                return contents.has("", *GRID) or contents.has("", *RESULT)
        except HeadraceError:
            return False

    def read(self, file: File, options: Options) -> Reading:
        """Curves from the file; results beside it give current spend, budget and the published plan."""
        with netcdf(file.raw) as contents:
            if contents.has("", *GRID):
                channels, step = _grid(contents), _step(contents)
            elif contents.has("", *CURVES):
                channels, step = _curves(contents), None
            else:
                told = "is the result of an optimisation: spend and outcome, no curve"
                raise FileError("no_curves", "", told, HELP)
        results = [result for beside in options.data if (result := _result(beside)) is not None]
        return _reading(channels, results, step)


def _grid(contents: Contents) -> list[Channel]:
    """The grid: rows are steps of spend, a column for each channel, NaN below its end."""
    names = contents.variable("", "channel").texts()
    spend, outcome = (_aligned(contents.variable("", name), ("channel",), len(names)) for name in GRID[:2])
    return [
        Channel(name=name, points=tuple(Point(spend=x, mean=y) for x, y in zip(xs, ys, strict=True) if np.isfinite(x)))
        for name, xs, ys in zip(names, spend.tolist(), outcome.tolist(), strict=True)
    ]


def _step(contents: Contents) -> float | None:
    value = contents.attributes[""].get("spend_step_size")
    return None if value is None else float(np.ravel(value)[0])


def _curves(contents: Contents) -> list[Channel]:
    """Response curves: spend by multiplier and channel, the outcome by metric, too."""
    names = contents.variable("", "channel").texts()
    times = contents.variable("", "spend_multiplier").numbers()
    metrics = contents.variable("", "metric").texts() if contents.has("", "metric") else ("mean",)
    spend = _aligned(contents.variable("", "spend"), ("channel",), len(names))
    outcome = _aligned(contents.variable("", "incremental_outcome"), ("channel", "metric"), len(names))
    seen = {metric: outcome[:, position] if outcome.ndim == 3 else outcome for position, metric in enumerate(metrics)}
    blank = np.full_like(spend, np.nan)
    low, high = seen.get("ci_lo", blank), seen.get("ci_hi", blank)
    probability = contents.attributes[""].get("confidence_level")
    return [
        Channel(
            name=name,
            points=tuple(
                Point(spend=x, mean=y, low=a, high=b)
                for x, y, a, b in zip(*(part[c].tolist() for part in (spend, seen["mean"], low, high)), strict=True)
            ),
            current=spend_at_one(zip(times.tolist(), spend[c].tolist(), strict=True)),
            probability=LEVEL if probability is None else float(np.ravel(probability)[0]),
        )
        for c, name in enumerate(names)
    ]


def _aligned(variable: Variable, first: tuple[str, ...], channels: int) -> Array:
    """The values with the named dimensions in front, the rest behind."""
    values, dims = variable.numbers(), list(variable.dims)
    if "channel" not in dims or values.shape[dims.index("channel")] != channels:
        raise FileError("incomplete_export", variable.name, "has no value for each channel", "export it again")
    front = [dims.index(name) for name in first if name in dims]
    return np.asarray(values.transpose(front + [axis for axis in range(values.ndim) if axis not in front]))


def _result(file: File) -> Result | None:
    """The result of an optimisation in a file beside; None for anything else."""
    if not is_netcdf(file.raw):
        return None
    with netcdf(file.raw) as contents:
        if not contents.has("", *RESULT) or contents.has("", "spend_multiplier"):
            return None
        names = contents.variable("", "channel").texts()
        metrics = contents.variable("", "metric").texts() if contents.has("", "metric") else ("mean",)
        outcome = _aligned(contents.variable("", "incremental_outcome"), ("channel",), len(names))
        mean = outcome[:, metrics.index("mean")] if outcome.ndim == 2 else outcome
        budget = contents.attributes[""].get("budget")
        return Result(
            spend=dict(zip(names, contents.variable("", "spend").numbers().tolist(), strict=True)),
            outcome=dict(zip(names, mean.tolist(), strict=True)),
            budget=None if budget is None else float(np.ravel(budget)[0]),
            revenue=contents.text("", "is_revenue_kpi") == "True",
            optimized="fixed_budget" in contents.attributes[""],
            interval=" to ".join(filter(None, (contents.text("", end) for end in ("start_date", "end_date")))),
        )


def _reading(channels: list[Channel], results: list[Result], step: float | None) -> Reading:
    """The curves, with what the results beside them say."""
    before = next((result for result in results if not result.optimized), None)
    after = next((result for result in results if result.optimized), None)
    if before is not None:
        channels = [replace(channel, current=before.spend.get(channel.name)) for channel in channels]
    curves = curves_of(channels, results[0].revenue if results else None)
    made = CurveSet(
        name="Meridian",
        source=MeridianNetCdf.name,
        version="",
        period=(results[0].interval if results else "") or "the whole interval of the export",
        outcome="revenue" if results and results[0].revenue else "incremental outcome",
        curves=curves,
        problems=() if after is None else (_problem(curves, after),),
    )
    checks = tuple(_checks(curves, results))
    warnings = () if step is None else (f"The curves are the steps of {step:,.0f} that the optimisation looked at.",)
    return Reading(curve_set=made, checks=checks, warnings=(*warnings, *missed(checks)))


def _problem(curves: tuple[FittedCurve, ...], result: Result) -> BudgetProblem:
    spend = {curve.name: result.spend[curve.name] for curve in curves if curve.name in result.spend}
    total = sum(spend.values()) if result.budget is None or len(spend) < len(result.spend) else result.budget
    return BudgetProblem(
        name="Meridian optimisation",
        curves=curves,
        budget=Budget(total=BudgetLimit(exactly=round(total, 2))),
        published_spend=tuple(spend.items()),
        published_outcome=sum(result.outcome[name] for name in spend),
    )


def _checks(curves: tuple[FittedCurve, ...], results: list[Result]) -> Iterator[Check]:
    for result in results:
        word = "optimised" if result.optimized else "non-optimised"
        for curve in curves:
            if curve.name in result.spend:
                value = float(curve.response.value(np.array([result.spend[curve.name]]))[0])
                yield Check(name=f"{word} {curve.name}", stated=result.outcome[curve.name], computed=value)
