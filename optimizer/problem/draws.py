"""Draws that belong together: how many there are, and the mean over the worst of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.tactic import Tactic


def joint_draws(tactics: Sequence[Tactic]) -> int:
    """How many draws the tactics share: draw k of each is one joint sample; a tactic with one is the same in all.

    Raises ScenarioError (`unequal_draws`) where two tactics have different numbers of draws, neither of them 1.
    """
    numbers = [len(tactic.response.members) for tactic in tactics]
    shared = next((own for own in numbers if own > 1), 1)
    for position, own in enumerate(numbers):
        if own not in (1, shared):
            raise ScenarioError(
                "unequal_draws",
                f"tactics[{position}].response.draws",
                f"has {own} draws where others have {shared}: they cannot be one joint sample",
                "give every tactic the same number of draws, or one",
            )
    return shared


def drawn_tactic(tactic: Tactic, draw: int) -> Tactic:
    """The tactic as one draw has it."""
    return thinned_tactic(tactic, (draw,))


def thinned_tactic(tactic: Tactic, draws: Sequence[int]) -> Tactic:
    """The tactic with some of its draws."""
    response = tactic.response
    if len(response.members) == 1:
        return tactic
    return replace(tactic, response=replace(response, members=tuple(response.members[draw] for draw in draws)))


def weighted_tactic(tactic: Tactic, weights: Array) -> Tactic:
    """The tactic with another weight on each draw."""
    return replace(tactic, response=tactic.response.weighted(weights))


def largest_weight(draws: int, confidence: float) -> float:
    """The most that a draw may weigh in the mean over the worst share of draws: 1/((1 − α)·K), but at most 1."""
    return min(1.0, 1.0 / ((1.0 - confidence) * draws))


def tail_weights(values: Array, confidence: float) -> Array:
    """The weights q that make Σ_k q_k·values_k least, 0 <= q_k <= 1/((1 − α)·K), Σ q = 1; of equals the first.

    >>> tail_weights(np.array([7.0, 1.0, 5.0, 3.0]), 0.25).round(4).tolist()
    [0.0, 0.3333, 0.3333, 0.3333]
    >>> tail_weights(np.array([7.0, 1.0, 5.0, 3.0]), 0.6).tolist()
    [0.0, 0.625, 0.0, 0.375]
    """
    most = largest_weight(len(values), confidence)
    order = np.argsort(values, kind="stable")
    weights = np.zeros(len(values))
    weights[order] = np.clip(1.0 - most * np.arange(len(values)), 0.0, most)
    return weights


def tail_mean(values: Array, confidence: float) -> float:
    """The conditional value at risk: the mean over the worst (1 − α)·K values, the last of them in part.

    CVaR_α = max over η of η − Σ_k max(0, η − v_k)/((1 − α)·K) = min over q of Σ_k q_k·v_k

    Source: Rockafellar and Uryasev (2000), Optimization of Conditional Value-at-Risk.

    >>> tail_mean(np.array([7.0, 1.0, 5.0, 3.0]), 0.6)
    1.75
    """
    return float(tail_weights(values, confidence) @ values)


def quantile(values: Array, level: float) -> float:
    """The least of the values that at least the share `level` of them does not exceed: one that a draw does yield.

    >>> quantile(np.array([7.0, 1.0, 5.0, 3.0]), 0.5)
    3.0
    """
    return float(np.quantile(values, level, method="inverted_cdf"))
