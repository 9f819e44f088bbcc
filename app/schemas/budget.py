"""Budgets on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.paths import at, legible
from app.schemas.base import MOST_PERIODS, Name, Number, Wire, inside
from app.schemas.mirror import plain
from optimizer.errors import ScenarioError
from optimizer.problem.budget import Budget, BudgetLimit

SIDES = ("at_least", "at_most", "exactly")


class LimitIn(Wire):
    """An amount: `at_most` (what is left is reported), `exactly`, or `at_least` as well."""

    at_least: Number | None = Field(default=None, description="Least spend [money].")
    at_most: Number | None = Field(default=None, description="Most spend [money].", examples=[900000])
    exactly: Number | None = Field(default=None, description="The spend itself [money]; stands alone.")

    @property
    def states_an_amount(self) -> bool:
        """Whether anything is limited."""
        return any(getattr(self, side) is not None for side in SIDES)

    def limit(self) -> BudgetLimit:
        """The domain's limit."""
        return BudgetLimit(at_least=self.at_least, at_most=self.at_most, exactly=self.exactly)


class PeriodLimitIn(LimitIn):
    """The limit of one period."""

    def to_domain(self) -> BudgetLimit:
        """The domain's limit."""
        return self.limit()


class BudgetIn(LimitIn):
    """How much money there is, in all and by period."""

    by_period: Annotated[dict[Name, PeriodLimitIn], Field(max_length=MOST_PERIODS)] = Field(
        {}, description="Limits of single periods, by name.", examples=[{"2027-01": {"at_most": 300000}}]
    )

    def to_domain(self) -> Budget:
        """The domain's budget."""
        if not self.states_an_amount and not self.by_period:
            raise ScenarioError("empty_budget", "", "states no amount", "give at_most or exactly")
        total = self.limit() if self.states_an_amount else None
        with at("by_period"):
            periods = tuple((name, inside(legible(name), limit)) for name, limit in self.by_period.items())
        return Budget(total=total, by_period=periods)


def budget_to_wire(budget: Budget) -> dict[str, Any]:
    """What the budget states; nothing for no budget."""
    total = _limit_to_wire(budget.total) if budget.total else {}
    periods = {name: _limit_to_wire(limit) for name, limit in budget.by_period}
    return total | ({"by_period": periods} if periods else {})


def _limit_to_wire(limit: BudgetLimit) -> dict[str, Any]:
    stated: dict[str, Any] = plain(limit)
    return {"exactly": limit.exactly} if limit.exactly is not None else stated
