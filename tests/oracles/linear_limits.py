"""What the limits of a wire scenario with straight responses leave: scipy's milp and linprog, nothing of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from tests.oracles.families import Wire

Array = NDArray[np.float64]
FAR = 1e5  # [money] more than any spend that the scenarios here need


class _Rows:
    """Columns: spend by tactic and period, then one whole number for each cell of an on/off rule or of packages."""

    def __init__(self, scenario: Wire) -> None:
        self.tactics, self.periods = scenario["tactics"], scenario.get("periods") or ["all"]
        self.cells = [(i, t) for i in range(len(self.tactics)) for t in range(len(self.periods))]
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.whole = 0

    def column(self, cell: tuple[int, int]) -> int:
        return self.cells.index(cell)

    def scope(self, scope: Wire | None) -> list[tuple[int, int]]:
        scope = scope or {}
        return [
            (i, t)
            for i, t in self.cells
            if self.tactics[i]["name"] in scope.get("tactics", [self.tactics[i]["name"]])
            and self.periods[t] in scope.get("periods", [self.periods[t]])
        ]

    def spent(self, scope: Wire | None, factor: float = 1.0) -> dict[int, float]:
        return {self.column(cell): factor for cell in self.scope(scope)}

    def outcome(self, scope: Wire | None) -> dict[int, float]:
        """slope · Σ_l retention^l · spend, by period, summed over the scope."""
        total: dict[int, float] = {}
        for i, t in self.scope(scope):
            tactic = self.tactics[i]
            kept = tactic.get("adstock", {}).get("retention", 0.0)
            for lag in range(t + 1):
                column = self.column((i, t - lag))
                total[column] = total.get(column, 0.0) + tactic["response"]["slope"] * kept**lag
        return total

    def add(self, terms: dict[int, float], stated: Wire) -> None:
        exactly = stated.get("exactly", stated.get("amount"))
        low = stated.get("at_least", -np.inf) if exactly is None else exactly
        high = stated.get("at_most", np.inf) if exactly is None else exactly
        self.rows.append((terms, low, high))

    def decide(self, cell: tuple[int, int], rule: Wire) -> None:
        """spend = price · pieces, or at_least · active ≤ spend ≤ FAR · active."""
        whole, spend = len(self.cells) + self.whole, self.column(cell)
        self.whole += 1
        if rule["rule"] == "packages":
            self.rows.append(({spend: 1.0, whole: -rule["price"]}, 0.0, 0.0))
            return
        self.rows.append(({spend: 1.0, whole: -rule["at_least"]}, 0.0, np.inf))
        self.rows.append(({spend: 1.0, whole: -FAR}, -np.inf, 0.0))
        self.rows.append(({whole: 1.0}, 0.0, 1.0))


def plus(first: dict[int, float], second: dict[int, float]) -> dict[int, float]:
    """The sum of two linear forms."""
    return {column: first.get(column, 0.0) + second.get(column, 0.0) for column in {*first, *second}}


def possible(scenario: Wire) -> bool:
    """Whether any plan at all keeps the budgets, spend limits, rules and required goals."""
    return _solved(_stated(scenario))


def most(scenario: Wire) -> list[float]:
    """The most that each cell can spend [money] beside others of up to FAR, where nothing is on or off."""
    rows = _stated(scenario)
    matrix, low, high = _matrix(rows)
    sides = np.isfinite(high), np.isfinite(low)
    above, limits = np.concatenate([matrix[sides[0]], -matrix[sides[1]]]), [*high[sides[0]], *-low[sides[1]]]
    costs = -np.eye(len(rows.cells))
    answers = [linprog(cost, A_ub=above, b_ub=limits, bounds=(0.0, FAR)) for cost in costs]
    assert all(answer.status == 0 for answer in answers)
    return [-float(answer.fun) for answer in answers]


def _stated(scenario: Wire) -> _Rows:
    rows = _Rows(scenario)
    budget: dict[str, Any] = scenario.get("budget", {})
    rows.add(rows.spent({}), budget)
    for period, limit in budget.get("by_period", {}).items():
        rows.add(rows.spent({"periods": [period]}), limit)
    for i, tactic in enumerate(rows.tactics):
        for t in range(len(rows.periods)):
            rows.add({rows.column((i, t)): 1.0}, tactic.get("spend", {}))
    for rule in scenario.get("rules", []):
        _rule(rows, rule)
    for goal in scenario.get("goals", []):
        if goal.get("required"):
            rows.add(rows.outcome(goal.get("scope")), {"at_least": goal["at_least"]})
    return rows


def _rule(rows: _Rows, rule: Wire) -> None:
    match rule["rule"]:
        case "spend_range" | "commitment":
            rows.add(rows.spent(rule.get("scope")), rule)
        case "linear":
            total: dict[int, float] = {}
            for term in rule["terms"]:
                total = plus(total, rows.spent(term["scope"], term["coefficient"]))
            rows.add(total, rule)
        case "share_range":
            for side, share in ((side, rule[side]) for side in ("at_least", "at_most") if side in rule):
                rows.add(plus(rows.spent(rule.get("scope")), rows.spent(rule.get("of"), -share)), {side: 0.0})
        case "metric_range":
            rows.add(rows.outcome(rule.get("scope")), rule)
        case "packages" | "minimum_if_active":
            for cell in rows.scope(rule.get("scope")):
                rows.decide(cell, rule)
        case other:
            raise AssertionError(other)


def _matrix(rows: _Rows) -> tuple[Array, Array, Array]:
    matrix = np.zeros((len(rows.rows), len(rows.cells) + rows.whole))
    for number, (terms, _, _) in enumerate(rows.rows):
        for column, value in terms.items():
            matrix[number, column] += value
    return matrix, np.array([low for _, low, _ in rows.rows]), np.array([high for _, _, high in rows.rows])


def _solved(rows: _Rows) -> bool:
    limits = LinearConstraint(*_matrix(rows))
    size = len(rows.cells) + rows.whole
    whole = np.concatenate([np.zeros(len(rows.cells)), np.ones(rows.whole)])
    answer = milp(np.zeros(size), constraints=limits, integrality=whole, bounds=Bounds(0.0, FAR))
    assert answer.status in (0, 2), answer.message
    return bool(answer.status == 0)
