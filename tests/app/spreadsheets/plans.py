"""Plans to make workbooks of: every status, every sheet, and names that were made to do harm."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.schemas.scenario import ScenarioIn
from optimizer.answers.plan import Plan
from optimizer.optimize import optimize
from optimizer.problem.scenario import Scenario

HOSTILE = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    '=HYPERLINK("http://example.org","x")',
    "[brackets]/slash\\*?:",
    "'quoted'",
    "x" * 300,
    "\u202eright to left\u202c עברית",
    "😀 emoji 👩‍👩‍👧",
    "_x0041_ <b>&amp;</b>",
    " outer blanks ",
    "&L&F&D footer codes",
    "Ünïcödé\u200b",
)


def hostile() -> dict[str, Any]:
    """A scenario whose every name is hostile."""
    names = iter(HOSTILE * 2)
    periods = [f"{next(names)}"[:290] + f" {k}" for k in (1, 2)]
    tactics = [
        {
            "name": name,
            "stage": ("upstream", "downstream")[k % 2],
            "response": {"family": "hill", "ceiling": 4000.0 / (k + 3), "half_saturation": 77.7, "shape": 0.8},
            "spend": {"at_most": 100.1},
            "current_spend": 33.33,
            "tags": {"=tag": "+value", "a.b": "[0]"},
            "assumptions": ["=1+1 is assumed"],
        }
        for k, name in enumerate(HOSTILE)
    ]
    return {
        "name": "=SUM(A1)",
        "currency": "EUR",
        "periods": periods,
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 1234.56},
        "tactics": tactics,
        "goals": [{"name": "=goal", "metric": "revenue", "at_least": 5.0, "required": True},
                  {"name": "@soft", "metric": "revenue", "at_least": 1e9}],
        "rules": [{"rule": "spend_range", "name": "-rule", "at_most": 50.05, "scope": {"tactics": ["=1+1"]}}],
    }  # fmt: skip


@cache
def solved(name: str) -> tuple[Scenario, Plan]:
    """A scenario of this page, by its name, and its plan."""
    scenario = ScenarioIn.model_validate(STATED[name]()).to_domain()
    return scenario, optimize(scenario)


def river() -> dict[str, Any]:
    """Two periods with a demand pool, a goal by milestones and a price for demand."""
    hill = {"family": "hill", "ceiling": 900.0, "half_saturation": 300.0, "shape": 1.0}
    return {
        "name": "River",
        "currency": "EUR",
        "periods": ["2027-01", "2027-02", "2027-03"],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 1000, "by_period": {"2027-02": {"at_most": 400}}},
        "tactics": [
            {"name": "tv", "stage": "upstream", "response": hill, "feeds": "leads", "lead": 1,
             "spend": {"at_most": 300},
             "revenue_per_outcome": 0, "current_spend": 100},
            {"name": "search", "stage": "downstream", "response": hill, "draws_from": "leads", "current_spend": 50},
        ],
        "demand_pools": [{"name": "leads", "initial": 200, "organic": 40, "retention": 0.7, "end_value": 0.1}],
        "goals": [{"name": "year", "metric": "revenue", "at_least": 400,
                   "milestones": [{"by": "2027-01", "at_least": 90}]}],
    }  # fmt: skip


def conflicting() -> dict[str, Any]:
    """A goal that the budget cannot reach."""
    return river() | {"goals": [{"name": "too much", "metric": "revenue", "at_least": 1e6, "required": True}]}


STATED = {"hostile": hostile, "river": river, "conflict": conflicting}
