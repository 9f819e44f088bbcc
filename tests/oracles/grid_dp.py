"""The second independent solver: dynamic programming on a grid of spends, with a bound that needs no
calculus.

Gains must be non-decreasing. Rounding every spend of any plan up to the next grid point does not lower its
value and costs less than one step a tactic: so the optimum within B is at most the grid's optimum within
B + (number of tactics)·step, and at least the grid's optimum within B.
"""

from __future__ import annotations

import numpy as np

from tests.oracles.families import Array
from tests.oracles.separable import Item, Separable


def bracket(problem: Separable, steps: int = 2000) -> tuple[float, float, Array]:
    """(attained value, proven bound, the spend that attains it)."""
    lows = np.array([item.low for item in problem.items])
    spare = problem.budget - lows.sum()
    step = spare / steps
    reach = steps + len(problem.items)
    best = np.zeros(reach + 1)
    choices = []
    for item in problem.items:
        best, choice = _with(best, _on_grid(item, step, reach))
        choices.append(choice)
    return float(best[steps]), float(best[reach]), _traced(problem, choices, step, steps)


def _on_grid(item: Item, step: float, reach: int) -> Array:
    """Gains at low, low + step, …: the last point is the upper limit, reached by a whole step."""
    count = min(reach, int(np.ceil((item.high - item.low) / step - 1e-9)))
    return item.gain(np.minimum(item.low + step * np.arange(count + 1), item.high))


def _with(best: Array, gains: Array) -> tuple[Array, Array]:
    """(max, +) convolution: the best of what came before with k steps of one more tactic."""
    out, choice = np.full(len(best), -np.inf), np.zeros(len(best), dtype=int)
    for k, gain in enumerate(gains):
        candidate = best[: len(best) - k] + gain
        better = candidate > out[k:]
        out[k:] = np.where(better, candidate, out[k:])
        choice[k:] = np.where(better, k, choice[k:])
    return out, choice


def _traced(problem: Separable, choices: list[Array], step: float, left: int) -> Array:
    spend = []
    for item, choice in zip(reversed(problem.items), reversed(choices), strict=True):
        k = int(choice[left])
        spend.append(min(item.low + k * step, item.high))
        left -= k
    return np.array(spend[::-1])
