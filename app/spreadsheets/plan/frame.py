"""What every sheet of a plan's workbook is made from, and where the allocation stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.spreadsheets.book import Book, Formula, Value, cell, span
from optimizer.answers.explanation import Explanation
from optimizer.answers.plan import Plan, TacticTotal
from optimizer.problem.scenario import Scenario
from optimizer.units import exact

ALLOCATION = "Allocation"
TOP, LEFT = 4, 2  # the first cell of the allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Under which id a plan is kept, and since when."""

    id: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The workbook, and the plan that it shows with its scenario and explanation."""

    book: Book
    scenario: Scenario
    plan: Plan
    explanation: Explanation
    origin: Origin | None

    @property
    def tactics(self) -> Sequence[TacticTotal]:
        """Upstream first, otherwise in the plan's order."""
        return sorted(self.plan.tactics, key=lambda total: total.stage != "upstream")

    @property
    def periods(self) -> Sequence[str]:
        """First to last."""
        return self.scenario.periods

    @property
    def bottom(self) -> int:
        """The last row of the allocation, before its totals."""
        return TOP + len(self.plan.tactics) - 1

    @property
    def right(self) -> int:
        """The column of the allocation's totals."""
        return LEFT + len(self.periods)

    def spends(self) -> dict[tuple[str, str], float]:
        """The spend of every cell [money]."""
        return {(row.tactic, row.period): row.spend for row in self.plan.allocations}

    def total_of(self, position: int, spend: float) -> Formula:
        """The total of the tactic in that row of the allocation, seen from another sheet."""
        return Formula(f"={ALLOCATION}!{cell(TOP + position, self.right)}", spend)


def summed(top: int, left: int, bottom: int, right: int, values: Sequence[float]) -> Formula:
    """The sum of a range, with the sum of its values as a person would add them up."""
    return Formula(f"=SUM({span(top, left, bottom, right)})", float(sum(map(exact, values))))


def ratio_of(over: str, under: str, value: float | None) -> Value:
    """One cell divided by another; empty where there is nothing to divide by."""
    return Formula(f'=IF({under}=0,"",{over}/{under})', "" if value is None else value)
