"""Scenarios of lines and tables as mixed-integer programs in scipy: what a plan, goals and changes can be at best.

Every reading of a curve is written segment by segment, one of which is on, so that nothing is an envelope. The rules
are those of `planning`; demand pools and rate cards are not written.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from tests.oracles.curves import Response
from tests.oracles.exact import Statement
from tests.oracles.families import Array, Wire
from tests.oracles.goals import targets
from tests.oracles.metrics import rates

ONE = -1  # the column of what is known
FAR = 1e6  # [money] more than any scenario here needs
Terms = dict[int, float]  # by column


def added(*parts: Terms) -> Terms:
    """Σ parts."""
    whole: Terms = {}
    for part in parts:
        for column, value in part.items():
            whole[column] = whole.get(column, 0.0) + value
    return whole


def times(factor: float, terms: Terms) -> Terms:
    """factor · terms."""
    return {column: factor * value for column, value in terms.items()}


class Columns:
    """Columns and rows, and what scipy's milp makes of them, within a relative `gap`; `point` is what it found last."""

    gap = 1e-10
    point: Array

    def __init__(self) -> None:
        self.limits: list[tuple[float, float, int]] = []
        self.rows: list[tuple[Terms, float, float]] = []

    def column(self, low: float = 0.0, high: float = np.inf, *, whole: bool = False) -> int:
        """A new column."""
        self.limits.append((low, high, int(whole)))
        return len(self.limits) - 1

    def row(self, terms: Terms, low: float = -np.inf, high: float = np.inf) -> None:
        """low ≤ terms ≤ high."""
        known = terms.get(ONE, 0.0)
        self.rows.append(({c: v for c, v in terms.items() if c != ONE}, low - known, high - known))

    def least(self, terms: Terms) -> float | None:
        """The least of the terms; None where no row can be kept."""
        low, high, whole = (np.array(each, dtype=float) for each in zip(*self.limits, strict=True))
        cost = np.array([terms.get(column, 0.0) for column in range(len(low))])
        entries = [(row, c, v) for row, (own, _, _) in enumerate(self.rows) for c, v in own.items()]
        rows, columns, values = zip(*entries, strict=True)
        matrix = csr_matrix((values, (rows, columns)), shape=(len(self.rows), len(low)))
        limits = LinearConstraint(matrix, [own[1] for own in self.rows], [own[2] for own in self.rows])
        found = milp(
            cost, constraints=limits, bounds=Bounds(low, high), integrality=whole, options={"mip_rel_gap": self.gap}
        )
        self.point = found.x
        return None if found.x is None else float(found.fun) + terms.get(ONE, 0.0)

    def most(self, terms: Terms) -> float | None:
        """The largest."""
        least = self.least(times(-1.0, terms))
        return None if least is None else -least


