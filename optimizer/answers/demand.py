"""The demand of a valued spend: pool by pool, and tactic by tactic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from optimizer.answers.plan import DemandResult, TacticTotal
from optimizer.answers.price import Price
from optimizer.curves import Array
from optimizer.problem.river import Flow
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import Tactic
from optimizer.problem.valuation import Valuation


def demand_results(
    valuation: Valuation, prices: Array | None, held: Mapping[tuple[str, str], Price] | None = None
) -> tuple[DemandResult, ...]:
    """One row for each pool and period; `prices` of shape (pools, periods) [objective per demand].

    `held` says by pool and period where they hold.
    """
    scenario, flow = valuation.scenario, valuation.flow
    if flow is None:
        return ()
    return tuple(
        _result(scenario, flow, pool, period, _price(scenario, prices, held or {}, pool, period))
        for pool in range(len(scenario.demand_pools))
        for period in range(len(scenario.periods))
    )


def _price(
    scenario: Scenario, prices: Array | None, held: Mapping[tuple[str, str], Price], pool: int, period: int
) -> Price | None:
    known = held.get((scenario.demand_pools[pool].name, scenario.periods[period]))
    return known if known is not None or prices is None else Price(value=float(prices[pool, period]))


def _result(scenario: Scenario, flow: Flow, pool: int, period: int, price: Price | None) -> DemandResult:
    stock, left = float(flow.stock[pool, period]), float(flow.left[pool, period])
    last = period == len(scenario.periods) - 1
    return DemandResult(
        pool=scenario.demand_pools[pool].name,
        period=scenario.periods[period],
        stock=stock,
        converted=stock - left,
        left=left,
        lost=0.0 if last else (1.0 - scenario.demand_pools[pool].retention) * left,
        price=None if price is None else price.value,
        price_holds_from=None if price is None else price.holds_from,
        price_holds_to=None if price is None else price.holds_to,
    )


def with_demand(totals: tuple[TacticTotal, ...], valuation: Valuation, prices: Array | None) -> tuple[TacticTotal, ...]:
    """The tactics' totals with the demand that each brings or takes, and what it earns by that."""
    if valuation.flow is None:
        return totals
    return tuple(_with_demand(total, row, valuation, prices) for row, total in enumerate(totals))


def _with_demand(total: TacticTotal, row: int, valuation: Valuation, prices: Array | None) -> TacticTotal:
    scenario, flow = valuation.scenario, valuation.flow
    tactic = scenario.tactics[row]
    place = {pool.name: number for number, pool in enumerate(scenario.demand_pools)}
    assert flow is not None
    if tactic.draws_from is not None:
        return replace(total, demand=tactic.demand_per_outcome * float(np.sum(flow.converted[row])))
    if tactic.feeds is None:
        return total
    arriving = _arriving(tactic, valuation.outcome[row])
    earned = None if prices is None else float(prices[place[tactic.feeds]] @ arriving)
    return replace(total, demand=float(arriving.sum()), earned_through_pool=earned)


def _arriving(tactic: Tactic, outcome: Array) -> Array:
    """The demand that reaches the pool in each period [demand]."""
    arriving = np.zeros(len(outcome))
    if tactic.lead < len(outcome):
        arriving[tactic.lead :] = tactic.demand_per_outcome * outcome[: len(outcome) - tactic.lead]
    return arriving


def late_warnings(scenario: Scenario) -> Iterator[str]:
    """Tactics whose demand would arrive after the last period: what they feed the pool counts for nothing."""
    periods = len(scenario.periods)
    for tactic in scenario.tactics:
        if tactic.feeds is not None and tactic.lead >= periods:
            yield (
                f"no demand that {tactic.name} makes arrives within the plan: its lead is {tactic.lead}, "
                f"and there {'is 1 period' if periods == 1 else f'are {periods} periods'}"
            )
