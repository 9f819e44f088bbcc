"""A plan that time stopped, made the best of what is near it: what the search still had to do there is known at once.

On/off decisions stay, and each bent curve is read where the plan stands. Nothing is proved by it: the bound is that of
the search, and the point is valued like any other. Its prices are derivatives, which those of a region looked at last
need not be, and hold around it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import gap_between
from optimizer.problem.drawn import confident_value
from optimizer.search.deadline import Deadline
from optimizer.search.ranges.followed.conditions import Conditions
from optimizer.search.ranges.followed.newton import Effort, Newton, State
from optimizer.search.ranges.followed.settling import settle
from optimizer.search.ranges.followed.turning import Closed
from optimizer.search.ranges.outward import Unknown
from optimizer.search.ranges.solved.drawn_out import drawn_out
from optimizer.search.search import Found

Array = NDArray[np.float64]
STEPS = 400  # of Newton's method, that it may take: there is no time left
LARGEST = 400  # cells, beyond which a step takes long
KEPT = 1e-7  # scaled, by which a row may be broken
NONE = 1e-12  # of the cost: a gain that is none


def best_near(found: Found, until: Deadline | None = None) -> Found:
    """What was found, at the best point near it, where that is better; as it was, where it was not stopped."""
    if not found.stopped or found.columns is None or len(found.model.cells.inputs) > LARGEST:
        return found
    whole = drawn_out(found)
    conditions = Conditions(whole)
    if not conditions.usable:
        return found
    newton = Newton(conditions, len(whole.model.cells.inputs), Effort(STEPS, until))
    try:
        state = settle(whole, conditions, newton, np.inf)
    except (Unknown, Closed):
        return found
    return _at(found, conditions, state) if whole is found else _of_draws(found, conditions.spread(state.point))


def _of_draws(found: Found, columns: Array) -> Found:
    """What was found at a point where the demand of draws is written out; each draw is valued by itself again."""
    model = found.model
    point, confidence = columns[: len(model.cost)], model.scenario.objective.confidence
    assert confidence is not None
    spend = np.maximum((point * model.scale)[model.spend], 0.0)
    cost = -confident_value(model.scenario, spend, confidence) / model.worth
    return _better(found, point, cost)


def _at(found: Found, conditions: Conditions, state: State) -> Found:
    """What was found at a state of its conditions, if that costs less and keeps every row."""
    better = _better(found, conditions.spread(state.point), conditions.value(state.point))
    if better is found:
        return found
    duals = conditions.layout.duals(state.prices)
    weights = None if found.weights is None else np.clip(state.prices[conditions.counted :], 0.0, conditions.most)
    return replace(better, duals=duals, weights=weights)


def _better(found: Found, columns: Array, cost: float) -> Found:
    """What was found at some columns, if that costs less and keeps every row; else as it was."""
    broken = float(found.model.matrix.violation(columns).max(initial=0.0))
    if cost >= found.cost - NONE * abs(found.cost) or broken > KEPT:
        return found
    left = gap_between(cost, min(found.bound, cost)) > found.model.scenario.solve.gap
    return replace(found, columns=columns, cost=cost, stopped=left)
