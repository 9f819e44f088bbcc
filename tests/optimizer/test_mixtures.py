"""Whatever is mixed, no plan found at random contradicts an answer."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracles.curves import Witness
from tests.oracles.exact import Statement, exact
from tests.oracles.mixtures import mixture
from tests.oracles.recheck import recheck
from tests.oracles.rules import broken
from tests.oracles.solve import solve

FEW = range(24)
MANY = [pytest.param(seed, marks=pytest.mark.deep) for seed in range(24, 400)]
TRIES = 300


@pytest.mark.parametrize("seed", [*FEW, *MANY])
def test_nothing_found_at_random_contradicts_the_answer(seed):
    """No feasible point beats the bound or refutes a conflict; every plan passes the exact re-check."""
    scenario = mixture(seed)
    plan = solve(scenario)
    best = _best_at_random(scenario, np.random.default_rng(seed))
    if plan["status"] == "conflict":
        assert best is None
    if plan["certificate"] is not None and plan["certificate"]["largest_violation"] == 0.0:
        assert recheck(scenario, plan) == []
    if best is not None and plan["bound"] is not None:
        slip = 1e-9 * abs(plan["bound"]) + 1e-9
        if "maximize" in scenario["objective"]:
            assert best <= plan["bound"] + slip
        else:
            assert best >= plan["bound"] - slip


def _best_at_random(scenario, dice):
    """The best value among random points in whole cents that keep every limit; None when none does."""
    witness, statement = Witness(scenario), Statement.of(scenario)
    maximizes = "maximize" in scenario["objective"]
    best = None
    for _ in range(TRIES):
        spend = _point(scenario, witness.shape, dice)
        value = witness.objective(spend)
        better = best is None or (value > best if maximizes else value < best)
        if better and not broken(
            statement, dict(zip(statement.cells, map(exact, spend.ravel().tolist()), strict=True))
        ):
            best = value
    return best


def _point(scenario, shape, dice):
    money = next(iter(scenario.get("budget", {}).values()), None)
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
