"""Every limit of a scenario by its name: what it states, and the scenario without it or with it moved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.goal import Goal
from optimizer.problem.movable import MONEY, Movable, sides_of
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import SpendLimits, Tactic

BUDGET = "budget"
SOME = 1e-6  # the least budget [money] that is worth proposing: a plan that spends nothing is none


def spend_limit(tactic: Tactic) -> str:
    """What a tactic's spend limit is called."""
    return f"spend limit of {tactic.name}"


def period_budget(period: str) -> str:
    """What a period's budget is called."""
    return f"budget of {period}"


def limits_of(scenario: Scenario) -> list[str]:
    """The names of everything that limits a plan, spend limits first."""
    names = [
        spend_limit(tactic)
        for tactic in scenario.tactics
        if tactic.spend.at_least > 0 or tactic.spend.at_most is not None
    ]
    names += [BUDGET] if scenario.budget.total is not None else []
    names += [period_budget(period) for period, _ in scenario.budget.by_period]
    names += [rule.name for rule in scenario.rules if rule.limiting]
    return names + [goal.name for goal in scenario.goals if goal.required]


def without(scenario: Scenario, name: str) -> Scenario:
    """The scenario without the named limit; raises ScenarioError where it needs it."""
    return replace(
        limited_to(scenario, [other for other in limits_of(scenario) if other != name]),
        goals=tuple(replace(goal, parent=None) for goal in scenario.goals if goal.name != name),
        objective=scenario.objective,
    )


def limited_to(scenario: Scenario, names: Collection[str]) -> Scenario:
    """The scenario with only the named limits, asked for any plan at all: the least spend."""
    kept = set(names)
    tactics = tuple(
        tactic if spend_limit(tactic) in kept else replace(tactic, spend=SpendLimits()) for tactic in scenario.tactics
    )
    by_period = tuple(entry for entry in scenario.budget.by_period if period_budget(entry[0]) in kept)
    return replace(
        scenario,
        tactics=tactics,
        budget=Budget(total=scenario.budget.total if BUDGET in kept else None, by_period=by_period),
        rules=tuple(rule for rule in scenario.rules if rule.name in kept or not rule.limiting),
        goals=tuple(replace(goal, parent=None) for goal in scenario.goals if goal.required and goal.name in kept),
        objective=Objective(aim="spend"),
    )


def movable(scenario: Scenario, name: str) -> tuple[Movable, ...]:
    """The sides of the named limit that may be moved; none where it can only be left out."""
    for rule in scenario.rules:
        if rule.name == name:
            return rule.movable()
    for goal in scenario.goals:
        if goal.name == name:
            return sides_of(goal.at_least, None, _unit(goal), on_row=True)
    for tactic in scenario.tactics:
        if spend_limit(tactic) == name:
            return spend_sides(tactic)
    return _of_budget(_budget_limit(scenario, name))


def spend_sides(tactic: Tactic) -> tuple[Movable, ...]:
    """The sides of a tactic's spend limit; one that is not stated is none."""
    return sides_of(tactic.spend.at_least or None, tactic.spend.at_most, MONEY, on_row=True, least=0.0)


def moved(scenario: Scenario, name: str, side: str, to: float) -> Scenario:
    """The scenario with one side of the named limit moved."""
    values: dict[str, Any] = {side: to}
    tactics = tuple(
        replace(tactic, spend=replace(tactic.spend, **values)) if spend_limit(tactic) == name else tactic
        for tactic in scenario.tactics
    )
    rules = tuple(rule.restated(side, to) if rule.name == name else rule for rule in scenario.rules)
    goals = tuple(goal.asking(to) if goal.name == name else goal for goal in scenario.goals)
    total = scenario.budget.total
    by_period = tuple(
        (period, _moved(limit, side, to) if period_budget(period) == name else limit)
        for period, limit in scenario.budget.by_period
    )
    budget = Budget(total=_moved(total, side, to) if total and name == BUDGET else total, by_period=by_period)
    return replace(scenario, tactics=tactics, budget=budget, rules=rules, goals=goals)


def label(scenario: Scenario, name: str) -> str:
    """What a sentence calls the limit: goals are said to be goals."""
    return f"goal {name}" if any(goal.name == name for goal in scenario.goals) else name


def _unit(goal: Goal) -> str:
    return MONEY if goal.metric == "spend" else goal.metric


def _budget_limit(scenario: Scenario, name: str) -> BudgetLimit | None:
    if name == BUDGET:
        return scenario.budget.total
    return {period_budget(period): limit for period, limit in scenario.budget.by_period}[name]


def _of_budget(limit: BudgetLimit | None) -> tuple[Movable, ...]:
    if limit is None:
        return ()
    if limit.exactly is not None:
        return (Movable(side="exactly", value=limit.exactly, way=0, unit=MONEY, on_row=True, least=SOME),)
    return sides_of(limit.at_least, limit.at_most, MONEY, on_row=True)


def _moved(limit: BudgetLimit, side: str, to: float) -> BudgetLimit:
    if side == "exactly":
        return BudgetLimit(exactly=to)
    sides = {"at_least": limit.at_least, "at_most": limit.at_most} | {side: to}
    return BudgetLimit(**sides)
