"""A plan by its worst draws on a river, in the model that is written out draw by draw: what is near the plan.

Where the search does not write that model, it bounds by weights of the draws and prices of demand, whose mixture is no
neighbourhood. The draws that are the worst at the plan, and those next to them, are written out as far as that stays
small; limits can then be moved like in any model, as long as no other draw becomes one of the worst.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.by_draw import by_draw
from optimizer.formulation.model import Model
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.draws import tail_weights
from optimizer.search.ranges.outward import Unknown
from optimizer.search.ranges.solved.nearby import Nearby, unhurried
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]
LARGEST = 400  # equations of the demand of all draws, beyond which a step of Newton's method takes long
READINGS = 4_000  # cells of all draws, where there are no equations to solve
SOLVES = 60  # of its programs


def drawn_out(found: Found) -> Found:
    """What was found, in the model that is written out; as it was where nothing is to be, or too much."""
    weighed = found.weights is not None and _bought(found.model)
    if found.columns is None or not (found.credit is not None or weighed):
        return found
    draws, valuer = _worst(found.model, found.columns)
    if not len(draws):
        return found
    whole = _written(found, found.columns, draws)
    nearby = Nearby(whole)
    nearby.effort = SOLVES
    try:
        best = nearby.best()
    except Unknown:
        best = None
    if best is None:
        return found
    others = np.setdiff1d(np.arange(valuer.draws), draws)
    left_out = _room(whole.model, valuer, others) if len(others) else None
    solved = whole.relaxation if _bought(whole.model) else None  # or else conditions are followed
    return replace(whole, columns=best[0], duals=best[1], relaxation=solved, left_out=left_out)


def _bought(model: Model) -> bool:
    """Whether there are rate cards, beside which no conditions are followed but programs are solved."""
    return not np.array_equal(model.reads, model.spend)


def _worst(model: Model, columns: Array) -> tuple[Index, DrawValuer]:
    """The draws to write out, in order of their number: none where not even those that decide are few enough."""
    scenario, valuer = model.scenario, DrawValuer(model.scenario)
    assert scenario.objective.confidence is not None
    values = valuer.value((columns * model.scale)[model.spend]).value()
    if model.currents is None or _bought(model):
        return np.arange(len(values) if len(values) * len(model.cells.inputs) <= READINGS else 0), valuer
    most = LARGEST // (2 * len(model.currents.columns))
    deciding = int((tail_weights(values, scenario.objective.confidence) > 0.0).sum())
    fits = min(most, len(values)) if deciding < most or deciding == len(values) <= most else 0
    return np.sort(np.argsort(values, kind="stable")[:fits]), valuer


def _written(found: Found, point: Array, draws: Index) -> Found:
    """The plan in the model written out: its own columns are known, those of the draws are yet to be solved for."""
    model, before = by_draw(found.model, draws), found.model
    columns = np.concatenate([point, np.zeros(len(model.names) - len(point))])
    cost = found.cost * before.worth / model.worth
    return replace(
        found,
        model=model,
        columns=columns,
        cost=cost,
        duals=None,
        weights=None,
        credit=None,
        again=None,
        relaxation=unhurried(model),
    )


def _room(model: Model, valuer: DrawValuer, others: Index) -> Callable[[Array], Array]:
    """By how much some draws cost less than those that decide, at columns of the model [scaled]."""
    assert model.written is not None
    place = model.written.worst

    def room(columns: Array) -> Array:
        values = valuer.value((columns * model.scale)[model.spend]).value()[others]
        least: Array = columns[place] * model.scale[place] / model.worth + values / model.worth
        return least

    return room
