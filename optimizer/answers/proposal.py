"""A bottom-up proposal, line by line: what each line brings on the curves, and what its owner expected of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.goal import Goal
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation
from optimizer.units import number, tidy

TOLERANCE = 0.05  # of what the curves yield, beyond which an expectation is flagged


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One owner's proposal for a tactic in a period: spend [money], and the outcome that the owner expects of it."""

    owner: str
    tactic: str
    period: str
    spend: float
    expected_outcome: float | None = None

    def __post_init__(self) -> None:
        if not self.owner:
            raise ScenarioError("empty_name", "owner", "is empty", "say whose proposal it is")
        number(self.spend, "spend", least=0.0)
        if self.expected_outcome is not None:
            number(self.expected_outcome, "expected_outcome", least=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerGoal:
    """What an owner's lines bring towards a goal [unit of its metric]; the owners together have all of it."""

    name: str
    achieved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerTotal:
    """What one owner proposes: spend, what it yields on the curves, and what was expected of the lines that say so.

    `difference` = expected − what those same lines yield on the curves; None where no line expects anything.
    `goals` are all of the scenario's, in its order.
    """

    owner: str
    lines: int
    spend: float
    outcome: float
    revenue: float
    expected_outcome: float | None
    difference: float | None
    goals: tuple[OwnerGoal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A line's expected outcome against the curves; flagged where they are more than 5 % apart."""

    owner: str
    tactic: str
    period: str
    spend: float
    expected_outcome: float
    outcome: float
    difference: float
    flagged: bool


def proposed(scenario: Scenario, lines: Sequence[Line]) -> Array:
    """The spend that the lines add up to, shape (tactics, periods) [money]; unknown names are refused."""
    rows = {tactic.name: row for row, tactic in enumerate(scenario.tactics)}
    columns = {period: column for column, period in enumerate(scenario.periods)}
    cells: dict[tuple[int, int], list[float]] = {}
    for position, line in enumerate(lines):
        path = f"proposal[{position}]"
        if line.tactic not in rows:
            raise ScenarioError("unknown_tactic", f"{path}.tactic", "no tactic has this name", "use a tactic's name")
        if line.period not in columns:
            raise ScenarioError("unknown_period", f"{path}.period", "no period has this name", "use a period's name")
        cells.setdefault((rows[line.tactic], columns[line.period]), []).append(line.spend)
    spend = np.zeros((len(rows), len(columns)))
    for cell, amounts in cells.items():
        spend[cell] = tidy(math.fsum(amounts))
    return spend


def outcomes_of(valuation: Valuation, lines: Sequence[Line]) -> Array:
    """What each line brings [outcome], shape (lines, periods + 1), carry-out last: split by the effective spend.

    o_line,t = y_it · w_(t−s)·x_line / Σ_lines w_(t−s)·x; together the lines have all of the outcome of their tactic.
    """
    brought = np.zeros((len(lines), len(valuation.scenario.periods) + 1))
    for row in range(len(valuation.scenario.tactics)):
        own = [number for number, line in enumerate(lines) if line.tactic == valuation.scenario.tactics[row].name]
        if own:
            brought[own] = _split(valuation, row, [lines[number] for number in own])
    return brought


def owners_of(valuation: Valuation, lines: Sequence[Line], brought: Array) -> tuple[OwnerTotal, ...]:
    """One row an owner, in the order in which they come up; `brought` is what the lines bring, by period."""
    worth = {tactic.name: tactic.revenue_per_outcome for tactic in valuation.scenario.tactics}
    places: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        places.setdefault(line.owner, []).append(at)
    towards = {goal.name: _towards(valuation, goal, lines, brought) for goal in valuation.scenario.goals}
    return tuple(
        replace(
            _owner(owner, [(lines[at], math.fsum(brought[at])) for at in own], worth),
            goals=tuple(OwnerGoal(name=name, achieved=math.fsum(each[own])) for name, each in towards.items()),
        )
        for owner, own in places.items()
    )


def _towards(valuation: Valuation, goal: Goal, lines: Sequence[Line], brought: Array) -> Array:
    """What each line brings towards a goal [unit of its metric], shape (lines,)."""
    scenario, span = valuation.scenario, goal.span(valuation.scenario.periods)
    place = {tactic.name: row for row, tactic in enumerate(scenario.tactics)}
    rows = np.array([place[line.tactic] for line in lines], dtype=np.intp)
    columns = np.array([scenario.periods.index(line.period) for line in lines], dtype=np.intp)
    per_spend, per_outcome = scenario.rates(goal.metric)
    counted = valuation.cells(span)
    outcome = (brought[:, :-1] * counted[rows]).sum(axis=1)
    if span.periods is None:
        outcome += brought[:, -1] * counted[rows].any(axis=1)
    spend = np.array([line.spend for line in lines]) * counted[rows, columns]
    towards: Array = per_spend[rows] * spend + per_outcome[rows] * outcome
    return towards


def expectations_of(lines: Sequence[Line], brought: Array) -> tuple[Expectation, ...]:
    """Every line that expects something, against the curves."""
    return tuple(
        Expectation(
            owner=line.owner,
            tactic=line.tactic,
            period=line.period,
            spend=line.spend,
            expected_outcome=line.expected_outcome,
            outcome=outcome,
            difference=line.expected_outcome - outcome,
            flagged=abs(line.expected_outcome - outcome) > TOLERANCE * outcome,
        )
        for line, outcome in zip(lines, (math.fsum(own) for own in brought), strict=True)
        if line.expected_outcome is not None
    )


def _split(valuation: Valuation, row: int, lines: list[Line]) -> Array:
    scenario = valuation.scenario
    tactic, periods = scenario.tactics[row], len(scenario.periods)
    length = periods + scenario.tails[row]
    weights = tactic.carry_over.adstock.spread(length)
    effective = np.zeros((len(lines), length))
    for position, line in enumerate(lines):
        start = scenario.periods.index(line.period)
        effective[position, start:] = weights[: length - start] * line.spend
    after = effective[:, periods:].sum(axis=1, keepdims=True)
    parts = np.hstack([effective[:, :periods], after])
    whole = parts.sum(axis=0)
    shares = np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)
    split: Array = shares * np.append(valuation.outcome[row], valuation.carry_out[row])
    return split


def _owner(owner: str, lines: list[tuple[Line, float]], worth: dict[str, float]) -> OwnerTotal:
    expecting = [(line.expected_outcome, outcome) for line, outcome in lines if line.expected_outcome is not None]
    expected = math.fsum(asked for asked, _ in expecting) if expecting else None
    return OwnerTotal(
        owner=owner,
        lines=len(lines),
        spend=tidy(math.fsum(line.spend for line, _ in lines)),
        outcome=math.fsum(outcome for _, outcome in lines),
        revenue=math.fsum(worth[line.tactic] * outcome for line, outcome in lines),
        expected_outcome=expected,
        difference=None if expected is None else expected - math.fsum(outcome for _, outcome in expecting),
    )
