"""Actuals against a plan: what was spent and what came of it, and how much of the difference lies in which.

actual − planned outcome = (expected − planned: other spend) + (actual − expected: another response), where `expected`
is what the curves say of the actual spend.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimizer.curves import Array
from optimizer.problem.activity import Flags
from optimizer.problem.actuals import Actual, Actuals
from optimizer.problem.goal import Goal
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.units import difference, tidy
from optimizer.wording import money, percent, quantity

NAMED = 5  # tactics or periods that a sentence lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of some cells with actuals: spend [money] and outcome [outcome], planned, expected on the curves, and actual.

    `actual_outcome` is None where no outcome of these cells was told; where some were, it takes the curves' outcome for
    the others, as a goal does, so that actual − planned = `from_spend` + `measured_difference` over any cells.
    """

    planned_spend: float
    actual_spend: float
    spend_difference: float
    planned_outcome: float
    expected_outcome: float
    actual_outcome: float | None
    from_spend: float
    measured_difference: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellVariance:
    """One tactic in one period."""

    tactic: str
    period: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVariance:
    """One tactic over its periods, or one period over its tactics."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalVariance:
    """A goal in the periods with actuals: what the plan, the curves and the actuals make of its metric there.

    `actual` takes the curves' outcome for cells whose outcome was not told. `target` is the goal's whole target.
    """

    name: str
    metric: str
    target: float
    planned: float
    expected: float
    actual: float
    difference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A line that speaks of no cell of the plan: `why` says whether its tactic or its period is not there."""

    tactic: str
    period: str
    spend: float
    outcome: float | None
    why: Literal["tactic", "period"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variance:
    """Actuals against plan over the cells that have actuals; `unmatched` lines are in none of its figures."""

    periods: tuple[str, ...]
    total: Figures
    tactics: tuple[NamedVariance, ...]
    by_period: tuple[NamedVariance, ...]
    cells: tuple[CellVariance, ...]
    goals: tuple[GoalVariance, ...]
    unmatched: tuple[Unmatched, ...]
    sentences: tuple[str, ...]


def unmatched(scenario: Scenario, lines: Sequence[Actual]) -> tuple[Unmatched, ...]:
    """The lines that speak of no tactic or of no period of the scenario."""
    tactics, periods = {tactic.name for tactic in scenario.tactics}, frozenset(scenario.periods)
    return tuple(
        Unmatched(
            tactic=line.tactic,
            period=line.period,
            spend=line.spend,
            outcome=line.outcome,
            why="period" if line.tactic in tactics else "tactic",
        )
        for line in lines
        if line.tactic not in tactics or line.period not in periods
    )


def variance(scenario: Scenario, planned: Array, lines: Sequence[Actual]) -> Variance:
    """The actuals that speak of the scenario's cells against the planned spend, shape (tactics, periods) [money]."""
    names = {tactic.name for tactic in scenario.tactics}
    table = _Table(scenario, planned, Actuals.of(scenario, [line for line in lines if line.tactic in names]))
    others = unmatched(scenario, lines)
    tactics, periods = scenario.tactics, scenario.periods
    known = table.known
    rows, columns = np.flatnonzero(known.any(axis=1)).tolist(), np.flatnonzero(known.any(axis=0)).tolist()
    total = table.figures(known)
    return Variance(
        periods=tuple(periods[column] for column in columns),
        total=total,
        tactics=tuple(NamedVariance(name=tactics[row].name, figures=table.row(row)) for row in rows),
        by_period=tuple(NamedVariance(name=periods[column], figures=table.column(column)) for column in columns),
        cells=tuple(
            CellVariance(tactic=tactics[row].name, period=periods[column], figures=table.cell(row, column))
            for row, column in np.argwhere(known).tolist()
        ),
        goals=tuple(table.goal(goal) for goal in scenario.goals if table.counted(goal).any()),
        unmatched=others,
        sentences=(
            *_sentences(scenario, total, len(columns)),
            *_unmeasured(total, [tactics[row].name for row in table.unmeasured()]),
            *_left_over(scenario, others),
        ),
    )


class _Table:
    """Planned, expected and actual figures of every cell, shape (tactics, periods)."""

    def __init__(self, scenario: Scenario, planned: Array, actuals: Actuals) -> None:
        self._scenario = scenario
        self.known = ~np.isnan(actuals.spend)
        valuer = Valuer(scenario)
        self._spend = planned, actuals.over(planned)
        self._outcome = valuer.value(planned).outcome, valuer.value(self._spend[1]).outcome
        self._told = actuals.outcome
        self._real = np.where(np.isnan(self._told), self._outcome[1], self._told)

    def unmeasured(self) -> list[int]:
        """Tactics with a cell that has actual spend and no actual outcome."""
        rows: list[int] = np.flatnonzero((self.known & np.isnan(self._told)).any(axis=1)).tolist()
        return rows

    def row(self, row: int) -> Figures:
        """Of one tactic."""
        return self.figures(self._only(row, slice(None)))

    def column(self, column: int) -> Figures:
        """Of one period."""
        return self.figures(self._only(slice(None), column))

    def cell(self, row: int, column: int) -> Figures:
        """Of one cell."""
        return self.figures(self._only(row, column))

    def figures(self, cells: Flags) -> Figures:
        """Of any cells, a mask."""
        told = cells & ~np.isnan(self._told)
        (plan, real), (planned, expected) = self._spend, self._outcome
        spent, foreseen = _sum(real[cells]), _sum(plan[cells])
        on_curves, as_planned = math.fsum(expected[cells]), math.fsum(planned[cells])
        return Figures(
            planned_spend=foreseen,
            actual_spend=spent,
            spend_difference=difference(spent, foreseen),
            planned_outcome=as_planned,
            expected_outcome=on_curves,
            actual_outcome=_sum(self._real[cells]) if told.any() else None,
            from_spend=on_curves - as_planned,
            measured_difference=math.fsum((self._told - expected)[told]) if told.any() else None,
        )

    def counted(self, goal: Goal) -> Flags:
        """The cells with actuals that the goal counts."""
        periods = self._scenario.periods
        counted: Flags = self.known & goal.span(periods).cells(self._scenario.tactics, periods)
        return counted

    def goal(self, goal: Goal) -> GoalVariance:
        """A goal so far."""
        cells = self.counted(goal)
        planned = self._measure(goal.metric, self._spend[0], self._outcome[0], cells)
        actual = self._measure(goal.metric, self._spend[1], self._real, cells)
        return GoalVariance(
            name=goal.name,
            metric=goal.metric,
            target=goal.target(self._scenario.periods),
            planned=planned,
            expected=self._measure(goal.metric, self._spend[1], self._outcome[1], cells),
            actual=actual,
            difference=actual - planned,
        )

    def _measure(self, metric: str, spend: Array, outcome: Array, cells: Flags) -> float:
        per_spend, per_outcome = self._scenario.rates(metric)
        return math.fsum((per_spend[:, None] * spend + per_outcome[:, None] * outcome)[cells])

    def _only(self, row: int | slice, column: int | slice) -> Flags:
        mask = np.zeros(self.known.shape, dtype=bool)
        mask[row, column] = self.known[row, column]
        return mask


def _sum(values: Array) -> float:
    return tidy(math.fsum(values))


def _sentences(scenario: Scenario, total: Figures, periods: int) -> tuple[str, ...]:
    if not periods:
        return ("There are no actuals of these periods yet.",)
    spent, planned = (
        money(amount, scenario.currency, scenario.digits) for amount in (total.actual_spend, total.planned_spend)
    )
    told = [
        f"{spent} was spent in {periods} period{'s' if periods > 1 else ''}, {planned} was planned"
        f"{_by(total.actual_spend, total.planned_spend)}.",
        f"On the curves that brings {quantity(total.expected_outcome)} of outcome, {quantity(total.planned_outcome)} "
        f"was planned{_by(total.expected_outcome, total.planned_outcome)}.",
    ]
    if total.measured_difference is not None:
        way = "more" if total.measured_difference >= 0 else "less"
        told.append(f"What was measured is {quantity(abs(total.measured_difference))} {way} than the curves say.")
    return tuple(told)


def _unmeasured(total: Figures, names: Sequence[str]) -> Iterator[str]:
    """Where an actual outcome is the curves' own."""
    if names and total.measured_difference is None:
        yield "No outcome was measured."
    elif names:
        yield f"Not measured, or not in every period, and counted there as the curves say: {_listed(names)}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _left_over(scenario: Scenario, others: Sequence[Unmatched]) -> Iterator[str]:
    """What no figure counts."""
    strange = [line for line in others if line.why == "tactic"]
    if strange:
        spent = money(math.fsum(line.spend for line in strange), scenario.currency, scenario.digits)
        names = sorted({line.tactic for line in strange})
        yield f"Lines of no tactic of the plan, {spent} of spend, are not counted: {_listed(names)}."
    late = sorted({line.period for line in others if line.why == "period"})
    if late:
        yield f"Lines of other periods are not counted: {_listed(late)}."


def _by(actual: float, planned: float) -> str:
    """By how much in percent, where that means something."""
    if not planned or actual == planned:
        return ""
    return f": {percent(abs(actual / planned - 1.0))} {'more' if actual > planned else 'less'}"
