"""What money buys by the rate cards of a wire scenario, told without their formulas: by buying unit after unit."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from tests.oracles.exact import Statement, exact
from tests.oracles.families import Array, Wire


def cost(card: Wire, units: float) -> float:
    """What so many units cost [money]."""
    tiers = card["tiers"]
    if card.get("all_units"):
        return next(tier["price"] for tier in reversed(tiers) if units >= tier["at_least"]) * units
    ends = [tier["at_least"] for tier in tiers[1:]] + [np.inf]
    return sum(
        tier["price"] * max(0.0, min(units, end) - tier["at_least"]) for tier, end in zip(tiers, ends, strict=True)
    )


def least(card: Wire, number: int) -> Fraction:
    """What a tier costs from, in exact decimals: 14 units at 0.8 are paid for with 11.2."""
    tiers = [{name: exact(value) for name, value in tier.items()} for tier in card["tiers"]]
    start = tiers[number]["at_least"]
    if card.get("all_units"):
        return tiers[number]["price"] * start
    steps = pairwise(tier["at_least"] for tier in tiers[: number + 1])
    return sum((tier["price"] * (end - at) for tier, (at, end) in zip(tiers, steps, strict=False)), Fraction(0))


def bought(card: Wire, spend: float) -> float:
    """The most units that a spend pays for, at the price of the first tier: bisection within each tier."""
    tiers = card["tiers"]
    ends = [tier["at_least"] for tier in tiers[1:]] + [spend / min(tier["price"] for tier in tiers) + 1.0]
    best = 0.0
    for number, (tier, end) in enumerate(zip(tiers, ends, strict=True)):
        low, high = tier["at_least"], np.nextafter(max(end, tier["at_least"]), 0.0)
        if least(card, number) > exact(spend):
            continue
        for _ in range(200):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if cost(card, middle) <= spend else (low, middle)
        best = max(best, high if cost(card, high) <= spend else low)
    return best * tiers[0]["price"]


def media(scenario: Wire, spend: Array) -> Array:
    """What each cell buys, shape (tactics, periods) [money at list price]."""
    cards = [rule for rule in scenario.get("rules", []) if rule["rule"] == "rate_card"]
    whole = spend.copy()
    if cards:
        statement = Statement.of(scenario)
        rows, columns = list(statement.tactics), list(statement.periods)
        for card in cards:
            for tactic, period in statement.selected(card.get("scope")):
                cell = rows.index(tactic), columns.index(period)
                whole[cell] = bought(card, float(spend[cell]))
    return whole


def rate(scenario: Wire, spend: Array) -> Array:
    """What one more unit of money buys in each cell, by a difference."""
    step = 1e-6 * np.maximum(1.0, spend)
    return np.asarray((media(scenario, spend + step) - media(scenario, spend)) / step)
