"""Goals as a plan meets them: their parts, and how they add up from children to parents."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.plan import GoalPart, GoalResult
from optimizer.answers.price import Price
from optimizer.curves import Array
from optimizer.problem.attainment import reached, shares
from optimizer.problem.goal import Goal, Part
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation
from optimizer.units import KEPT, difference, tidy
from optimizer.wording import quantity


def goal_results(valuation: Valuation, prices: dict[str, Price] | None = None) -> tuple[GoalResult, ...]:
    """Every goal as it is met, with the price of the required ones where it is known."""
    return tuple(_goal_result(valuation, goal, prices or {}) for goal in valuation.scenario.goals)


def _goal_result(valuation: Valuation, goal: Goal, prices: dict[str, Price]) -> GoalResult:
    periods = valuation.scenario.periods
    stated = goal.parts(periods)
    parts = tuple(_part(valuation, goal, part) for part in stated)
    children = _children_target(valuation.scenario, goal)
    target = goal.target(periods)
    price = prices.get(goal.name) if goal.required else None
    return GoalResult(
        name=goal.name,
        metric=goal.metric,
        required=goal.required,
        target=target,
        achieved=valuation.total(goal.metric, goal.span(periods)),
        shortfall=math.fsum(part.shortfall for part in parts),
        met=all(part.shortfall == 0.0 for part in parts),
        price=None if price is None else price.value,
        price_holds_from=None if price is None else price.holds_from,
        price_holds_to=None if price is None else price.holds_to,
        price_note=None if price is None else price.note,
        parts=parts if len(parts) > 1 or goal.path is not None else (),
        parent=goal.parent,
        children_target=children,
        children_gap=None if children is None else difference(children, target),
    )


def _part(valuation: Valuation, goal: Goal, part: Part) -> GoalPart:
    achieved = valuation.total(goal.metric, part.scope)
    missing = part.target - achieved
    kept = missing <= KEPT * abs(part.target)
    return GoalPart(
        period=part.period, by=part.by, target=part.target, achieved=achieved, shortfall=0.0 if kept else missing
    )


def _children_target(scenario: Scenario, parent: Goal) -> float | None:
    """Σ target of the goals that are part of it; None without any, or where they measure something else."""
    children = children_of(scenario, parent)
    if not children or any(child.metric != parent.metric for child in children):
        return None
    return tidy(math.fsum(child.target(scenario.periods) for child in children))


def children_of(scenario: Scenario, parent: Goal) -> list[Goal]:
    """The goals that are part of it."""
    return [goal for goal in scenario.goals if goal.parent == parent.name]


def rates_of_goals(valuation: Valuation, goals: Sequence[Goal]) -> tuple[Array, Array]:
    """What one more unit of outcome, and of spend, adds to the attainment of goals, where parts are still missed.

    Outcome: shape (tactics, periods + 1), carry-out last; spend: (tactics, periods) [1 per unit].
    """
    scenario = valuation.scenario
    shape = len(scenario.tactics), len(scenario.periods)
    outcome, spend = np.zeros((shape[0], shape[1] + 1)), np.zeros(shape)
    for goal in goals:
        per_spend, per_outcome = scenario.rates(goal.metric)
        for part, share in shares(goal, scenario):
            if reached(valuation.total(goal.metric, part.scope), part.target) < 1.0:
                mask = valuation.cells(part.scope).astype(float) * share / part.target
                after = mask.max(axis=1, keepdims=True) * (part.scope.periods is None)
                outcome += np.hstack([mask, after]) * per_outcome[:, None]
                spend += mask * per_spend[:, None]
    return outcome, spend


def tree_warnings(scenario: Scenario) -> Iterator[str]:
    """Where the goals do not add up: sums, scopes outside the parent's, scopes that overlap."""
    for parent in scenario.goals:
        children = children_of(scenario, parent)
        if children:
            yield from _sums(scenario, parent)
            yield from _outside(scenario, parent, children)
            yield from _overlapping(scenario, parent, children)


def _sums(scenario: Scenario, parent: Goal) -> Iterator[str]:
    total, target = _children_target(scenario, parent), parent.target(scenario.periods)
    if total is None or abs(total - target) <= KEPT * abs(target):
        return
    more = "more" if total > target else "less"
    yield (
        f"the parts of {parent.name} add up to {quantity(total)}, {quantity(abs(difference(total, target)))} {more} "
        f"than {parent.name} itself"
    )


def _outside(scenario: Scenario, parent: Goal, children: Sequence[Goal]) -> Iterator[str]:
    own = _cells(scenario, parent)
    for child in children:
        if (_cells(scenario, child) & ~own).any():
            yield f"goal {child.name} is part of {parent.name}, but counts what {parent.name} does not"


def _overlapping(scenario: Scenario, parent: Goal, children: Sequence[Goal]) -> Iterator[str]:
    counted = np.zeros((len(scenario.tactics), len(scenario.periods)), dtype=np.intp)
    alike = [child for child in children if child.metric == parent.metric]
    for child in alike:
        counted += _cells(scenario, child)
    both = [child.name for child in alike if (counted[_cells(scenario, child)] > 1).any()]
    if both:
        yield f"parts of {parent.name} count the same tactics and periods twice: {', '.join(both)}"


def _cells(scenario: Scenario, goal: Goal) -> NDArray[np.bool_]:
    return scenario.cells(goal.span(scenario.periods))
