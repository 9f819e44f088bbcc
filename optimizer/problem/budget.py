"""How much money there is, in all and by period."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.errors import ScenarioError
from optimizer.units import number


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLimit:
    """Spend ≤ at_most, or spend = exactly [money]; `exactly` is at_least = at_most.

    >>> BudgetLimit(exactly=100.0).at_least
    100.0
    """

    at_least: float | None = None
    at_most: float | None = None
    exactly: float | None = None

    def __post_init__(self) -> None:
        for name in ("at_least", "at_most", "exactly"):
            if getattr(self, name) is not None:
                number(getattr(self, name), name, least=0.0)
        if self.exactly is not None:
            if self.at_least is not None or self.at_most is not None:
                raise ScenarioError(
                    "contradictory_budget", "exactly", "stands beside at_least or at_most", "give one or the other"
                )
            object.__setattr__(self, "at_least", self.exactly)
            object.__setattr__(self, "at_most", self.exactly)
        elif self.at_least is None and self.at_most is None:
            raise ScenarioError("empty_budget", "", "states no amount", "give at_most or exactly")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ScenarioError(
                "minimum_above_maximum", "at_least", "is above at_most", "lower at_least or raise at_most"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The total, and limits of single periods by name; either may be absent."""

    total: BudgetLimit | None = None
    by_period: tuple[tuple[str, BudgetLimit], ...] = ()
