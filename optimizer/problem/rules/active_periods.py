"""When a tactic is on the air: in how many periods, for how long at a time, and when not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.activity import Activity, Flags, check_counts, least_of, room
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import positive, whole
from optimizer.wording import listed

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePeriods(Rule):
    """For each tactic of the scope: at_least ≤ number of its active periods ≤ at_most, in runs of min_run at the least.

    A run is a stretch of active periods of the scope that follow each other in the plan; one that reaches the end of
    the scope's periods may be shorter. One in the first of them is taken to
    begin there, unless it was `running` before.

    Fields: at_least, the fewest active periods [1]; left out: none; at_most, the most active periods [1]; left out:
    any number; min_run, how many periods in a row a tactic stays on once it is [1]; left out: any number; blackout,
    names of the scope's periods in which nothing is spent; minimum, what an active cell spends at the least [money per
    period]; left out: one minor unit; running, for how many periods the tactics have been active just before the first
    one: their run goes on there [1].

    >>> ActivePeriods(name="flights", min_run=4).min_run
    4
    """

    kind: ClassVar[str] = "active_periods"
    unit: ClassVar[str] = "active period"
    priced: ClassVar[bool] = False
    scope: Scope = field(default_factory=Scope)
    at_least: int | None = None
    at_most: int | None = None
    min_run: int | None = None
    blackout: tuple[str, ...] = ()
    minimum: float | None = None
    running: int = 0

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.at_least is None and self.at_most is None and self.min_run is None and not self.blackout:
            raise ScenarioError("no_limit", "", "limits nothing", "give at_least, at_most, min_run or blackout")
        check_counts(self.at_least, self.at_most)
        if self.min_run is not None:
            whole(self.min_run, "min_run", least=1)
        whole(self.running, "running")
        if self.minimum is not None:
            positive(self.minimum, "minimum")

    @property
    def switches(self) -> bool:
        """Whether it speaks of activity at all, and not of a blackout alone."""
        return any(part is not None for part in (self.at_least, self.at_most, self.min_run, self.minimum))

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)
        known = scenario.periods if self.scope.periods is None else self.scope.periods
        for position, period in enumerate(self.blackout):
            if period not in known:
                raise ScenarioError(
                    "unknown_period",
                    f"blackout[{position}]",
                    "no period of the scope has this name",
                    "use the name of a period of the scope",
                )

    def after(self, past: Past) -> tuple[Rule, ...]:
        """Tactics that were on in as many periods, and are running for as long, keep one rule; others get their own."""
        scope, least = past.after(self.scope), least_of(past.scenario, self.minimum)
        if scope is None:
            return ()
        active, runs_on = past.active(self.scope, least), bool(past.mask(self.scope)[:, -1:].any())
        groups: dict[tuple[int, int], list[str]] = {}
        for row, tactic in enumerate(past.scenario.tactics):
            if self.scope.selects(tactic):
                key = int(active[row].sum()), _running(active[row]) if runs_on else 0
                groups.setdefault(key, []).append(tactic.name)
        return tuple(
            rule
            for number, ((count, running), names) in enumerate(groups.items())
            for rule in self._left(past, replace(scope, tactics=tuple(names)), count, running, number)
        )

    def _left(self, past: Past, scope: Scope, count: int, running: int, number: int) -> tuple[Rule, ...]:
        """What is left for tactics that were active in `count` periods."""
        return (
            self.narrowed(
                scope,
                name=self.name if number == 0 else f"{self.name} ({listed(list(scope.tactics or ()))})",
                at_least=None if self.at_least is None else max(0, self.at_least - count),
                at_most=None if self.at_most is None else max(0, self.at_most - count),
                blackout=tuple(period for period in self.blackout if period in past.left),
                running=running + (self.running if running == past.now else 0),
            )
            if self._asks(past)
            else ()
        )

    def _asks(self, past: Past) -> bool:
        """Whether anything but a blackout that is over is asked for."""
        return self.switches or any(period in past.left for period in self.blackout)

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        low, high = self._activity(valuation).decided() if self.switches else Rule.decided(self, valuation)
        silent = self._silent(valuation)
        return np.where(silent, 0.0, low), np.where(silent, 0.0, high)

    def slack(self, valuation: Valuation) -> float:
        silenced = -float(valuation.spend[self._silent(valuation)].sum()) + 0.0 if self.blackout else np.inf
        return float(min(silenced, self._counted(valuation) if self.switches else np.inf))

    def _counted(self, valuation: Valuation) -> float:
        """How far counts and runs are inside their limits; below 0 by whole numbers."""
        activity = self._activity(valuation)
        own = activity.on[activity.cells.any(axis=1)]
        within = room(own.sum(axis=1), self.at_least, self.at_most)
        spoken: Flags = np.asarray(activity.cells.any(axis=0))
        shortest = min((_shortest_run(row, spoken, self.running) for row in own), default=np.inf)
        longer = np.inf if self.min_run is None else shortest - self.min_run
        return float(min(within, longer, -activity.faint if activity.faint else np.inf))

    def _activity(self, valuation: Valuation) -> Activity:
        return Activity.of(valuation, self.scope, self.minimum)

    def _silent(self, valuation: Valuation) -> Flags:
        """The cells of the scope in which nothing is spent."""
        periods = np.isin(valuation.scenario.periods, self.blackout)
        silent: Flags = valuation.cells(self.scope) & periods
        return silent


def _running(on: Flags) -> int:
    """For how many periods the tactic has been on at the end."""
    off = np.flatnonzero(~on)
    return len(on) - 1 - int(off[-1]) if off.size else len(on)


def _shortest_run(on: Flags, spoken: Flags, run: int) -> float:
    """The length of the shortest run that ends before the periods that the rule speaks of do; infinite without one.

    `run` is how long one has been going on before the first period.
    """
    shortest, run = np.inf, run if spoken[0] else 0
    for active, told in zip(on, spoken, strict=True):
        if told and run and not active:
            shortest = min(shortest, run)
        run = run + 1 if active else 0
    return shortest
