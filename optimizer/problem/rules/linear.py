"""Any linear combination of spends stays within limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from optimizer.errors import ScenarioError
from optimizer.problem.movable import OTHER, Movable, sides_of
from optimizer.problem.rules.base import RangeRule, Rule, beyond, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import number, tidy

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """coefficient · Σ_scope spend."""

    scope: Scope
    coefficient: float

    def __post_init__(self) -> None:
        number(self.coefficient, "coefficient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(RangeRule):
    """at_least ≤ Σ_terms coefficient · Σ_scope spend ≤ at_most.

    Fields: scope has no meaning here: each term has its own.

    >>> tv = Term(scope=Scope(tactics=("tv",)), coefficient=2.0)
    >>> Linear(name="twice", terms=(tv,), at_most=5.0).terms[0].coefficient
    2.0
    """

    kind: ClassVar[str] = "linear"
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        RangeRule.__post_init__(self)
        if self.scope != Scope():
            raise ScenarioError("scope_of_terms", "scope", "has no meaning here", "give each term its own scope")
        if not self.terms:
            raise ScenarioError("no_terms", "terms", "is empty", "give at least one term")

    def check(self, scenario: Scenario) -> None:
        for position, term in enumerate(self.terms):
            check_scope(term.scope, f"terms[{position}].scope", scenario)

    @property
    def limit_unit(self) -> str:
        """Money, where some spend counts as it is; else what the coefficients make of it."""
        return "unit of money" if any(term.coefficient == 1.0 for term in self.terms) else self.unit

    def movable(self) -> tuple[Movable, ...]:
        return sides_of(self.at_least, self.at_most, OTHER, on_row=True)

    def after(self, past: Past) -> tuple[Rule, ...]:
        settled = tidy(sum(tidy(term.coefficient * past.spent(term.scope)) for term in self.terms))
        left = [(past.after(term.scope), term) for term in self.terms]
        terms = tuple(replace(term, scope=scope) for scope, term in left if scope is not None)
        limits = {side: beyond(getattr(self, side), settled, None) for side in ("at_least", "at_most")}
        return self.narrowed(self.scope, terms=terms, **limits) if terms else ()

    def amount(self, valuation: Valuation) -> float:
        return tidy(sum(tidy(term.coefficient * valuation.spent(term.scope)) for term in self.terms))
