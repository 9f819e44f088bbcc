"""One plan's allocation on another scenario's curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.answers.plan import Plan
from optimizer.curves import Array
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Revaluation:
    """A plan's allocation on the common curves; `reason` says why it cannot be valued there."""

    label: str
    value: float | None = None
    outcome: float | None = None
    revenue: float | None = None
    profit: float | None = None
    reason: str | None = None


def revalue(label: str, scenario: Scenario, plan: Plan, common: Scenario) -> Revaluation:
    """The plan of `scenario` valued on `common`; what it does not name spends nothing there."""
    reason = _obstacle(scenario, plan, common)
    if reason is not None:
        return Revaluation(label=label, reason=reason)
    valued = Valuer(common).value(_spend(plan, common))
    return Revaluation(
        label=label,
        value=valued.value,
        outcome=valued.total("outcome"),
        revenue=valued.total("revenue"),
        profit=valued.total("profit"),
    )


def _obstacle(scenario: Scenario, plan: Plan, common: Scenario) -> str | None:
    if not plan.allocations:
        return "there is no plan to value"
    if scenario.currency != common.currency:
        return f"its money is {scenario.currency}, that of the common curves {common.currency}"
    used = [cell for cell in plan.allocations if cell.spend > 0]
    tactics = {tactic.name for tactic in common.tactics}
    for cell in used:
        if cell.tactic not in tactics:
            return f"the common curves have no tactic {cell.tactic}"
        if cell.period not in common.periods:
            return f"the common curves have no period {cell.period}"
    return None


def _spend(plan: Plan, common: Scenario) -> Array:
    rows = {tactic.name: row for row, tactic in enumerate(common.tactics)}
    columns = {period: column for column, period in enumerate(common.periods)}
    spend = np.zeros((len(rows), len(columns)))
    for cell in plan.allocations:
        if cell.spend > 0:
            spend[rows[cell.tactic], columns[cell.period]] = cell.spend
    return spend
