"""So many tactics at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.activity import Activity, check_counts, least_of, room
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import positive

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


SIDES = ("at_least", "at_most")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveCount(Rule):
    """In each period of the scope, at_least ≤ number of its active tactics ≤ at_most.

    Fields: at_least, the fewest active tactics [1]; left out: none; at_most, the most active tactics [1]; left out:
    any number; minimum, what an active cell spends at the least [money per period]; left out: one minor unit;
    over_all, true: a tactic counts once if it is active in any period of the scope.

    >>> ActiveCount(name="focus", at_most=3).at_most
    3
    """

    kind: ClassVar[str] = "active_count"
    unit: ClassVar[str] = "active tactic"
    priced: ClassVar[bool] = False
    scope: Scope = field(default_factory=Scope)
    at_least: int | None = None
    at_most: int | None = None
    minimum: float | None = None
    over_all: bool = False

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.at_least is None and self.at_most is None:
            raise ScenarioError("no_limit", "", "limits nothing", "give at_least, at_most or both")
        check_counts(self.at_least, self.at_most)
        if self.minimum is not None:
            positive(self.minimum, "minimum")

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)

    def after(self, past: Past) -> tuple[Rule, ...]:
        """Over all, tactics that were active are counted already, and free; the limits are on the others."""
        scope = past.after(self.scope)
        if scope is None or not self.over_all:
            return self.narrowed(scope)
        active = np.asarray(past.active(self.scope, least_of(past.scenario, self.minimum)).any(axis=1))
        others = tuple(
            tactic.name
            for tactic, done in zip(past.scenario.tactics, active, strict=True)
            if self.scope.selects(tactic) and not done
        )
        count = int(active.sum())
        limits = {side: None if (own := getattr(self, side)) is None else max(0, own - count) for side in SIDES}
        return self.narrowed(replace(scope, tactics=others) if others else None, **limits)

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        return self._activity(valuation).decided()

    def slack(self, valuation: Valuation) -> float:
        activity = self._activity(valuation)
        within = room(activity.counts(self.over_all), self.at_least, self.at_most)
        return min(within, -float(activity.faint)) if activity.faint else within

    def _activity(self, valuation: Valuation) -> Activity:
        return Activity.of(valuation, self.scope, self.minimum)
