"""Demand pools from the wire JSON: linear programs of their own, and a check of what a plan says of its demand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import linprog

from tests.oracles.curves import Witness, Worth, periods
from tests.oracles.families import Array, Wire

NEAR = 1e-9
SOONER = 1e-5  # relative: what a period is worth, between equals
LEAST = 1e-4  # relative: what outcome that earns nothing counts, so that a linear program converts it last


class Program:
    """Columns spend, converted (tactics × periods) and stock (pools × periods); rows of the river's definition."""

    def __init__(self, scenario: Wire) -> None:
        self.tactics, self.pools = scenario["tactics"], scenario.get("demand_pools", [])
        self.count = len(periods(scenario))
        self.cells = len(self.tactics) * self.count
        self.size = 2 * self.cells + len(self.pools) * self.count
        self.rows: list[tuple[Array, float]] = []
        self.gain = np.zeros(self.size)
        self.high = np.full(self.size, np.inf)

    def spend(self, tactic: int, period: int) -> int:
        return tactic * self.count + period

    def converted(self, tactic: int, period: int) -> int:
        return self.cells + tactic * self.count + period

    def stock(self, pool: int, period: int) -> int:
        return 2 * self.cells + pool * self.count + period

    def limit(self, terms: dict[int, float], most: float) -> None:
        """Σ terms ≤ most."""
        row = np.zeros(self.size)
        for column, value in terms.items():
            row[column] += value
        self.rows.append((row, most))

    def flow(self, response: list[list[tuple[dict[int, float], float]]]) -> None:
        """The rows of every pool; `response[i][t]` is a sum of columns and a constant."""
        for row, tactic in enumerate(self.tactics):
            for period in range(self.count):
                terms, known = response[row][period]
                if "draws_from" in tactic:
                    self.limit(_joined({self.converted(row, period): 1.0}, _times(terms, -1.0)), known)
                else:
                    self.high[self.converted(row, period)] = 0.0
        for pool in range(len(self.pools)):
            for period in range(self.count):
                self._pool(pool, period, response)
            self._end(pool)

    def _pool(self, pool: int, period: int, response: list[list[tuple[dict[int, float], float]]]) -> None:
        own = self.pools[pool]
        organic = own.get("organic", 0.0)
        known = organic[period] if isinstance(organic, list) else organic
        terms = {self.stock(pool, period): 1.0}
        if period == 0:
            known += own.get("initial", 0.0)
        else:
            kept = own.get("retention", 0.0)
            terms[self.stock(pool, period - 1)] = -kept
            terms |= _times(self._taken(pool, period - 1), kept)
        for row, tactic in enumerate(self.tactics):
            made = period - tactic.get("lead", 0)
            if tactic.get("feeds") == own["name"] and made >= 0:
                demand = tactic.get("demand_per_outcome", 1.0)
                part, constant = response[row][made]
                terms, known = _joined(terms, _times(part, -demand)), known + demand * constant
        self.limit(terms, known)
        self.limit(_joined({self.stock(pool, period): -1.0}, self._taken(pool, period)), 0.0)

    def _end(self, pool: int) -> None:
        worth = self.pools[pool].get("end_value", 0.0)
        self.gain[self.stock(pool, self.count - 1)] += worth
        for column, demand in self._taken(pool, self.count - 1).items():
            self.gain[column] -= worth * demand

    def _taken(self, pool: int, period: int) -> dict[int, float]:
        return {
            self.converted(row, period): tactic.get("demand_per_outcome", 1.0)
            for row, tactic in enumerate(self.tactics)
            if tactic.get("draws_from") == self.pools[pool]["name"]
        }

    def found(self) -> Any:
        """What scipy's linear program has found."""
        matrix, most = np.array([row for row, _ in self.rows]), np.array([limit for _, limit in self.rows])
        bounds = [(0.0, None if np.isinf(high) else high) for high in self.high]
        return linprog(-self.gain, A_ub=matrix, b_ub=most, bounds=bounds)

    def best(self) -> tuple[float, Array]:
        """The most that can be gained, and the columns."""
        found = self.found()
        assert found.status == 0, found.message
        return -found.fun, np.asarray(found.x)


def _times(terms: dict[int, float], factor: float) -> dict[int, float]:
    return {column: value * factor for column, value in terms.items()}


