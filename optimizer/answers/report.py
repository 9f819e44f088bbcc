"""A valued spend as the tables of a plan or an evaluation."""

from __future__ import annotations

import math
from itertools import product, repeat

import numpy as np

from optimizer.answers.margins import Limits
from optimizer.answers.plan import Allocation, TacticTotal, Totals
from optimizer.curves import Array
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.units import changes, difference, tidied


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
    places = product(*map(range, valuation.spend.shape))
    names = product([tactic.name for tactic in scenario.tactics], scenario.periods)
    return tuple(
        Allocation(
            tactic=tactic,
            period=period,
            spend=spend,
            outcome=outcome,
            revenue=revenue,
            marginal_revenue=own,
            limited_by=limits.get(place, ()),
            held_by=holds.get(place, ()),
            next_unit=gain,
        )
        for place, (tactic, period), spend, outcome, revenue, own, gain in zip(
            places,
            names,
            valuation.spend.ravel().tolist(),
            valuation.outcome.ravel().tolist(),
            (valuation.outcome * worth).ravel().tolist(),
            _finite(marginal),
            repeat(None, valuation.spend.size) if next_unit is None else _finite(next_unit),
            strict=True,
        )
    )


def tactic_totals(valuation: Valuation) -> tuple[TacticTotal, ...]:
    """One row a tactic, over all periods, carry-out included where it counts."""
    scenario, periods = valuation.scenario, valuation.spend.shape[1]
    spends, outcomes = tidied(_summed(valuation.spend)), _summed(valuation.outcome) + valuation.carry_out
    revenues = scenario.rates("revenue")[1] * outcomes
    stated = [tactic.current_spend for tactic in scenario.tactics]
    changed = changes(spends, np.array([0.0 if own is None else own for own in stated]), periods)
    columns = (own.tolist() for own in (spends, outcomes, revenues, changed))
    return tuple(
        TacticTotal(
            tactic=tactic.name,
            stage=tactic.stage,
            spend=spend,
            outcome=outcome,
            revenue=revenue,
            roi=revenue / spend if spend > 0 else None,
            change_from_current=None if current is None else change,
        )
        for tactic, current, spend, outcome, revenue, change in zip(scenario.tactics, stated, *columns, strict=True)
    )


def _summed(values: Array) -> Array:
    """The sums over periods, by tactic."""
    return values[:, 0] if values.shape[1] == 1 else np.array([math.fsum(own) for own in values.tolist()])


def worth_of_spend(
    valuer: Valuer, spend: Array, per_outcome: Array, per_spend: Array, demand: Array | None = None
) -> Array:
    """∂(Σ per_outcome · outcome + per_spend · spend)/∂spend, shape (tactics, periods); `demand` are its prices.

    `per_outcome` is by tactic, or by tactic and period, carry-out last; `per_spend` by tactic, or by tactic and period.
    """
    tactics, periods = spend.shape
    worth = np.empty((tactics, periods + 1))
    worth[:] = per_outcome.reshape(tactics, -1)
    return valuer.marginal(spend, worth, demand) + per_spend.reshape(tactics, -1)


def _finite(values: Array) -> list[float | None]:
    """One by one; None for what is infinite."""
    return [value if math.isfinite(value) else None for value in values.ravel().tolist()]
