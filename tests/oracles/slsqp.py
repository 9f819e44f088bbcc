"""scipy's SLSQP as PyMC-Marketing sets it (EVIDENCE: ftol 1e-9, maxiter 1000, scaled by the steepest
gradient)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, minimize

from tests.oracles.curves import Witness
from tests.oracles.families import Array, Wire

STEEPEST = 1e12  # an infinite slope at zero spend, as a number that SLSQP survives


class _OutOfTimeError(Exception):
    def __init__(self, spend: Array) -> None:
        super().__init__()
        self.spend = spend


def limits(scenario: Wire) -> tuple[Array, Array]:
    """Spend limits of every cell, flat; without an upper limit the budget is one."""
    witness = Witness(scenario)
    most, stated = _budget(scenario), [tactic.get("spend", {}) for tactic in scenario["tactics"]]
    pairs = [(own.get("at_least", 0.0), own.get("at_most", most)) for own in stated]
    low, high = np.repeat(np.array(pairs, dtype=float), witness.shape[1], axis=0).T
    return low, high


def project(spend: Array, low: Array, high: Array, budget: float) -> Array:
    """The nearest point within the limits that spends the budget, or all that the limits take."""
    budget = min(budget, float(high.sum()))
    left, right = float((low - spend).min()), float((high - spend).max())
    for _ in range(200):
        middle = 0.5 * (left + right)
        if np.clip(spend + middle, low, high).sum() < budget:
            left = middle
        else:
            right = middle
    return np.clip(spend + left, low, high)


def one(scenario: Wire, start: Array, seconds: float = np.inf) -> Array:
    """One SLSQP run from `start`; what it reached when `seconds` have passed."""
    witness = Witness(scenario)
    return climb(
        scenario,
        witness.objective,
        lambda x: np.minimum(witness.gradient(x).ravel(), STEEPEST),
        start,
        seconds,
    )


def climb(
    scenario: Wire,
    value: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    start: Array,
    seconds: float = np.inf,
    rows: LinearConstraint | None = None,
) -> Array:
    """Maximise `value` within the scenario's limits and budget; what keeps those of `rows` too is what SLSQP says."""
    low, high = limits(scenario)
    budget = _budget(scenario)
    deadline = time.monotonic() + seconds
    steepest = float(np.abs(gradient(start)).max()) or 1.0

    def loss(x: Array) -> float:
        if time.monotonic() > deadline:
            raise _OutOfTimeError(x)
        return -value(x) / steepest

    total = LinearConstraint(np.ones((1, len(low))), min(budget, high.sum()), min(budget, high.sum()))
    more = [] if rows is None or not len(rows.A) else [rows]
    try:
        found = minimize(
            loss,
            start,
            jac=lambda x: -gradient(x) / steepest,
            method="SLSQP",
            bounds=Bounds(low, high),
            constraints=[total, *more],
            options={"ftol": 1e-9, "maxiter": 1000},
        ).x
    except _OutOfTimeError as stopped:
        found = stopped.spend
    return project(np.nan_to_num(found, nan=0.0), low, high, budget)


def _budget(scenario: Wire) -> float:
    return float(scenario["budget"].get("at_most", scenario["budget"].get("exactly")))


def equal_split(scenario: Wire) -> Array:
    """PyMC-Marketing's start: every cell the same, brought within its limits."""
    low, high = limits(scenario)
    budget = _budget(scenario)
    return project(np.full(len(low), budget / len(low)), low, high, budget)


def starts(scenario: Wire, count: int, seed: int = 0) -> Iterator[Array]:
    """The equal split, then random points within the limits that spend the budget."""
    rng, (low, high) = np.random.default_rng(seed), limits(scenario)
    budget = _budget(scenario)
    yield equal_split(scenario)
    for _ in range(count - 1):
        yield project(low + (high - low) * rng.random(len(low)) ** 2, low, high, budget)


def best_of_slsqp(scenario: Wire, count: int = 20, seed: int = 0) -> tuple[float, Array]:
    """The best of `count` starts: (value, spend). A lower bound that local solvers reach, nothing more."""
    witness = Witness(scenario)
    found = [one(scenario, start) for start in starts(scenario, count, seed)]
    values = [witness.objective(spend) for spend in found]
    best = int(np.argmax(values))
    return values[best], found[best].reshape(witness.shape)
