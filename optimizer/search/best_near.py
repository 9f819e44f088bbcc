"""A plan that time stopped, made the best of what is near it: what the search still had to do there is known at once.

On/off decisions stay, and each bent curve is read where the plan stands. Nothing is proved by it: the bound is that of
the search, and the point is valued like any other. Its prices are derivatives, which those of a region looked at last
need not be, and hold around it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.answers.certificate import gap_between
from optimizer.search.prices.conditions import Conditions
from optimizer.search.prices.newton import Effort, Newton, State
from optimizer.search.prices.outward import Unknown
from optimizer.search.prices.settling import settle
from optimizer.search.prices.turning import Closed
from optimizer.search.search import Found

STEPS = 400  # of Newton's method, that it may take: there is no time left
LARGEST = 400  # cells, beyond which a step takes long
KEPT = 1e-7  # scaled, by which a row may be broken
NONE = 1e-12  # of the cost: a gain that is none


def best_near(found: Found) -> Found:
    """What was found, at the best point near it, where that is better; as it was, where it was not stopped."""
    if not found.stopped or found.columns is None or len(found.model.cells.inputs) > LARGEST:
        return found
    conditions = Conditions(found)
    if not conditions.usable:
        return found
    newton = Newton(conditions, len(found.model.cells.inputs), Effort(STEPS))
    try:
        state = settle(found, conditions, newton, np.inf)
    except (Unknown, Closed):
        return found
    return _at(found, conditions, state)


def _at(found: Found, conditions: Conditions, state: State) -> Found:
    """What was found at a state of its conditions, if that costs less and keeps every row."""
    columns, cost = conditions.spread(state.point), conditions.value(state.point)
    broken = float(found.model.matrix.violation(columns).max(initial=0.0))
    if cost >= found.cost - NONE * abs(found.cost) or broken > KEPT:
        return found
    duals = conditions.layout.duals(state.prices)
    weights = None if found.weights is None else np.clip(state.prices[conditions.counted :], 0.0, conditions.most)
    left = gap_between(cost, min(found.bound, cost)) > found.model.scenario.solve.gap
    return replace(found, columns=columns, cost=cost, duals=duals, weights=weights, stopped=left)
