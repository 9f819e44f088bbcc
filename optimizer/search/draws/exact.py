"""The best plan over the worst draws by its optimality conditions, once the rounds of weights have come near it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.ranges.followed.conditions import Conditions
from optimizer.search.ranges.followed.newton import Effort, Newton
from optimizer.search.ranges.followed.settling import settle
from optimizer.search.ranges.followed.turning import Closed
from optimizer.search.ranges.outward import Unknown
from optimizer.search.search import Found

Array = NDArray[np.float64]
STEPS = 600  # of Newton's method, that it may take


def exact(found: Found, left: float) -> tuple[Array, Array] | None:
    """A point [scaled] and the weights of the draws that make it best, near what was found; None where there is none.

    `left` is the relative gap of what was found. Nothing is proved by it: the point is valued, the weights bound.
    """
    conditions = Conditions(found)
    if not conditions.usable:
        return None
    newton = Newton(conditions, len(found.model.cells.inputs), Effort(STEPS))
    try:
        state = settle(found, conditions, newton, 2.0 * left)
    except (Unknown, Closed):
        return None
    weights = np.clip(state.prices[conditions.counted :], 0.0, conditions.most)
    whole = float(weights.sum())
    return conditions.spread(state.point), weights / whole if whole > 1.0 else weights
