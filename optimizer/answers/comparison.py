"""Plans side by side, and each valued on one common set of curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from optimizer.answers.differences import ScenarioDifference, differences
from optimizer.answers.plan import GoalResult, Plan, RuleResult, Totals
from optimizer.answers.revaluation import Revaluation, revalue
from optimizer.errors import ScenarioError
from optimizer.problem.scenario import Scenario
from optimizer.units import difference

FEWEST, MOST = 2, 6  # plans in one comparison
MOST_DIFFERENCES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan under the label it is compared by, with the scenario it answers."""

    label: str
    scenario: Scenario
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """One cell: its spend in each plan, None where the plan has no such cell; `difference` from the first."""

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
class Comparison:
    """Everything in the order of `labels`.

    `differences` lists the first 500, `more_differences` counts the rest; `common` is the label of the plan
    whose curves all plans are re-valued on.
    """

    labels: tuple[str, ...]
    totals: tuple[Totals | None, ...]
    values: tuple[float | None, ...]
    gaps: tuple[float | None, ...]
    allocations: tuple[AllocationRow, ...]
    goals: tuple[GoalRow, ...]
    rules: tuple[RuleRow, ...]
    differences: tuple[ScenarioDifference, ...]
    more_differences: int
    common: str
    revalued: tuple[Revaluation, ...]


def compare(candidates: Sequence[Candidate], common: str | None = None) -> Comparison:
    """Plans side by side, and every allocation valued on the curves of the `common` one (or the first).

    Errors: ScenarioError at `plans` for fewer than 2, more than 6 or two of one label; at `common` for a
    label that none has.
    """
    _check(candidates)
    judge = candidates[0] if common is None else _labelled(common, candidates)
    plans = [candidate.plan for candidate in candidates]
    found = differences([candidate.scenario for candidate in candidates])
    return Comparison(
        labels=tuple(candidate.label for candidate in candidates),
        totals=tuple(plan.totals for plan in plans),
        values=tuple(plan.value for plan in plans),
        gaps=tuple(plan.gap for plan in plans),
        allocations=_allocation_rows(plans),
        goals=tuple(GoalRow(name=name, results=results) for name, results in _aligned([plan.goals for plan in plans])),
        rules=tuple(RuleRow(name=name, results=results) for name, results in _aligned([plan.rules for plan in plans])),
        differences=found[:MOST_DIFFERENCES],
        more_differences=max(0, len(found) - MOST_DIFFERENCES),
        common=judge.label,
        revalued=tuple(revalue(each.label, each.scenario, each.plan, judge.scenario) for each in candidates),
    )


def _check(candidates: Sequence[Candidate]) -> None:
    if len(candidates) < FEWEST:
        raise ScenarioError("too_few", "plans", "names fewer than 2 plans", "name 2 to 6 plans")
    if len(candidates) > MOST:
        raise ScenarioError("too_many", "plans", "names more than 6 plans", "name 2 to 6 plans")
    if len({candidate.label for candidate in candidates}) < len(candidates):
        raise ScenarioError("duplicate_name", "plans", "names a plan twice", "name each plan once")


def _labelled(label: str, candidates: Sequence[Candidate]) -> Candidate:
    for candidate in candidates:
        if candidate.label == label:
            return candidate
    raise ScenarioError("unknown_plan", "common", "is none of the plans compared", "name one of them")


def _allocation_rows(plans: Sequence[Plan]) -> tuple[AllocationRow, ...]:
    spends = [{(cell.tactic, cell.period): cell.spend for cell in plan.allocations} for plan in plans]
    cells = dict.fromkeys(cell for spend in spends for cell in spend)
    return tuple(_allocation_row(*cell, tuple(spend.get(cell) for spend in spends)) for cell in cells)


def _allocation_row(tactic: str, period: str, spend: tuple[float | None, ...]) -> AllocationRow:
    first = spend[0]
    less = tuple(None if first is None or own is None else difference(own, first) for own in spend)
    return AllocationRow(tactic=tactic, period=period, spend=spend, difference=less)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _aligned(groups: Sequence[Sequence[N]]) -> list[tuple[str, tuple[N | None, ...]]]:
    """For each name, in order of first appearance, its item in every group."""
    by_name = [{item.name: item for item in group} for group in groups]
    names = dict.fromkeys(name for group in by_name for name in group)
    return [(name, tuple(group.get(name) for group in by_name)) for name in names]
