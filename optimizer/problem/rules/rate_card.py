"""What money buys: prices that depend on how much is bought."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import number, positive, tidy

if TYPE_CHECKING:
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From `at_least` units on, a unit costs `price` [money per unit]."""

    at_least: float
    price: float

    def __post_init__(self) -> None:
        number(self.at_least, "at_least", least=0.0)
        positive(self.price, "price")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From spend `start` on, media worth `bought` at list price, and `rate` for each further unit of money."""

    start: float
    bought: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard(Rule):
    """Each cell of the scope buys at these prices; its curve reads the units bought, at the price of the first tier.

    By the unit: cost(u) = Σ_k price_k · (units of tier k). `all_units`: cost(u) = price_k · u at the highest tier that
    u reaches; what money buys is then the best of all tiers that it reaches: max_k {spend / price_k ≥ at_least_k}.

    >>> tiers = (Tier(at_least=0.0, price=1.0), Tier(at_least=100.0, price=0.5))
    >>> RateCard(name="volume", tiers=tiers).bought(np.array([80.0, 150.0])).tolist()
    [80.0, 200.0]
    >>> RateCard(name="volume", tiers=tiers, all_units=True).bought(np.array([49.0, 50.0])).tolist()
    [49.0, 100.0]
    """

    kind: ClassVar[str] = "rate_card"
    unit: ClassVar[str] = "unit of money"
    priced: ClassVar[bool] = False
    limiting: ClassVar[bool] = False
    tiers: tuple[Tier, ...]
    all_units: bool = False
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if not self.tiers:
            raise ScenarioError("empty", "tiers", "must hold at least one tier", "give the list price as a tier")
        if self.tiers[0].at_least != 0.0:
            raise ScenarioError(
                "tiers_backwards", "tiers[0].at_least", "is above 0", "begin with the price of the first unit"
            )
        for position, (before, tier) in enumerate(pairwise(self.tiers), start=1):
            if tier.at_least <= before.at_least:
                raise ScenarioError(
                    "tiers_backwards", f"tiers[{position}].at_least", "is not above the tier before", "sort the tiers"
                )
            if self.all_units and tier.price > before.price:
                raise ScenarioError(
                    "tiers_backwards",
                    f"tiers[{position}].price",
                    "rises, so that more money would buy less",
                    "lower it, or leave out all_units",
                )

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)
        own = scenario.cells(self.scope)
        for other in scenario.rules:
            if not isinstance(other, RateCard) or other.name >= self.name:
                continue
            if (own & scenario.cells(other.scope)).any():
                raise ScenarioError(
                    "two_rate_cards", "scope", "holds a cell that has another rate card", "give each cell one"
                )

    def violation(self, valuation: Valuation) -> float:
        """It says what money buys, and nothing that spend could break."""
        del valuation
        return 0.0

    def slack(self, valuation: Valuation) -> float:
        del valuation
        return float("inf")

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        low, high = Rule.decided(self, valuation)
        cells = valuation.cells(self.scope)
        starts = np.array([stretch.start for stretch in self.stretches()])
        place = self._place(valuation.spend[cells])
        low[cells], high[cells] = starts[place], np.append(starts, np.inf)[place + 1]
        return low, high

    def stretches(self) -> tuple[Stretch, ...]:
        """What money buys, piece by piece; at the start of a piece it may jump up."""
        found: list[Stretch] = []
        first, spent = self.tiers[0].price, 0.0
        for position, tier in enumerate(self.tiers):
            if self.all_units:
                spent = tidy(tier.price * tier.at_least)
            elif position:
                before = self.tiers[position - 1]
                spent = tidy(spent + before.price * (tier.at_least - before.at_least))
            while found and found[-1].start >= spent:
                found.pop()  # a later tier is reached for less
            found.append(Stretch(start=spent, bought=first * tier.at_least, rate=first / tier.price))
        return tuple(found)

    def bought(self, spend: Array) -> Array:
        """The media that a spend buys, at the price of the first tier [money], any shape."""
        starts, levels, rates = self._table()
        place = self._place(spend)
        media: Array = levels[place] + rates[place] * (spend - starts[place])
        return media

    def rate(self, spend: Array) -> Array:
        """What one more unit of money buys [1], any shape."""
        rates: Array = self._table()[2][self._place(spend)]
        return rates

    def _place(self, spend: Array) -> np.ndarray:
        return np.searchsorted(self._table()[0], spend, side="right") - 1

    def _table(self) -> tuple[Array, Array, Array]:
        parts = self.stretches()
        return tuple(np.array([getattr(part, name) for part in parts]) for name in ("start", "bought", "rate"))  # type: ignore[return-value]


def media(scenario: Scenario, spend: Array) -> Array:
    """What the spend buys at list prices [money], shape (…, tactics, periods): the spend itself without rate cards."""
    bought = spend.copy()
    for card in cards(scenario):
        cells = scenario.cells(card.scope)
        bought[..., cells] = card.bought(spend[..., cells])
    return bought


def media_rate(scenario: Scenario, spend: Array) -> Array:
    """What one more unit of money buys [1], shape (tactics, periods): 1 without rate cards."""
    rates = np.ones(spend.shape)
    for card in cards(scenario):
        cells = scenario.cells(card.scope)
        rates[cells] = card.rate(spend[cells])
    return rates


def best_rate(scenario: Scenario) -> Array:
    """The most that a unit of money buys in any period [1], shape (tactics,)."""
    best = np.ones(len(scenario.tactics))
    for card in cards(scenario):
        rows = scenario.cells(card.scope).any(axis=1)
        most = max(part.rate for part in card.stretches())
        best[rows] = np.maximum(best[rows], most)
    return best


def cards(scenario: Scenario) -> tuple[RateCard, ...]:
    """The rate cards of a scenario."""
    return tuple(rule for rule in scenario.rules if isinstance(rule, RateCard))
