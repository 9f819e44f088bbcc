"""Which limits and goals cannot all hold: a minimal set, by divide and conquer.

QuickXplain (Junker 2004): a set that cannot hold is halved; what one half needs of the other is found by asking, for a
few subsets, whether any plan at all satisfies them. k culprits among n limits take about 2k·log₂(n/k) questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from optimizer.answers.plan import Conflict
from optimizer.errors import SolverFault
from optimizer.formulation.model import build
from optimizer.formulation.spend import reach
from optimizer.problem.budget import Budget
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import SpendLimits
from optimizer.search.ceiling import first_ceiling
from optimizer.search.deadline import Deadline
from optimizer.search.search import search

ANY = 1e12  # a relative gap that the first plan found closes
WIDE = 1e4  # how far beyond the scenario's own amounts a spend without limits is followed


class _OutOfTimeError(Exception):
    """A question was not answered in time."""


def explain(scenario: Scenario, deadline: Deadline) -> Conflict:
    """The names of limits and goals that conflict; minimal unless time runs out first."""
    names = limits_of(scenario)
    asked = _Question(scenario, deadline)
    try:
        culprits = _minimal([], [], names, asked)
    except (_OutOfTimeError, SolverFault):
        detail = "the conflict could not be narrowed down further: it lies among these"
        return Conflict(conflicting=tuple(sorted(names)), minimal=False, detail=detail)
    detail = "these cannot all hold; without any one of them the rest can"
    return Conflict(conflicting=tuple(sorted(culprits)), minimal=True, detail=detail)


def limits_of(scenario: Scenario) -> list[str]:
    """The names of everything that limits a plan, spend limits first."""
    names = [
        f"spend limit of {tactic.name}"
        for tactic in scenario.tactics
        if tactic.spend.at_least > 0 or tactic.spend.at_most is not None
    ]
    names += ["budget"] if scenario.budget.total is not None else []
    names += [f"budget of {period}" for period, _ in scenario.budget.by_period]
    names += [rule.name for rule in scenario.rules if rule.limiting]
    return names + [goal.name for goal in scenario.goals if goal.required]


def restricted(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """The scenario with only the named limits, asked for any plan at all."""
    kept = set(names)
    tactics = tuple(
        tactic if f"spend limit of {tactic.name}" in kept else replace(tactic, spend=SpendLimits())
        for tactic in scenario.tactics
    )
    by_period = tuple(entry for entry in scenario.budget.by_period if f"budget of {entry[0]}" in kept)
    return replace(
        scenario,
        tactics=tactics,
        budget=Budget(total=scenario.budget.total if "budget" in kept else None, by_period=by_period),
        rules=tuple(rule for rule in scenario.rules if rule.name in kept or not rule.limiting),
        goals=tuple(goal for goal in scenario.goals if goal.required and goal.name in kept),
        objective=Objective(aim="spend"),
    )


class _Question:
    """Can these limits all hold?"""

    def __init__(self, scenario: Scenario, deadline: Deadline) -> None:
        self._scenario, self._deadline = scenario, deadline
        self._wide = WIDE * max(first_ceiling(scenario), _amounts(scenario))

    def __call__(self, names: Sequence[str]) -> bool:
        if self._deadline.left <= 0:
            raise _OutOfTimeError
        scenario = restricted(self._scenario, names)
        found = search(build(scenario, reach(scenario, self._wide)), ANY, self._deadline, lambda *_: None)
        if found.columns is None and not found.proved_empty:
            raise _OutOfTimeError
        return found.columns is not None


def _amounts(scenario: Scenario) -> float:
    budgets = [scenario.budget.total, *(limit for _, limit in scenario.budget.by_period)]
    stated = [limit.at_most or limit.at_least or 0.0 for limit in budgets if limit is not None]
    stated += [tactic.spend.at_most or tactic.spend.at_least for tactic in scenario.tactics]
    return max(stated, default=0.0)


def _minimal(background: list[str], added: list[str], suspects: list[str], holds: _Question) -> list[str]:
    """The members of `suspects` that a minimal conflict needs, given that `background` stays."""
    if added and not holds(background):
        return []
    if len(suspects) == 1:
        return suspects
    half = len(suspects) // 2
    first, second = suspects[:half], suspects[half:]
    late = _minimal(background + first, first, second, holds)
    early = _minimal(background + late, late, first, holds)
    return early + late
