"""Numbers as the person wrote them, and which cells a scope speaks of: the ground of every exact check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log10

from tests.oracles.curves import Worth, periods, selects
from tests.oracles.families import Wire

DIGITS = {"EUR": 2, "USD": 2, "GBP": 2, "JPY": 0, "KWD": 3}  # after the point of a currency's minor unit

Cell = tuple[str, str]  # tactic, period
Cells = Mapping[Cell, Fraction]  # spend by cell [money]


def exact(value: float) -> Fraction:
    """The number that stands in the JSON text.

    >>> exact(0.1) * 3 == exact(0.3)
    True
    """
    return Fraction(repr(value))


@dataclass(frozen=True, slots=True)
class Statement:
    """A wire scenario, looked up by name."""

    scenario: Wire
    tactics: dict[str, Wire]
    periods: tuple[str, ...]
    worth: Worth | None = None  # what is told of outcome where a spend alone does not tell it: with demand pools

    @classmethod
    def of(cls, scenario: Wire) -> Statement:
        """Index the scenario."""
        return cls(scenario, {t["name"]: t for t in scenario["tactics"]}, tuple(periods(scenario)))

    @property
    def minor_unit(self) -> Fraction:
        """The currency's smallest coin, or what `digits` says; nine digits of a budget of few coins."""
        digits = self.scenario.get("digits")
        places: int = DIGITS[self.scenario["currency"]] if digits is None else digits
        limit = self.scenario.get("budget") or {}
        budget = limit.get("exactly", limit.get("at_most")) or 0.0
        if digits is None and 0 < exact(budget) * 10**places < 10000:
            places = min(8 - floor(log10(budget)), 15)
        return Fraction(1, 10**places)

    @property
    def cells(self) -> list[Cell]:
        """Every tactic in every period, in the scenario's order."""
        return [(tactic, period) for tactic in self.tactics for period in self.periods]

    def selected(self, scope: Wire | None) -> list[Cell]:
        """The cells of a scope: everything given must match, an empty scope is everything."""
        scope = scope or {}
        rows = [name for name, tactic in self.tactics.items() if selects(scope, tactic)]
        columns = [p for p in self.periods if "periods" not in scope or p in scope["periods"]]
        return [(row, column) for row in rows for column in columns]

    def places(self, scope: Wire | None) -> list[tuple[int, int]]:
        """The cells of a scope by their rows and columns."""
        rows, columns = list(self.tactics), list(self.periods)
        return [(rows.index(tactic), columns.index(period)) for tactic, period in self.selected(scope)]

    def cells_of(self, spend: Iterable[Iterable[float]]) -> dict[Cell, Fraction]:
        """A spend of shape (tactics, periods), exactly, by cell."""
        return dict(zip(self.cells, (exact(float(own)) for row in spend for own in row), strict=True))

    def spent(self, cells: Cells, scope: Wire | None = None) -> Fraction:
        """Σ spend over a scope."""
        return total(cells[cell] for cell in self.selected(scope))


def total(amounts: Iterable[Fraction]) -> Fraction:
    """An exact sum."""
    return sum(amounts, Fraction(0))
