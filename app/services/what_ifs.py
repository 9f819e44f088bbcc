"""A stored plan's scenario with some of its limits moved, and the best plan of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.errors import NotFoundError
from app.records.callers import Caller
from app.services.limits import Limits
from app.services.plans import PlanService
from app.services.ports import Solver
from optimizer.answers.comparison import Candidate
from optimizer.answers.plan import Relaxation
from optimizer.problem.limits import limits_of, movable, moved, without
from optimizer.problem.movable import Movable
from optimizer.problem.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One side of a limit that may be moved."""

    name: str
    side: Movable


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One side of the named limit, put elsewhere [unit of the limit]."""

    name: str
    side: str
    to: float


class WhatIfService:
    """Asks again with other limits."""

    def __init__(self, plans: PlanService, solver: Solver, limits: Limits) -> None:
        self._plans = plans
        self._solver = solver
        self._limits = limits

    def looked_at(self, caller: Caller, plan_id: str, moves: Sequence[Move]) -> Candidate:
        """The best plan with the moves made; it is kept nowhere."""
        scenario = self.varied(caller, plan_id, moves)
        self._limits.check_time(scenario)
        return Candidate(label=plan_id, scenario=scenario, plan=self._solver.solve(scenario))

    def mended(self, caller: Caller, plan_id: str, number: int) -> Scenario:
        """With a change that a conflict names: 0 is the cheapest joint change, n the n-th single one."""
        stored = self._plans.candidate(caller, plan_id)
        scenario = stored.scenario
        for change in changes_of(stored, number):
            scenario = _changed(scenario, change)
        return scenario

    def varied(self, caller: Caller, plan_id: str, moves: Sequence[Move]) -> Scenario:
        """The scenario with the moves made."""
        scenario = self._plans.candidate(caller, plan_id).scenario
        for move in moves:
            scenario = moved(scenario, move.name, move.side, move.to)
        return scenario


def changes_of(stored: Candidate, number: int) -> tuple[Relaxation, ...]:
    """The changes that are made together under that number."""
    conflict = stored.plan.conflict
    if conflict is not None and number == 0 and conflict.cheapest is not None:
        return conflict.cheapest.changes
    if conflict is not None and 0 < number <= len(conflict.relaxations):
        return (conflict.relaxations[number - 1],)
    raise NotFoundError("unknown_change", "", "the plan names no such change", "choose one on the plan's page")


def knobs(scenario: Scenario) -> Iterator[Knob]:
    """Every side of every limit that may be moved: budgets, goals, rules, then spend limits."""
    names = limits_of(scenario)
    own = {f"spend limit of {tactic.name}" for tactic in scenario.tactics}
    for name in sorted(names, key=lambda name: (name in own, not name.startswith("budget"))):
        for side in movable(scenario, name):
            yield Knob(name=name, side=side)


def _changed(scenario: Scenario, change: Relaxation) -> Scenario:
    if change.side is not None and change.to is not None:
        return moved(scenario, change.item, change.side, change.to)
    left = without(scenario, change.item)
    return replace(
        scenario,
        tactics=left.tactics,
        budget=left.budget,
        rules=left.rules,
        goals=tuple(goal for goal in scenario.goals if goal.name != change.item),
    )
