"""The curves of a set as figures and points: what a period's spend yields, before carry-over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.charts.responses import POINTS
from app.schemas.curve_set import CurveSetIn, FittedIn
from optimizer.curves import ResponseCurve

BAND = (5.0, 95.0)  # per cent of the draws
BEYOND = 3.0  # times today's spend
MOST_CURVES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRow:
    """A curve in figures; `marginal` is the outcome of one more unit of money today."""

    name: str
    stage: str | None
    family: str
    shape: str
    draws: int
    current_spend: float | None
    current_outcome: float | None
    marginal: float | None


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
    )


def points_of(held: CurveSetIn) -> Iterator[dict[str, Any]]:
    """Points of every curve for the chart, with the band of its draws."""
    for fitted in held.curves[:MOST_CURVES]:
        yield from _points(fitted, fitted.response.to_domain())


def _points(fitted: FittedIn, response: ResponseCurve) -> Iterator[dict[str, Any]]:
    reach = BEYOND * fitted.current_spend if fitted.current_spend else 4.0 * response.natural_scale()
    spends = np.linspace(0.0, reach, POINTS)
    outcomes = response.value(spends) - response.value(np.zeros(1))[0]
    each = response.each(spends) - response.each(np.zeros(1))
    low, high = np.percentile(each, BAND, axis=-1)
    for position, spend in enumerate(spends):
        band = {"low": float(low[position]), "high": float(high[position])} if len(response.members) > 1 else {}
        yield {
            "tactic": fitted.name,
            "mark": "",
            "spend": float(spend),
            "outcome": float(outcomes[position]),
        } | band
    if fitted.current_spend is not None:
        now = response.value(np.array([fitted.current_spend, 0.0]))
        yield {
            "tactic": fitted.name,
            "mark": "today",
            "marked": True,
            "spend": fitted.current_spend,
            "outcome": float(now[0] - now[1]),
        }
