"""Metrics of an independently valued spend."""

from __future__ import annotations

import math

from tests.oracles.curves import Worth
from tests.oracles.exact import Statement
from tests.oracles.families import Wire


def rates(tactic: Wire, metric: str) -> tuple[float, float]:
    """What a unit of spend and a unit of incremental outcome add to the metric."""
    each = tactic.get("revenue_per_outcome", 1.0)
    common = {
        "spend": (1.0, 0.0),
        "outcome": (0.0, 1.0),
        "revenue": (0.0, each),
        "profit": (-1.0, each * tactic.get("margin", 1.0)),
    }
    own = tactic.get("metrics", {}).get(metric, {})
    return common.get(metric, (own.get("per_spend", 0.0), own.get("per_outcome", 0.0)))


def per_outcome(statement: Statement, metric: str) -> list[float]:
    """What a unit of each tactic's incremental outcome adds to the metric."""
    return [rates(tactic, metric)[1] for tactic in statement.tactics.values()]


def measured(statement: Statement, worth: Worth, metric: str, scope: Wire | None) -> float:
    """The metric summed over the scope; effects after the last period belong to a scope without periods."""
    selected = set(statement.selected(scope))
    parts = []
    for row, (name, tactic) in enumerate(statement.tactics.items()):
        per_spend, per_outcome = rates(tactic, metric)
        inside = [k for k, period in enumerate(statement.periods) if (name, period) in selected]
        parts += [per_spend * worth.spend[row, k] + per_outcome * worth.outcome[row, k] for k in inside]
        if inside and "periods" not in (scope or {}):
            parts.append(per_outcome * worth.after[row])
    return math.fsum(parts)
