"""A solver that does what the scenario's name says: dies, dawdles, or answers without solving anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from optimizer.answers.plan import Allocation, Plan, Provenance, Termination, Totals
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from tests.app.solving.fakes import behave

T = TypeVar("T")


def solve(_question: object, scenario: Scenario, *_: object) -> object:
    """A plan, or what the name asks for."""
    match scenario.name.split(":"):
        case ["nap", seconds]:
            time.sleep(float(seconds))
        case ["nap", seconds, sign]:
            Path(sign).touch()  # that it began
            time.sleep(float(seconds))
        case ["die", manner]:
            return behave(manner, lambda _: None)
        case ["conflict"]:
            return replace(plan_of(scenario), status="conflict", totals=None, value=None, allocations=())
        case ["another"]:
            return replace(plan_of(scenario), provenance=replace(plan_of(scenario).provenance, digest="sha256:other"))
    return plan_of(scenario)


def plan_of(scenario: Scenario) -> Plan:
    """Ten of everything."""
    cells = [(tactic.name, period) for tactic in scenario.tactics for period in scenario.periods]
    return Plan(
        status="feasible",
        termination=Termination(reason="time_limit", limit="time_limit"),
        value=0.1 + 0.2,
        bound=None,
        gap=None,
        certificate=None,
        totals=Totals(
            spend=10.0 * len(cells),
            unspent=None,
            outcome=0.0,
            revenue=0.0,
            profit=0.0,
            roi=None,
            total_outcome=0.0,
            baseline_outcome=0.0,
        ),
        allocations=tuple(
            Allocation(
                tactic=tactic,
                period=period,
                spend=10.0,
                outcome=10.0,
                revenue=10.0,
                marginal_revenue=None,
                limited_by=(),
            )
            for tactic, period in cells
        ),
        tactics=(),
        goals=(),
        rules=(),
        budget=None,
        conflict=None,
        warnings=(),
        provenance=Provenance(
            digest=digest(scenario),
            solver="none",
            headrace="0",
            seconds=0.0,
            formulation="none",
            rounds=0,
            nodes=0,
        ),
    )


class InstantSolver:
    """In this process, at once: plans of ten of everything, and true answers to other questions."""

    def solve(self, scenario: Scenario, *_: object, **__: object) -> Plan:
        """Ten of everything."""
        return plan_of(scenario)

    def ask(self, question: Callable[..., T], *arguments: Any, seconds: float, **_: object) -> T:
        """The library's own answer."""
        del seconds
        return question(*arguments)
