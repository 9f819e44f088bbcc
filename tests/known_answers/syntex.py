"""Syntex's sales force: eight drugs, ADBUDG curves fitted by its managers.

x = representatives ÷ current ones. Spend is representatives · $0.057 million, so x = spend/(0.057·current).
Profit is published with the sales that need no representative at all (`floor`): the plan shows the increment,
the floor is a constant taken off here.
"""

from __future__ import annotations

from typing import Any

from tests.known_answers.case import Case, facts, scenario
from tests.oracles.families import Wire


def cases() -> list[Case]:
    """As many representatives as pay; the constrained case has no published answer, see `constrained`."""
    published = facts("syntex")
    cost = published["cost_per_rep"]
    floors = sum(drug["floor"] * drug["revenue"] * drug["margin"] for drug in published["drugs"])
    return [
        Case(
            name="syntex, no budget",
            scenario=_scenario(published),
            field="profit",
            optimum=sum(drug["best_profit"] for drug in published["drugs"]) - floors,
            spend={drug["name"]: drug["best_reps"] * cost for drug in published["drugs"]},
        )
    ]


def constrained(representatives: float) -> Wire:
    """The same with a limited sales force, for the independent solver to answer."""
    published = facts("syntex")
    return _scenario(published, budget={"at_most": round(representatives * published["cost_per_rep"], 6)})


def current_representatives() -> float:
    """How many there were."""
    return float(sum(drug["reps"] for drug in facts("syntex")["drugs"]))


def _scenario(published: Wire, **more: Any) -> Wire:
    tactics = [_tactic(drug, published["cost_per_rep"]) for drug in published["drugs"]]
    return scenario("syntex", tactics, objective={"maximize": "profit"}, digits=6, **more)


def _tactic(drug: Wire, cost: float) -> Wire:
    curve = {key: drug[key] for key in ("shape", "half_effect", "floor", "ceiling")}
    return {
        "name": drug["name"],
        "stage": "downstream",
        "response": {"family": "adbudg", "input_scale": drug["reps"] * cost} | curve,
        "revenue_per_outcome": drug["revenue"],
        "margin": drug["margin"],
    }
