"""Nothing, or enough to be noticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.problem.movable import MONEY, Movable
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import positive

if TYPE_CHECKING:
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumIfActive(Rule):
    """Each cell of the scope spends 0 or at least `at_least` [money per period].

    >>> MinimumIfActive(name="tv burst", at_least=50.0).at_least
    50.0
    """

    kind: ClassVar[str] = "minimum_if_active"
    unit: ClassVar[str] = "unit of money"
    priced: ClassVar[bool] = False
    at_least: float
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        positive(self.at_least, "at_least")

    @property
    def size(self) -> float:
        return self.at_least

    def movable(self) -> tuple[Movable, ...]:
        return (Movable(side="at_least", value=self.at_least, way=-1, unit=MONEY, least=0.0),)

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)

    def violation(self, valuation: Valuation) -> float:
        spend = valuation.cell_spend(self.scope)
        return float(np.minimum(spend, self.at_least - spend).clip(0.0).max())

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        low, high = Rule.decided(self, valuation)
        cells = valuation.cells(self.scope)
        active = valuation.spend[cells] >= self.at_least / 2
        low[cells] = np.where(active, self.at_least, 0.0)
        high[cells] = np.where(active, np.inf, 0.0)
        return low, high

    def slack(self, valuation: Valuation) -> float:
        spend = valuation.cell_spend(self.scope)
        active = spend[spend > 0]
        return float((active - self.at_least).min()) if active.size else float("inf")


def largest_minimums(scenario: Scenario) -> Array:
    """The largest that such a rule asks of each cell that is on [money]; 0 where none does, (tactics, periods)."""
    least = np.zeros((len(scenario.tactics), len(scenario.periods)))
    for rule in scenario.rules:
        if isinstance(rule, MinimumIfActive):
            np.maximum(least, rule.at_least, out=least, where=scenario.cells(rule.scope))
    return least
