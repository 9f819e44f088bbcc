"""One or the other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.activity import Activity, Counts, least_of
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import whole

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusive(Rule):
    """In each period at most `at_most` tactics of the scope are active, or at most so many of the groups.

    Fields: at_most, how many are active at a time, at the most [1]; over_all, true: over the whole plan instead of
    period by period; groups, scopes in place of `scope`, each of which counts as one: active when any tactic is.

    >>> Exclusive(name="one sponsor").at_most
    1
    """

    kind: ClassVar[str] = "exclusive"
    unit: ClassVar[str] = "active tactic"
    priced: ClassVar[bool] = False
    scope: Scope = field(default_factory=Scope)
    at_most: int = 1
    over_all: bool = False
    groups: tuple[Scope, ...] = ()

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        whole(self.at_most, "at_most")
        if self.groups and self.scope != Scope():
            raise ScenarioError("scope_and_groups", "groups", "stand beside a scope", "give one or the other")

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)
        for position, group in enumerate(self.groups):
            check_scope(group, f"groups[{position}]", scenario)

    def after(self, past: Past) -> tuple[Rule, ...]:
        """Over all, what was active is counted already, and free; the limit is on the rest."""
        least = least_of(past.scenario, None)
        groups = self.groups or tuple(
            replace(self.scope, tactics=(tactic.name,))
            for tactic in past.scenario.tactics
            if self.scope.selects(tactic)
        )
        done = [self.over_all and bool(past.active(group, least).any()) for group in groups]
        left = tuple(own for group, over in zip(groups, done, strict=True) if not over and (own := past.after(group)))
        if not left or (not self.groups and not any(done)):
            return self.narrowed(past.after(self.scope) if left else None)
        return self.narrowed(Scope(), groups=left, at_most=max(0, self.at_most - sum(done)))

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        low, high = Rule.decided(self, valuation)
        for activity in self._activities(valuation):
            least, most = activity.decided()
            low, high = np.maximum(low, least), np.minimum(high, most)
        return low, high

    def slack(self, valuation: Valuation) -> float:
        activities = self._activities(valuation)
        left = self.at_most - int(self._counts(activities).max(initial=0))
        faint = sum(activity.faint for activity in activities)
        return float(min(left, -faint) if faint else left)

    def _counts(self, activities: list[Activity]) -> Counts:
        """How many are active: in each period, or, one number, in any."""
        if not self.groups:
            return activities[0].counts(self.over_all)
        if self.over_all:
            return np.array([sum(int(activity.on.any()) for activity in activities)])
        counted: Counts = np.array([activity.on.any(axis=0) for activity in activities]).sum(axis=0)
        return counted

    def _activities(self, valuation: Valuation) -> list[Activity]:
        return [Activity.of(valuation, scope) for scope in self.groups or (self.scope,)]
