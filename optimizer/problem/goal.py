"""A top-down target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from optimizer.curves import Array
from optimizer.errors import HeadraceError, ScenarioError
from optimizer.problem.pattern import MOST_GROWTH, Pattern
from optimizer.problem.scope import Scope
from optimizer.units import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """What is due by the end of a period, everything before it in the scope included [unit of the metric]."""

    by: str
    at_least: float

    def __post_init__(self) -> None:
        number(self.at_least, "at_least")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPath:
    """One target for each period of the scope, k = 0, 1, …: at_least · (1 + growth)^k · seasonality_k."""

    growth: float = 0.0
    seasonality: Pattern = field(default_factory=Pattern)

    def __post_init__(self) -> None:
        number(self.growth, "growth", least=-1.0, most=MOST_GROWTH)

    def check(self, periods: int) -> None:
        """Refuse a list of seasons of another length than the scope, and growth without end."""
        Pattern(growth=self.growth).check(periods)
        try:
            self.seasonality.check(periods)
        except HeadraceError as error:
            raise error.at("seasonality") from None

    def spread(self, periods: int) -> Array:
        """Multiples of the first target, before its season, shape (periods,) [1]."""
        spread: Array = Pattern(growth=self.growth).spread(periods) * self.seasonality.spread(periods)
        return spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One target of a goal: metric(scope) ≥ target; in one `period`, or `by` the end of one, or as a whole."""

    scope: Scope
    target: float
    period: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """metric(scope) ≥ at_least: binding on every plan when `required`, otherwise pursued by priority, or measured.

    `metric` is revenue, profit, outcome, spend or a metric of the tactics; `by` ends the scope with a period;
    `milestones` are due before; with a `path` each period of the scope has a target of its own. `priority` orders soft
    goals (1 first), `weight` [1] tells what one counts among equals; `parent` names the goal that this one is part of.
    """

    name: str
    metric: str
    at_least: float
    scope: Scope = field(default_factory=Scope)
    required: bool = False
    priority: int | None = None
    parent: str | None = None
    by: str | None = None
    milestones: tuple[Milestone, ...] = ()
    path: GoalPath | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("empty_name", "name", "is empty", "give the goal a name")
        number(self.at_least, "at_least")
        number(self.weight, "weight", least=1e-6, most=1e6)
        if self.path is not None and (self.by is not None or self.milestones):
            raise ScenarioError(
                "contradictory_goal", "path", "stands beside `by` or milestones", "state targets in one of these ways"
            )

    def check(self, periods: Sequence[str]) -> None:
        """Refuse periods that the scenario does not have, that are out of scope or out of order."""
        counted = self._counted(periods)
        last = len(periods) if self.by is None else _place(self.by, counted, periods, "by")
        before = -1
        for position, milestone in enumerate(self.milestones):
            path = f"milestones[{position}].by"
            place = _place(milestone.by, counted, periods, path)
            if place <= before or place >= last:
                raise ScenarioError(
                    "not_increasing", path, "is not later than the one before, or not before `by`", "put them in time"
                )
            before = place
        if self.path is not None:
            try:
                self.path.check(len(counted))
            except HeadraceError as error:
                raise error.at("path") from None

    def span(self, periods: Sequence[str]) -> Scope:
        """The scope as far as the goal counts it."""
        return self.scope if self.by is None else self._until(self.by, periods)

    def parts(self, periods: Sequence[str]) -> tuple[Part, ...]:
        """Its targets, in time; one, when it states no milestones and no path."""
        if self.path is not None:
            counted = self._counted(periods)
            targets = (self.at_least * self.path.spread(len(counted))).tolist()
            return tuple(
                Part(scope=replace(self.scope, periods=(period,)), target=target, period=period)
                for period, target in zip(counted, targets, strict=True)
            )
        due = (Part(scope=self._until(each.by, periods), target=each.at_least, by=each.by) for each in self.milestones)
        return (*due, Part(scope=self.span(periods), target=self.at_least, by=self.by))

    def target(self, periods: Sequence[str]) -> float:
        """What it asks for as a whole [unit of the metric]: Σ of the periods' targets along a path."""
        return sum(part.target for part in self.parts(periods)) if self.path is not None else self.at_least

    def asking(self, at_least: float) -> Goal:
        """The same goal for another amount; its milestones move in proportion."""
        ratio = at_least / self.at_least if self.at_least else 1.0
        due = tuple(replace(each, at_least=ratio * each.at_least) for each in self.milestones)
        return replace(self, at_least=at_least, milestones=due)

    def _counted(self, periods: Sequence[str]) -> list[str]:
        return [period for period in periods if self.scope.periods is None or period in self.scope.periods]

    def _until(self, by: str, periods: Sequence[str]) -> Scope:
        until = periods[: periods.index(by) + 1]
        return replace(self.scope, periods=tuple(period for period in self._counted(periods) if period in until))


def _place(period: str, counted: Sequence[str], periods: Sequence[str], path: str) -> int:
    if period not in periods:
        raise ScenarioError("unknown_period", path, "no period has this name", "use the name of a period")
    if period not in counted:
        raise ScenarioError("out_of_scope", path, "is not a period of the goal's scope", "name one of the scope")
    return periods.index(period)
