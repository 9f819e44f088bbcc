"""The rest of a scenario, once its first periods have happened.

What was spent lives on as carry-in; demand that was left is the pools' initial demand; what was spent and achieved
counts towards budgets, goals and rules, which ask of the open periods only what is missing. Outcome and revenue of the
rest are incremental, as always: against spending nothing more. What the past still brings is credited to the past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.actuals import Actuals
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.goal import Goal, GoalPath, Milestone
from optimizer.problem.objective import Objective
from optimizer.problem.past import Past
from optimizer.problem.pattern import Pattern
from optimizer.problem.pool import DemandPool
from optimizer.problem.river import River
from optimizer.problem.rules.base import beyond
from optimizer.problem.rules.rate_card import RateCard, media
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import Tactic
from optimizer.problem.valuation import Valuer
from optimizer.units import LARGEST

LEAST = 1e-9  # of a soft goal that is pursued: one that asks for nothing has no share to attain


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """The scenario for the periods that are left, the past it follows, and what to know of it, in sentences."""

    scenario: Scenario
    past: Past
    notes: tuple[str, ...]


def remainder(actuals: Actuals, planned: Array, now: int) -> Remainder:
    """What is left of the scenario from period number `now` on; `planned`, shape (tactics, periods) [money], stands
    for spend that is not known. Raises ScenarioError where nothing is left."""
    whole = actuals.scenario
    if not 0 <= now < len(whole.periods):
        raise ScenarioError("no_periods_left", "now", "leaves no period to plan", "plan the periods that follow")
    past, opening = _settle(actuals, planned, now)
    if now == 0:
        return Remainder(scenario=whole, past=past, notes=())
    goals = tuple(_goals_left(past))
    names = {goal.name for goal in goals}
    rest = replace(
        opening,
        objective=_objective(whole, goals),
        budget=_budget_left(past),
        goals=tuple(replace(goal, parent=goal.parent if goal.parent in names else None) for goal in goals),
        rules=tuple(rule for stated in whole.rules for rule in stated.after(past)),
    )
    return Remainder(scenario=rest, past=past, notes=tuple(_notes(actuals, past, rest)))


def _settle(actuals: Actuals, planned: Array, now: int) -> tuple[Past, Scenario]:
    """The past, and the open periods without budget, goals and rules that limit."""
    whole, known = actuals.scenario, actuals.until(now)
    valuer, spend = Valuer(whole), known.over(planned)
    valued = valuer.value(spend)
    told = known.outcome[:, :now]
    outcome = np.where(np.isnan(told), valued.outcome[:, :now], told)
    past = Past(
        scenario=whole,
        now=now,
        spend=spend[:, :now],
        outcome=outcome,
        carried=np.zeros((len(whole.tactics), len(whole.periods) - now)),
        carried_out=np.zeros(len(whole.tactics)),
    )
    opening = _opening(past, valuer) if now else whole
    after = Valuer(opening)
    nothing = np.zeros(after.shape)
    tail = after.value(nothing).carry_out_baseline - valued.carry_out_baseline
    return replace(past, carried=after.baseline - valuer.baseline[:, now:], carried_out=tail), opening


def _opening(past: Past, valuer: Valuer) -> Scenario:
    """The open periods as the past leaves them."""
    whole = past.scenario
    bought = media(whole, np.hstack([past.spend, np.zeros((len(whole.tactics), len(past.left)))]))
    events = ((event, past.after(event.scope)) for event in whole.events)
    return replace(
        whole,
        name=f"{whole.name}, from {past.left[0]}",
        periods=past.left,
        tactics=tuple(_tactic_left(past, row, tactic, bought[row]) for row, tactic in enumerate(whole.tactics)),
        demand_pools=_pools_left(past, valuer),
        events=tuple(replace(event, scope=scope) for event, scope in events if scope is not None),
        objective=Objective(aim="spend") if whole.objective.aim == "goals" else whole.objective,
        budget=Budget(total=BudgetLimit(at_most=LARGEST)),
        goals=(),
        rules=tuple(rule for stated in whole.rules if isinstance(stated, RateCard) for rule in stated.after(past)),
    )


def _tactic_left(past: Past, row: int, tactic: Tactic, bought: Array) -> Tactic:
    """A tactic with what was spent as carry-in; what it spends today is what it spent last."""
    carry = tactic.carry_over
    seasons = tactic.seasonality
    if seasons is not None:
        spread = seasons.spread(len(past.scenario.periods))[past.now :]
        seasons = Pattern(numbers=tuple(spread.tolist()))
    return replace(
        tactic,
        carry_over=replace(carry, carry_in=(*carry.carry_in, *bought[: past.now].tolist())),
        current_spend=float(past.spend[row, -1]),
        seasonality=seasons,
    )


def _pools_left(past: Past, valuer: Valuer) -> tuple[DemandPool, ...]:
    """Each pool with the demand that the actual outcomes left in it, and what is still on its way.

    D_t = ρ · left_{t−1} + arrivals_t, left_t = max(0, D_t − Σ demand_per_outcome · converted_t) over the past.
    """
    whole = past.scenario
    if not whole.demand_pools:
        return ()
    river = River(whole)
    response = np.zeros(valuer.shape)
    response[:, : past.now] = np.maximum(past.outcome + valuer.idle[:, : past.now], 0.0)
    converted = np.maximum(past.outcome + valuer.baseline[:, : past.now], 0.0)
    arriving = river.arrivals(response)
    pools = []
    for number, pool in enumerate(whole.demand_pools):
        drawers, left = river.draws == number, 0.0
        taken = (river.demand[drawers, None] * converted[drawers]).sum(axis=0)
        for period in range(past.now):
            left = max(0.0, pool.retention * left + float(arriving[number, period] - taken[period]))
        kept = max(pool.retention * left, np.finfo(float).tiny)  # a pool without any demand is taken for a mistake
        pools.append(replace(pool, initial=kept, organic=Pattern(numbers=tuple(arriving[number, past.now :].tolist()))))
    return tuple(pools)


def _objective(whole: Scenario, goals: tuple[Goal, ...]) -> Objective:
    """Goals, as long as there is one to pursue; otherwise revenue."""
    if whole.objective.aim == "goals" and all(goal.required for goal in goals):
        return Objective(aim="revenue")
    return whole.objective


def _budget_left(past: Past) -> Budget:
    stated = past.scenario.budget
    total = None if stated.total is None else _limit_left(stated.total, past.spent())
    return Budget(total=total, by_period=tuple(entry for entry in stated.by_period if entry[0] in past.left))


def _limit_left(limit: BudgetLimit, spent: float) -> BudgetLimit:
    if limit.exactly is not None:
        return BudgetLimit(exactly=beyond(limit.exactly, spent, 0.0))
    return BudgetLimit(at_least=beyond(limit.at_least, spent, 0.0), at_most=beyond(limit.at_most, spent, 0.0))


def _goals_left(past: Past) -> Iterator[Goal]:
    """What each goal still asks for; those that are over, or cannot be missed any more, ask for nothing."""
    for goal in past.scenario.goals:
        left = _along_path(past, goal) if goal.path is not None else _by_dates(past, goal)
        if left is not None:
            whole, missing = goal.target(past.scenario.periods), left.target(past.left)
            ratio = missing / whole if whole > 0 else 1.0  # a share of what is missing is less of the whole
            yield replace(left, weight=min(max(goal.weight * ratio, 1e-6), 1e6))


def _along_path(past: Past, goal: Goal) -> Goal | None:
    scope, periods = past.after(goal.scope), past.scenario.periods
    parts = [part for part in goal.parts(periods) if part.period in past.left]
    if scope is None or not parts:
        return None
    missing = [part.target - past.total(goal.metric, part.scope) for part in parts]
    if max(missing) <= 0 and past.never_negative(goal.metric):
        return None
    least = LEAST * max(map(abs, missing))
    numbers = tuple(max(amount, least) for amount in missing)
    return replace(goal, scope=scope, at_least=1.0, path=GoalPath(seasonality=Pattern(numbers=numbers)))


def _by_dates(past: Past, goal: Goal) -> Goal | None:
    periods = past.scenario.periods
    scope = past.after(goal.span(periods))
    if scope is None or (goal.by is not None and goal.by not in past.left):
        return None
    due = {part.by: part.target - past.total(goal.metric, part.scope) for part in goal.parts(periods)}
    sure = past.never_negative(goal.metric)
    milestones = tuple(
        Milestone(by=each.by, at_least=due[each.by])
        for each in goal.milestones
        if each.by in past.left and not (sure and due[each.by] <= 0)
    )
    missing = due[goal.by]
    if sure and missing <= 0:
        return None
    return replace(goal, scope=past.after(goal.scope) or scope, at_least=missing, milestones=milestones)


def _notes(actuals: Actuals, past: Past, rest: Scenario) -> Iterator[str]:
    whole = past.scenario
    for column, period in enumerate(whole.periods[: past.now]):
        unknown = np.isnan(actuals.spend[:, column])
        if unknown.any():
            count = int(unknown.sum())
            yield f"{period}: the plan's spend stands for {count} tactic{'s' if count > 1 else ''} without actuals"
    total = whole.budget.total
    if total is not None and total.at_most is not None and past.spent() > total.at_most:
        yield "more than the whole budget is spent already: nothing is left"
    kept = {rule.name for rule in rest.rules}
    for rule in whole.rules:
        if rule.name not in kept:
            yield f"rule {rule.name} has nothing more to ask"
    pursued = {goal.name for goal in rest.goals}
    for goal in whole.goals:
        if goal.name not in pursued:
            yield f"goal {goal.name} has nothing more to ask"
