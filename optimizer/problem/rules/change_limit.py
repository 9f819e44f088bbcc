"""Spend moves only so far from each period to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.current import check_current_spend, current_spend
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import exact, number, tidy

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation

CLOSE = 1e-9  # of the spends, within which a limit is judged on decimals rather than doubles


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLimit(Rule):
    """|x_t − x_{t−1}| ≤ amount and ≤ share · x_{t−1} for each tactic of the scope; either may be absent, not both.

    Fields: amount is the largest change from one period to the next, up or down [money];
    share is the largest change as a share of the spend in the period before [1];
    from_current true: the first period is held against the tactics' current spend;
    together true: the tactics of the scope are added up, and only their sum is held.

    >>> ChangeLimit(name="steady", share=0.2).limit_unit
    'whole share'
    """

    kind: ClassVar[str] = "change_limit"
    amount: float | None = None
    share: float | None = None
    from_current: bool = False
    together: bool = False
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.amount is None and self.share is None:
            raise ScenarioError("no_limit", "", "limits nothing", "give amount, share or both")
        if self.amount is not None:
            number(self.amount, "amount", least=0.0)
        if self.share is not None:
            number(self.share, "share", least=0.0, most=1e6)

    @property
    def limit_unit(self) -> str:
        return "whole share" if self.amount is None else "unit of money"

    @property
    def size(self) -> float:
        return (self.share if self.amount is None else self.amount) or 1.0

    @property
    def span(self) -> tuple[float, float]:
        return 0.0, float("inf")

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)
        periods = np.asarray(scenario.cells(self.scope).any(axis=0))
        if not self.from_current:
            if not (periods[:-1] & periods[1:]).any():
                raise ScenarioError(
                    "no_change", "scope", "has no two periods in a row", "widen the scope, or set from_current"
                )
            return
        if not periods[0]:
            raise ScenarioError(
                "no_change", "from_current", "needs the first period in scope", "widen the scope, or leave it out"
            )
        check_current_spend(self.scope, "from_current", scenario)

    def after(self, past: Past) -> tuple[Rule, ...]:
        """The first open period is held against the last that happened, which is the current spend by then."""
        scope, all_periods = past.after(self.scope), past.scenario.periods
        own = all_periods if self.scope.periods is None else self.scope.periods
        runs_on = {all_periods[past.now - 1], all_periods[past.now]} <= set(own)
        left = [period in own for period in past.left]
        return self.narrowed(scope if runs_on or any(map(all, pairwise(left))) else None, from_current=runs_on)

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def slack(self, valuation: Valuation) -> float:
        """The least room of any step: in money, or as a share of the spend before where there is no amount."""
        before, now = self._steps(valuation)
        change, room = np.abs(now - before), np.full(len(now), np.inf)
        if self.amount is not None:
            room = np.minimum(room, self.amount - change)
        if self.share is not None:
            room = np.minimum(room, self.share * before - change)
        for step in np.flatnonzero(np.abs(room) <= CLOSE * np.maximum(before, now)).tolist():
            room[step] = self._room(float(before[step]), float(now[step]))
        if self.amount is None:
            room = room / np.where(before > 0, before, 1.0)
        return float(room.min())

    def _room(self, before: float, now: float) -> float:
        """How much further one step might go [money], on decimals as a person wrote them."""
        limits = [exact(self.amount)] if self.amount is not None else []
        limits += [exact(self.share) * exact(before)] if self.share is not None else []
        return float(min(limits) - abs(exact(now) - exact(before)))

    def _steps(self, valuation: Valuation) -> tuple[Array, Array]:
        """Spend before and after each step that is held, both of shape (steps,) [money]."""
        cells = valuation.cells(self.scope)
        rows, periods = cells.any(axis=1), np.asarray(cells.any(axis=0))
        after = 1 + np.flatnonzero(periods[:-1] & periods[1:])
        spend = valuation.spend[rows]
        before, now = spend[:, after - 1], spend[:, after]
        if self.from_current:
            current = current_spend(valuation.scenario)[rows]
            before, now = np.column_stack([current, before]), np.column_stack([spend[:, 0], now])
        return self._added_up(before), self._added_up(now)

    def _added_up(self, spend: Array) -> Array:
        if not self.together:
            return spend.ravel()
        return np.array([tidy(math.fsum(period)) for period in spend.T])
