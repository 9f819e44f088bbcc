"""What goals ask for and how far they are attained, from the wire JSON."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize

from tests.oracles.curves import Witness, Worth, periods, spread
from tests.oracles.exact import Statement
from tests.oracles.families import Array, Wire
from tests.oracles.metrics import measured

STARTS = 2  # at random, beside the spend itself
WITHIN = 1e-9  # of a limit, by which SLSQP is asked to keep it: it keeps limits nearly


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


def most_beside(scenario: Wire, spend: Array, level: int, seed: int) -> float:
    """The most revenue that SLSQP finds for one goal where those before it get no less than `spend` brings them.

    One period, one goal a level, a total budget, limits of tactics, no rules; what breaks a limit or gives an earlier
    goal less counts for nothing, and a goal that is met needs no more. The told spend and random ones are started from.
    """
    witness, goals, size = Witness(scenario), scenario["goals"], scenario["budget"]["at_most"]
    inside = [np.isin([one["name"] for one in scenario["tactics"]], goal["scope"]["tactics"]) for goal in goals]
    low, high = np.array([(one["spend"]["at_least"], one["spend"]["at_most"]) for one in scenario["tactics"]]).T / size

    def gains(shares: Array) -> Array:
        return witness.value(shares * size).revenue.ravel()

    def slopes(shares: Array) -> Array:
        rows = zip(witness.responses, witness.worth_each, shares * size, strict=True)
        return np.array([worth * response.gradient(np.array([own]))[0] for response, worth, own in rows]) * size

    brought = gains(spend / size)
    floors = [
        (own, least)
        for own, goal in zip(inside[:level], goals, strict=False)
        if (least := min(float(brought[own].sum()), goal["at_least"])) > 0.0
    ]
    limits = [{"type": "ineq", "fun": lambda x: 1.0 - WITHIN - x.sum(), "jac": lambda x: -np.ones(len(x))}] + [
        {
            "type": "ineq",
            "fun": lambda x, own=own, least=least: gains(x)[own].sum() / least - 1.0 - WITHIN,
            "jac": lambda x, own=own, least=least: slopes(x) * own / least,
        }
        for own, least in floors
    ]
    target, aim = goals[level]["at_least"], inside[level]
    random = np.random.default_rng(seed)
    starts = [spend / size, *random.dirichlet(np.ones(len(low)), STARTS)]
    best = 0.0
    for start in starts:
        found = minimize(
            lambda x: -gains(x)[aim].sum() / target,
            np.clip(start, low, high),
            jac=lambda x: -slopes(x) * aim / target,
            bounds=list(zip(low, high, strict=True)),
            constraints=limits,
            method="SLSQP",
            options={"ftol": 1e-13, "maxiter": 100},
        ).x
        own = gains(found := np.clip(found, low, high))
        if found.sum() <= 1.0 and all(own[scope].sum() >= least for scope, least in floors):
            best = max(best, float(own[aim].sum()))
    return best
