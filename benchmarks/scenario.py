"""Scenarios as the library takes them, and plans as peers give them; light, so that a process measures the library."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.schemas.scenario import ScenarioIn
from benchmarks.concave import Array, Wire
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario


def domain(document: Wire) -> Scenario:
    """The scenario as the library takes it."""
    return ScenarioIn.model_validate(document).to_domain()


def untouched(document: Wire, calls: int) -> Iterator[Scenario]:
    """One for each of some calls, and the first: what a scenario remembers of one is no part of the next one's time."""
    return iter([domain(document) for _ in range(calls + 1)])


def spend_of(plan: Plan, scenario: Scenario) -> Array:
    """The spend of a plan, flat, in the scenario's order."""
    cells = {(cell.tactic, cell.period): cell.spend for cell in plan.allocations}
    return np.array([cells[tactic.name, period] for tactic in scenario.tactics for period in scenario.periods])
