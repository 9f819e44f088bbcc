"""What others do with one budget, set exactly as they set it; each returns a spend, flat, that keeps limits and budget.

PyMC-Marketing: scipy's SLSQP, ftol 1e-9, maxiter 1000, from the equal split, scaled by the steepest gradient.
Robyn: nlopt's AUGLAG over SLSQP or MMA, xtol_rel 1e-10 on both, maxeval 1e5, Σ = budget, from the lower limits.
Meridian: the grid search of its optimizer: from the lower limits the jump with the best average return, until one
would pass the budget; steps of 10^(−round_factor), gtol 1e-4.
cvxpy with Clarabel: the cones of hill (shape ≤ 1), exponential, power and log curves; it has none for logistic ones,
which are replaced by exponential ones of the same ceiling and start. Curves of a family are one expression, which it
is quicker with, or each tactic is a term of its own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.concave import Array, Carry, Concave, Wire
from tests.oracles import slsqp

Solve = Callable[[Wire, float], Array]  # scenario, seconds
NEEDS = {"SLSQP": "scipy", "Robyn SLSQP": "nlopt", "Robyn MMA": "nlopt", "Meridian": "numpy"}
CONIC = ("Clarabel", "Clarabel by tactic")
TOLERANCE = 1e-8  # nloptr's own, on the sum
GTOL = 1e-4


class NoAnswerError(Exception):
    """The peer says that it failed."""


def missing(peer: str) -> bool:
    """Whether what the peer needs is not installed."""
    needs = ("cvxpy", "clarabel") if peer in CONIC else (NEEDS[peer],)
    return any(importlib.util.find_spec(name) is None for name in needs)


def pymc(scenario: Wire, seconds: float) -> Array:
    """SLSQP with PyMC-Marketing's settings, value and gradient vectorised."""
    value, gradient = _reader(scenario)
    return slsqp.climb(scenario, value, gradient, slsqp.equal_split(scenario), seconds)


def _reader(scenario: Wire) -> tuple[Callable[[Array], float], Callable[[Array], Array]]:
    curves, carry = Concave(scenario), Carry(scenario)
    return (
        lambda x: float(curves.value(carry.push(x)).sum()),
        lambda x: np.minimum(np.nan_to_num(carry.pull(curves.slope(carry.push(x))), nan=0.0), slsqp.STEEPEST),
    )


def robyn(local: str) -> Solve:
    """Robyn's allocator with a local algorithm, SLSQP or MMA."""

    def solve(scenario: Wire, seconds: float) -> Array:
        import nlopt

        (low, high), (value, gradient) = slsqp.limits(scenario), _reader(scenario)
        budget = min(float(scenario["budget"]["at_most"]), float(high.sum()))
        inner, outer = nlopt.opt(getattr(nlopt, f"LD_{local}"), len(low)), nlopt.opt(nlopt.LD_AUGLAG, len(low))
        best = low.copy()

        def loss(x: Array, slope: Array) -> float:
            best[:] = x
            if slope.size:
                slope[:] = -gradient(np.maximum(x, 0.0))
            return -value(np.maximum(x, 0.0))

        def excess(x: Array, slope: Array) -> float:
            if slope.size:
                slope[:] = 1.0
            return float(x.sum() - budget)

        for optimizer in (inner, outer):
            optimizer.set_xtol_rel(1e-10)
            optimizer.set_maxtime(seconds)
        outer.set_lower_bounds(low)
        outer.set_upper_bounds(high)
        outer.set_maxeval(100_000)
        outer.set_local_optimizer(inner)
        outer.set_min_objective(loss)
        outer.add_equality_constraint(excess, TOLERANCE)
        try:
            found = outer.optimize(low)
        except (RuntimeError, ValueError, nlopt.runtime_error):  # rounding, or a failure: where it stood
            found = best
        return slsqp.project(np.nan_to_num(found), low, high, budget)

    return solve


