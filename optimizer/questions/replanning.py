"""Keep the plan in force or change it, given what has happened: the best plan for the rest, within a turnover limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.answers.evaluation import Spend
from optimizer.answers.plan import Plan
from optimizer.answers.replanning import Replanning, Threshold, verdict
from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.optimize import Progress, SizeLimits, check_size, optimize
from optimizer.problem.actuals import Actual, Actuals
from optimizer.problem.remainder import remainder
from optimizer.problem.rules import Commitment, ReferenceLine, Rule, TurnoverLimit
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Clock
from optimizer.units import whole

TURNOVER = "turnover against the plan in force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The next `periods` open periods of what the scope selects are booked as the plan in force has them: the scope
    names no periods itself."""

    periods: int
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        whole(self.periods, "periods", least=1)
        if self.scope.periods is not None:
            raise ScenarioError("booked_periods", "scope.periods", "has no meaning here", "say how many are booked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """How far the new plan may stand from the plan in force over the open periods: as in a `turnover_limit`."""

    amount: float | None = None
    share: float | None = None
    lines: int | None = None

    def __post_init__(self) -> None:
        TurnoverLimit(name=TURNOVER, amount=self.amount, share=self.share, lines=self.lines, reference=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanningQuestion:
    """A scenario on its newest curves, the spend of the plan in force, and the actuals so far.

    `now` names the first period that is still open; None: the one after the last that has actuals.
    """

    scenario: Scenario
    plan: tuple[Spend, ...]
    actuals: tuple[Actual, ...] = ()
    now: str | None = None
    bookings: tuple[Booking, ...] = ()
    turnover: Turnover | None = None
    threshold: Threshold = field(default_factory=Threshold)

    @property
    def seconds(self) -> float:
        """About how long the answer takes at the most [seconds]."""
        return self.scenario.solve.time_limit


def replan(
    question: ReplanningQuestion,
    *,
    clock: Clock = time.monotonic,
    progress: Callable[[Progress], None] | None = None,
    limits: SizeLimits | None = None,
) -> Replanning:
    """The best plan for the open periods beside the plan in force, and which to follow.

    Ends after `scenario.solve.time_limit` [seconds of `clock`] like any solve.
    Raises ScenarioError (unknown names, no period left), LimitError and SolverFault.
    """
    scenario, limits = question.scenario, limits or SizeLimits()
    check_size(scenario, limits)
    actuals = Actuals.of(scenario, question.actuals)
    now, planned = _now(question, actuals), planned_spend(scenario, question.plan)
    left = remainder(actuals, planned, now)
    in_force = planned[:, now:]
    rest = replace(left.scenario, rules=(*left.scenario.rules, *_held(question, left.scenario, in_force)))
    plan = optimize(rest, clock=clock, progress=progress, limits=limits)
    valuer = Valuer(rest)
    return verdict(
        left.past, plan, valuer.value(in_force), _changed(valuer, plan), question.threshold, notes=left.notes
    )


def spends_of(plan: Plan) -> tuple[Spend, ...]:
    """The spend of a plan, cell by cell."""
    return tuple(Spend(tactic=cell.tactic, period=cell.period, spend=cell.spend) for cell in plan.allocations)


def planned_spend(scenario: Scenario, plan: tuple[Spend, ...]) -> Array:
    """The plan's spend, shape (tactics, periods) [money]: nothing in cells that it does not have; cells of other
    periods, and of tactics that are no longer there, are left out."""
    rows = {tactic.name: row for row, tactic in enumerate(scenario.tactics)}
    columns = {period: column for column, period in enumerate(scenario.periods)}
    spend = np.zeros((len(rows), len(columns)))
    for cell in plan:
        if cell.tactic in rows and cell.period in columns:
            spend[rows[cell.tactic], columns[cell.period]] = cell.spend
    return spend


def _now(question: ReplanningQuestion, actuals: Actuals) -> int:
    if question.now is None:
        return actuals.periods
    periods = question.scenario.periods
    if question.now not in periods:
        raise ScenarioError("unknown_period", "now", "no period has this name", "use the name of a period")
    return periods.index(question.now)


def _held(question: ReplanningQuestion, rest: Scenario, in_force: Array) -> Iterator[Rule]:
    """What is booked, line by line, and the turnover limit, under names that nothing else has."""
    taken = {rule.name for rule in rest.rules} | {goal.name for goal in rest.goals}
    booked = np.zeros(in_force.shape, dtype=bool)
    for position, booking in enumerate(question.bookings):
        try:
            booking.scope.check(rest.tactics, rest.periods)
        except ScenarioError as error:
            raise error.at(f"bookings[{position}].scope") from None
        booked[:, : booking.periods] |= rest.cells(booking.scope)[:, : booking.periods]
    for row, column in np.argwhere(booked).tolist():
        tactic, period = rest.tactics[row].name, rest.periods[column]
        scope = Scope(tactics=(tactic,), periods=(period,))
        name = _free(f"booked {tactic} {period}", taken)
        yield Commitment(name=name, amount=float(in_force[row, column]), scope=scope)
    if question.turnover is not None:
        own = question.turnover
        lines = tuple(
            ReferenceLine(tactic=tactic.name, period=period, spend=float(spend))
            for tactic, row in zip(rest.tactics, in_force, strict=True)
            for period, spend in zip(rest.periods, row, strict=True)
        )
        name = _free(TURNOVER, taken)
        yield TurnoverLimit(name=name, amount=own.amount, share=own.share, lines=own.lines, reference=lines)


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another limit has it."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    taken.add(free)
    return free


def _changed(valuer: Valuer, plan: Plan) -> Valuation | None:
    """The new plan, valued as the plan in force is; None without one."""
    if plan.totals is None:
        return None
    return valuer.value(np.array([cell.spend for cell in plan.allocations]).reshape(valuer.shape))
