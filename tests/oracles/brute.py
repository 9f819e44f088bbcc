"""Every plan on a grid, one after another: the oracle for toys with logical rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from tests.oracles.curves import Witness
from tests.oracles.exact import Statement, exact
from tests.oracles.families import Array, Wire
from tests.oracles.rules import broken

LARGEST = 2_000_000  # plans: beyond this a toy is not a toy


def grids(scenario: Wire, step: float) -> list[list[float]]:
    """For each tactic the multiples of `step` within its limits and the budget."""
    budget = scenario.get("budget", {})
    most = budget.get("exactly", budget.get("at_most", np.inf))
    return [_grid(tactic.get("spend", {}), step, most) for tactic in scenario["tactics"]]


def _grid(limits: Wire, step: float, budget: float) -> list[float]:
    first = int(np.ceil(limits.get("at_least", 0.0) / step - 1e-9))
    last = int(np.floor(min(limits.get("at_most", np.inf), budget) / step + 1e-9))
    return [round(k * step, 9) for k in range(first, last + 1)]


def plans(scenario: Wire, step: float) -> Iterator[Array]:
    """Every spend on the grid that keeps budget and rules, for one period."""
    axes = grids(scenario, step)
    if np.prod([float(len(axis)) for axis in axes]) > LARGEST:
        raise ValueError("too many plans to try them all")
    statement = Statement.of(scenario)
    for spend in itertools.product(*axes):
        cells = {(t["name"], "all"): exact(x) for t, x in zip(scenario["tactics"], spend, strict=True)}
        if not broken(statement, cells):
            yield np.array(spend)


def best(scenario: Wire, step: float) -> tuple[float, Array]:
    """The best plan on the grid: (value, spend); the least spend for minimize spend."""
    witness = Witness(scenario)
    minimizes = "minimize" in scenario["objective"]
    ranked = [(witness.objective(spend), spend) for spend in plans(scenario, step)]
    if not ranked:
        raise ValueError("no plan on the grid keeps the rules")
    return (min if minimizes else max)(ranked, key=lambda pair: pair[0])
