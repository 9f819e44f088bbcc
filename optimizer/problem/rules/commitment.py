"""A fixed amount is already promised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from optimizer.problem.movable import MONEY, Movable
from optimizer.problem.rules.base import Rule, beyond, check_scope
from optimizer.problem.scope import Scope
from optimizer.problem.side import Side
from optimizer.units import number

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Rule):
    """Σ_scope spend = amount [money over the whole scope].

    >>> Commitment(name="trade fair", amount=100.0).amount
    100.0
    """

    kind: ClassVar[str] = "commitment"
    unit: ClassVar[str] = "unit of money"
    amount: float
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        number(self.amount, "amount", least=0.0)

    @property
    def size(self) -> float:
        return self.amount or 1.0

    def movable(self) -> tuple[Movable, ...]:
        return (Movable(side="amount", value=self.amount, way=0, unit=MONEY, on_row=True, least=0.0),)

    @property
    def span(self) -> tuple[float, float]:
        return 0.0, float("inf")

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)

    def after(self, past: Past) -> tuple[Rule, ...]:
        return self.narrowed(past.after(self.scope), amount=beyond(self.amount, past.spent(self.scope), 0.0))

    def violation(self, valuation: Valuation) -> float:
        return abs(valuation.spent(self.scope) - self.amount)

    def side(self, row: Side) -> Side:
        del row
        return "exactly"

    def slack(self, valuation: Valuation) -> float:
        return -self.violation(valuation)
