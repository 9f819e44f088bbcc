"""Whatever is mixed, no plan found at random contradicts an answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.problem.rules import RULES
from tests.effort import seeds
from tests.oracles.conversion import Conversion
from tests.oracles.exact import Statement
from tests.oracles.mixtures import mixture
from tests.oracles.recheck import recheck
from tests.oracles.rich_mixtures import rich_mixture
from tests.oracles.risk import Draws
from tests.oracles.risky_mixtures import risky_mixture
from tests.oracles.rules import broken
from tests.oracles.solve import solve

PLAIN = seeds((1, 2, 3, 5), 400)
RICH = seeds((0, 1, 3, 9, 17, 20), 300)
RISKY = seeds((1, 4, 8, 12), 120)
TRIES = 300
NEARBY = 30  # tries around the plan itself


@pytest.mark.parametrize("seed", PLAIN)
def test_nothing_found_at_random_contradicts_the_answer(seed):
    """No feasible point beats the bound or refutes a conflict; every plan passes the exact re-check. (law P1)"""
    scenario = mixture(seed)
    plan = solve(scenario)
    assert contradictions(scenario, plan, np.random.default_rng(seed), TRIES) == []


@pytest.mark.parametrize("seed", RICH)
def test_nothing_contradicts_a_plan_with_pools_and_seasons(seed):
    """The same with all else that a scenario can state; demand is converted by a linear program of scipy's. (law P1)"""
    scenario = rich_mixture(seed)
    plan = solve(scenario)
    assert contradictions(scenario, plan, np.random.default_rng(seed), TRIES // 10) == []


@pytest.mark.parametrize("seed", RISKY)
def test_nothing_contradicts_a_plan_under_draws(seed):
    """With pools and without, by the mean or by the worst draws: every figure of risk, and the bound. (law P1)"""
    scenario = risky_mixture(seed)
    plan = solve(scenario)
    assert contradictions(scenario, plan, np.random.default_rng(seed), TRIES // 30) == []


def test_rich_mixtures_hold_every_kind_of_rule():
    """And pools, events and cycles."""
    scenarios = [rich_mixture(seed) for seed in range(300)]
    assert {rule["rule"] for scenario in scenarios for rule in scenario["rules"]} == set(RULES)
    assert {"demand_pools", "events", "goals"} <= {key for scenario in scenarios for key in scenario}


def contradictions(scenario, plan, dice, tries):
    """What the re-check or a point found at random says against the plan."""
    near = np.array([[line["spend"] for line in plan["allocations"]]]) if plan["allocations"] else None
    points = [_point(scenario, _shape(scenario), dice) for _ in range(tries)]
    if near is not None:
        points += [_beside(scenario, near.reshape(_shape(scenario)), dice) for _ in range(min(NEARBY, tries))]
    best = _best(scenario, points)
    found = []
    if best is not None and plan["status"] == "conflict":
        found.append(f"a conflict is told, and {best} can be reached")
    if plan["certificate"] is not None and plan["certificate"]["largest_violation"] == 0.0:
        found += recheck(scenario, plan)
    if best is not None and plan["bound"] is not None:
        slip = (1e-7 if scenario.get("demand_pools") else 1e-9) * abs(plan["bound"]) + 1e-9
        beyond = best - plan["bound"] if "maximize" in scenario["objective"] else plan["bound"] - best
        if beyond > slip:
            found.append(f"{best} is reached beyond the bound {plan['bound']}")
    return found


def _shape(scenario):
    return len(scenario["tactics"]), len(scenario.get("periods", ["all"]))


def _best(scenario, points):
    """The best value among points in whole cents that keep every limit; None when none does."""
    statement, maximizes = Statement.of(scenario), "maximize" in scenario["objective"]
    conversion, best = Conversion(scenario), None
    draws = Draws(scenario) if scenario["objective"].get("confidence") is not None and maximizes else None
    for spend in points:
        valued = conversion.best(spend)
        if valued is None:
            continue
        value, worth = valued if draws is None else (draws.objective(spend), valued[1])
        better = best is None or (value > best if maximizes else value < best)
        if better and not broken(replace(statement, worth=worth), statement.cells_of(spend)):
            best = value
    return best


def _beside(scenario, spend, dice):
    """The plan's own spend with some of it moved, or a little less of it."""
    spend = spend.copy()
    for _ in range(dice.integers(1, 4)):
        a, b = (tuple(dice.integers(0, spend.shape)) for _ in range(2))
        amount = np.round(spend[a] * dice.choice([1.0, 0.3, 0.05, 0.01]), 2)
        spend[a] -= amount
        if "exactly" in scenario.get("budget", {}) or dice.random() < 0.8:
            spend[b] += amount
    return np.maximum(np.round(spend, 2), 0.0)


def _point(scenario, shape, dice):
    money = next((own for own in scenario.get("budget", {}).values() if not isinstance(own, dict)), None)
    limits = np.array([tactic.get("spend", {}).get("at_most", np.inf) for tactic in scenario["tactics"]])[:, None]
    money = float(np.minimum(limits, 1e9).sum() * shape[1]) if money is None else money
    if any(rule["name"] == "on/off" for rule in scenario["rules"]):
        limits = np.where(dice.random(shape) < 0.4, 0.0, limits)
    whole = "exactly" in scenario.get("budget", {})
    spend = dice.dirichlet(np.full(shape[0] * shape[1], dice.choice([0.2, 1.0]))).reshape(shape) * money
    spend = np.minimum(spend if whole or dice.random() < 0.5 else spend * dice.random(), limits)
    for rule in scenario["rules"]:
        rows = [
            row
            for row, tactic in enumerate(scenario["tactics"])
            if tactic["name"] in rule.get("scope", {}).get("tactics", [])
        ]
        if rule["rule"] == "packages":
            spend[rows] = np.floor(spend[rows] / rule["price"]) * rule["price"]
        if rule["rule"] == "minimum_if_active":
            spend[rows] = np.where(spend[rows] < rule["at_least"], 0.0, spend[rows])
        if rule["rule"] == "commitment" and rows:
            spend[rows] *= rule["amount"] / max(float(spend[rows].sum()), 1e-9)
        if rule["rule"] == "turnover_limit":
            _move_little(spend, rows or range(shape[0]), scenario["tactics"], dice)
        if rule["rule"] == "change_limit" and not rule["together"]:
            _hold_back(spend, rule, rows or range(shape[0]), scenario["tactics"])
    cents = np.floor(spend * 100)
    if whole:
        cents[-1, -1] += round(money * 100) - cents.sum()
    return np.maximum(cents, 0.0) / 100


def _hold_back(spend, rule, rows, tactics):
    """Cut each step to what the limit allows."""
    for row in rows:
        before = tactics[row]["current_spend"] if rule["from_current"] else spend[row, 0]
        for period in range(spend.shape[1]):
            room = min(rule.get("amount", np.inf), rule["share"] * before if "share" in rule else np.inf)
            before = spend[row, period] = np.clip(spend[row, period], before - room, before + room)


def _move_little(spend, rows, tactics, dice):
    """Put some lines back to where they are today, and the others part of the way."""
    for row in rows:
        today = tactics[row]["current_spend"]
        back = dice.random(spend.shape[1])
        spend[row] = np.where(back < 0.5, today, today + back * (spend[row] - today))
