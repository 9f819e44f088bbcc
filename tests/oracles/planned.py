"""A plan document made from a spend, without the optimizer: a clean plan to break in the tests of
`recheck`."""

from __future__ import annotations

import math

import numpy as np

from tests.oracles.curves import Witness, Worth
from tests.oracles.exact import Statement, exact, total
from tests.oracles.families import Array, Wire
from tests.oracles.metrics import measured


def as_plan(scenario: Wire, spend: Array, bound: float) -> Wire:
    """The plan that spends `spend`, certified by `bound`."""
    statement, witness = Statement.of(scenario), Witness(scenario)
    worth = witness.value(spend)
    value = witness.objective(spend)
    proof = {"value": value, "bound": bound, "gap": abs(bound - value) / abs(value)}
    return {
        "status": "optimal",
        **proof,
        "certificate": {**proof, "largest_violation": 0.0, "bound_from": "envelope", "rounding_cost": 0.0},
        "totals": _totals(scenario, worth),
        "allocations": _allocations(statement, witness, worth),
        "tactics": [_tactic(statement, worth, row, name) for row, name in enumerate(statement.tactics)],
        "goals": [_goal(statement, worth, goal) for goal in scenario.get("goals", [])],
    }


def _money(values: Array) -> float:
    return float(total(exact(float(v)) for v in np.ravel(values)))


def _ratio(revenue: float, spend: float) -> float | None:
    return revenue / spend if spend else None


def _totals(scenario: Wire, worth: Worth) -> Wire:
    spent = _money(worth.spend)
    limit = scenario.get("budget") or {}
    budget = limit.get("at_most", limit.get("exactly"))
    base = math.fsum(worth.baseline.ravel()) + math.fsum(worth.baseline_after)
    return {
        "spend": spent,
        "unspent": None if budget is None else float(exact(budget) - exact(spent)),
        "outcome": worth.total_outcome,
        "revenue": worth.total_revenue,
        "profit": worth.profit,
        "roi": _ratio(worth.total_revenue, spent),
        "total_outcome": base + worth.total_outcome,
        "baseline_outcome": base,
    }


def _allocations(statement: Statement, witness: Witness, worth: Worth) -> list[Wire]:
    lines = []
    for row, (tactic, response) in enumerate(zip(statement.tactics, witness.responses, strict=True)):
        slopes = witness.worth_each[row] * response.gradient(worth.spend[row])
        for k, period in enumerate(statement.periods):
            lines.append(
                {
                    "tactic": tactic,
                    "period": period,
                    "spend": float(worth.spend[row, k]),
                    "outcome": float(worth.outcome[row, k]),
                    "revenue": float(worth.revenue[row, k]),
                    "marginal_revenue": float(slopes[k]) if slopes[k] < 1e60 else None,
                    "limited_by": [],
                }
            )
    return lines


def _tactic(statement: Statement, worth: Worth, row: int, name: str) -> Wire:
    tactic, spent = statement.tactics[name], _money(worth.spend[row])
    current = tactic.get("current_spend")
    revenue = math.fsum(worth.revenue[row]) + float(worth.revenue_after[row])
    change = None if current is None else float(exact(spent) - exact(current) * len(statement.periods))
    return {
        "tactic": name,
        "spend": spent,
        "outcome": math.fsum(worth.outcome[row]) + float(worth.after[row]),
        "revenue": revenue,
        "roi": _ratio(revenue, spent),
        "change_from_current": change,
    }


def _goal(statement: Statement, worth: Worth, goal: Wire) -> Wire:
    achieved = measured(statement, worth, goal["metric"], goal.get("scope"))
    missing = max(0.0, goal["at_least"] - achieved)
    told = {"target": goal["at_least"], "achieved": achieved, "shortfall": missing, "met": missing == 0.0}
    return {"name": goal["name"], **told}
