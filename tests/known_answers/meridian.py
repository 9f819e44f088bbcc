"""Four published Meridian optimisations of a fixed budget: tabulated curves over the whole window.

Two answers each. The linear programme over the points is exact: 1e-6. Meridian's own search stops on a grid
of its budget: its published total is met within 2e-4.
"""

from __future__ import annotations

from tests.known_answers.case import Case, facts, scenario
from tests.oracles.families import Wire


def cases() -> list[Case]:
    """The exact optimum and the published one of each run."""
    return [case for run in facts("meridian") for case in _cases(run)]


def _cases(run: Wire) -> list[Case]:
    stated = scenario(
        run["id"],
        [_tactic(channel) for channel in run["channels"]],
        objective={"maximize": "outcome"},
        budget={"exactly": run["budget"]},
    )
    answers = {"exact": (run["optimum"], 1e-6), "published": (run["published_optimum"], 2e-4)}
    return [
        Case(name=f"{run['id']} {kind}", scenario=stated, field="outcome", optimum=best, tolerance=near)
        for kind, (best, near) in answers.items()
    ]


def _tactic(channel: Wire) -> Wire:
    return {
        "name": channel["name"],
        "stage": "upstream",
        "response": {"family": "tabulated", "points": channel["points"]},
        "spend": {"at_least": channel["at_least"], "at_most": channel["at_most"]},
    }
