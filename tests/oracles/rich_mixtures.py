"""Mixtures with more mixed in: demand pools, seasonal patterns, events, rate cards, several goals, parts of budgets."""

from __future__ import annotations

import random

from tests.oracles.families import Wire
from tests.oracles.mixtures import mixture

APART = 10_000  # seeds of the plain mixtures that these are made of: others than those that are tested plainly


def rich_mixture(seed: int) -> Wire:
    """A plain mixture, and each of the additions in one scenario of two to four."""
    scenario, dice = mixture(APART + seed), random.Random(f"{seed} rich")
    scenario |= {"name": f"rich mixture {seed}", "solve": {"gap": 1e-6, "time_limit": 2}}
    names = scenario.get("periods", ["all"])
    money = _money(scenario)
    if dice.random() < 0.6:
        _river(dice, scenario, len(names), money)
    _seasons(dice, scenario)
    if dice.random() < 0.25:
        scenario["rules"].append(_rate_card(dice, scenario, money / len(names)))
    if dice.random() < 0.4:
        _worths(dice, scenario)
    if dice.random() < 0.3:
        _more_goals(dice, scenario, names, money)
    if "budget" in scenario and len(names) > 1 and dice.random() < 0.3:
        part = {"at_most": round(money * dice.uniform(0.3, 0.8), 2)}
        scenario["budget"]["by_period"] = {dice.choice(names): part}
    return scenario


def _money(scenario: Wire) -> float:
    """About what is spent."""
    if "budget" in scenario:
        return float(next(iter(scenario["budget"].values())))
    count = len(scenario.get("periods", ["all"]))
    return float(sum(tactic["spend"]["at_most"] for tactic in scenario["tactics"]) * count) / 2


def _river(dice: random.Random, scenario: Wire, periods: int, money: float) -> None:
    """One pool or two; a tactic in each draws, some of the others feed."""
    tactics = dice.sample(scenario["tactics"], len(scenario["tactics"]))
    pools = ["north", "south"][: dice.choice([1, 1, 2]) if len(tactics) > 1 else 1]
    kept = [0.0, 0.5, 0.9] + ([1.0] if periods > 1 else [])
    scenario["demand_pools"] = [
        {
            "name": name,
            "initial": round(money * dice.uniform(0.01, 0.5), 2),
            "organic": dice.choice([round(money * 0.1, 2), [round(money * dice.random(), 2) for _ in range(periods)]]),
            "retention": dice.choice(kept),
            "end_value": dice.choice([0.0, 0.0, 0.4]),
        }
        for name in pools
    ]
    for place, tactic in enumerate(tactics):
        demand = {"demand_per_outcome": dice.choice([0.5, 1.0, 2.0])}
        if place < len(pools):
            tactic |= {"stage": "downstream", "draws_from": pools[place]} | demand
        elif dice.random() < 0.7:
            lead = dice.choice([0, 0, 1, 2])
            tactic |= {"stage": "upstream", "feeds": dice.choice(pools), "lead": lead} | demand
        elif dice.random() < 0.3:
            tactic |= {"stage": "downstream", "draws_from": dice.choice(pools)} | demand


def _seasons(dice: random.Random, scenario: Wire) -> None:
    for tactic in scenario["tactics"]:
        if dice.random() < 0.25:
            cycle = [round(dice.uniform(0.5, 1.5), 2) for _ in range(dice.choice([1, 2]))]
            tactic["seasonality"] = {"cycle": cycle, "growth": dice.choice([0.0, 0.1, -0.2])}
    if dice.random() < 0.3:
        scope = {"tactics": [dice.choice(scenario["tactics"])["name"]]}
        if "periods" in scenario:
            scope["periods"] = [dice.choice(scenario["periods"])]
        scenario["events"] = [{"name": "launch", "scope": scope, "lift": dice.choice([0.5, 1.3, 2.0])}]


def _rate_card(dice: random.Random, scenario: Wire, money: float) -> Wire:
    """Discounts, or prices that rise."""
    prices = [1.0, round(dice.uniform(0.5, 0.95), 2)] if dice.random() < 0.8 else [1.0, 1.2]
    tiers = [{"at_least": 0, "price": prices[0]}]
    tiers.append({"at_least": round(money * dice.uniform(0.1, 0.5), 2), "price": prices[1]})
    card: Wire = {"rule": "rate_card", "name": "rates", "tiers": tiers}
    if prices[1] < 1.0 and dice.random() < 0.5:
        card["all_units"] = True
    return card | {"scope": {"tactics": [dice.choice(scenario["tactics"])["name"]]}}


def _worths(dice: random.Random, scenario: Wire) -> None:
    """Outcome that earns more or less than 1, margins, a metric of the planner's own."""
    for tactic in scenario["tactics"]:
        tactic["revenue_per_outcome"] = dice.choice([0.0, 0.5, 1.0, 3.0])
        tactic["margin"] = dice.choice([0.4, 1.0])
        tactic["metrics"] = {"reach": {"per_spend": round(dice.uniform(0.1, 2.0), 2)}}
    if "maximize" in scenario["objective"] and dice.random() < 0.3:
        scenario["objective"] = scenario["objective"] | {"target_marginal_roi": 0.2}


def _more_goals(dice: random.Random, scenario: Wire, names: list[str], money: float) -> None:
    """Goals of parts of the plan, required or soft."""
    reached = any("metrics" in tactic for tactic in scenario["tactics"])
    for number in range(dice.choice([1, 2])):
        scope: Wire = {"tactics": [dice.choice(scenario["tactics"])["name"]]} if dice.random() < 0.5 else {}
        if len(names) > 1 and dice.random() < 0.5:
            scope["periods"] = [dice.choice(names)]
        metric = dice.choice(["revenue", "outcome", "spend", *(["reach"] if reached else [])])
        least = round(money * dice.uniform(0.01, 0.2), 2)
        goal = {"name": f"part {number}", "metric": metric, "scope": scope, "at_least": least}
        scenario.setdefault("goals", []).append(goal | {"required": dice.random() < 0.6})
