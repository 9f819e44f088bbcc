"""A budget optimisation inside Meridian's message → a budget problem on its own grid."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.objective import Objective
from optimizer.problem.rules import Efficiency
from optimizer.problem.tactic import SpendLimits
from optimizer.sources.curve_set import BudgetProblem, FittedCurve
from optimizer.sources.meridian.points import LEVEL, Channel, Point, curves_of
from optimizer.sources.report import Check

REVENUE, NON_REVENUE = 2, 1  # KpiType
ROI, MARGINAL_ROI, COST_PER_KPI = 2, 3, 4  # TargetMetric
NEAR = 1e-3  # of the curve's value, that tells which outcome it counts


def problem_of(run: Any) -> BudgetProblem | None:
    """The problem that a run solved, with its plan; None where it kept neither a grid nor curves."""
    spec = run.spec
    limits = {one.channel_name: _limits(one.budget_constraint) for one in spec.channel_constraints}
    channels = _channels(run, limits)
    if not channels:
        return None
    curves = curves_of(channels, spec.kpi_type == REVENUE)
    plan = {media.channel_name: media for media in run.optimized_marketing_analysis.media_analyses}
    spend = {curve.name: plan[curve.name].spend_info.spend for curve in curves if curve.name in plan}
    outcomes = [contribution(plan[name], spec.kpi_type) for name in spend]
    return BudgetProblem(
        name=f"Meridian optimisation {run.name}".strip(),
        curves=curves,
        budget=_budget(spec, spend),
        objective=_objective(spec),
        rules=_rules(spec),
        published_spend=tuple(spend.items()),
        published_outcome=sum(known) if len(known := [y for y in outcomes if y is not None]) == len(curves) else None,
    )


def run_checks(run: Any) -> Iterator[Check]:
    """The plan's own outcomes against the curves."""
    problem = problem_of(run)
    plan = {media.channel_name: media for media in run.optimized_marketing_analysis.media_analyses}
    for curve in problem.curves if problem is not None else ():
        if curve.name in plan and (check := check_of("optimised", plan[curve.name], curve)) is not None:
            yield check


def check_of(word: str, media: Any, curve: FittedCurve) -> Check | None:
    """What the analysis says a channel's spend brings, against the curve there."""
    computed = float(curve.response.value(np.array([media.spend_info.spend]))[0])
    stated = [outcome.contribution.value.value for outcome in media.media_outcomes]
    nearest = min(stated, key=lambda value: abs(value - computed), default=None)
    if nearest is None:
        return None
    return Check(name=f"{word} {curve.name}", stated=nearest, computed=computed)


def contribution(media: Any, kind: int) -> float | None:
    """The outcome of that kind; the only one where the kind is not stated."""
    stated = list(media.media_outcomes)
    found = [outcome for outcome in stated if outcome.kpi_type == kind] or (stated if len(stated) == 1 else [])
    return float(found[0].contribution.value.value) if found else None


def is_revenue(analysis: Any) -> bool:
    """Whether its curves count revenue: they meet the revenue contribution at the spend of the analysis."""
    for media in analysis.media_analyses:
        points = [(point.input_value, point.incremental_kpi) for point in media.response_curve.response_points]
        revenue = contribution(media, REVENUE)
        if len(points) > 1 and revenue is not None:
            x, y = np.array(sorted(points)).T
            return math.isclose(float(np.interp(media.spend_info.spend, x, y)), revenue, rel_tol=NEAR)
    return False


def interval_text(interval: Any) -> str:
    """First and last day; the message gives the day after the last.

    >>> from types import SimpleNamespace as S
    >>> interval_text(S(start_date=S(year=2021, month=1, day=25), end_date=S(year=2021, month=2, day=1), tag=""))
    '2021-01-25 to 2021-01-31'
    """
    days = []
    for date, back in ((interval.start_date, 0), (interval.end_date, 1)):
        try:
            days.append((datetime.date(date.year, date.month, date.day) - datetime.timedelta(days=back)).isoformat())
        except (ValueError, OverflowError):
            return "the whole interval of the export"
    return " to ".join(days)


def _channels(run: Any, limits: dict[str, SpendLimits]) -> list[Channel]:
    before = {m.channel_name: m.spend_info.spend for m in run.nonoptimized_marketing_analysis.media_analyses}
    grid = list(run.incremental_outcome_grid.channel_cells)
    if grid:
        return [_from_grid(own, before, limits) for own in grid]
    analysis = run.optimized_marketing_analysis
    return [
        Channel(
            name=m.channel_name, points=points, current=before.get(m.channel_name), limits=limits.get(m.channel_name)
        )
        for m in analysis.media_analyses
        if len(points := _drawn(m)) > 1
    ]


def _from_grid(own: Any, before: dict[str, float], limits: dict[str, SpendLimits]) -> Channel:
    stated = [found.probability for cell in own.cells for found in cell.incremental_outcome.uncertainties[:1]]
    return Channel(
        name=own.channel_name,
        points=tuple(_cell(cell.spend, cell.incremental_outcome) for cell in own.cells),
        current=before.get(own.channel_name),
        limits=limits.get(own.channel_name),
        probability=stated[0] if stated else LEVEL,
    )


def _cell(spend: float, outcome: Any) -> Point:
    """With its first interval, where it has one."""
    for found in outcome.uncertainties:
        return Point(spend=spend, mean=outcome.value, low=found.lowerbound, high=found.upperbound)
    return Point(spend=spend, mean=outcome.value)


def _drawn(media: Any) -> tuple[Point, ...]:
    points = media.response_curve.response_points
    return tuple(Point(spend=point.input_value, mean=point.incremental_kpi) for point in points)


def _limits(constraint: Any) -> SpendLimits:
    most = constraint.max_budget
    return SpendLimits(at_least=constraint.min_budget, at_most=most if most > 0.0 and math.isfinite(most) else None)


def _budget(spec: Any, spend: dict[str, float]) -> Budget:
    """Fixed, or within limits; where a limit is not stated, what the plan spent."""
    if spec.WhichOneof("scenario") == "fixed_budget_scenario":
        total = spec.fixed_budget_scenario.total_budget
        return Budget(total=BudgetLimit(exactly=total if total > 0.0 else round(sum(spend.values()), 2)))
    if spec.WhichOneof("scenario") == "flexible_budget_scenario":
        limits = spec.flexible_budget_scenario.total_budget_constraint
        if limits.max_budget > 0.0 and math.isfinite(limits.max_budget):
            return Budget(total=BudgetLimit(at_least=limits.min_budget or None, at_most=limits.max_budget))
        return Budget()
    return Budget(total=BudgetLimit(exactly=round(sum(spend.values()), 2)))


def _targets(spec: Any, metric: int) -> list[float]:
    return [
        target.target_value
        for target in spec.flexible_budget_scenario.target_metric_constraints
        if target.target_metric == metric and target.target_value > 0.0
    ]


def _objective(spec: Any) -> Objective:
    """As much outcome as there is; a target of marginal ROI is a charge on spend."""
    return Objective(aim="outcome", target_marginal_roi=max(_targets(spec, MARGINAL_ROI), default=0.0))


def _rules(spec: Any) -> tuple[Efficiency, ...]:
    floors = [*_targets(spec, ROI), *(1.0 / cost for cost in _targets(spec, COST_PER_KPI))]
    return (Efficiency(name="target ROI", at_least=max(floors), metric="outcome"),) if floors else ()
