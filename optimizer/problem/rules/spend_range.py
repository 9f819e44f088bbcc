"""Spend of a scope stays within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from optimizer.problem.movable import MONEY, Movable, sides_of
from optimizer.problem.rules.base import RangeRule

if TYPE_CHECKING:
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendRange(RangeRule):
    """at_least ≤ Σ_scope spend ≤ at_most [money over the whole scope].

    >>> SpendRange(name="brand", at_least=100.0).kind
    'spend_range'
    """

    kind: ClassVar[str] = "spend_range"
    unit: ClassVar[str] = "unit of money"

    def movable(self) -> tuple[Movable, ...]:
        return sides_of(self.at_least, self.at_most, MONEY, on_row=True, least=0.0)

    def amount(self, valuation: Valuation) -> float:
        return valuation.spent(self.scope)
