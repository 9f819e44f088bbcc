"""Not without the other."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.problem.activity import Activity, least_of
from optimizer.problem.rules.active_count import ActiveCount
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.rules.exclusive import Exclusive
from optimizer.problem.rules.spend_range import SpendRange
from optimizer.problem.scope import Scope
from optimizer.units import difference, positive, tidy

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Requires(Rule):
    """In each period in which a tactic of `scope` is active, one of `needs` is, or they spend `minimum` together.

    Fields: needs, the tactics that must be active, one of them at the least, in the same period; minimum, what `needs`
    spends in all then [money per period; over all: money]; left out: one of its tactics is active; over_all, true: over
    the whole plan instead of period by period.

    >>> Requires(name="no search without brand", needs=Scope(tactics=("tv",))).minimum is None
    True
    """

    kind: ClassVar[str] = "requires"
    unit: ClassVar[str] = "period"
    priced: ClassVar[bool] = False
    needs: Scope
    scope: Scope = field(default_factory=Scope)
    minimum: float | None = None
    over_all: bool = False

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.minimum is not None:
            positive(self.minimum, "minimum")

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)
        check_scope(self.needs, "needs", scenario)

    def after(self, past: Past) -> tuple[Rule, ...]:
        scope, needs = past.after(self.scope), past.after(self.needs)
        if not self.over_all:
            if scope is not None and needs is None:  # what is needed cannot be had any more
                return (Exclusive(name=self.name, scope=scope, at_most=0),)
            return self.narrowed(scope, needs=needs)
        least = least_of(past.scenario, None)
        asked = bool(past.active(self.scope, least).any())
        missing = self._missing(past, least)
        if missing is None:
            return ()
        if asked and needs is not None:  # it is needed now, whatever else is done
            if self.minimum is None:
                return (ActiveCount(name=self.name, scope=needs, at_least=1, over_all=True),)
            return (SpendRange(name=self.name, scope=needs, at_least=missing),)
        return self.narrowed(scope, needs=needs, minimum=missing or None) if needs is not None else ()

    def _missing(self, past: Past, least: float) -> float | None:
        """What the past left to be needed over all: money, 0 for a tactic to be active, None for nothing."""
        if self.minimum is None:
            return None if past.active(self.needs, least).any() else 0.0
        missing = difference(self.minimum, past.spent(self.needs))
        return missing if missing > 0 else None

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        low, high = Activity.of(valuation, self.scope).decided()
        if self.minimum is not None:
            return low, high
        least, most = Activity.of(valuation, self.needs).decided()
        return np.maximum(low, least), np.minimum(high, most)

    def slack(self, valuation: Valuation) -> float:
        """How much there is beyond what is needed where it is: tactics, or money; below 0 by the periods without it."""
        asks, needs = Activity.of(valuation, self.scope), Activity.of(valuation, self.needs)
        asking = np.atleast_1d(asks.on.any() if self.over_all else asks.on.any(axis=0))
        beyond = self._beyond(needs)[asking]
        missing = int((beyond < 0).sum()) + asks.faint + (needs.faint if self.minimum is None else 0)
        return -float(missing) if missing else float(beyond.min(initial=np.inf))

    def _beyond(self, needs: Activity) -> Array:
        """What there is more than needed, by period, or one number over all."""
        if self.minimum is None:
            counted = needs.on.sum() if self.over_all else needs.on.sum(axis=0)
            return np.atleast_1d(np.asarray(counted - 1, dtype=float))
        spend = np.where(needs.cells, needs.spend, 0.0)
        parts = [spend.ravel()] if self.over_all else list(spend.T)
        return np.array([difference(tidy(math.fsum(part)), self.minimum) for part in parts])
