"""What goals ask for and how far they are attained, from the wire JSON."""

from __future__ import annotations

import math

from tests.oracles.curves import Worth, periods, spread
from tests.oracles.exact import Statement
from tests.oracles.families import Wire
from tests.oracles.metrics import measured


def targets(goal: Wire, names: list[str]) -> list[tuple[Wire, float]]:
    """Each target with the scope that counts towards it, in time."""
    scope = goal.get("scope", {})
    counted = [name for name in names if name in scope.get("periods", names)]
    if "path" in goal:
        path = goal["path"]
        season = spread(path.get("seasonality", {}), len(counted))
        return [
            (scope | {"periods": [name]}, goal["at_least"] * (1 + path.get("growth", 0)) ** k * season[k])
            for k, name in enumerate(counted)
        ]
    due = [(each["by"], each["at_least"]) for each in goal.get("milestones", [])]
    if "by" in goal:
        due.append((goal["by"], goal["at_least"]))
    whole = [(scope, goal["at_least"])] if "by" not in goal and "at_least" in goal else []
    return [
        (scope | {"periods": [name for name in counted if names.index(name) <= names.index(by)]}, amount)
        for by, amount in due
    ] + whole


def shortfalls(goal: Wire, statement: Statement, worth: Worth, kept: float) -> list[tuple[float, float]]:
    """By target: how much is missing, nothing where less than `kept` of it is, and the target."""
    found = []
    for scope, target in targets(goal, periods(statement.scenario)):
        missing = target - measured(statement, worth, goal["metric"], scope)
        found.append((0.0 if missing <= kept * abs(target) else missing, target))
    return found


def attained(goals: list[Wire], statement: Statement, worth: Worth, kept: float = 1e-9) -> float:
    """Σ weight · (1 − Σ shortfall/Σ target) of the soft ones."""
    parts = []
    for goal in goals:
        if not goal.get("required"):
            missed = shortfalls(goal, statement, worth, kept)
            lost = math.fsum(missing for missing, _ in missed) / math.fsum(target for _, target in missed)
            parts.append(goal.get("weight", 1.0) * (1.0 - lost))
    return math.fsum(parts)


def by_level(statement: Statement, worth: Worth) -> list[float]:
    """What each priority attains, 1 first, goals without one last."""
    soft = [goal for goal in statement.scenario["goals"] if not goal.get("required")]
    order = sorted({goal.get("priority", math.inf) for goal in soft})
    return [
        attained([goal for goal in soft if goal.get("priority", math.inf) == level], statement, worth)
        for level in order
    ]