def _joined(one: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    return {column: one.get(column, 0.0) + other.get(column, 0.0) for column in {**one, **other}}


def best_conversion(scenario: Wire, response: Array, worth: Array) -> tuple[float, Array]:
    """The most that given responses (tactics, periods) can be worth, and what is converted, (tactics, periods);
    `worth` is by tactic, or by tactic and period."""
    each = np.broadcast_to(worth.reshape(len(worth), -1), response.shape)
    program = Program(scenario)
    program.flow([[({}, float(own)) for own in row] for row in response])
    for row in range(len(program.tactics)):
        for period in range(program.count):
            program.high[program.spend(row, period)] = 0.0
            program.gain[program.converted(row, period)] += each[row, period]
    value, columns = program.best()
    return value, columns[program.cells : 2 * program.cells].reshape(-1, program.count)


def linear_optimum(scenario: Wire) -> float:
    """The best value of a scenario of linear curves with geometric adstock, one budget, spend limits and pools."""
    program = Program(scenario)
    response = [
        [_linear(program, row, period) for period in range(program.count)] for row in range(len(program.tactics))
    ]
    program.flow(response)
    charge = 1.0 if scenario["objective"]["maximize"] == "profit" else 0.0
    budget = {}
    for row, tactic in enumerate(program.tactics):
        for period in range(program.count):
            budget[program.spend(row, period)] = 1.0
            program.gain[program.spend(row, period)] -= charge
            program.high[program.spend(row, period)] = tactic.get("spend", {}).get("at_most", np.inf)
            each = tactic.get("revenue_per_outcome", 1.0)
            earns = {program.converted(row, period): 1.0} if "draws_from" in tactic else response[row][period][0]
            for column, value in earns.items():
                program.gain[column] += each * value
    program.limit(budget, scenario["budget"]["at_most"])
    return program.best()[0]


def _linear(program: Program, row: int, period: int) -> tuple[dict[int, float], float]:
    tactic = program.tactics[row]
    kept = tactic.get("adstock", {}).get("retention", 0.0)
    slope = tactic["response"]["slope"] * (tactic.get("seasonality") or [1.0] * program.count)[period]
    return {program.spend(row, past): slope * kept ** (period - past) for past in range(period + 1)}, 0.0


def unspent(scenario: Wire, response: Array) -> Array:
    """What is converted of the responses without spend, (tactics, periods): what the objective (else revenue, else
    outcome) is worth most of first, and of equals the earlier; outcome worth nothing if it does not stand in the way.
    """
    witness = Witness(scenario)
    worth = witness.rates()[0] if "maximize" in scenario["objective"] else witness.worth_each
    worth = worth if worth.any() else np.ones(len(worth))
    sooner = 1.0 - SOONER * np.arange(response.shape[1])
    return best_conversion(scenario, response, np.maximum(worth, LEAST * worth.max())[:, None] * sooner)[1]


def claimed(scenario: Wire, plan: Wire, worth: Worth) -> Worth:
    """The valued spend with the outcome that the plan says its drawing tactics convert."""
    rows = {tactic["name"]: row for row, tactic in enumerate(scenario["tactics"])}
    columns = {name: column for column, name in enumerate(periods(scenario))}
    outcome, baseline = worth.outcome.copy(), worth.baseline.copy()
    for line in plan["allocations"]:
        if "draws_from" in scenario["tactics"][rows[line["tactic"]]]:
            cell = rows[line["tactic"]], columns[line["period"]]
            outcome[cell], baseline[cell] = line["outcome"], line["outcome"]
    witness = Witness(scenario)
    idle = unspent(scenario, worth.baseline)
    drawing = np.array(["draws_from" in tactic for tactic in scenario["tactics"]])
    baseline = np.where(drawing[:, None], idle, worth.baseline)
    revenue = witness.worth_each[:, None] * outcome
    gross = math.fsum(witness.margin * (revenue.sum(axis=1) + worth.revenue_after))
    profit = gross - math.fsum(worth.spend.ravel())
    return replace(worth, outcome=outcome, baseline=baseline, revenue=revenue, profit=profit)


def wrong(scenario: Wire, plan: Wire, whole: Array, worth: Worth) -> Iterator[str]:
    """What is wrong with the demand that a plan tells; `whole` are the responses, (tactics, periods)."""
    told = {(line["pool"], line["period"]): line for line in plan["demand"]}
    converted = worth.outcome + worth.baseline
    for pool in scenario["demand_pools"]:
        stock = 0.0
        drawers = [row for row, tactic in enumerate(scenario["tactics"]) if tactic.get("draws_from") == pool["name"]]
        demand = np.array([scenario["tactics"][row].get("demand_per_outcome", 1.0) for row in drawers])
        for period, name in enumerate(periods(scenario)):
            stock += _arriving(scenario, pool, whole, period)
            line = told[pool["name"], name]
            taken = float(demand @ converted[drawers, period]) if drawers else 0.0
            size = NEAR * max(1.0, stock)
            if abs(line["stock"] - stock) > size:
                yield f"stock of {pool['name']} in {name} is told as {line['stock']}, is {stock}"
            if abs(line["converted"] - taken) > size or taken > stock + size:
                yield f"{taken} of {stock} is converted in {name}, told as {line['converted']}"
            if (converted[drawers, period] > whole[drawers, period] + size).any():
                yield f"more is converted in {name} than there is response"
            stock = pool.get("retention", 0.0) * (stock - taken)


def _arriving(scenario: Wire, pool: Wire, whole: Array, period: int) -> float:
    organic = pool.get("organic", 0.0)
    arriving = organic[period] if isinstance(organic, list) else organic
    arriving += pool.get("initial", 0.0) if period == 0 else 0.0
    for row, tactic in enumerate(scenario["tactics"]):
        made = period - tactic.get("lead", 0)
        if tactic.get("feeds") == pool["name"] and made >= 0:
            arriving += tactic.get("demand_per_outcome", 1.0) * float(whole[row, made])
    return float(arriving)


def end_value(scenario: Wire, plan: Wire) -> float:
    """What the demand that the plan leaves is worth."""
    last = periods(scenario)[-1]
    worth = {pool["name"]: pool.get("end_value", 0.0) for pool in scenario.get("demand_pools", [])}
    lines = [line for line in plan.get("demand", []) if line["period"] == last]
    return math.fsum(worth[line["pool"]] * (line["stock"] - line["converted"]) for line in lines)
