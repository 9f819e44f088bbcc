"""Scenarios by seed that `program` can write: lines and tables, carry-over, seasons, events, goals in parts, rules."""

from __future__ import annotations

import random
from typing import Any

from tests.oracles.families import Wire

NAMES = ("tv", "search", "radio", "print")
AIMS: tuple[Wire, ...] = (
    {"maximize": "revenue"},
    {"maximize": "profit"},
    {"maximize": "outcome"},
    {"maximize": "revenue", "target_marginal_roi": 0.4},
)


class _Dice(random.Random):
    """Chances, and numbers as a planner would write them."""

    def maybe(self, share: float) -> bool:
        return self.random() < share

    def money(self, low: float, high: float) -> float:
        return float(round(self.uniform(low, high)))

    def near(self, low: float, high: float, digits: int = 2) -> float:
        return round(self.uniform(low, high), digits)


def planning(seed: int, objective: Wire | None = None, goals: int = 0, required: float = 0.2) -> Wire:
    """Two to four tactics in one to three periods, within a budget; the objective by turns where none is given."""
    dice = _Dice(f"{seed} planning")
    periods, names = [f"p{k + 1}" for k in range(dice.randint(1, 3))], NAMES[: dice.randint(2, 4)]
    concave, money = dice.maybe(0.6), dice.money(30, 170) * len(periods)
    tactics = [_tactic(dice, name, len(periods), concave) for name in names]
    budget: Wire = {dice.choice(["at_most", "at_most", "at_most", "exactly"]): money}
    if len(periods) > 1 and dice.maybe(0.3):
        budget["by_period"] = {dice.choice(periods): {"at_most": float(round(money / 2))}}
    scenario = {
        "name": f"planning {seed}",
        "currency": "EUR",
        "objective": objective or AIMS[seed % len(AIMS)],
        "periods": periods,
        "budget": budget,
        "tactics": tactics,
        "rules": [_rule(dice, f"r{k}", tactics, periods, money) for k in range(dice.randint(0, 2))],
        "goals": [_goal(dice, k, tactics, periods, required) for k in range(goals)],
        "solve": {"gap": 1e-6, "time_limit": 30},
    }
    if dice.maybe(0.3):
        launch = {"tactics": [names[0]], "periods": periods[-1:]}
        scenario["events"] = [{"name": "launch", "scope": launch, "lift": dice.near(0.7, 1.8)}]
    return scenario


def _tactic(dice: _Dice, name: str, periods: int, concave: bool) -> Wire:
    tactic: Wire = {
        "name": name,
        "stage": dice.choice(["upstream", "downstream"]),
        "tags": {"region": dice.choice(["north", "south"])},
        "response": _curve(dice, concave),
        "revenue_per_outcome": dice.choice([1.0, 1.0, 0.5, 2.5]),
        "margin": dice.choice([1.0, 1.0, 0.6]),
        "metrics": {"reach": {"per_spend": dice.near(0.1, 2, 1), "per_outcome": dice.near(0, 2, 1)}},
        "spend": {"at_least": dice.choice([0.0, 0.0, dice.money(1, 15)])},
    }
    if dice.maybe(0.5):
        tactic["spend"]["at_most"] = dice.money(30, 200)
    if periods > 1 and dice.maybe(0.4):
        tactic["adstock"] = _adstock(dice)
    if periods > 1 and dice.maybe(0.3):
        tactic["seasonality"] = {"cycle": [1.0, dice.near(0.5, 2)], "growth": dice.near(-0.1, 0.2)}
    return tactic


def _curve(dice: _Dice, concave: bool) -> Wire:
    if dice.maybe(0.25):
        return {"family": "linear", "slope": dice.near(0.3, 4)}
    ends = sorted(dice.sample(range(1, 30), dice.randint(2, 4)))
    slopes = [dice.uniform(0.1, 5) for _ in ends]
    points, before = [[0.0, 0.0]], 0
    for end, slope in zip(ends, sorted(slopes, reverse=True) if concave else slopes, strict=True):
        points.append([10.0 * end, round(points[-1][1] + 10.0 * (end - before) * slope, 2)])
        before = end
    return {"family": "tabulated", "points": points}


def _adstock(dice: _Dice) -> Wire:
    adstock: Wire = {"family": "geometric", "retention": dice.choice([0.3, 0.5, 0.8])}
    if dice.maybe(0.6):
        adstock |= {"length": dice.randint(1, 3), "normalized": dice.maybe(0.4), "count_carry_out": dice.maybe(0.5)}
    if dice.maybe(0.5):
        adstock["carry_in"] = [dice.money(0, 60) for _ in range(dice.randint(1, 2))]
    return adstock | {"after_saturation": dice.maybe(0.3)}


def _scope(dice: _Dice, tactics: list[Wire], periods: list[str]) -> Wire:
    some = dice.sample([tactic["name"] for tactic in tactics], dice.randint(1, 2))
    tags, stage = {"tags": tactics[0]["tags"]}, {"stage": tactics[0]["stage"]}
    scope: Wire = dice.choice([{}, {}, {"tactics": some}, tags, stage])
    return scope | ({"periods": periods[: dice.randint(1, len(periods))]} if dice.maybe(0.2) else {})


def _rule(dice: _Dice, name: str, tactics: list[Wire], periods: list[str], money: float) -> Wire:
    kinds: list[Wire] = [
        {"rule": "spend_range", "at_most": float(round(money * dice.uniform(0.3, 0.9)))},
        {"rule": "spend_range", "at_least": float(round(money * 0.1))},
        {"rule": "share_range", "at_most": dice.near(0.3, 0.9)},
        {"rule": "efficiency", "at_least": dice.near(0.5, 1.8)},
        {"rule": "metric_range", "metric": "outcome", "at_most": dice.money(50, 500)},
    ]
    burst = {"rule": "minimum_if_active", "scope": {"tactics": [tactics[-1]["name"]]}, "at_least": dice.money(10, 60)}
    kinds = [kind | {"scope": _scope(dice, tactics, periods)} for kind in kinds]
    return dice.choice([*kinds, burst]) | {"name": name}


def _goal(dice: _Dice, number: int, tactics: list[Wire], periods: list[str], required: float) -> Wire:
    metric = dice.choice(["revenue", "outcome", "profit", "spend", "reach"])
    target = dice.money(10, 150) if metric == "spend" else dice.money(20, 600)
    goal: Wire = {"name": f"g{number}", "metric": metric, "scope": _scope(dice, tactics, periods)}
    if dice.maybe(required):
        goal["required"], target = True, float(round(0.3 * target))
    elif dice.maybe(0.8):
        goal["priority"] = dice.randint(1, 2)
    if dice.maybe(0.4):
        goal["weight"] = dice.near(0.5, 3, 1)
    if number and dice.maybe(0.5):
        goal["parent"] = f"g{dice.randrange(number)}"
    return goal | _parts(dice, target, goal["scope"].get("periods", periods))


def _parts(dice: _Dice, target: float, counted: list[str]) -> Wire:
    """The target as a whole, or in time."""
    forms: list[Wire] = [{"at_least": target}]
    if len(counted) > 1:
        path: Any = {"growth": dice.near(-0.1, 0.2), "seasonality": {"cycle": [1.0, dice.near(0.5, 1.5)]}}
        due = [{"by": counted[0], "at_least": float(round(target * dice.uniform(0.2, 0.6)))}]
        forms += [
            {"at_least": target, "milestones": due},
            {"at_least": max(1.0, float(round(target / len(counted)))), "path": path},
            {"at_least": target, "by": counted[-2]},
        ]
    return dice.choice(forms)
