"""Meridian messages made here: a plain saturating curve for each channel, and a search on a grid."""

from __future__ import annotations

from itertools import product
from typing import Any

CEILINGS = {"tv": 900.0, "web": 500.0, "radio": 300.0}
HALF = {"tv": 400.0, "web": 150.0, "radio": 90.0}
NOW = {"tv": 400.0, "web": 200.0, "radio": 100.0}
STEP = 10.0
INTERVAL = {"startDate": {"year": 2024, "month": 1, "day": 1}, "endDate": {"year": 2025, "month": 1, "day": 1}}


def outcome(channel: str, spend: float) -> float:
    """c·x/(h + x)."""
    return CEILINGS[channel] * spend / (HALF[channel] + spend)


def steps(channel: str) -> list[float]:
    """The grid between 70 % and 130 % of the current spend."""
    low, high = round(0.7 * NOW[channel]), round(1.3 * NOW[channel])
    return [float(x) for x in range(low, high + 1, int(STEP))]


def best_on_grid(budget: float) -> tuple[float, dict[str, float]]:
    """Every combination of steps that spends the budget exactly."""
    every = (
        dict(zip(NOW, spends, strict=True))
        for spends in product(*(steps(name) for name in NOW))
        if sum(spends) == budget
    )
    return max((sum(outcome(n, x) for n, x in plan.items()), plan) for plan in map(dict, every))  # type: ignore[type-var]


def message(**run: Any) -> dict[str, Any]:
    """An Mmm with an analysis and one fixed-budget optimisation; `run` changes the run."""
    value, plan = best_on_grid(700.0)
    assert value > 0
    made = {
        "name": "fixed",
        "spec": {
            "dateInterval": INTERVAL,
            "objective": "KPI",
            "kpiType": "REVENUE",
            "fixedBudgetScenario": {"totalBudget": 700.0},
            "channelConstraints": [
                {"channelName": n, "budgetConstraint": {"minBudget": steps(n)[0], "maxBudget": steps(n)[-1]}}
                for n in NOW
            ],
        },
        "nonoptimizedMarketingAnalysis": analysis(NOW),
        "optimizedMarketingAnalysis": analysis(plan),
        "incrementalOutcomeGrid": {
            "spendStepSize": STEP,
            "channelCells": [
                {
                    "channelName": n,
                    "cells": [{"spend": x, "incrementalOutcome": estimate(outcome(n, x))} for x in steps(n)],
                }
                for n in NOW
            ],
        },
    } | run
    return {
        "marketingAnalysisList": {"marketingAnalyses": [analysis(NOW)]},
        "marketingOptimization": {"budgetOptimization": {"results": [made]}},
    }


def estimate(value: float) -> dict[str, Any]:
    """With an interval of 80 % from half to twice of it."""
    return {"value": value, "uncertainties": [{"probability": 0.8, "lowerbound": value / 2, "upperbound": value * 2}]}


def analysis(spend: dict[str, float]) -> dict[str, Any]:
    """What each channel's spend brings, with its curve; all channels together have none."""
    channels = [
        {
            "channelName": name,
            "spendInfo": {"spend": spend[name]},
            "responseCurve": {"inputName": "spend", "responsePoints": _points(name)},
            "mediaOutcomes": [
                {"kpiType": "REVENUE", "contribution": {"value": estimate(outcome(name, spend[name]))}},
                {"kpiType": "NON_REVENUE", "contribution": {"value": {"value": outcome(name, spend[name]) / 7}}},
            ],
        }
        for name in NOW
    ]
    return {"dateInterval": INTERVAL, "mediaAnalyses": [*channels, {"channelName": "All Channels"}]}


def _points(name: str) -> list[dict[str, float]]:
    """Zeros are left out, as proto JSON does; the steps of the grid are among the points."""
    spends = [10.0 * n for n in range(1, 81)]
    return [{}, *({"inputValue": x, "incrementalKpi": outcome(name, x)} for x in spends)]
