"""What an import made, tactic by tactic, in figures that a planner can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.curves import Array, ResponseCurve, ShapeKind
from optimizer.sources.curve_set import CurveSet, FittedCurve

GROSS = 1e-3  # of a figure in the file, by which a curve must not miss it
POINTS = 41  # of a plot
BAND = (0.05, 0.95)  # quantiles of the draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A figure of the file against the same figure computed from the imported curve; `difference` is relative [1]."""

    name: str
    stated: float
    computed: float

    @property
    def difference(self) -> float:
        """|computed − stated| / |stated|.

        >>> Check(name="tv", stated=200.0, computed=201.0).difference
        0.005
        """
        return abs(self.computed - self.stated) / abs(self.stated) if self.stated else abs(self.computed)


def missed(checks: Sequence[Check]) -> tuple[str, ...]:
    """What is to be said where curves do not give the figures of their own file.

    >>> missed([Check(name="contribution of tv", stated=200.0, computed=210.0)])
    ('contribution of tv is 200 in the file and 210 on its curve: do not plan with it before you know why.',)
    """
    return tuple(
        f"{check.name} is {check.stated:,.6g} in the file and {check.computed:,.6g} on its curve: do not plan with it "
        "before you know why."
        for check in checks
        if check.difference > GROSS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What the file holds and the curve set does not, with the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotPoint:
    """Incremental outcome at a spend, and its band where the file has uncertainty."""

    spend: float
    outcome: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticReport:
    """One tactic: family and number of draws, `scale` (a typical spend), what is spent and brought today, and the plot.

    Outcomes are incremental to no spend. Current figures are None where the file does not state the current spend;
    `current_low` and `current_high` where it has no uncertainty there.
    """

    tactic: str
    family: str
    draws: int
    scale: float
    current_spend: float | None
    current_outcome: float | None
    current_marginal: float | None
    current_low: float | None
    current_high: float | None
    shape: ShapeKind
    plot: tuple[PlotPoint, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import made of a file."""

    source: str
    version: str
    period: str
    outcome: str
    tactics: tuple[TacticReport, ...]
    checks: tuple[Check, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]

    @property
    def largest_difference(self) -> float | None:
        """The largest of all checks; None when the file states nothing to check."""
        return max((check.difference for check in self.checks), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a source read: the curve set, and what is to be said about it."""

    curve_set: CurveSet
    checks: tuple[Check, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()

    def report(self) -> ImportReport:
        """The same for a planner to look at."""
        made = self.curve_set
        return ImportReport(
            source=made.source,
            version=made.version,
            period=made.period,
            outcome=made.outcome,
            tactics=tuple(map(_tactic, made.curves)),
            checks=self.checks,
            left_out=self.left_out,
            warnings=self.warnings,
        )


def _tactic(curve: FittedCurve) -> TacticReport:
    response, current = curve.response, curve.current_spend
    value, slope = (None, None) if current is None else _at(response, current)
    (low,), (high,) = ([None], [None]) if current is None else _band(curve, np.array([current]))
    return TacticReport(
        tactic=curve.name,
        family=response.family,
        draws=len(response.members),
        scale=response.natural_scale(),
        current_spend=current,
        current_outcome=value,
        current_marginal=slope,
        current_low=low,
        current_high=high,
        shape=response.shape_kind(),
        plot=_plot(curve),
        warnings=(*curve.notes, *_warnings(curve)),
    )


def _at(response: ResponseCurve, spend: float) -> tuple[float, float | None]:
    value, zero = response.value(np.array([spend, 0.0])).tolist()
    slope = float(response.slope(np.array([spend]))[0])
    return value - zero, slope if np.isfinite(slope) else None


def _plot(curve: FittedCurve) -> tuple[PlotPoint, ...]:
    """Even steps from no spend to well beyond what is spent or seen."""
    reach = max(2.0 * (curve.current_spend or 0.0), 1.25 * (curve.largest_seen or 0.0), _table_end(curve.response))
    spend = np.linspace(0.0, reach or 3.0 * curve.response.natural_scale(), POINTS)
    outcome = curve.response.value(spend)
    low, high = _band(curve, spend)
    return tuple(
        PlotPoint(spend=x, outcome=y, low=a, high=b)
        for x, y, a, b in zip(spend.tolist(), (outcome - outcome[0]).tolist(), low, high, strict=True)
    )


def _table_end(response: ResponseCurve) -> float:
    if response.family != "tabulated":
        return 0.0
    ends = [member.points[-1][0] for member in response.members]  # type: ignore[attr-defined]  # tables have points
    return float(max(ends)) * response.input_scale - response.input_offset


def _band(curve: FittedCurve, spend: Array) -> tuple[list[float | None], list[float | None]]:
    if curve.interval is not None:
        return curve.interval.at(spend)
    if len(curve.response.members) == 1:
        return [None] * len(spend), [None] * len(spend)
    each = curve.response.each(spend) - curve.response.each(np.zeros(1))
    low, high = np.quantile(each, BAND, axis=-1)
    return low.tolist(), high.tolist()


def _warnings(curve: FittedCurve) -> list[str]:
    found = []
    if curve.current_spend is None:
        found.append("The file does not say what is spent today.")
    if curve.revenue_per_outcome is None:
        found.append("The outcome is not money: state revenue_per_outcome before revenue is maximised.")
    if curve.response.family == "tabulated":
        found.append("The curve is flat beyond its last point: keep spend within it.")
    elif curve.largest_seen is not None:
        found.append(
            f"The model has seen at most {curve.largest_seen:,.0f} in a period; beyond it the curve is extrapolated."
        )
    return found
