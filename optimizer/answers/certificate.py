"""What a plan's figures prove by themselves: value and violations, recomputed on the true curves without a solver."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from optimizer.answers.plan import BoundFrom, Certificate
from optimizer.errors import SolverFault
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.limits import spend_limit
from optimizer.problem.rules import MinimumIfActive
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation
from optimizer.units import KEPT, difference

BELOW = 1e-7  # of the value, by which doubles may put a bound on the wrong side
NOTHING = 1e-20  # of a bound beside a value of 0: the last digits of its arithmetic, in whatever unit


def violations(valuation: Valuation) -> Iterator[tuple[str, float, float]]:
    """Each broken limit: its name, by how much [units of the limit], and relative to the limit."""
    scenario = valuation.scenario
    if scenario.budget.total is not None:
        yield from _over("budget", valuation.spent(), scenario.budget.total)
    for period, limit in scenario.budget.by_period:
        yield from _over(f"budget of {period}", valuation.spent(Scope(periods=(period,))), limit)
    yield from _limits(valuation)
    short = ((valuation.spend > 0.0) & (valuation.spend < scenario.minimums)).any()
    for rule in scenario.rules:
        if isinstance(rule, MinimumIfActive) and not short:
            continue  # hundreds of them are kept at a glance
        amount = rule.violation(valuation)
        if amount > 0:
            yield rule.name, amount, amount / rule.size
    yield from _missed(valuation)


def largest_violation(valuation: Valuation) -> float:
    """The largest violation, each relative to its limit; 0 when every limit holds."""
    return valuation.once("largest violation", _largest_violation)


def _largest_violation(valuation: Valuation) -> float:
    return max((relative for _, _, relative in violations(valuation)), default=0.0)


def gap_between(value: float, bound: float, nothing: float = 0.0) -> float:
    """|bound − value| / |value|: 0 when both agree, or both are nothing; infinite when only the value is 0."""
    if value == bound or (value == 0.0 and abs(bound) <= NOTHING) or max(abs(value), abs(bound)) <= nothing:
        return 0.0
    return abs(bound - value) / abs(value) if value else math.inf


def finite(number: float) -> float | None:
    """The number as it is told: none where it is infinite."""
    return number if math.isfinite(number) else None


def certify(valuation: Valuation, bound: float, bound_from: BoundFrom, rounding_cost: float) -> Certificate:
    """Value and violations of the rounded figures beside the proved bound."""
    value, nothing = valuation.value, valuation.rounding
    maximizes, broken = valuation.scenario.objective.maximizes, largest_violation(valuation)
    if (bound - value if maximizes else value - bound) < -max(BELOW * abs(value), nothing) and broken == 0.0:
        raise SolverFault("bound_broken", "", "the plan is better than its bound", "report the scenario")
    bound = (max(bound, value) if maximizes else min(bound, value)) + 0.0  # −0.0 is 0
    return Certificate(
        value=value,
        bound=finite(bound),
        gap=finite(gap_between(value, bound, nothing)),
        largest_violation=broken,
        bound_from=bound_from,
        rounding_cost=rounding_cost,
    )


def _over(name: str, spent: float, limit: BudgetLimit) -> Iterator[tuple[str, float, float]]:
    over = 0.0 if limit.at_most is None else difference(spent, limit.at_most)
    under = 0.0 if limit.at_least is None else difference(limit.at_least, spent)
    if (worst := max(over, under)) > 0:
        yield name, worst, worst / (limit.at_most or limit.at_least or 1.0)


def _missed(valuation: Valuation) -> Iterator[tuple[str, float, float]]:
    """The required goals that are missed, each with the largest shortfall of its parts."""
    scenario = valuation.scenario
    for goal in scenario.goals:
        parts = goal.parts(scenario.periods) if goal.required else ()
        missing = [(part.target - valuation.total(goal.metric, part.scope), abs(part.target)) for part in parts]
        broken = [(amount / (size or 1.0), amount) for amount, size in missing if amount > KEPT * size]
        if broken:
            relative, amount = max(broken)
            yield goal.name, amount, relative


def _limits(valuation: Valuation) -> Iterator[tuple[str, float, float]]:
    floors, caps = valuation.scenario.own_limits
    broken = ((valuation.spend < floors) | (valuation.spend > caps)).any(axis=1)
    for place in np.flatnonzero(broken).tolist():
        tactic, spend = valuation.scenario.tactics[place], valuation.spend[place]
        limit = tactic.spend
        over = 0.0 if limit.at_most is None else difference(float(spend.max()), limit.at_most)
        worst = max(over, difference(limit.at_least, float(spend.min())))
        if worst > 0:
            yield spend_limit(tactic), worst, worst / (limit.at_most or limit.at_least or 1.0)
