"""What an import made, on the wire: a curve set with its report, and the scenarios that the file states."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from pydantic import Field, JsonValue

from app.schemas.adstock import adstock_to_wire
from app.schemas.base import Answer
from app.schemas.curve_set import CurveSetIn
from app.schemas.mirror import plain
from app.schemas.response import response_to_wire
from app.schemas.scenario import scenario_to_wire
from optimizer.problem.scope import Stage
from optimizer.problem.tactic import CarryOver
from optimizer.sources.curve_set import FittedCurve, Interval
from optimizer.sources.report import Reading

PERIODS = ("week", "month", "quarter")


class ImportedOut(Answer):
    """A curve set as `POST /v1/curve-sets` takes it, with the report of its import, and scenarios to solve."""

    curve_set: dict[str, JsonValue] = Field(
        description="As `POST /v1/curve-sets` takes it; `report` tells what was found."
    )
    scenarios: list[dict[str, JsonValue]] = Field(
        description="Budget problems that the file states, as `POST /v1/plans` takes them."
    )

    @classmethod
    def of(cls, reading: Reading, name: str | None, currency: str | None, stage: Stage | None) -> ImportedOut:
        """The answer; whatever no tactic could take is refused by the very model that stores it."""
        curve_set = _curve_set(reading, name, currency, stage)
        CurveSetIn.model_validate(curve_set).check()
        problems = reading.curve_set.problems
        scenarios = [scenario_to_wire(problem.scenario(currency or "USD", stage or "upstream")) for problem in problems]
        return cls(curve_set=curve_set, scenarios=scenarios)


def _curve_set(reading: Reading, name: str | None, currency: str | None, stage: Stage | None) -> dict[str, Any]:
    made = reading.curve_set
    stated = {
        "name": name or made.name,
        "currency": currency,
        "period": made.period if made.period in PERIODS else None,
        "curves": [_curve(curve, stage) for curve in made.curves],
        "report": json.loads(json.dumps(report_to_wire(reading), allow_nan=False)),  # lists, as JSON has them
    }
    return {field: value for field, value in stated.items() if value is not None}


def _curve(curve: FittedCurve, stage: Stage | None) -> dict[str, Any]:
    stated = {
        "name": curve.name,
        "stage": stage,
        "response": response_to_wire(curve.response),
        "adstock": None if curve.carry_over == CarryOver() else adstock_to_wire(curve.carry_over),
        "current_spend": curve.current_spend,
        "revenue_per_outcome": curve.revenue_per_outcome,
        "interval": None if curve.interval is None else _interval(curve.interval),
        "tags": dict(curve.tags) or None,
    }
    return {field: value for field, value in stated.items() if value is not None}


def _interval(interval: Interval) -> dict[str, Any]:
    return {"probability": interval.probability, "points": [list(point) for point in interval.points]}


def report_to_wire(reading: Reading) -> dict[str, Any]:
    """The report as plain data: what is not known is null."""
    report = reading.report()
    limits = {curve.name: {"spend": plain(curve.spend)} for curve in reading.curve_set.curves}
    return {
        "source": report.source,
        "version": report.version,
        "period": report.period,
        "outcome": report.outcome,
        "largest_difference": report.largest_difference,
        "tactics": [asdict(tactic) | limits[tactic.tactic] for tactic in report.tactics],
        "checks": [asdict(check) | {"difference": check.difference} for check in report.checks],
        "left_out": [asdict(entry) for entry in report.left_out],
        "warnings": list(report.warnings),
        "published": [
            {
                "scenario": problem.name,
                "outcome": problem.published_outcome,
                "spend": [{"tactic": tactic, "spend": spend} for tactic, spend in problem.published_spend],
            }
            for problem in reading.curve_set.problems
        ],
    }
