"""Four real Robyn allocations: response(x) = coef/(1 + (inflexion/(x + carryover))^alpha), per week.

The published response is the total, carried-over spend included: it is compared with
`totals.total_outcome`. The optima are an independent search's (dynamic programming, then polished); Robyn's
own lie within 1e-12 of them.
"""

from __future__ import annotations

from tests.known_answers.case import Case, facts, scenario
from tests.oracles.families import Wire


def cases() -> list[Case]:
    """One case for each allocation."""
    return [_case(run) for run in facts("robyn")]


def _case(run: Wire) -> Case:
    stated = scenario(
        run["id"],
        [_tactic(channel) for channel in run["channels"]],
        objective={"maximize": "outcome"},
        budget={"at_most": round(run["budget"], 6)},
        digits=6,
    )
    return Case(name=run["id"], scenario=stated, field="total_outcome", optimum=run["optimum"], spend=run["spend"])


def _tactic(channel: Wire) -> Wire:
    return {
        "name": channel["name"],
        "stage": "downstream",
        "response": {
            "family": "hill",
            "ceiling": channel["coef"],
            "half_saturation": channel["inflexion"],
            "shape": channel["alpha"],
            "input_offset": channel["carryover"],
        },
        "spend": {"at_least": round(channel["at_least"], 6), "at_most": round(channel["at_most"], 6)},
    }