def meridian(scenario: Wire, seconds: float) -> Array:  # noqa: ARG001 - it needs no time limit
    """Meridian's grid search."""
    curves, (low, high) = Concave(scenario), slsqp.limits(scenario)
    budget = float(scenario["budget"]["at_most"])
    step = 10.0 ** (int(np.log10(budget * GTOL)) + 1)
    counts = np.ceil((high - low) / step).astype(int) + 1
    grid = np.minimum(low[:, None] + step * np.arange(counts.max()), high[:, None])
    values = np.array([curves.value(column) for column in grid.T]).T
    place, spent = np.zeros(len(low), dtype=int), float(low.sum())
    ahead = [_jump(grid[row], values[row], 0) for row in range(len(low))]
    returns = np.array([best for best, _ in ahead])
    targets = np.array([to for _, to in ahead])
    while returns.max() > 0.0:
        row = int(np.argmax(returns))
        cost = grid[row, targets[row]] - grid[row, place[row]]
        if spent + cost > budget:
            break
        spent, place[row] = spent + cost, targets[row]
        returns[row], targets[row] = _jump(grid[row], values[row], place[row])
    return grid[np.arange(len(low)), place]


def _jump(grid: Array, values: Array, place: int) -> tuple[float, int]:
    """The best average return of a jump to a higher point, and that point."""
    cost = grid[place + 1 :] - grid[place]
    gains = np.where(cost > 0, (values[place + 1 :] - values[place]) / np.where(cost > 0, cost, 1.0), 0.0)
    best = int(np.argmax(gains)) if gains.size else 0
    return (float(gains[best]), place + 1 + best) if gains.size else (0.0, place)


def clarabel(grouped: Callable[[Wire], list[list[int]]]) -> Solve:
    """cvxpy's model of the curves that it has cones for; `grouped` tells whose curves are one expression."""

    def solve(scenario: Wire, seconds: float) -> Array:
        import cvxpy

        (low, high), tactics = slsqp.limits(scenario), scenario["tactics"]
        x = cvxpy.Variable(len(tactics))
        total = sum(_cone(cvxpy, x, rows, tactics) for rows in grouped(scenario))
        budget = float(scenario["budget"]["at_most"])
        problem = cvxpy.Problem(cvxpy.Maximize(total), [x >= low, x <= high, cvxpy.sum(x) <= budget])
        try:
            problem.solve(solver="CLARABEL", time_limit=seconds)
        except cvxpy.error.SolverError as error:
            raise NoAnswerError from error
        return slsqp.project(np.clip(np.nan_to_num(x.value), low, high), low, high, budget)

    return solve


def for_cones(scenario: Wire) -> Wire:
    """The scenario with exponential curves in place of logistic ones."""
    tactics = [
        tactic | {"response": _conic(tactic["response"])} if tactic["response"]["family"] == "logistic" else tactic
        for tactic in scenario["tactics"]
    ]
    return scenario | {"tactics": tactics}


def _conic(own: Wire) -> Wire:
    return {"family": "exponential", "ceiling": own["ceiling"], "scale": 2.0 / own["rate"]}


def _by_family(scenario: Wire) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for row, tactic in enumerate(scenario["tactics"]):
        found.setdefault(tactic["response"]["family"], []).append(row)
    return list(found.values())


def _by_tactic(scenario: Wire) -> list[list[int]]:
    return [[row] for row in range(len(scenario["tactics"]))]


def _cone(cvxpy: Any, x: Any, rows: list[int], tactics: list[Wire]) -> Any:
    """The summed response of some tactics of one family, as a concave expression; hill and power one by one."""
    own = [tactics[row]["response"] for row in rows]

    def of(name: str) -> Array:
        return np.array([each[name] for each in own])

    match own[0]["family"]:
        case "exponential":
            return of("ceiling") @ (1 - cvxpy.exp(-cvxpy.multiply(1 / of("scale"), x[rows])))
        case "log":
            return of("coefficient") @ cvxpy.log1p(cvxpy.multiply(1 / of("scale"), x[rows]))
        case "power":
            each = zip(rows, own, strict=True)
            return sum(one["coefficient"] * cvxpy.power(x[row], one["exponent"], approx=False) for row, one in each)
        case _:
            each = zip(rows, own, strict=True)
            return sum(one["ceiling"] * (1 - cvxpy.inv_pos(1 + _risen(cvxpy, x[row], one))) for row, one in each)


def _risen(cvxpy: Any, x: Any, own: Wire) -> Any:
    return cvxpy.power(x / own["half_saturation"], own["shape"], approx=False)


PEERS: dict[str, Solve] = {
    "SLSQP": pymc,
    "Robyn SLSQP": robyn("SLSQP"),
    "Robyn MMA": robyn("MMA"),
    "Clarabel": clarabel(_by_family),
    "Clarabel by tactic": clarabel(_by_tactic),
    "Meridian": meridian,
}
