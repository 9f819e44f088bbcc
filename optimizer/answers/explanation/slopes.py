"""What the next unit of money earns where a table bends sooner than that."""

from __future__ import annotations

import numpy as np

from optimizer.answers.margins import beyond
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer


def flatter(scenario: Scenario, plan: Plan) -> dict[tuple[str, str], float]:
    """By cell whose table is flatter as far on as rounding moves spend, its slope there [revenue per money].

    Its own slope says nothing of a unit of money then. Demand pools link slopes: cells beside them are left out.
    """
    cells = {(cell.tactic, cell.period): cell for cell in plan.allocations}
    tables = [own for own in scenario.tactics if own.response.family == "tabulated" and not own.feeds]
    read = [own.name for own in tables if own.draws_from is None]
    if not any(cells[name, period].marginal_revenue for name in read for period in scenario.periods):
        return {}
    names = [own.name for own in scenario.tactics]
    spend = np.array([[cells[name, period].spend for period in scenario.periods] for name in names])
    unit = 10.0 ** -scenario.plan_digits(float(spend.sum()))
    worth = np.array([[own.revenue_per_outcome] * (len(scenario.periods) + 1) for own in scenario.tactics])
    slopes = dict(zip(names, Valuer(scenario).marginal(beyond(scenario, spend, unit), worth).tolist(), strict=True))
    return {
        (name, period): slope
        for name in read
        for period, slope in zip(scenario.periods, slopes[name], strict=True)
        if slope < (cells[name, period].marginal_revenue or 0.0)
    }