class Program(Columns):
    """A wire scenario with its limits, rules and required goals; `budget` false lifts the total budget's upper end."""

    def __init__(self, scenario: Wire, required: Iterable[str] = (), *, budget: bool = True) -> None:
        Columns.__init__(self)
        self.scenario, self.statement = scenario, Statement.of(scenario)
        stated = scenario.get("budget") or {}
        self._budget = stated.get("at_most", stated.get("exactly", FAR)) if budget else FAR
        self.spend = [self._spends(tactic) for tactic in scenario["tactics"]]
        self.outcome, self.after = zip(
            *(self._responds(tactic, own) for tactic, own in zip(scenario["tactics"], self.spend, strict=True)),
            strict=True,
        )
        self._limit(stated | {"at_most": self._budget} if budget else {"at_least": stated.get("exactly", 0.0)}, None)
        for period, limit in stated.get("by_period", {}).items():
            self._limit(limit, {"periods": [period]})
        for rule in scenario.get("rules", []):
            self._rule(rule)
        for goal in scenario.get("goals", []):
            if goal.get("required") or goal["name"] in required:
                self.require(goal)

    @property
    def every(self) -> Terms:
        """All spend."""
        return self.metric("spend", None)

    def metric(self, metric: str, scope: Wire | None) -> Terms:
        """A metric over a scope; effects after the last period belong to a scope without periods."""
        places, parts = self.statement.places(scope), []
        tactics = list(self.statement.tactics.values())
        for row, column in places:
            per_spend, per_outcome = rates(tactics[row], metric)
            parts += [{self.spend[row][column]: per_spend}, times(per_outcome, self.outcome[row][column])]
        if "periods" not in (scope or {}):
            parts += [times(rates(tactics[row], metric)[1], self.after[row]) for row in {row for row, _ in places}]
        return added(*parts)

    def require(self, goal: Wire) -> None:
        """Each of its targets is reached."""
        for scope, target in targets(goal, list(self.statement.periods)):
            self.row(self.metric(goal["metric"], scope), low=target)

    def objective(self) -> float | None:
        """The best value of what the scenario asks for."""
        aim = self.scenario["objective"]
        if "minimize" in aim:
            return self.least(self.every)
        charge = aim.get("target_marginal_roi", 0.0)
        return self.most(added(self.metric(aim["maximize"], None), times(-charge, self.every)))

    def levels(self) -> tuple[list[float], float] | None:
        """What each priority attains at the most, in order, and the least spend that attains all that."""
        soft = [goal for goal in self.scenario["goals"] if not goal.get("required")]
        attained = []
        for level in sorted({goal.get("priority", math.inf) for goal in soft}):
            terms = added(*(self._pursued(goal) for goal in soft if goal.get("priority", math.inf) == level))
            best = self.most(terms)
            if best is None:
                return None
            attained.append(best)
            self.row(terms, low=best - 1e-9 * max(1.0, abs(best)))
        least = self.least(self.every)
        return None if least is None else (attained, least)

    def changes(self, reference: Array) -> tuple[Terms, Terms]:
        """Σ |spend − reference|, and the number of cells that differ."""
        money: Terms = {}
        lines: Terms = {}
        for row, own in enumerate(self.spend):
            for column, spend in enumerate(own):
                known = float(reference[row, column])
                away, differs = self.column(), self.column(high=1.0, whole=True)
                self.row({away: 1.0, spend: -1.0}, low=-known)
                self.row({away: 1.0, spend: 1.0}, low=known)
                self.row({away: 1.0, differs: -(self.limits[spend][1] + known)}, high=0.0)
                money[away], lines[differs] = 1.0, 1.0
        return money, lines

    def _pursued(self, goal: Wire) -> Terms:
        parts = targets(goal, list(self.statement.periods))
        whole = math.fsum(target for _, target in parts)
        terms: Terms = {}
        for scope, target in parts:
            attained = self.column(-1e4, 1.0)
            self.row(added(self.metric(goal["metric"], scope), {attained: -target}), low=0.0)
            terms[attained] = goal.get("weight", 1.0) * target / whole
        return terms

    def _spends(self, tactic: Wire) -> list[int]:
        limits = tactic.get("spend", {})
        most = min(limits.get("at_most", FAR), max(self._budget, limits.get("at_least", 0.0)))
        return [self.column(limits.get("at_least", 0.0), most) for _ in self.statement.periods]

    def _responds(self, tactic: Wire, spend: list[int]) -> tuple[list[Terms], Terms]:
        """Incremental outcome of each period, and that after the last."""
        response = Response(tactic, self.scenario)
        known, count = response.carry_in, len(spend)
        earlier = response.matrix[:, : len(known)] @ (response.curve(known) if response.after_saturation else known)
        weights = response.matrix[:, len(known) :]
        if response.after_saturation:
            each = [self._read({own: 1.0}, 0.0, tactic) for own in spend]
            whole = [added(*(times(float(w), own) for w, own in zip(row, each, strict=True))) for row in weights]
        else:
            inputs = [{own: float(w) for w, own in zip(row, spend, strict=True) if w} for row in weights]
            whole = [self._read(own, float(base), tactic) for own, base in zip(inputs, earlier, strict=True)]
        seasoned = [times(float(season), own) for season, own in zip(response.season, whole, strict=True)]
        return seasoned[:count], added(*seasoned[count:])

    def _read(self, inputs: Terms, base: float, tactic: Wire) -> Terms:
        """f(base + inputs) − f(base), by segments of the curve of which one is on."""
        reach = base + sum(value * self.limits[column][1] for column, value in inputs.items()) + 1.0
        points = _points(tactic["response"], reach)
        known = _at(points, base)
        on: Terms = {}
        read: Terms = {}
        value: Terms = {ONE: -known}
        for (x, y), (end, top) in pairwise(points):
            slope = (top - y) / (end - x)
            chosen, part = self.column(high=1.0, whole=True), self.column(high=end)
            self.row({part: 1.0, chosen: -end}, high=0.0)
            self.row({part: 1.0, chosen: -x}, low=0.0)
            on[chosen], read[part] = 1.0, 1.0
            value |= {part: slope, chosen: y - slope * x}
        self.row(on, 1.0, 1.0)
        self.row(added(read, times(-1.0, inputs)), base, base)
        return value

    def _limit(self, limit: Wire, scope: Wire | None) -> None:
        low, high = (limit.get("exactly", limit.get(*side)) for side in (("at_least", -np.inf), ("at_most", np.inf)))
        self.row(self.metric("spend", scope), float(low), float(high))

    def _rule(self, rule: Wire) -> None:
        scope, spent = rule.get("scope"), self.metric("spend", rule.get("scope"))
        low, high = rule.get("at_least", -np.inf), rule.get("at_most", np.inf)
        match rule["rule"]:
            case "spend_range":
                self.row(spent, low, high)
            case "metric_range":
                self.row(self.metric(rule["metric"], scope), low, high)
            case "share_range":
                self.row(added(spent, times(-high, self.every)), high=0.0)
            case "efficiency":
                self.row(added(self.metric("revenue", scope), times(-low, spent)), low=0.0)
            case "minimum_if_active":
                for row, column in self.statement.places(scope):
                    own, active = self.spend[row][column], self.column(high=1.0, whole=True)
                    self.row({own: 1.0, active: -self.limits[own][1]}, high=0.0)
                    self.row({own: 1.0, active: -low}, low=0.0)
            case other:
                raise AssertionError(f"{other} is not written here")


def _points(response: Wire, reach: float) -> list[tuple[float, float]]:
    """The corners of the curve up to `reach`, and that itself."""
    if response["family"] == "linear":
        return [(0.0, 0.0), (reach, response["slope"] * reach)]
    table = [(float(x), float(y)) for x, y in response["points"]]
    inside = [point for point in table if point[0] < reach]
    last = _at(table, reach)
    return [*inside, (reach, last)]


def _at(points: list[tuple[float, float]], x: float) -> float:
    """Linear between the points, flat after the last."""
    return float(np.interp(x, [own for own, _ in points], [value for _, value in points]))
