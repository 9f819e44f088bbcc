"""A valued spend as the tables of a plan or an evaluation."""

from __future__ import annotations

import math
from itertools import product, repeat

import numpy as np

from optimizer.answers.margins import Limits
from optimizer.answers.plan import Allocation, TacticTotal, Totals
from optimizer.curves import Array
from optimizer.problem.tactic import Tactic
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.units import change, difference, tidy


def totals(valuation: Valuation) -> Totals:
    """Sums over the whole plan."""
    spend, revenue = valuation.spent(), valuation.total("revenue")
    outcome = valuation.total("outcome")
    baseline = math.fsum(valuation.baseline.ravel().tolist()) + math.fsum(valuation.carry_out_baseline.tolist())
    budget = valuation.scenario.budget.total
    most = None if budget is None else budget.at_most
    return Totals(
        spend=spend,
        unspent=None if most is None else difference(most, spend),
        outcome=outcome,
        revenue=revenue,
        profit=valuation.total("profit"),
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
    scenario, limits, holds = valuation.scenario, limits or {}, holds or {}
    worth = scenario.rates("revenue")[1][:, None]
    marginal = valuer.marginal(valuation.spend, np.repeat(worth, len(scenario.periods) + 1, axis=1))
    places = list(product(*map(range, valuation.spend.shape)))
    return tuple(
        Allocation(
            tactic=scenario.tactics[place[0]].name,
            period=scenario.periods[place[1]],
            spend=spend,
            outcome=outcome,
            revenue=revenue,
            marginal_revenue=own,
            limited_by=limits.get(place, ()),
            held_by=holds.get(place, ()),
            next_unit=gain,
        )
        for place, spend, outcome, revenue, own, gain in zip(
            places,
            valuation.spend.ravel().tolist(),
            valuation.outcome.ravel().tolist(),
            (valuation.outcome * worth).ravel().tolist(),
            _finite(marginal),
            repeat(None, len(places)) if next_unit is None else _finite(next_unit),
            strict=True,
        )
    )


def tactic_totals(valuation: Valuation) -> tuple[TacticTotal, ...]:
    """One row a tactic, over all periods, carry-out included where it counts."""
    spends, outcomes, after = (own.tolist() for own in (valuation.spend, valuation.outcome, valuation.carry_out))
    rows = zip(valuation.scenario.tactics, spends, outcomes, after, strict=True)
    return tuple(_tactic_total(tactic, spend, math.fsum(outcome) + later) for tactic, spend, outcome, later in rows)


def _tactic_total(tactic: Tactic, spends: list[float], outcome: float) -> TacticTotal:
    spend, revenue, current = tidy(math.fsum(spends)), tactic.revenue_per_outcome * outcome, tactic.current_spend
    return TacticTotal(
        tactic=tactic.name,
        stage=tactic.stage,
        spend=spend,
        outcome=outcome,
        revenue=revenue,
        roi=revenue / spend if spend > 0 else None,
        change_from_current=None if current is None else change(spend, current, len(spends)),
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


def _finite(values: Array) -> list[float | None]:
    """One by one; None for what is infinite."""
    return [value if math.isfinite(value) else None for value in values.ravel().tolist()]
