"""A valued spend as the tables of a plan or an evaluation."""

from __future__ import annotations

import math

import numpy as np

from optimizer.answers.margins import Limits
from optimizer.answers.plan import Allocation, TacticTotal, Totals
from optimizer.curves import Array
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.units import change, difference, tidy


def totals(valuation: Valuation) -> Totals:
    """Sums over the whole plan."""
    everything = Scope()
    spend, revenue = valuation.spent(everything), valuation.total("revenue", everything)
    outcome = valuation.total("outcome", everything)
    baseline = math.fsum(valuation.baseline.ravel()) + math.fsum(valuation.carry_out_baseline)
    budget = valuation.scenario.budget.total
    most = None if budget is None else budget.at_most
    return Totals(
        spend=spend,
        unspent=None if most is None else difference(most, spend),
        outcome=outcome,
        revenue=revenue,
        profit=valuation.total("profit", everything),
        roi=revenue / spend if spend > 0 else None,
        total_outcome=baseline + outcome,
        baseline_outcome=baseline,
        end_value=None if valuation.flow is None else valuation.end_value,
    )


def allocations(
    valuation: Valuation,
    valuer: Valuer,
    limits: Limits | None = None,
    holds: Limits | None = None,
    next_unit: Array | None = None,
) -> tuple[Allocation, ...]:
    """One row a cell, tactic by tactic; `limits` and `holds` name what stops each from growing and from shrinking."""
    scenario = valuation.scenario
    worth = np.array([[tactic.revenue_per_outcome] for tactic in scenario.tactics])
    marginal = valuer.marginal(valuation.spend, np.repeat(worth, len(scenario.periods) + 1, axis=1))
    return tuple(
        Allocation(
            tactic=tactic.name,
            period=period,
            spend=float(valuation.spend[row, column]),
            outcome=float(valuation.outcome[row, column]),
            revenue=float(valuation.outcome[row, column] * worth[row, 0]),
            marginal_revenue=_finite(marginal[row, column]),
            limited_by=(limits or {}).get((row, column), ()),
            held_by=(holds or {}).get((row, column), ()),
            next_unit=None if next_unit is None else _finite(next_unit[row, column]),
        )
        for row, tactic in enumerate(scenario.tactics)
        for column, period in enumerate(scenario.periods)
    )


def tactic_totals(valuation: Valuation) -> tuple[TacticTotal, ...]:
    """One row a tactic, over all periods, carry-out included where it counts."""
    return tuple(_tactic_total(valuation, row) for row in range(len(valuation.scenario.tactics)))


def _tactic_total(valuation: Valuation, row: int) -> TacticTotal:
    tactic = valuation.scenario.tactics[row]
    spend = tidy(math.fsum(valuation.spend[row]))
    outcome = math.fsum(valuation.outcome[row]) + float(valuation.carry_out[row])
    revenue = tactic.revenue_per_outcome * outcome
    current = tactic.current_spend
    return TacticTotal(
        tactic=tactic.name,
        stage=tactic.stage,
        spend=spend,
        outcome=outcome,
        revenue=revenue,
        roi=revenue / spend if spend > 0 else None,
        change_from_current=None if current is None else change(spend, current, valuation.spend.shape[1]),
    )


def worth_of_spend(
    valuer: Valuer, spend: Array, per_outcome: Array, per_spend: Array, demand: Array | None = None
) -> Array:
    """∂(Σ per_outcome · outcome + per_spend · spend)/∂spend, shape (tactics, periods); `demand` are its prices.

    `per_outcome` is by tactic, or by tactic and period, carry-out last; `per_spend` by tactic, or by tactic and period.
    """
    tactics, periods = spend.shape
    worth = np.broadcast_to(per_outcome.reshape(tactics, -1), (tactics, periods + 1))
    return valuer.marginal(spend, worth, demand) + per_spend.reshape(tactics, -1)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
