"""The curves of a set as figures and points: what a period's spend yields, before carry-over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.charts.responses import POINTS
from app.schemas.curve_set import CurveSetIn, FittedIn
from optimizer.curves import Array, ResponseCurve

BAND = (5.0, 95.0)  # per cent of the draws
BEYOND = 3.0  # times today's spend
SCALES = 4.0  # times its own typical spend, where nothing is marked on a curve
MOST_CURVES, LEVELS = 60, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRow:
    """A curve in figures: `marginal` is the outcome of one more unit of money today, `saturation` the share of all that
    the curve can yield which it yields today [1], `planned` a plan's average spend a period.

    `interval` holds probability, low and high of the outcome today.
    """

    name: str
    stage: str | None
    family: str
    shape: str
    draws: int
    current_spend: float | None
    current_outcome: float | None
    marginal: float | None
    saturation: float | None
    planned: float | None
    interval: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What a spend of one period yields, and the ends of its band where the curve has one."""

    spend: float
    outcome: float
    marginal: float
    low: float | None
    high: float | None


def curves_of(held: CurveSetIn, planned: Mapping[str, float]) -> list[CurveRow]:
    """A row for each curve; `planned` by the names of tactics."""
    return [_row(fitted, fitted.response.to_domain(), planned.get(fitted.name)) for fitted in held.curves]


def _row(fitted: FittedIn, response: ResponseCurve, planned: float | None) -> CurveRow:
    today = fitted.current_spend
    at = None if today is None else np.array([today])
    start = float(response.value(np.zeros(1))[0])
    reached = None if at is None else float(response.value(at)[0]) - start
    most = response.supremum() - start
    return CurveRow(
        name=fitted.name,
        stage=fitted.stage,
        family=response.family,
        shape=response.shape_kind(),
        draws=len(response.members),
        current_spend=today,
        current_outcome=reached,
        marginal=None if at is None else float(response.slope(at)[0]),
        saturation=None if reached is None or not 0.0 < most < np.inf else reached / most,
        planned=planned,
        interval=None if at is None else _interval(fitted, at),
    )


def _interval(fitted: FittedIn, at: Array) -> tuple[float, float, float] | None:
    """The interval of the file at a spend, where it has one there."""
    if fitted.interval is None:
        return None
    stated = fitted.interval.to_domain()
    (low,), (high,) = stated.at(at)
    return None if low is None or high is None else (stated.probability, low, high)


def levels_of(fitted: FittedIn, planned: float | None) -> list[Level]:
    """A curve as a table, from no spend to beyond what is marked."""
    response = fitted.response.to_domain()
    spends = np.linspace(0.0, _reach(fitted, response, planned), LEVELS)
    outcomes, slopes = response.value(spends) - response.value(np.zeros(1))[0], response.slope(spends)
    low, high = _band(fitted, response, spends)
    columns = zip(spends.tolist(), outcomes.tolist(), slopes.tolist(), low, high, strict=True)
    return [
        Level(spend=spend, outcome=outcome, marginal=slope, low=below, high=above)
        for spend, outcome, slope, below, above in columns
    ]


def points_of(curves: Sequence[FittedIn], planned: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """Points of every curve for the chart, with the band of its draws or of its file, today's spend and a plan's."""
    for fitted in curves[:MOST_CURVES]:
        yield from _points(fitted, fitted.response.to_domain(), planned.get(fitted.name))


def _reach(fitted: FittedIn, response: ResponseCurve, planned: float | None) -> float:
    marked = max(fitted.current_spend or 0.0, planned or 0.0)
    unmarked = 1.0 if response.family == "tabulated" else SCALES  # a table ends where its data do
    return BEYOND * marked if marked else unmarked * response.natural_scale()


def _points(fitted: FittedIn, response: ResponseCurve, planned: float | None) -> Iterator[dict[str, Any]]:
    spends = np.linspace(0.0, _reach(fitted, response, planned), POINTS)
    outcomes = response.value(spends) - response.value(np.zeros(1))[0]
    low, high = _band(fitted, response, spends)
    for position, spend in enumerate(spends):
        band = {"low": low[position], "high": high[position]} if low[position] is not None else {}
        yield {
            "tactic": fitted.name,
            "mark": "",
            "spend": float(spend),
            "outcome": float(outcomes[position]),
        } | band
    if fitted.current_spend is not None:
        yield _today(fitted, response, fitted.current_spend)
    if planned is not None:
        yield _mark(fitted, response, "plan", planned)


def _band(
    fitted: FittedIn, response: ResponseCurve, spends: Array
) -> tuple[Sequence[float | None], Sequence[float | None]]:
    if len(response.members) > 1:
        each = response.each(spends) - response.each(np.zeros(1))
        low, high = np.percentile(each, BAND, axis=-1)
        return low.tolist(), high.tolist()
    if fitted.interval is not None and len(fitted.interval.points) > 1:
        return fitted.interval.to_domain().at(spends)
    return [None] * len(spends), [None] * len(spends)


def _today(fitted: FittedIn, response: ResponseCurve, spend: float) -> dict[str, Any]:
    """The mark of today's spend; an interval that stands alone is a bar through it."""
    mark = _mark(fitted, response, "today", spend)
    own = _interval(fitted, np.array([spend]))
    if own is None or fitted.interval is None or len(fitted.interval.points) > 1:
        return mark
    return mark | {"low": own[1], "high": own[2]}


def _mark(fitted: FittedIn, response: ResponseCurve, mark: str, spend: float) -> dict[str, Any]:
    at = response.value(np.array([spend, 0.0]))
    return {"tactic": fitted.name, "mark": mark, "marked": True, "spend": spend, "outcome": float(at[0] - at[1])}
