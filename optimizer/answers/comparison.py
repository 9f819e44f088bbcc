"""Plans side by side, and each valued on one common set of curves."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.answers.plan import GoalResult, Plan, RuleResult, Totals
from optimizer.problem.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan under the label it is compared by, with the scenario it answers."""

    label: str
    scenario: Scenario
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """One cell: its spend in each plan, None where the plan has no such cell; `difference` from the first plan."""

    tactic: str
    period: str
    spend: tuple[float | None, ...]
    difference: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRow:
    """One goal by name in each plan."""

    name: str
    results: tuple[GoalResult | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule by name in each plan."""

    name: str
    results: tuple[RuleResult | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioDifference:
    """A field whose canonical text is not the same in every scenario; None where it is absent."""

    path: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revaluation:
    """A plan's allocation on the common curves; `reason` says why it cannot be valued there."""

    label: str
    value: float | None
    outcome: float | None
    revenue: float | None
    profit: float | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`common` is the label of the plan whose curves all plans are re-valued on."""

    labels: tuple[str, ...]
    totals: tuple[Totals | None, ...]
    values: tuple[float | None, ...]
    gaps: tuple[float | None, ...]
    allocations: tuple[AllocationRow, ...]
    goals: tuple[GoalRow, ...]
    rules: tuple[RuleRow, ...]
    differences: tuple[ScenarioDifference, ...]
    common: str
    revalued: tuple[Revaluation, ...]
