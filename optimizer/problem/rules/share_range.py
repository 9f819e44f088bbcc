"""Spend of a scope as a share of the spend of another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING, ClassVar

from optimizer.problem.movable import SHARE, Movable, sides_of
from optimizer.problem.rules.base import RangeRule, Rule, check_scope
from optimizer.problem.rules.linear import Linear, Term
from optimizer.problem.scope import Scope
from optimizer.units import change, exact, number, tidy

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation

SURE = 1e-12  # of a share and its whole: more than doubles, and shares to 15 digits, take from their difference


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRange(RangeRule):
    """at_least · Σ_of spend ≤ Σ_scope spend ≤ at_most · Σ_of spend; `of` left out is the whole plan.

    >>> ShareRange(name="brand share", at_least=0.4, at_most=0.6).of
    Scope(tactics=None, stage=None, tags=(), periods=None)
    """

    kind: ClassVar[str] = "share_range"
    unit: ClassVar[str] = "whole share"
    of: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        RangeRule.__post_init__(self)
        for side in ("at_least", "at_most"):
            if getattr(self, side) is not None:
                number(getattr(self, side), side, least=0.0, most=1e6)

    @property
    def span(self) -> tuple[float, float]:
        """A part of all spend is no more than all of it."""
        return 0.0, 1.0 if self.of == Scope() else float("inf")

    def check(self, scenario: Scenario) -> None:
        RangeRule.check(self, scenario)
        check_scope(self.of, "of", scenario)

    def after(self, past: Past) -> tuple[Rule, ...]:
        """Shares of a whole that is partly spent are linear in the rest; each side is a rule of its own, then."""
        part, whole = past.spent(self.scope), past.spent(self.of)
        scope, of = past.after(self.scope), past.after(self.of)
        if scope is not None and of is not None and part == whole == 0.0:
            return (replace(self, scope=scope, of=of),)
        sides = [(side, share) for side in ("at_least", "at_most") if (share := getattr(self, side)) is not None]
        terms = [(scope, 1.0), (of, 0.0)]
        return tuple(
            Linear(
                name=self.name if number == 0 else f"{self.name} ({side})",
                terms=tuple(Term(scope=own, coefficient=one or -share) for own, one in terms if own is not None),
                at_least=tidy(share * whole - part) if side == "at_least" else None,
                at_most=tidy(share * whole - part) if side == "at_most" else None,
            )
            for number, (side, share) in enumerate(sides)
            if scope is not None or of is not None
        )

    def movable(self) -> tuple[Movable, ...]:
        return sides_of(self.at_least, self.at_most, SHARE, on_row=False, least=0.0, most=1e6)

    def amount(self, valuation: Valuation) -> float:
        whole = valuation.spent(self.of)
        return valuation.spent(self.scope) / whole if whole > 0 else 0.0

    def leverage(self, valuation: Valuation) -> float:
        return valuation.spent(self.of)

    def violation(self, valuation: Valuation) -> float:
        """None where both limits are further away than doubles are wrong: decimals are asked only near by."""
        part, whole = valuation.spent(self.scope), valuation.spent(self.of)
        above = inf if self.at_least is None else part - self.at_least * whole
        below = inf if self.at_most is None else self.at_most * whole - part
        if min(above, below) > SURE * (part + self.size * whole):
            return 0.0
        return RangeRule.violation(self, valuation)

    def slack(self, valuation: Valuation) -> float:
        """Measured in money, where a sum of cents is exact, and told as a share of the whole."""
        part, whole = valuation.spent(self.scope), valuation.spent(self.of)
        above = inf if self.at_least is None else _beyond(part, whole, self.at_least, 1.0)
        below = inf if self.at_most is None else _beyond(part, whole, self.at_most, -1.0)
        return min(above, below) / whole if whole > 0 else min(0.0, above, below)


def _beyond(part: float, whole: float, share: float, sign: float) -> float:
    """By how much money a part is above a share of its whole (or, with sign −1, below); not below 0 where it is that
    share to the last digit of a double, as 33.33 of 99.99 are a third."""
    beyond = sign * change(part, whole, tidy(share))
    if beyond < 0.0 < whole and sign * float(exact(part) / exact(whole)) >= min(sign * share, sign * tidy(share)):
        return 0.0
    return beyond
