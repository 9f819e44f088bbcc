"""Documents that tests start from."""

from __future__ import annotations

import copy
import json
from typing import Any

from app.errors import Problem, problem_of
from app.schemas.scenario import read_scenario

Document = dict[str, Any]

WHOLE: Document = {
    "name": "whole",
    "currency": "EUR",
    "periods": ["1", "2"],
    "objective": {"maximize": "revenue", "target_marginal_roi": 0.5},
    "budget": {"at_most": 900, "by_period": {"1": {"at_most": 500}, "2": {"exactly": 300}}},
    "tactics": [
        {
            "name": "tv",
            "stage": "upstream",
            "tags": {"region": "north"},
            "response": {"family": "hill", "ceiling": 400, "half_saturation": 120, "shape": 1.6},
            "adstock": {
                "family": "geometric",
                "retention": 0.6,
                "length": 8,
                "normalized": True,
                "carry_in": [80],
                "count_carry_out": True,
                "after_saturation": True,
            },
            "spend": {"at_least": 1, "at_most": 300},
            "current_spend": 100,
            "revenue_per_outcome": 2.0,
            "margin": 0.35,
            "seasonality": [1, 1.5],
            "metrics": {"reach": {"per_spend": 0.02, "per_outcome": 1}},
            "feeds": "north",
            "lead": 1,
            "demand_per_outcome": 2,
            "assumptions": ["the shape is that of last year"],
        },
        {
            "name": "search",
            "stage": "downstream",
            "response": {"family": "tabulated", "points": [[0, 0], [50, 210], [100, 300]], "input_scale": 2},
            "draws_from": "north",
            "seasonality": {"cycle": [0.5, 1.5], "growth": 0.1},
        },
        {
            "name": "social",
            "stage": "downstream",
            "response": {
                "family": "logistic",
                "draws": [{"ceiling": 10, "rate": 0.1}, {"ceiling": 20, "rate": 0.2}],
                "output_scale": 3,
            },
        },
    ],
    "goals": [
        {
            "name": "FY",
            "metric": "revenue",
            "at_least": 20,
            "required": True,
            "milestones": [{"by": "1", "at_least": 5}],
        },
        {
            "name": "north",
            "metric": "reach",
            "at_least": 7,
            "scope": {"tags": {"region": "north"}},
            "priority": 1,
            "parent": "FY",
            "path": {"growth": 0.02, "seasonality": {"cycle": [1, 2]}},
            "weight": 2.5,
        },
    ],
    "rules": [
        {"rule": "spend_range", "name": "a", "scope": {"tactics": ["tv"]}, "at_least": 1},
        {"rule": "share_range", "name": "b", "scope": {"stage": "upstream"}, "at_least": 0.1, "at_most": 0.9},
        {"rule": "metric_range", "name": "c", "metric": "reach", "at_most": 1000},
        {
            "rule": "linear",
            "name": "d",
            "terms": [{"scope": {"tactics": ["tv"]}, "coefficient": 2}, {"scope": {}, "coefficient": -1}],
            "at_most": 100,
        },
        {"rule": "commitment", "name": "e", "amount": 10, "scope": {"tactics": ["search"], "periods": ["1"]}},
        {"rule": "minimum_if_active", "name": "f", "at_least": 5, "scope": {"tactics": ["tv"]}},
        {"rule": "packages", "name": "g", "price": 10, "scope": {"tactics": ["social"]}},
        {"rule": "efficiency", "name": "h", "at_least": 1.5, "metric": "reach", "scope": {"tactics": ["tv"]}},
        {
            "rule": "change_limit",
            "name": "i",
            "amount": 50,
            "share": 0.2,
            "from_current": True,
            "together": True,
            "scope": {"tactics": ["tv"]},
        },
        {
            "rule": "turnover_limit",
            "name": "j",
            "amount": 50,
            "share": 0.2,
            "lines": 2,
            "reference": [{"tactic": "tv", "period": "1", "spend": 80}],
            "scope": {"tactics": ["tv"]},
        },
        {"rule": "active_count", "name": "on 1", "at_least": 1, "at_most": 3, "minimum": 2.5, "over_all": True},
        {
            "rule": "rate_card",
            "name": "rates",
            "scope": {"tactics": ["search"]},
            "tiers": [{"at_least": 0, "price": 1}, {"at_least": 40, "price": 0.75}],
            "all_units": True,
        },
        {"rule": "active_periods", "name": "on 2", "at_least": 1, "at_most": 2, "min_run": 2, "minimum": 1.5},
        {"rule": "active_periods", "name": "on 3", "scope": {"tactics": ["social"]}, "blackout": ["1"]},
        {
            "rule": "requires",
            "name": "on 4",
            "scope": {"tactics": ["tv"]},
            "needs": {"stage": "downstream"},
            "minimum": 7,
        },
        {"rule": "exclusive", "name": "on 5", "at_most": 2, "over_all": True},
        {"rule": "exclusive", "name": "on 6", "groups": [{"tactics": ["tv"]}, {"stage": "downstream"}]},
    ],
    "demand_pools": [{"name": "north", "initial": 100, "organic": [40, 50], "retention": 0.8, "end_value": 0.3}],
    "events": [{"name": "launch", "scope": {"tactics": ["tv"], "periods": ["2"]}, "lift": 1.3}],
    "solve": {"gap": 1e-4, "time_limit": 5},
    "count_carry_out": True,
    "digits": 0,
}


def whole(change: Any = None) -> Document:
    """The whole document, changed in place by `change`."""
    document = copy.deepcopy(WHOLE)
    if change is not None:
        change(document)
    return document


def refusal(document: Document) -> Problem:
    """The problem that a document is refused with."""
    return refusal_of(json.dumps(document).encode())


def refusal_of(raw: bytes) -> Problem:
    """The problem that a body is refused with."""
    try:
        read_scenario(raw)
    except Exception as error:
        return problem_of(error)
    raise AssertionError("it was accepted")
