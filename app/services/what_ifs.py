"""A stored plan's scenario with some of its limits moved, and the best plan of that."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.errors import NotFoundError
from app.records.callers import Caller
from app.services.answers import Answers, Pending, Work
from app.services.limits import Limits
from app.services.plans import PlanService
from app.services.ports import Solver
from app.services.renaming import Change, renamed
from app.services.stop import Stop, stopped
from optimizer.answers.comparison import Candidate
from optimizer.answers.plan import Plan, Relaxation
from optimizer.problem.limits import limits_of, movable, moved, spend_limit, spend_sides, without
from optimizer.problem.movable import Movable
from optimizer.problem.scenario import Scenario

LOOK = 0.2  # seconds between two looks at an answer that is waited for


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

    def __init__(self, plans: PlanService, solver: Solver, limits: Limits, answers: Answers) -> None:
        self._plans = plans
        self._solver = solver
        self._limits = limits
        self._answers = answers

    def looked_at(
        self, caller: Caller, stored: Candidate, moves: Sequence[Move], patience: float, asker: str = ""
    ) -> Candidate | Pending:
        """The best plan with the moves made, if it is there within `patience` [s]; it is kept nowhere."""
        scenario = varied(stored.scenario, moves)
        self._limits.check_time(scenario)

        def work(progress: Callable[[Any], None], stop: Stop) -> Candidate:
            return Candidate(
                label=stored.label, scenario=scenario, plan=self._solver.solve(scenario, progress, stop=stop)
            )

        return self._answers.ask(_question(caller, stored, moves), work, patience, asker)

    def awaited(self, caller: Caller, stored: Candidate, moves: Sequence[Move]) -> Work[Plan]:
        """What comes to the plan of the moves: the answer that is at hand or under way, waited for."""

        def wait(progress: Callable[[Any], None], stop: Stop) -> Plan:
            asker = secrets.token_hex(16)  # nobody takes back what is waited for here
            try:
                while not stop.is_set:
                    found = self.looked_at(caller, stored, moves, LOOK, asker)
                    if isinstance(found, Candidate):
                        return found.plan
                    progress(found.news)
                raise stopped()
            finally:
                self._answers.leave(asker)

        return wait if moves else lambda *_: stored.plan

    def mended(self, caller: Caller, plan_id: str, number: int, name: str = "") -> Scenario:
        """With a change that a conflict names: 0 is the cheapest joint change, n the n-th single one.

        Under that `name`, or one that tells the change.
        """
        stored = self._plans.candidate(caller, plan_id)
        scenario, changes = stored.scenario, changes_of(stored, number)
        for change in changes:
            scenario = _changed(scenario, change)
        return replace(scenario, name=name or renamed(scenario.name, [Change.of(change) for change in changes]))


def _question(caller: Caller, stored: Candidate, moves: Sequence[Move]) -> Hashable:
    return (caller.workspace, stored.label, *moves)


def varied(scenario: Scenario, moves: Sequence[Move]) -> Scenario:
    """The scenario with the moves made."""
    for move in moves:
        scenario = moved(scenario, move.name, move.side, move.to)
    return scenario


def name_of(scenario: Scenario, moves: Sequence[Move]) -> str:
    """What the scenario with the moves made is called unless somebody says otherwise."""
    units = {(knob.name, knob.side.side): knob.side.unit for knob in knobs(scenario)}
    changes = (Change(item=m.name, side=m.side, to=m.to, unit=units.get((m.name, m.side))) for m in moves)
    return renamed(scenario.name, list(changes))


def changes_of(stored: Candidate, number: int) -> tuple[Relaxation, ...]:
    """The changes that are made together under that number."""
    conflict = stored.plan.conflict
    if conflict is not None and number == 0 and conflict.cheapest is not None:
        return conflict.cheapest.changes
    if conflict is not None and 0 < number <= len(conflict.relaxations):
        return (conflict.relaxations[number - 1],)
    raise NotFoundError("unknown_change", "", "the plan names no such change", "choose one on the plan's page")


def knobs(scenario: Scenario) -> Iterator[Knob]:
    """Every side of every limit that may be moved: budgets, rules, goals (soft ones, too), then spend limits."""
    own = {spend_limit(tactic): tactic for tactic in scenario.tactics}
    stated = [name for name in limits_of(scenario) if name not in own]
    soft = [goal.name for goal in scenario.goals if not goal.required]
    for name in sorted([*stated, *soft], key=lambda name: not name.startswith("budget")):
        yield from (Knob(name=name, side=side) for side in movable(scenario, name))
    for name, tactic in own.items():
        yield from (Knob(name=name, side=side) for side in spend_sides(tactic))


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
