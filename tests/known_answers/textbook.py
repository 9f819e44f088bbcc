"""Thirteen media-selection problems from textbooks, in numbers of advertisements; here in money.

Spend is number · cost, and the response is stated as the book does: `gain` for each `cost`. A second
resource that is money is a `spend_range`; any other is a `linear` rule, scaled to whole coefficients so
that it stays exact. Audiences to be reached are metrics with required goals. Whole numbers are `packages`.
Without a budget the book asks for the least cost: minimise spend.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from tests.known_answers.case import Case, facts, scenario
from tests.oracles.families import Wire


def cases() -> list[Case]:
    """The twelve linear ones, then the magazines with decreasing returns."""
    return [_case(problem) for problem in facts("textbook")] + [_magazines(facts("magazines"))]


def _case(problem: Wire) -> Case:
    costs = {medium["name"]: medium["cost"] for medium in problem["media"]}
    unique = problem["id"] != "dorian-ip"  # two plans cost 400: 4 and 2 minutes, or 6 and 1
    return Case(
        name=problem["id"],
        scenario=_scenario(problem, costs),
        field="outcome" if "budget" in problem else "spend",
        optimum=problem["optimum"],
        budget_price=problem.get("budget_price"),
        goal_prices=problem.get("goal_prices", {}),
        spend={name: number * costs[name] for name, number in problem["numbers"].items()} if unique else {},
    )


def _scenario(problem: Wire, costs: dict[str, float]) -> Wire:
    more: dict[str, Any] = {"objective": {"minimize": "spend"}}
    if "budget" in problem:
        more = {"objective": {"maximize": "outcome"}, "budget": {"at_most": problem["budget"]}}
    if "digits" in problem:
        more["digits"] = problem["digits"]
    limits = problem["limits"]
    return scenario(
        problem["title"],
        [_tactic(medium, limits) for medium in problem["media"]],
        rules=[_rule(limit, costs) for limit in limits if limit["is"] == "rule"]
        + [_packages(medium) for medium in problem["media"] if medium.get("whole")],
        goals=[_goal(limit) for limit in limits if limit["is"] == "goal"],
        **more,
    )


def _tactic(medium: Wire, limits: list[Wire]) -> Wire:
    cost, name = medium["cost"], medium["name"]
    audiences = [limit for limit in limits if limit["is"] == "goal"]
    return {
        "name": name,
        "stage": "upstream",
        "response": {"family": "linear", "slope": medium.get("gain", 1), "input_scale": cost},
        "spend": {side: medium[side] * cost for side in ("at_least", "at_most") if side in medium},
        "metrics": {limit["name"]: {"per_spend": limit["per_ad"].get(name, 0) / cost} for limit in audiences},
    }


def _goal(limit: Wire) -> Wire:
    return {
        "name": f"reach {limit['name']}",
        "metric": limit["name"],
        "at_least": limit["at_least"],
        "required": True,
    }


def _packages(medium: Wire) -> Wire:
    scope = {"tactics": [medium["name"]]}
    return {"rule": "packages", "name": f"whole {medium['name']}", "scope": scope, "price": medium["cost"]}


def _rule(limit: Wire, costs: dict[str, float]) -> Wire:
    per_money = {n: Fraction(repr(a)) / Fraction(repr(costs[n])) for n, a in limit["per_ad"].items()}
    sides = {"at_least": limit["exactly"], "at_most": limit["exactly"]} if "exactly" in limit else limit
    bounds = {side: sides[side] for side in ("at_least", "at_most") if side in sides}
    if set(per_money.values()) == {Fraction(1)}:
        return {"rule": "spend_range", "name": limit["name"], "scope": {"tactics": list(per_money)}} | bounds
    whole = math.lcm(*(rate.denominator for rate in per_money.values()))
    terms = [{"scope": {"tactics": [n]}, "coefficient": int(rate * whole)} for n, rate in per_money.items()]
    return {"rule": "linear", "name": limit["name"], "terms": terms} | {k: b * whole for k, b in bounds.items()}


def _magazines(problem: Wire) -> Case:
    price = problem["price"]
    tactics = [_magazine(name, channel, price) for name, channel in problem["channels"].items()]
    return Case(
        name=problem["id"],
        scenario=scenario(
            problem["title"],
            tactics,
            objective={"maximize": "outcome"},
            budget={"at_most": problem["budget"]},
            rules=[{"rule": "packages", "name": "whole advertisements", "price": price}],
        ),
        field="outcome",
        optimum=problem["optimum"],
        spend={name: number * price for name, number in problem["numbers"].items()},
    )


def _magazine(name: str, channel: Wire, price: float) -> Wire:
    points = [[number * price, seen] for number, seen in zip(channel["breaks"], channel["cumulative"], strict=True)]
    response = {"family": "tabulated", "points": points}
    return {"name": name, "stage": "upstream", "response": response, "spend": {"at_most": points[-1][0]}}
