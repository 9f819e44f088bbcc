"""On/off minimums within one budget: a cell is off, or spends its minimum or more; searched by choices of what is off.

    x_i = 0   or   least_i ≤ x_i ≤ high_i
Without its decisions the model has one row, and a cell that is off stands at the low end of a side that ends at its
minimum, as one off an S-shaped curve stands at the low end of the side that ends at the bend (`one_budget`). Where the
bend is beyond the minimum the side ends there: bounds then hold for plans below the minimum too, and plans do not.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.decisions import deciding, limited, without_decisions
from optimizer.formulation.draft import among
from optimizer.formulation.model import Model
from optimizer.search.choices.cells import within_one
from optimizer.search.choices.one_budget import OneBudget
from optimizer.search.choices.settled import Settled, Settling
from optimizer.search.deadline import Deadline
from optimizer.search.newton.spends import Spends

Array = NDArray[np.float64]
Index = NDArray[np.intp]
ROOM = 1e-9  # scaled, within which a row of a cell that is on allows all that the cell may be


class Switched(Settling):
    """The choices of one model with decisions, whose limits may change."""

    def __init__(self, model: Model) -> None:
        self._rows = kept_rows(model)
        super().__init__(Spends(without_decisions(model, self._rows)))
        self._choices = OneBudget(self._spends)

    @classmethod
    def of(cls, model: Model) -> Switched | None:
        """Where every decision is a switch of one spend, which nothing but its own rows speaks of, and all else is one
        budget, within which curves bend once at the most; else None."""
        bends = not len(model.tabled) and not model.cells.curves.linear.any()
        if not bends or minimums(model) is None:
            return None
        found = cls(model)
        return found if within_one(found._spends) else None

    def settle(self, model: Model, gap: float, known: Array, deadline: Deadline) -> Settled:
        """What choices prove and find at each limit of the budget; nothing where a cell can be neither on nor off."""
        if (least := minimums(model)) is None:
            return self.nothing(model, len(known))
        found = self._choices.settle(without_decisions(model, self._rows), gap, known, deadline, least)
        columns, duals = np.zeros((len(known), len(model.cost))), np.zeros((len(known), len(model.drafts)))
        columns[:, : found.columns.shape[1]], duals[:, self._rows] = found.columns, found.duals
        columns[:, model.switches[:, 1]] = columns[:, model.switches[:, 0]] > 0.0
        return replace(found, columns=columns, duals=duals)


def kept_rows(model: Model) -> Index:
    """The rows that speak of no decision."""
    return np.flatnonzero(~deciding(model))


def decided(model: Model, columns: Array, duals: Array) -> tuple[Model, Array, Array]:
    """The model of a point's decisions, which are switches of spends and limit these; the point and its duals there."""
    rows = kept_rows(model)
    own = without_decisions(model, rows)
    count, off = len(own.cost), model.switches[columns[model.switches[:, 1]] < 0.5, 0]
    low, high = (ends[:count] for ends in limited(model, columns))
    return replace(own, low=low, high=high, off=off), columns[:count], duals[rows]


def minimums(model: Model) -> Array | None:
    """By cell what it spends at the least when it is on [money], 0 where it may spend anything.

    None where a row of decisions says anything but that one spend is off, or on within limits.
    """
    count = len(model.cost)
    spend, decision = model.switches.T
    last = np.arange(count - len(model.integer), count)
    switches = len(last) and np.array_equal(np.sort(decision), last) and np.array_equal(model.integer, last)
    own = model.matrix.alone(np.flatnonzero(deciding(model)))
    if not switches or model.cost[decision].any() or len(own.totals.rows) or (own.sizes() != 2).any():
        return None
    switched, whole = np.full(count, -1, dtype=np.intp), among(model.integer, count)[own.columns].reshape(-1, 2)
    switched[decision] = switched[spend] = spend
    switched[model.cells.responses] = switched[model.cells.inputs]
    columns, values = own.columns.reshape(-1, 2), own.values.reshape(-1, 2)
    if (whole.sum(axis=1) != 1).any() or (switched[columns[:, 0]] != switched[columns[:, 1]]).any():
        return None
    column, times, of_decision = columns[~whole], values[~whole], values[whole]
    each = np.array([np.atleast_2d(limit) for limit in (own.lower, own.upper)])
    limits = each[:, 0]
    if (each != limits[:, None]).any():
        return None  # it is another thing at each point
    off, on = (np.sort((limits - given) / times, axis=0) for given in (0.0, of_decision))
    spends = switched[column] == column
    shut, least = np.where(model.high > 0.0, np.inf, 0.0), np.zeros(count)
    np.minimum.at(shut, column[spends], off[1, spends])
    np.maximum.at(least, column[spends], on[0, spends])
    high = np.where(spends, model.high[column], 1.0)
    usual = (off[0] <= 0.0) & (off[1] >= 0.0) & (on[1] >= high - ROOM) & (spends | (on[0] <= 0.0))
    told = model.low[decision] <= (model.low[spend] > 0.0)
    possible = (model.low[spend] <= 0.0) | (least[spend] <= model.high[spend])
    if not (usual.all() and (shut[spend] <= 0.0).all() and told.all() and possible.all()):
        return None
    return np.asarray((least * model.scale)[model.cells.inputs])
