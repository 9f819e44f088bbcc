"""Spend of a scope stays within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from optimizer.problem.movable import MONEY, Movable, sides_of
from optimizer.problem.rules.base import RangeRule, Rule, beyond

if TYPE_CHECKING:
    from optimizer.problem.past import Past
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

    def after(self, past: Past) -> tuple[Rule, ...]:
        spent = past.spent(self.scope)
        limits = {side: beyond(getattr(self, side), spent, 0.0) for side in ("at_least", "at_most")}
        return self.narrowed(past.after(self.scope), **limits)

    def amount(self, valuation: Valuation) -> float:
        return valuation.spent(self.scope)
