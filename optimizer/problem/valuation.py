"""What a given spend yields on the true curves: no solver, no approximation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Array, CurveStack, adstocked
from optimizer.problem.attainment import attainment
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import Tactic
from optimizer.units import tidy

NEGLIGIBLE = 1e-12  # share of spend still at work at which carry-out is taken to have ended
LONGEST_TAIL = 600  # periods after the last that carry-out is followed


def tail_length(scenario: Scenario, tactic: Tactic) -> int:
    """How many periods after the last one the tactic's effects are counted in; 0 when they are not."""
    if not scenario.counts_carry_out(tactic):
        return 0
    adstock = tactic.carry_over.adstock
    if adstock.length is not None:
        return adstock.length - 1
    retention = adstock.recursion or 0.0
    return min(LONGEST_TAIL, math.ceil(math.log(NEGLIGIBLE) / math.log(retention))) if retention > 0 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """A spend and its outcome, cell by cell; all arrays (tactics, periods) but the carry-outs (tactics,).

    `outcome` is incremental, against spending nothing in the plan's periods with carry-in kept; `baseline` is what
    that nothing would yield. `carry_out` is the incremental outcome after the last period, where it is counted.
    """

    scenario: Scenario
    spend: Array
    outcome: Array
    baseline: Array
    carry_out: Array
    carry_out_baseline: Array

    def cells(self, scope: Scope) -> NDArray[np.bool_]:
        """The cells of the scope as a mask."""
        return scope.cells(self.scenario.tactics, self.scenario.periods)

    def cell_spend(self, scope: Scope) -> Array:
        """The spend of each cell of the scope, shape (cells,) [money]."""
        return self.spend[self.cells(scope)]

    def spent(self, scope: Scope) -> float:
        """Σ spend over the scope [money], exact to 15 digits."""
        return tidy(math.fsum(self.cell_spend(scope)))

    def total(self, metric: str, scope: Scope) -> float:
        """The metric summed over the scope; carry-out belongs to a scope that names no periods."""
        mask = self.cells(scope)
        per_spend, per_outcome = rates(self.scenario, metric)
        money = tidy(math.fsum((per_spend[:, None] * self.spend)[mask]))
        inside = math.fsum((per_outcome[:, None] * self.outcome)[mask])
        after = math.fsum((per_outcome * self.carry_out)[mask.any(axis=1)]) if scope.periods is None else 0.0
        return money + inside + after

    @property
    def value(self) -> float:
        """The objective: revenue, profit or outcome less target_marginal_roi · spend, spend, or goals attained."""
        objective = self.scenario.objective
        if objective.aim == "goals":
            return attainment(self)
        total = self.total(objective.aim, Scope())
        charge = objective.target_marginal_roi
        return total - charge * self.spent(Scope()) if charge else total


def rates(scenario: Scenario, metric: str) -> tuple[Array, Array]:
    """What a unit of spend and a unit of incremental outcome add to a metric, each of shape (tactics,).

    revenue: 0, revenue_per_outcome; profit: −1, margin · revenue_per_outcome; outcome: 0, 1; spend: 1, 0.
    """
    return (
        np.array([_rates(tactic, metric)[0] for tactic in scenario.tactics]),
        np.array([_rates(tactic, metric)[1] for tactic in scenario.tactics]),
    )


def _rates(tactic: Tactic, metric: str) -> tuple[float, float]:
    match metric:
        case "spend":
            return 1.0, 0.0
        case "outcome":
            return 0.0, 1.0
        case "revenue":
            return 0.0, tactic.revenue_per_outcome
        case "profit":
            return -1.0, tactic.margin * tactic.revenue_per_outcome
        case _:
            own = tactic.metric(metric)
            return own.per_spend, own.per_outcome


