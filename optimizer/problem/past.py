"""The first periods of a scenario, once they have happened: what is settled for whatever is planned after them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Array
from optimizer.problem.scope import EVERYTHING, Scope
from optimizer.units import tidy

if TYPE_CHECKING:
    from optimizer.problem.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The periods before `now`, a number of periods; arrays of shape (tactics, now) unless said otherwise.

    `spend` [money] and `outcome` [outcome] are the actual ones, on the curves where nothing was measured;
    `carried`, shape (tactics, periods left), is the outcome that what was spent still brings, `carried_out`
    (tactics,) what it brings after the last period.
    """

    scenario: Scenario
    now: int
    spend: Array
    outcome: Array
    carried: Array
    carried_out: Array

    @property
    def left(self) -> tuple[str, ...]:
        """The names of the periods that are still open."""
        return self.scenario.periods[self.now :]

    def after(self, scope: Scope) -> Scope | None:
        """What of a scope is still open; None where nothing is."""
        if scope.periods is None:
            return scope
        left = tuple(period for period in scope.periods if period in self.left)
        return replace(scope, periods=left) if left else None

    def mask(self, scope: Scope) -> NDArray[np.bool_]:
        """The cells of the scope that are over, shape (tactics, now)."""
        return self.scenario.cells(scope)[:, : self.now]

    def spent(self, scope: Scope = EVERYTHING) -> float:
        """Σ spend over what is over of a scope [money]."""
        return tidy(math.fsum(self.spend[self.mask(scope)]))

    def total(self, metric: str, scope: Scope = EVERYTHING) -> float:
        """What the past adds to a metric of the scope: what happened, and what it still brings in open periods."""
        per_spend, per_outcome = self.scenario.rates(metric)
        mask = self.scenario.cells(scope)
        money = tidy(math.fsum((per_spend[:, None] * self.spend)[mask[:, : self.now]]))
        happened = math.fsum((per_outcome[:, None] * self.outcome)[mask[:, : self.now]])
        carried = math.fsum((per_outcome[:, None] * self.carried)[mask[:, self.now :]])
        after = math.fsum((per_outcome * self.carried_out)[mask.any(axis=1)]) if scope.periods is None else 0.0
        return money + happened + carried + after

    def never_negative(self, metric: str) -> bool:
        """Whether a plan for what is left can only add to the metric."""
        return all(bool((rate >= 0).all()) for rate in self.scenario.rates(metric))

    def active(self, scope: Scope, least: float) -> NDArray[np.bool_]:
        """Which cells of the scope were active, shape (tactics, now)."""
        active: NDArray[np.bool_] = self.mask(scope) & (self.spend >= least)
        return active
