"""What a given spend yields on the true curves: no solver, no approximation."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Array, adstocked
from optimizer.problem.attainment import attainment
from optimizer.problem.drawn import confident_value
from optimizer.problem.river import DemandPrices, Flow, River
from optimizer.problem.rules.rate_card import media, media_rate
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import EVERYTHING, Scope
from optimizer.problem.tactic import Tactic
from optimizer.problem.worth import worth_of_outcome
from optimizer.units import CENTS, FEWEST, tidy

ROUNDED = 1e-12  # of what is added and taken away, that doubles may leave of a difference of 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """A spend and its outcome, cell by cell; all arrays (tactics, periods) but the carry-outs (tactics,).

    `outcome` is incremental, against spending nothing in the plan's periods with carry-in kept; `baseline` is what
    that nothing would yield. Of a tactic that draws from a demand pool only what is converted is outcome; `flow` tells
    the demand, None without pools. `carry_out` is the incremental outcome after the last period, where it is counted.
    """

    scenario: Scenario
    spend: Array
    outcome: Array
    baseline: Array
    carry_out: Array
    carry_out_baseline: Array
    flow: Flow | None = None
    _beside: tuple[Beside, int] | None = field(default=None, init=False, repr=False, compare=False)
    _spent: dict[Scope, float] = field(default_factory=dict, init=False, repr=False, compare=False)
    _totals: dict[tuple[str, Scope], float] = field(default_factory=dict, init=False, repr=False, compare=False)
    _earned: dict[tuple[bytes, Scope], float] = field(default_factory=dict, init=False, repr=False, compare=False)
    _known: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def cells(self, scope: Scope) -> NDArray[np.bool_]:
        """The cells of the scope as a mask."""
        return self.scenario.cells(scope)

    def cell_spend(self, scope: Scope) -> Array:
        """The spend of each cell of the scope, shape (cells,) [money]."""
        return self.spend[self.cells(scope)]

    def once(self, name: str, measure: Callable[[Valuation], float]) -> float:
        """A figure of this name, measured when it is asked for first."""
        if name not in self._known:
            self._known[name] = measure(self)
        return self._known[name]

    def spent(self, scope: Scope = EVERYTHING) -> float:
        """Σ spend over the scope [money], exact to 15 digits."""
        spent = self._spent.get(scope)  # rules ask for the whole again and again
        if spent is None:
            if self._beside is None:
                spent = tidy(_sum(self.cell_spend(scope)))
            else:
                all_of_them, place = self._beside
                spent = all_of_them.spent(scope, self.scenario)[place]
            self._spent[scope] = spent
        return spent

    def total(self, metric: str, scope: Scope = EVERYTHING) -> float:
        """The metric summed over the scope; carry-out belongs to a scope that names no periods."""
        total = self._totals.get((metric, scope))
        if total is None:
            total = self._totals[metric, scope] = self._summed(metric, scope)
        return total

    def _summed(self, metric: str, scope: Scope) -> float:
        per_spend, per_outcome = self.scenario.rates(metric)
        earned = per_outcome.tobytes(), scope  # often the same of several metrics
        if earned not in self._earned:
            self._earned[earned] = self._outcomes(per_outcome, scope)
        return self._paid(per_spend, scope) + self._earned[earned]

    def _paid(self, per_spend: Array, scope: Scope) -> float:
        first = float(per_spend[0])
        if first in (-1.0, 0.0, 1.0) and (per_spend == first).all():
            return first * self.spent(scope) if first else 0.0
        return tidy(_sum((per_spend[:, None] * self.spend)[self.cells(scope)]))

    def _outcomes(self, per_outcome: Array, scope: Scope) -> float:
        mask = self.cells(scope)
        inside = _sum((per_outcome[:, None] * self.outcome)[mask])
        later = scope.periods is None and self.carry_out.any()
        return inside + (_sum((per_outcome * self.carry_out)[mask.any(axis=1)]) if later else 0.0)

    @property
    def value(self) -> float:
        """The objective: revenue, profit or outcome less target_marginal_roi · spend, spend, or goals attained.

        With `confidence`, its mean over the worst draws. What is maximised contains the end value of demand left.
        """
        objective = self.scenario.objective
        if objective.aim == "goals":
            return attainment(self)
        if objective.confidence is not None:
            return confident_value(self.scenario, self.spend, objective.confidence)
        total = self.total(objective.aim) + (self.end_value if objective.maximizes else 0.0)
        charge = objective.target_marginal_roi
        return total - charge * self.spent() if charge else total

    @property
    def rounding(self) -> float:
        """What doubles may make of a value of 0 [units of the objective]: outcome is the difference of two readings."""
        objective = self.scenario.objective
        if objective.aim == "goals":
            return 0.0
        per_spend, per_outcome = (np.abs(rate) for rate in self.scenario.rates(objective.aim))
        read = np.abs(self.outcome).sum(axis=1) + self.baseline.sum(axis=1)
        after = np.abs(self.carry_out) + self.carry_out_baseline
        return float(ROUNDED * (per_spend @ self.spend.sum(axis=1) + per_outcome @ (read + after)))

    @property
    def end_value(self) -> float:
        """What the demand left after the last period is worth [units of the objective]."""
        if self.flow is None:
            return 0.0
        pools = self.scenario.demand_pools
        return math.fsum(pool.end_value * float(left[-1]) for pool, left in zip(pools, self.flow.left, strict=True))


class Beside:
    """Spends in whole cents that are valued together: what each of them spends in a scope is told at once."""

    def __init__(self, cents: Array) -> None:
        self._cents = cents
        self._spent: dict[Scope, list[float]] = {}

    @classmethod
    def of(cls, spends: Array) -> Self | None:
        """Of shape (points, tactics, periods) [money]; None where some are no whole cents, or too many to be exact."""
        cents = np.rint(spends * CENTS)
        exact = (cents / CENTS == spends).all() and cents.sum(axis=(1, 2)).max(initial=0.0) < FEWEST
        return cls(cents) if exact else None

    def spent(self, scope: Scope, scenario: Scenario) -> list[float]:
        """Σ spend over a scope of a scenario [money], by spend: whole numbers add up without rounding."""
        spent = self._spent.get(scope)
        if spent is None:
            spent = self._spent[scope] = (self._cents[:, scenario.cells(scope)].sum(axis=1) / CENTS).tolist()
        return spent


class Valuer:
    """Values spends of one scenario; what does not depend on the spend is worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._plain = scenario.plain
        self._others = np.flatnonzero(~self._plain).tolist()
        rows = np.flatnonzero(self._plain)
        self._stack = scenario.curves.take(np.repeat(rows, len(scenario.periods))) if rows.size else None
        self._season = scenario.seasons
        self._river = River(scenario) if scenario.demand_pools else None
        self._worth = worth_of_outcome(scenario)
        self._idle, self._tail_baseline = self._respond(np.zeros(self.shape))
        self._baseline = self._realised(self._idle, None)[0]

    def under(self, scenario: Scenario) -> Valuer:
        """The same curves in a scenario that differs in limits only."""
        other = copy(self)
        other.scenario = scenario
        return other

    def ordered(self, scenario: Scenario, rows: Sequence[int]) -> Valuer:
        """The same tactics and pools in the order of a scenario; `rows` says where each of its tactics stands."""
        if scenario is self.scenario:
            return self
        other = self.under(scenario)
        other._river = River(scenario) if scenario.demand_pools else None
        if list(rows) == list(range(len(rows))):
            return other
        other._plain = self._plain[rows]
        other._others = np.flatnonzero(~other._plain).tolist()
        if self._stack is not None:
            place = np.cumsum(self._plain) - 1
            own, periods = place[rows][other._plain], len(scenario.periods)
            other._stack = self._stack.take((own[:, None] * periods + np.arange(periods)).ravel())
        other._season, other._worth, other._idle = self._season[rows], self._worth[rows], self._idle[rows]
        other._baseline, other._tail_baseline = self._baseline[rows], self._tail_baseline[rows]
        return other

    @property
    def shape(self) -> tuple[int, int]:
        """(tactics, periods)."""
        return len(self.scenario.tactics), len(self.scenario.periods)

    @property
    def idle(self) -> Array:
        """The whole response without spend in the plan's periods, by cell [outcome]."""
        return self._idle

    @property
    def baseline(self) -> Array:
        """What is realised without spend in the plan's periods, by cell [outcome]."""
        return self._baseline

    def value(self, spend: Array, converted: Array | None = None, *, more: bool = True) -> Valuation:
        """Value a spend of shape (tactics, periods) [money].

        Demand is converted where it is worth most; `converted` [outcome], shaped like the spend, is converted first
        as far as there is demand and response, and nothing beyond it unless `more`.
        """
        response, after = self._respond(spend)
        realised, flow = self._realised(response, converted, more=more)
        return self._valued(self.scenario, spend, realised, after, flow)

    def values(self, spends: Array, scenarios: Sequence[Scenario]) -> list[Valuation]:
        """Value many spends, shape (points, tactics, periods), each under a scenario that differs in limits only."""
        assert self._river is None, "demand is followed for one spend at a time"
        parts = zip(scenarios, spends, *self._respond(spends), strict=True)
        valued = [self._valued(scenario, spend, response, after, None) for scenario, spend, response, after in parts]
        if (beside := Beside.of(spends)) is not None:
            for place, own in enumerate(valued):
                object.__setattr__(own, "_beside", (beside, place))
        return valued

    def _valued(self, scenario: Scenario, spend: Array, realised: Array, after: Array, flow: Flow | None) -> Valuation:
        return Valuation(
            scenario=scenario,
            spend=spend,
            outcome=realised - self._baseline,
            baseline=self._baseline,
            carry_out=after - self._tail_baseline,
            carry_out_baseline=self._tail_baseline,
            flow=flow,
        )

    def _realised(self, response: Array, converted: Array | None, *, more: bool = True) -> tuple[Array, Flow | None]:
        """The outcome of each cell, given its whole response: what draws from a pool yields what it converts."""
        if self._river is None:
            return response, None
        flow = self._river.run(response, self._worth, converted, more=more)
        return np.where(self._river.draws[:, None] >= 0, flow.converted, response), flow

    def demand_prices(self, spend: Array) -> Array | None:
        """What one more unit of demand in each period would bring [units of the objective]; None without pools."""
        if self._river is None:
            return None
        response = self._respond(spend)[0]
        return self._river.prices(response, self._worth, self._river.run(response, self._worth)).more

    def marginal(self, spend: Array, worth: Array, prices: Array | None = None) -> Array:
        """∂(Σ_t worth_it · outcome_it)/∂spend [worth per money], shape (tactics, periods); infinite where f' is.

        `worth` of shape (tactics, periods + 1) is what a unit of outcome counts in each period, carry-out last.
        Demand counts what `prices` say, shape (pools, periods) [worth per demand]; without them, what one more unit
        alone would bring: nothing where demand and what converts it are in balance.
        """
        worth = worth if self._river is None else self._through_pools(self._river, spend, worth, prices)
        marginal, rate = np.zeros(self.shape), media_rate(self.scenario, spend)
        spend = media(self.scenario, spend)
        inside = worth[:, :-1] * self._season
        if self._stack is not None:
            slopes = self._stack.slope(spend[self._plain].ravel()).reshape(-1, self.shape[1])
            wanted = inside[self._plain]
            marginal[self._plain] = np.where(wanted > 0, slopes, 0.0) * wanted
        for row in self._others:
            tactic = self.scenario.tactics[row]
            counted = np.concatenate([inside[row], np.full(self.scenario.tails[row], worth[row, -1])])
            marginal[row] = _carried_marginal(tactic, spend[row], counted)
        return marginal * rate

    def _through_pools(self, river: River, spend: Array, worth: Array, prices: Array | None) -> Array:
        """What a unit of response counts: what it earns and the demand it brings, less the demand that it takes."""
        response = self._respond(spend)[0]
        flow = river.run(response, worth[:, 0])
        own = river.prices(response, worth[:, 0], flow) if prices is None else DemandPrices(more=prices, less=prices)
        counted = worth.copy()
        for row, tactic in enumerate(self.scenario.tactics):
            until = response.shape[1] - tactic.lead
            if (pool := river.feeds[row]) >= 0 and until > 0:
                counted[row, :until] += tactic.demand_per_outcome * own.more[pool, tactic.lead :]
            if (pool := river.draws[row]) >= 0:
                spare = np.maximum(worth[row, :-1] - tactic.demand_per_outcome * own.less[pool], 0.0)
                used = flow.converted[row] >= response[row]
                counted[row] = np.append(np.where(used, spare, 0.0) if prices is None else spare, 0.0)
        return counted

    def _respond(self, spend: Array) -> tuple[Array, Array]:
        """The whole response of each cell, and that after the last period by tactic; shape (…, tactics, periods)."""
        response, after, points = np.zeros(spend.shape), np.zeros(spend.shape[:-1]), spend.shape[:-2]
        spend = media(self.scenario, spend)
        if self._stack is not None:
            own = spend[..., self._plain, :]
            response[..., self._plain, :] = self._stack.value(own.reshape(*points, -1)).reshape(own.shape)
        for row in self._others:
            tactic = self.scenario.tactics[row]
            tail, periods = self.scenario.tails[row], self.shape[1]
            whole = carried_response(tactic, spend[..., row, :], tail)
            response[..., row, :] = whole[..., :periods]
            for point in np.ndindex(points) if tail else ():
                after[*point, row] = math.fsum(whole[*point, periods:])
        return response * self._season, after


def _sum(values: Array) -> float:
    """The sum without rounding; a list is read faster than an array."""
    return math.fsum(values.tolist())


def carried_response(tactic: Tactic, spend: Array, tail: int) -> Array:
    """Response before seasonality in each period and in `tail` more; shape (…, periods) to (…, periods + tail)."""
    carry, curve = tactic.carry_over, tactic.response
    if not carry.after_saturation:
        response = curve.value(adstocked(carry.adstock, spend, carry.carry_in, tail))
        response[..., spend.shape[-1] :] -= curve.value(
            np.zeros(1)
        )  # after the last period only what is left of spend counts
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
    lags = np.arange(len(pull)) - np.arange(periods)[:, None]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(np.where(lags >= 0, weights[np.maximum(lags, 0)], 0.0) * pull, axis=1))