class Valuer:
    """Values spends of one scenario; what does not depend on the spend is worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._plain = np.array([_is_plain(tactic) for tactic in scenario.tactics], dtype=bool)
        rows = np.flatnonzero(self._plain)
        which = np.repeat(np.arange(len(rows)), len(scenario.periods))
        self._stack = CurveStack.of([scenario.tactics[row].response for row in rows], which) if rows.size else None
        self._season = np.array([scenario.season(tactic) for tactic in scenario.tactics])
        nothing = np.zeros(self.shape)
        self._baseline, self._tail_baseline = self._respond(nothing)

    @property
    def shape(self) -> tuple[int, int]:
        """(tactics, periods)."""
        return len(self.scenario.tactics), len(self.scenario.periods)

    def value(self, spend: Array) -> Valuation:
        """Value a spend of shape (tactics, periods) [money]."""
        response, after = self._respond(spend)
        return Valuation(
            scenario=self.scenario,
            spend=spend,
            outcome=response - self._baseline,
            baseline=self._baseline,
            carry_out=after - self._tail_baseline,
            carry_out_baseline=self._tail_baseline,
        )

    def marginal(self, spend: Array, worth: Array) -> Array:
        """∂(Σ_t worth_it · outcome_it)/∂spend [worth per money], shape (tactics, periods); infinite where f' is.

        `worth` of shape (tactics, periods + 1) is what a unit of outcome counts in each period, carry-out last.
        """
        marginal = np.zeros(self.shape)
        inside = worth[:, :-1] * self._season
        if self._stack is not None:
            slopes = self._stack.slope(spend[self._plain].ravel()).reshape(-1, self.shape[1])
            wanted = inside[self._plain]
            marginal[self._plain] = np.where(wanted > 0, slopes, 0.0) * wanted
        for row in np.flatnonzero(~self._plain):
            tactic = self.scenario.tactics[row]
            tail = tail_length(self.scenario, tactic)
            counted = np.concatenate([inside[row], np.full(tail, worth[row, -1])])
            marginal[row] = _carried_marginal(tactic, spend[row], counted)
        return marginal

    def _respond(self, spend: Array) -> tuple[Array, Array]:
        response = np.zeros(self.shape)
        after = np.zeros(self.shape[0])
        if self._stack is not None:
            response[self._plain] = self._stack.value(spend[self._plain].ravel()).reshape(-1, self.shape[1])
        for row in np.flatnonzero(~self._plain):
            tactic = self.scenario.tactics[row]
            whole = carried_response(tactic, spend[row], tail_length(self.scenario, tactic))
            response[row], after[row] = whole[: self.shape[1]], math.fsum(whole[self.shape[1] :])
        return response * self._season, after


def carried_response(tactic: Tactic, spend: Array, tail: int) -> Array:
    """Response before seasonality in each period and `tail` periods after; shape (periods + tail,)."""
    carry, curve = tactic.carry_over, tactic.response
    if not carry.after_saturation:
        response = curve.value(adstocked(carry.adstock, spend, carry.carry_in, tail))
        response[len(spend) :] -= curve.value(np.zeros(1))  # after the last period only what is left of spend counts
        return response
    before = curve.value(np.asarray(carry.carry_in, dtype=float))
    return adstocked(carry.adstock, curve.value(spend), before.tolist(), tail)


def _carried_marginal(tactic: Tactic, spend: Array, counted: Array) -> Array:
    """∂(Σ_t counted_t · r_t)/∂spend: each lag of the adstock adds its share."""
    carry, curve, periods = tactic.carry_over, tactic.response, len(spend)
    weights = carry.adstock.spread(len(counted))
    if carry.after_saturation:
        later = np.array([weights[: len(counted) - period] @ counted[period:] for period in range(periods)])
        marginal: Array = np.where(later > 0, curve.slope(spend), 0.0) * later
        return marginal
    read = adstocked(carry.adstock, spend, carry.carry_in, len(counted) - periods)
    pull = np.where(counted > 0, curve.slope(read), 0.0) * counted
    with np.errstate(invalid="ignore"):
        terms = [weights[: len(pull) - period] * pull[period:] for period in range(periods)]
    return np.array([float(np.nansum(part)) for part in terms])


def _is_plain(tactic: Tactic) -> bool:
    """Spend works in its own period only, in full."""
    return tactic.carry_over.adstock.family == "none"
