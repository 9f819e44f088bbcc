"""Everything the planner states, valid from birth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Array, CurveStack, Tabulated
from optimizer.errors import Gathering, HeadraceError, ScenarioError
from optimizer.problem.budget import Budget
from optimizer.problem.draws import joint_draws
from optimizer.problem.event import Event, seasons_of
from optimizer.problem.goal import Goal
from optimizer.problem.objective import Objective
from optimizer.problem.pool import DemandPool
from optimizer.problem.rules.base import Rule
from optimizer.problem.rules.minimum_if_active import largest_minimums
from optimizer.problem.scope import Places, Scope
from optimizer.problem.tactic import Tactic, own_limits, rates_of
from optimizer.units import countable, minor_digits, number, plan_digits, units_above

METRICS = ("spend", "outcome", "revenue", "profit")  # those that every scenario has
ONE_PERIOD = ("all",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveSettings:
    """When to stop: at a certified relative gap, or after `time_limit` [seconds]."""

    gap: float = 1e-6
    time_limit: float = 10.0

    def __post_init__(self) -> None:
        number(self.gap, "gap", least=1e-9, most=1.0)
        number(self.time_limit, "time_limit", least=0.01, most=86400.0)


# by all budgets
SHARED = ("metrics", "tactic_names", "seasons", "own_limits", "scales", "curves", "carrying", "tabulated", "plain",
          "tails", "minimums", "_rates", "_places", "_cells")  # fmt: skip
NAMED = ("tactics", "goals", "rules", "demand_pools", "events")


class _Named(Protocol):
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Periods, tactics, budget, objective, goals, rules, events and demand pools.

    `count_carry_out` is what tactics follow that do not say whether effects after the last period count.
    `digits` of money after the decimal point that a plan is rounded to; None follows the currency.
    """

    name: str
    currency: str
    tactics: tuple[Tactic, ...]
    objective: Objective
    periods: tuple[str, ...] = ONE_PERIOD
    budget: Budget = field(default_factory=Budget)
    goals: tuple[Goal, ...] = ()
    rules: tuple[Rule, ...] = ()
    demand_pools: tuple[DemandPool, ...] = ()
    events: tuple[Event, ...] = ()
    solve: SolveSettings = field(default_factory=SolveSettings)
    count_carry_out: bool = False
    digits: int | None = None

    def __post_init__(self) -> None:
        if not self.tactics:
            raise ScenarioError("no_tactics", "tactics", "is empty", "state at least one tactic")
        if not self.periods:
            raise ScenarioError("no_periods", "periods", "is empty", "name at least one period, or leave it out")
        parts = Gathering()
        with parts.part():
            _distinct("periods", self.periods)
        for kind in NAMED:
            with parts.part():
                _distinct(kind, (one.name for one in getattr(self, kind)), ".name")
        parts.check()  # what names are asked for below must be told apart
        for check in (_disjoint, _check_seasons, _check_budget, _check_goals, _check_links, _check_confidence):
            with parts.part():
                check(self)
        for position, pool in enumerate(self.demand_pools):
            with parts.part(), _Within(f"demand_pools[{position}]"):
                _check_pool(pool, self)
        for position, rule in enumerate(self.rules):
            with parts.part(), _Within(f"rules[{position}]"):
                rule.check(self)
        parts.check()

    def under(self, budget: Budget, objective: Objective | None = None, solve: SolveSettings | None = None) -> Scenario:
        """The same under another budget, for another end; what does not depend on these is worked out once for both."""
        other, shared = copy(self), {name: getattr(self, name) for name in SHARED}
        vars(other).update(shared, budget=budget, objective=objective or self.objective, solve=solve or self.solve)
        _check_budget(other)
        return other

    @cached_property
    def metrics(self) -> frozenset[str]:
        """The names that goals and rules may measure by."""
        return frozenset(METRICS) | {name for tactic in self.tactics for name, _ in tactic.metrics}

    @cached_property
    def tactic_names(self) -> tuple[str, ...]:
        """The names of all tactics, in their order."""
        return tuple(tactic.name for tactic in self.tactics)

    @property
    def money_digits(self) -> int:
        """Digits after the decimal point of the currency's minor unit, or as stated."""
        return minor_digits(self.currency) if self.digits is None else self.digits

    def plan_digits(self, spent: float = 0.0) -> int:
        """Digits after the point that a plan's money is rounded to; without a budget, what it spends says."""
        total = self.budget.total
        amount = total.at_most if total is not None and total.at_most else spent
        return countable(plan_digits(self.money_digits, amount if self.digits is None else 0.0), spent)

    def whole_from(self, amount: float) -> float:
        """The least spend of a cell that covers an amount in the units of a plan: one that spends it has none finer."""
        digits = plan_digits(self.money_digits, amount) if self.digits is None else self.digits
        return float(units_above(amount, digits) / 10**digits)

    @property
    def minor_unit(self) -> float:
        """One minor unit of the scenario's money: the least that is spent at all [money]."""
        return float(1.0 / 10.0 ** self.plan_digits())

    def counts_carry_out(self, tactic: Tactic) -> bool:
        """Whether the tactic's effects after the last period count."""
        own = tactic.carry_over.count_carry_out
        return self.count_carry_out if own is None else own

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """How many periods after the last one the effects of each tactic are counted in; 0 when they are not."""
        tactics = zip(self.tactics, self.plain.tolist(), strict=True)
        return tuple(0 if plain or not self.counts_carry_out(own) else own.longest_tail for own, plain in tactics)

    @cached_property
    def seasons(self) -> Array:
        """s_it of each tactic, shape (tactics, periods) [1]: its seasonality and the events it is in."""
        return _kept(seasons_of(self.tactics, self.periods, self.events))

    @cached_property
    def own_limits(self) -> tuple[Array, Array]:
        """The least and the most that each tactic may spend in a period by its own limits [money], (tactics, 1)."""
        least, most = own_limits(self.tactics)
        return _kept(least), _kept(most)

    @cached_property
    def minimums(self) -> Array:
        """The least that each cell may spend but nothing, by on/off rules [money]; 0 without, (tactics, periods)."""
        return _kept(largest_minimums(self))

    @cached_property
    def scales(self) -> Array:
        """A typical spend of each tactic [money], shape (tactics,)."""
        return _kept(np.array([tactic.response.natural_scale() for tactic in self.tactics]))

    @cached_property
    def curves(self) -> CurveStack:
        """The response curves, one cell a tactic."""
        return CurveStack.of([tactic.response for tactic in self.tactics])

    @cached_property
    def plain(self) -> NDArray[np.bool_]:
        """Which tactics' spend works in its own period only, in full, shape (tactics,)."""
        return _kept(np.array([tactic.carry_over.adstock.family == "none" for tactic in self.tactics]))

    @cached_property
    def carrying(self) -> tuple[int, ...]:
        """The tactics, by place, whose curves read what is carried over."""
        return tuple(row for row in np.flatnonzero(~self.plain).tolist() if self.tactics[row].carries_over)

    @cached_property
    def tabulated(self) -> tuple[int, ...]:
        """The tactics, by place, that a table responds for: it has corners."""
        tables = [group.cells for group in self.curves.groups if isinstance(group.members.shape, Tabulated)]
        return tuple(sorted(row for cells in tables for row in cells.tolist()))

    def rates(self, metric: str) -> tuple[Array, Array]:
        """What a unit of spend and a unit of incremental outcome add to a metric, each of shape (tactics,).

        revenue: 0, revenue_per_outcome; profit: −1, margin · revenue_per_outcome; outcome: 0, 1; spend: 1, 0.
        """
        if metric not in self._rates:
            per_spend, per_outcome = rates_of(self.tactics, metric)
            self._rates[metric] = _kept(per_spend), _kept(per_outcome)
        return self._rates[metric]

    @cached_property
    def _rates(self) -> dict[str, tuple[Array, Array]]:
        return {}

    def cells(self, scope: Scope) -> NDArray[np.bool_]:
        """The cells of a scope as a mask, shape (tactics, periods)."""
        if scope not in self._cells:
            self._cells[scope] = _kept(scope.cells(self.tactics, self.periods, self._places))
        return self._cells[scope]

    @cached_property
    def _places(self) -> Places:
        return Places.of(self.tactics)

    @cached_property
    def _cells(self) -> dict[Scope, NDArray[np.bool_]]:
        return {}

    def check_metric(self, metric: str) -> None:
        """Refuse a metric that neither Headrace nor a tactic knows."""
        if metric not in self.metrics:
            raise ScenarioError(
                "unknown_metric",
                "metric",
                "no tactic has this metric",
                f"use one of {', '.join(METRICS)}, or give it to a tactic under `metrics`",
            )


