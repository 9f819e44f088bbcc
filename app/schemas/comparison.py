"""Comparisons on the wire: plans side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field

from app.schemas.base import Answer
from app.schemas.plan import GoalOut, RuleOut, TotalsOut
from optimizer.answers.comparison import Comparison


class AllocationRowOut(Answer):
    """One cell in each plan, in the order of `labels`."""

    tactic: str
    period: str
    spend: list[float | None] = Field(description="[money]; null where the plan has no such cell.")
    difference: list[float | None] = Field(description="Spend less that of the first plan [money].")


class GoalRowOut(Answer):
    """One goal, by name, in each plan."""

    name: str
    results: list[GoalOut | None]


class RuleRowOut(Answer):
    """One limit, by name, in each plan."""

    name: str
    results: list[RuleOut | None]


class ScenarioDifferenceOut(Answer):
    """A field that is not the same in every scenario."""

    path: str = Field(description="The field, with tactics, goals and rules by name: tactics[tv].margin.")
    values: list[str | None] = Field(description="Its canonical text in each scenario; null where it is absent.")


class RevaluationOut(Answer):
    """A plan's allocation on the common curves."""

    label: str
    value: float | None = Field(description="[units of the common scenario's objective]")
    outcome: float | None = Field(description="Incremental outcome [outcome].")
    revenue: float | None = Field(description="Incremental revenue [money].")
    profit: float | None = Field(description="margin · revenue − spend [money].")
    reason: str | None = Field(description="Why the allocation cannot be valued there.")


class ComparisonOut(Answer):
    """Plans side by side; lists over plans follow `labels`."""

    labels: list[str]
    totals: list[TotalsOut | None]
    values: list[float | None] = Field(description="Each in the units of its own objective.")
    gaps: list[float | None] = Field(description="[1]")
    allocations: list[AllocationRowOut]
    goals: list[GoalRowOut]
    rules: list[RuleRowOut]
    differences: list[ScenarioDifferenceOut] = Field(description="Where the scenarios differ.")
    more_differences: int = Field(description="How many more there are than are listed.")
    common: str = Field(description="The plan on whose curves all are valued again.")
    revalued: list[RevaluationOut] = Field(description="Every allocation on the common curves.")

    @classmethod
    def from_domain(cls, comparison: Comparison) -> Self:
        """The wire form of a comparison."""
        return cls.model_validate(comparison)

    def named(self, names: Mapping[str, str]) -> Self:
        """The same comparison with other labels, by label."""
        revalued = [each.model_copy(update={"label": names[each.label]}) for each in self.revalued]
        labels = [names[label] for label in self.labels]
        return self.model_copy(update={"labels": labels, "common": names[self.common], "revalued": revalued})
