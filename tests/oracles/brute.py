"""Every plan on a grid, best first: the oracle for toys with logical rules, in one period or a few."""

from __future__ import annotations

import numpy as np

from tests.oracles import families
from tests.oracles.curves import Witness, periods
from tests.oracles.exact import Statement, exact
from tests.oracles.families import Array, Wire
from tests.oracles.media import media
from tests.oracles.rules import broken

LARGEST = 2_000_000  # plans: beyond this a toy is not a toy


def best(scenario: Wire, step: float) -> tuple[float, Array]:
    """The best plan on the grid that keeps every limit: (value, spend, cell by cell); the least spend for minimize
    spend."""
    axes = [_axis(scenario, tactic, step) for tactic in scenario["tactics"] for _ in periods(scenario)]
    if np.prod([float(len(axis)) for axis in axes]) > LARGEST:
        raise ValueError("too many plans to try them all")
    values = _values(scenario, axes)
    payable = np.flatnonzero(_spent(axes).ravel() <= _budget(scenario) * (1 + 1e-9))
    sign = 1.0 if "minimize" in scenario["objective"] else -1.0
    statement, stated = Statement.of(scenario), [[exact(float(own)) for own in axis] for axis in axes]
    for flat in payable[np.argsort(sign * values.ravel()[payable], kind="stable")]:
        at = np.unravel_index(flat, values.shape)
        cells = {cell: own[k] for cell, own, k in zip(statement.cells, stated, at, strict=True)}
        if not broken(statement, cells):
            return float(values[at]), np.array([float(axis[k]) for axis, k in zip(axes, at, strict=True)])
    raise ValueError("no plan on the grid keeps the rules")


def _axis(scenario: Wire, tactic: Wire, step: float) -> Array:
    """The multiples of `step` within the tactic's limits and the budget."""
    limits = tactic.get("spend", {})
    most = min(limits.get("at_most", np.inf), _budget(scenario))
    first = int(np.ceil(limits.get("at_least", 0.0) / step - 1e-9))
    last = int(np.floor(most / step + 1e-9))
    return np.round(np.arange(first, last + 1) * step, 9)


def _budget(scenario: Wire) -> float:
    budget = scenario.get("budget", {})
    return float(budget.get("exactly", budget.get("at_most", np.inf)))


def _spent(axes: list[Array]) -> Array:
    """What each point of the grid costs."""
    return np.asarray(sum(np.meshgrid(*axes, indexing="ij")))


def _values(scenario: Wire, axes: list[Array]) -> Array:
    """The objective at every point of the grid."""
    if any("adstock" in tactic for tactic in scenario["tactics"]):
        witness = Witness(scenario)
        every = np.array(np.meshgrid(*axes, indexing="ij")).reshape(len(axes), -1).T
        return np.array([witness.objective(spend) for spend in every]).reshape([len(axis) for axis in axes])
    gains, charge = Witness(scenario).rates()
    total = np.zeros([1] * len(axes))
    cells = [(row, time) for row in range(len(scenario["tactics"])) for time in range(len(periods(scenario)))]
    for cell, ((row, time), axis) in enumerate(zip(cells, axes, strict=True)):
        tactic = scenario["tactics"][row]
        curve, season = families.curve(tactic["response"]), tactic.get("seasonality")
        gain = gains[row] * (1.0 if season is None else season[time])
        own = gain * (curve(_bought(scenario, axis, (row, time))) - curve(np.array(0.0))) - charge * axis
        total = total + own.reshape([-1 if k == cell else 1 for k in range(len(axes))])
    return -total if "minimize" in scenario["objective"] else total


def _bought(scenario: Wire, axis: Array, cell: tuple[int, int]) -> Array:
    """What each spend of an axis buys in its cell."""
    if not any(rule["rule"] == "rate_card" for rule in scenario.get("rules", [])):
        return axis
    whole = np.zeros((len(scenario["tactics"]), len(periods(scenario))))
    bought = []
    for spend in axis.tolist():
        whole[cell] = spend
        bought.append(float(media(scenario, whole)[cell]))
    return np.array(bought)