def _kept(values: NDArray[Any]) -> NDArray[Any]:
    """An array that many read and nobody changes."""
    values.setflags(write=False)
    return values


class _Within:
    """Errors raised inside are seen from `prefix`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, HeadraceError):
            raise error.at(self.prefix) from None


def _distinct(path: str, names: Iterable[str], suffix: str = "") -> None:
    seen: set[str] = set()
    parts = Gathering()
    for position, name in enumerate(names):
        if name in seen:
            place = f"{path}[{position}]{suffix}"
            with parts.part():
                raise ScenarioError("duplicate_name", place, "stands twice", "give each its own name")
        seen.add(name)
    parts.check()


def _disjoint(scenario: Scenario) -> None:
    """Rules, goals and the budget share one space of names: a plan speaks of each by its name alone."""
    taken = {"budget"} | {f"budget of {period}" for period in scenario.periods}
    taken |= {f"spend limit of {tactic.name}" for tactic in scenario.tactics}
    groups: tuple[tuple[str, Sequence[_Named]], ...] = (("goals", scenario.goals), ("rules", scenario.rules))
    for path, group in groups:
        for position, item in enumerate(group):
            if item.name in taken:
                raise ScenarioError(
                    "duplicate_name", f"{path}[{position}].name", "is the name of another limit", "choose another"
                )
        taken |= {item.name for item in group}


def _check_seasons(scenario: Scenario) -> None:
    parts = Gathering()
    for position, tactic in enumerate(scenario.tactics):
        if tactic.seasonality is not None:
            with parts.part(), _Within(f"tactics[{position}].seasonality"):
                tactic.seasonality.check(len(scenario.periods))
    for position, event in enumerate(scenario.events):
        with parts.part(), _Within(f"events[{position}].scope"):
            event.scope.check(scenario.tactics, scenario.periods)
    parts.check()


def _check_budget(scenario: Scenario) -> None:
    for name, _ in scenario.budget.by_period:
        if name not in scenario.periods:
            raise ScenarioError(
                "unknown_period", f"budget.by_period.{name}", "no period has this name", "use the name of a period"
            )
    if scenario.objective.aim in ("profit", "spend") or scenario.objective.target_marginal_roi > 0:
        return
    if scenario.rules or scenario.budget.by_period or any(goal.required for goal in scenario.goals):
        return  # rows may end the spend: the search tells where they do not
    limited = scenario.budget.total is not None and scenario.budget.total.at_most is not None
    if not (limited or all(tactic.spend.at_most is not None for tactic in scenario.tactics)):
        raise no_budget()


def no_budget() -> ScenarioError:
    """Nothing limits a spend that costs the objective nothing."""
    return ScenarioError(
        "no_budget",
        "budget",
        "nothing limits the spend",
        "give a budget, a spend limit for every tactic, or maximise profit or minimise spend",
    )


def _check_confidence(scenario: Scenario) -> None:
    if scenario.objective.confidence is not None:
        joint_draws(scenario.tactics)


def _check_links(scenario: Scenario) -> None:
    known = {pool.name for pool in scenario.demand_pools} | {None}
    parts = Gathering()
    for position, tactic in enumerate(scenario.tactics):
        for link in ("feeds", "draws_from"):
            if getattr(tactic, link) not in known:
                path = f"tactics[{position}].{link}"
                with parts.part():
                    raise ScenarioError("unknown_pool", path, "no demand pool has this name", "use a pool's name")
    parts.check()


def _check_pool(pool: DemandPool, scenario: Scenario) -> None:
    with _Within("organic"):
        pool.organic.check(len(scenario.periods))
    if pool.retention >= 1.0 and scenario.periods == ONE_PERIOD:
        raise ScenarioError(
            "endless_retention", "retention", "keeps demand for ever where no periods are named", "name the periods"
        )
    fed = any(tactic.feeds == pool.name for tactic in scenario.tactics)
    drained = any(tactic.draws_from == pool.name for tactic in scenario.tactics)
    if not drained and (not fed or pool.end_value == 0.0):
        raise ScenarioError(
            "unused_pool", "name", "nothing draws from this pool", "name it in a tactic's `draws_from`, or leave it out"
        )
    if not fed and pool.is_dry:
        raise ScenarioError(
            "unused_pool", "name", "nothing feeds this pool", "name it in a tactic's `feeds`, or give it demand"
        )


def _check_goals(scenario: Scenario) -> None:
    names = {goal.name for goal in scenario.goals}
    parts = Gathering()
    for position, goal in enumerate(scenario.goals):
        with parts.part(), _Within(f"goals[{position}]"):
            scenario.check_metric(goal.metric)
            if goal.parent is not None and goal.parent not in names:
                raise ScenarioError("unknown_goal", "parent", "no goal has this name", "use the name of a goal")
            with _Within("scope"):
                goal.scope.check(scenario.tactics, scenario.periods)
            goal.check(scenario.periods)
    parts.check()
    _check_parents(scenario)
    if scenario.objective.aim == "goals":
        _check_pursued(scenario)


def _check_pursued(scenario: Scenario) -> None:
    if all(goal.required for goal in scenario.goals):
        raise ScenarioError(
            "no_soft_goal", "goals", "has no goal that is not required", "leave `required` out of what is to be pursued"
        )
    for position, goal in enumerate(scenario.goals):
        targets = [part.target for part in goal.parts(scenario.periods)]
        idle = min(targets) == 0 < max(targets) and _only_adds(scenario, goal.metric)  # nothing to attain there
        if not goal.required and min(targets) <= 0 and not idle:
            raise ScenarioError(
                "not_positive",
                f"goals[{position}].at_least",
                "must be above 0 where shares of it are attained",
                "give a target above 0, or make the goal required",
            )


def _only_adds(scenario: Scenario, metric: str) -> bool:
    """Whether no spend and no outcome takes from a metric: it is never below 0, then."""
    own = [tactic.metric(metric) for tactic in scenario.tactics]
    return metric != "profit" and all(rate >= 0 for each in own for rate in (each.per_spend, each.per_outcome))


def _check_parents(scenario: Scenario) -> None:
    parents = {goal.name: goal.parent for goal in scenario.goals}
    for position, goal in enumerate(scenario.goals):
        seen = {goal.name}
        above = goal.parent
        while above is not None:
            if above in seen:
                raise ScenarioError(
                    "goal_cycle", f"goals[{position}].parent", "the goals form a cycle", "leave one parent out"
                )
            seen.add(above)
            above = parents[above]
