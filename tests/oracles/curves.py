"""What a spend yields, from the wire JSON: the independent witness of every valuation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tests.oracles import carry_over, families
from tests.oracles.families import Array, Wire


def periods(scenario: Wire) -> list[str]:
    """The names of the periods; one, when none is stated."""
    return scenario.get("periods") or ["all"]


def selects(scope: Wire, tactic: Wire) -> bool:
    """Whether a scope means a tactic, whatever the period."""
    tags = tactic.get("tags", {})
    return (
        ("tactics" not in scope or tactic["name"] in scope["tactics"])
        and ("stage" not in scope or tactic["stage"] == scope["stage"])
        and all(tags.get(key) == own for key, own in scope.get("tags", {}).items())
    )


def spread(pattern: Any, count: int) -> list[float]:
    """A list as it stands, or cycle[k mod n] · (1 + growth)^k."""
    if isinstance(pattern, list):
        return pattern
    cycle = pattern.get("cycle") or [1.0]
    return [cycle[k % len(cycle)] * (1.0 + pattern.get("growth", 0.0)) ** k for k in range(count)]


def seasons(tactic: Wire, scenario: Wire) -> list[float]:
    """What multiplies the response in each period: seasonality, and the lift of every event it is in."""
    names = periods(scenario)
    season = spread(tactic.get("seasonality") or {}, len(names))
    for event in scenario.get("events", []):
        scope = event.get("scope", {})
        if selects(scope, tactic):
            season = [
                s * event["lift"] if name in scope.get("periods", names) else s
                for s, name in zip(season, names, strict=True)
            ]
    return season


class Response:
    """One tactic's response over the plan's periods, then over those after it in which effects count."""

    def __init__(self, tactic: Wire, scenario: Wire) -> None:
        count = len(periods(scenario))
        adstock = tactic.get("adstock") or {}
        self.carry_in = np.array(adstock.get("carry_in", []), dtype=float)
        self.tail = carry_over.tail(tactic, scenario)
        self.after_saturation = adstock.get("after_saturation", False)
        own = carry_over.weights(adstock or None)
        self.matrix = carry_over.matrix(own, len(self.carry_in), count, self.tail)
        self.season = np.concatenate([seasons(tactic, scenario), np.ones(self.tail)])
        self.curve = families.curve(tactic["response"])
        self.slope = families.slope(tactic["response"])

    def value(self, spend: Array) -> Array:
        """Response in each period [outcome], seasonality included; spend (periods,) [money]."""
        whole = np.concatenate([self.carry_in, spend])
        if self.after_saturation:
            return np.asarray(self.season * (self.matrix @ self.curve(whole)))
        inner = self.curve(self.matrix @ whole)
        inner[len(spend) :] -= self.curve(np.zeros(1))  # after the plan, only what is left of spend
        return np.asarray(self.season * inner)

    def gradient(self, spend: Array) -> Array:
        """∂ Σ response / ∂ spend, shape (periods,) [outcome per money]."""
        whole = np.concatenate([self.carry_in, spend])
        if self.after_saturation:
            pulled = (self.season @ self.matrix) * self.slope(whole)
        else:
            pulled = (self.season * self.slope(self.matrix @ whole)) @ self.matrix
        return np.asarray(pulled[len(self.carry_in) :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A spend valued: arrays are (tactics, periods); `after` (tactics,) is incremental outcome after
    the last."""

    spend: Array
    outcome: Array
    baseline: Array
    after: Array
    baseline_after: Array
    revenue: Array
    revenue_after: Array
    profit: float

    @property
    def total_outcome(self) -> float:
        """Incremental outcome, effects after the last period included."""
        return math.fsum(self.outcome.ravel()) + math.fsum(self.after)

    @property
    def total_revenue(self) -> float:
        """Incremental revenue, effects after the last period included."""
        return math.fsum(self.revenue.ravel()) + math.fsum(self.revenue_after)


class Witness:
    """Values spends of one wire scenario; `Witness(scenario).value(spend)`."""

    def __init__(self, scenario: Wire) -> None:
        self.scenario = scenario
        self.responses = [Response(tactic, scenario) for tactic in scenario["tactics"]]
        self.worth_each = np.array([t.get("revenue_per_outcome", 1.0) for t in scenario["tactics"]])
        self.margin = np.array([t.get("margin", 1.0) for t in scenario["tactics"]])

    @property
    def shape(self) -> tuple[int, int]:
        """(tactics, periods)."""
        return len(self.scenario["tactics"]), len(periods(self.scenario))

    def _respond(self, spend: Array) -> tuple[Array, Array]:
        from tests.oracles.media import media  # which reads scopes as this module does

        spend = media(self.scenario, spend)
        rows = [response.value(row) for response, row in zip(self.responses, spend, strict=True)]
        count = self.shape[1]
        inside = np.array([row[:count] for row in rows])
        return inside, np.array([math.fsum(row[count:]) for row in rows])

    @cached_property
    def _nothing(self) -> tuple[Array, Array]:
        return self._respond(np.zeros(self.shape))

    def value(self, spend: Array) -> Worth:
        """Value a spend of shape (tactics, periods), or (tactics,) for one period [money]."""
        spend = np.asarray(spend, dtype=float).reshape(self.shape)
        (inside, after), (baseline, baseline_after) = self._respond(spend), self._nothing
        outcome, late = inside - baseline, after - baseline_after
        revenue, revenue_late = self.worth_each[:, None] * outcome, self.worth_each * late
        gross = math.fsum(self.margin * (revenue.sum(axis=1) + revenue_late))
        return Worth(
            spend=spend,
            outcome=outcome,
            baseline=baseline,
            after=late,
            baseline_after=baseline_after,
            revenue=revenue,
            revenue_after=revenue_late,
            profit=gross - math.fsum(spend.ravel()),
        )

    def rates(self) -> tuple[Array, float]:
        """The objective as (worth of a unit of outcome by tactic, charge on a unit of spend)."""
        objective = self.scenario["objective"]
        charge = objective.get("target_marginal_roi", 0.0)
        match objective.get("maximize"):
            case "outcome":
                return np.ones(self.shape[0]), charge
            case "revenue":
                return self.worth_each, charge
            case "profit":
                return self.worth_each * self.margin, charge + 1.0
            case _:
                return np.zeros(self.shape[0]), 1.0

    def objective(self, spend: Array) -> float:
        """The plan's value [units of the objective]; what is spent, for minimize spend."""
        return self.objective_of(self.value(spend))

    def objective_of(self, worth: Worth, more: float = 0.0) -> float:
        """The value of a valued spend; `more` is what is worth something beside its outcome."""
        gain, charge = self.rates()
        earned = math.fsum(gain * (worth.outcome.sum(axis=1) + worth.after))
        spent = math.fsum(worth.spend.ravel())
        return spent if "minimize" in self.scenario["objective"] else earned + more - charge * spent

    def gradient(self, spend: Array) -> Array:
        """∂ objective / ∂ spend, shape (tactics, periods), for a maximised objective."""
        gain, charge = self.rates()
        spend = np.asarray(spend, dtype=float).reshape(self.shape)
        rows = [g * response.gradient(row) for g, response, row in zip(gain, self.responses, spend, strict=True)]
        return np.array(rows) - charge


def value(scenario: Wire, spend: Array) -> Worth:
    """The spend, shape (tactics, periods) or (tactics,), valued on the scenario's true curves."""
    return Witness(scenario).value(spend)
