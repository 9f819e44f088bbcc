"""How much more budget a missed goal would take: the least total spend that meets it, everything that holds kept.

For each soft goal that the plan misses: minimise spend with the total budget lifted (those of periods stay), the goal
required, and with it every required goal, every rule and every soft goal that the plan meets. One that is pursued and
missed by no more than what the plan is proved to counts as met; the amount is then told as enough, not as the least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from optimizer.answers.certificate import gap_between
from optimizer.answers.plan import GoalResult
from optimizer.errors import SolverFault
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.limits import limits_of
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.naming import minimal
from optimizer.search.conflicts.questions import OutOfTimeError, Questions
from optimizer.search.deadline import Deadline
from optimizer.search.goals.attainment import NEARLY
from optimizer.search.money.money import minor_of, whole_cost
from optimizer.search.search import Found
from optimizer.search.spends.within import search_within
from optimizer.units import difference
from optimizer.wording import listed

SHARE = 0.3  # of the time limit, for all goals together, and never more than is left
LATE = "time was up before it was known"
ENOUGH = "this much is enough; less may do"


Extra = tuple[float | None, str | None]  # the amount [money], and the reason where it is missing or not the least


def extra_budgets(scenario: Scenario, goals: Sequence[GoalResult], deadline: Deadline) -> tuple[GoalResult, ...]:
    """The goals with what each soft one that is missed would take; the first in priority are answered first."""
    missed = {goal.name for goal in goals if not goal.required and not goal.met}
    met, nearly = {goal.name for goal in goals if goal.met}, {goal.name for goal in goals if _nearly(scenario, goal)}
    order = sorted(
        (goal for goal in scenario.goals if goal.name in missed),
        key=lambda goal: (goal.priority is None, goal.priority or 0, goal.name),
    )
    whole = Deadline.after(min(deadline.left, SHARE * scenario.solve.time_limit), deadline.clock)
    extras: dict[str, Extra] = {}
    for number, goal in enumerate(order):
        share = Deadline.after(whole.left / (len(order) - number), deadline.clock)
        amount, reason = _extra(scenario, _lifted(scenario, {goal.name, *met, *nearly}), goal.name, share)
        extras[goal.name] = amount, reason or (ENOUGH if amount and nearly - {goal.name} else None)
    return tuple(_with(goal, *extras.get(goal.name, (None, None))) for goal in goals)


def _nearly(scenario: Scenario, goal: GoalResult) -> bool:
    """Whether a goal that is pursued is missed by so little that the search for it may just have ended before."""
    whole = sum(part.target for part in goal.parts) or goal.target
    missed = not goal.met and not goal.required and scenario.objective.aim == "goals"
    return missed and goal.shortfall <= NEARLY * scenario.solve.gap * whole


def _with(goal: GoalResult, amount: float | None, reason: str | None) -> GoalResult:
    return replace(goal, extra_budget=amount, extra_budget_reason=reason)


def _lifted(scenario: Scenario, wanted: set[str]) -> Scenario:
    """The least spend that meets the goals `wanted` and the required ones, whatever the total budget."""
    total = scenario.budget.total
    least = None if total is None or total.at_least is None else BudgetLimit(at_least=total.at_least)
    return replace(
        scenario,
        budget=replace(scenario.budget, total=least),
        objective=Objective(aim="spend"),
        goals=tuple(
            replace(goal, required=True, parent=None) for goal in scenario.goals if goal.required or goal.name in wanted
        ),
    )


def _extra(scenario: Scenario, lifted: Scenario, name: str, deadline: Deadline) -> Extra:
    if deadline.left <= 0:
        return None, LATE
    try:
        found = search_within(lifted, deadline, lambda *_: None)
        if found.columns is not None:
            return _amount(scenario, found)
        return None, _obstacle(lifted, name, deadline) if found.proved_empty else LATE
    except SolverFault:
        return None, "the solver failed before it was known"


def _amount(scenario: Scenario, found: Found) -> Extra:
    total = scenario.budget.total
    least = found.cost * found.model.worth
    most = None if total is None else total.at_most
    spend = whole_cost(least, minor_of(scenario, least)[0])
    amount = 0.0 if most is None else max(0.0, difference(spend, most))
    proved = gap_between(found.cost, min(found.bound, found.cost)) <= scenario.solve.gap
    return amount, None if proved or not amount else ENOUGH


def _obstacle(lifted: Scenario, name: str, deadline: Deadline) -> str:
    try:
        culprits = minimal(limits_of(lifted), Questions(lifted, deadline))
    except OutOfTimeError:
        return "no budget meets it: other limits, or its curves, end below it"
    others = sorted(each for each in culprits if each != name)
    if not others:
        return "no budget meets it: its curves end below it"
    return f"no budget meets it beside {listed(others)}"
