"""The curves of a set as figures and points: what a period's spend yields, before carry-over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.charts.responses import POINTS
from app.schemas.curve_set import CurveSetIn, FittedIn
from optimizer.curves import Array, ResponseCurve

BAND = (5.0, 95.0)  # per cent of the draws
BEYOND = 3.0  # times today's spend
MOST_CURVES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRow:
    """A curve in figures; `marginal` is the outcome of one more unit of money today.

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
    interval: tuple[float, float, float] | None


def curves_of(held: CurveSetIn) -> list[CurveRow]:
    """A row for each curve."""
    return [_row(fitted, fitted.response.to_domain()) for fitted in held.curves]


def _row(fitted: FittedIn, response: ResponseCurve) -> CurveRow:
    today = fitted.current_spend
    at = None if today is None else np.array([today])
    return CurveRow(
        name=fitted.name,
        stage=fitted.stage,
        family=response.family,
        shape=response.shape_kind(),
        draws=len(response.members),
        current_spend=today,
        current_outcome=None if at is None else float(response.value(at)[0] - response.value(np.zeros(1))[0]),
        marginal=None if at is None else float(response.slope(at)[0]),
        interval=None if at is None else _interval(fitted, at),
    )


def _interval(fitted: FittedIn, at: Array) -> tuple[float, float, float] | None:
    """The interval of the file at a spend, where it has one there."""
    if fitted.interval is None:
        return None
    stated = fitted.interval.to_domain()
    (low,), (high,) = stated.at(at)
    return None if low is None or high is None else (stated.probability, low, high)


def points_of(held: CurveSetIn) -> Iterator[dict[str, Any]]:
    """Points of every curve for the chart, with the band of its draws or of its file."""
    for fitted in held.curves[:MOST_CURVES]:
        yield from _points(fitted, fitted.response.to_domain())


def _points(fitted: FittedIn, response: ResponseCurve) -> Iterator[dict[str, Any]]:
    reach = BEYOND * fitted.current_spend if fitted.current_spend else 4.0 * response.natural_scale()
    spends = np.linspace(0.0, reach, POINTS)
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
    now = response.value(np.array([spend, 0.0]))
    outcome = float(now[0] - now[1])
    mark = {"tactic": fitted.name, "mark": "today", "marked": True, "spend": spend, "outcome": outcome}
    own = _interval(fitted, np.array([spend]))
    if own is None or fitted.interval is None or len(fitted.interval.points) > 1:
        return mark
    return mark | {"low": own[1], "high": own[2]}
