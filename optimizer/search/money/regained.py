"""What rounding lost of the value is looked for again: a unit to where it brings most, from where it costs least.

Where a curve jumps within a unit, rounding down falls off the jump. Units are moved from cell to cell, or out of what
is unspent, one at a time, as long as that brings anything and keeps every limit; all is valued on the true curves.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import largest_violation
from optimizer.problem.valuation import Valuation, Valuer

Array = NDArray[np.float64]
Units = NDArray[np.int64]
ROUNDS = 50
BEST = 12  # cells that are tried with each other in a round
MOST = 400  # cells, beyond which a look at each would take long


def can_regain(valuation: Valuation) -> bool:
    """Whether a plan of its kind is looked at: of few cells, and worth the sum of what they bring."""
    scenario = valuation.scenario
    plain = scenario.objective.maximizes and scenario.objective.aim != "goals" and scenario.objective.confidence is None
    return plain and valuation.flow is None and valuation.spend.size <= MOST


def regained(best: Valuation, valuer: Valuer, least: Units, most: Units, digits: int) -> Valuation:
    """A plan that keeps every limit, with units of 10^−digits [money] moved within [least, most] while that pays."""
    size = 10.0**digits
    units = np.rint(best.spend * size).astype(np.int64).ravel()
    least, most, each = least.ravel(), most.ravel(), np.eye(units.size, dtype=np.int64)
    for _ in range(ROUNDS):
        may = [np.flatnonzero(units < most), np.flatnonzero(units > least)]
        more, less = (
            _valued(valuer, best, units + sign * each[cells], size) for sign, cells in zip((1, -1), may, strict=True)
        )
        gains, losses = (np.array([own.value - best.value for own in side]) for side in (more, less))
        up = may[0][np.argsort(-gains, kind="stable")[:BEST]]
        down = may[1][np.argsort(-losses, kind="stable")[:BEST]]
        pairs = [each[i] - each[j] for i, j in product(up, down) if i != j]
        moved = units + np.array([each[i] for i in up] + pairs, dtype=np.int64).reshape(-1, units.size)
        tried = list(zip(_valued(valuer, best, moved, size), moved, strict=True))
        kept = [(own.value, place) for place, (own, _) in enumerate(tried) if not largest_violation(own)]
        if not kept or max(kept)[0] <= best.value:
            break
        best, units = tried[max(kept)[1]]
    return best


def _valued(valuer: Valuer, like: Valuation, units: Units, size: float) -> list[Valuation]:
    spends = (units / size).reshape(-1, *like.spend.shape)
    return valuer.values(spends, [like.scenario] * len(spends)) if len(spends) else []
