"""Sold by the piece only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import positive, tidy

if TYPE_CHECKING:
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages(Rule):
    """Each cell of the scope spends a whole number of times `price` [money for one package].

    >>> Packages(name="sponsorship packages", price=30.0).price
    30.0
    """

    kind: ClassVar[str] = "packages"
    unit: ClassVar[str] = "unit of money"
    priced: ClassVar[bool] = False
    price: float
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        positive(self.price, "price")

    @property
    def size(self) -> float:
        return self.price

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)

    def violation(self, valuation: Valuation) -> float:
        spend = valuation.cell_spend(self.scope)
        return float(np.abs(spend - self._whole(spend)).max())

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        low, high = Rule.decided(self, valuation)
        cells = valuation.cells(self.scope)
        low[cells] = high[cells] = self._whole(valuation.spend[cells])
        return low, high

    def slack(self, valuation: Valuation) -> float:
        return -self.violation(valuation)

    def _whole(self, spend: Array) -> Array:
        """The price of the nearest whole numbers of packages, as decimals: 12 at 1.1 are 13.2, and no bit more."""
        pieces = np.rint(spend / self.price)
        return np.array([tidy(own * self.price) for own in pieces.tolist()])
