"""Duals that belong to the true curves at the plan, where the search ended on a chord of an envelope.

At a plan that no small step improves, what the next unit of money brings in a cell that is free to move is what the
binding rows charge for it:  gradient_c = Σ_r dual_r · ∂row_r/∂spend_c. A search proves its bound with the slopes of
envelopes; where a plan is pinned on the convex part of a curve, those are not the curve's, and the duals, which are
best for the bound, are not derivatives at the plan. They are moved as little as makes the equations hold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Sum
from optimizer.formulation.model import Model
from optimizer.formulation.response import inputs_of
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.takes import Takes

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
CLOSE = 1e-4  # of the steepest gradient, within which the duals are taken to fit
GOOD = 1e-3  # of it, within which moved duals are taken
STOOD = 1e-9  # of a row, within which it bound before that
NEAR = 1e-6  # of a row, within which it binds, whatever rounding to money did
BESIDE = 2.0  # units of money, on either side of a spend, between which a table has a point or not
INSIDE = 1e-7  # scaled, by which a column is off its limits that may move either way
MOST = 500_000  # rows times columns of a fit
WRONG = 1e-9  # a sign that is wrong by more than this is wrong


def fitted(model: Model, columns: Array, duals: Array | None, valuation: Valuation, unit: float) -> Array | None:
    """The duals, moved where they do not fit the true curves at the plan; `unit` is that of money [money].

    `columns` is the point that the plan rounds [scaled]; on/off decisions stay as they are there. Left alone are plans
    by rate cards, whose media are bought step by step, and those with so much to decide that a fit would take long.
    """
    if duals is None or (model.reads != model.spend).any():
        return duals
    further = model.extra
    if not len(further) and bool(model.cells.curves.concave.all()):
        return duals
    takes, free = Takes(model, valuation), free_cells(model, valuation.spend, unit)
    inside = (columns > model.low + INSIDE) & (columns < model.high - INSIDE)
    equations = _Equations(model, takes, free, further[inside[further]])
    rows, _, _ = standing(model, columns, valuation, unit)
    if not len(rows) or len(rows) * equations.size > MOST:
        return duals
    gradient = equations.of(Sum(columns=np.arange(len(model.cost)), values=model.cost / model.scale))
    size = float(np.abs(gradient).max(initial=0.0))
    if not np.isfinite(gradient).all() or size == 0.0:
        return duals
    charged = np.array([equations.of(model.drafts[row].sum) / model.row_scale[row] for row in rows])
    before = duals[rows]
    if float(np.abs(gradient - before @ charged).max()) <= CLOSE * size:
        return duals
    moved = _moved(model, rows, charged, gradient, before)
    if float(np.abs(gradient - moved @ charged).max()) > GOOD * size:
        return duals
    new = np.where(_usable(model), 0.0, duals)
    new[rows] = moved
    return new


def fits(model: Model, columns: Array, duals: Array, free: Flags) -> Flags:
    """By point, whether some spend is free to move, and the duals are what curves that read spends as they are return
    there; shapes (points, columns), (points, rows) and (points, tactics, periods).

    On the convex part of a curve a plan may stand beside its limit, at which its search has no price.
    """
    cells, moving = model.cells, np.zeros(columns.shape, dtype=bool)
    moving[:, model.spend] = free
    own, scale = moving[:, cells.inputs], model.scale[cells.inputs]
    reduced = model.cost - model.matrix.priced(duals, len(model.cost))
    slopes = np.where(own, cells.curves.slope(columns[:, cells.inputs] * scale), 0.0)
    worth = slopes * (scale / model.scale[cells.responses])
    brings, size = reduced[:, cells.responses] * worth, np.abs(model.cost[cells.responses] * worth)
    apart = np.where(own, np.abs(reduced[:, cells.inputs] + brings), 0.0)
    return np.asarray(own.any(axis=1) & (apart.max(axis=1) <= CLOSE * size.max(axis=1)))


def accounted(model: Model, duals: Array, valuation: Valuation, unit: float) -> bool:
    """Whether no spend that stands at a limit of its own would gain by leaving it, when all rows are paid.

    Where curves are concave the duals that prove a bound say so.
    """
    if model.cells.curves.concave.all():
        return True
    takes, (low, high) = Takes(model, valuation), model.scenario.own_limits
    planners = np.array([draft.side != "link" for draft in model.drafts], dtype=bool)
    charged = model.matrix.priced(np.where(planners, duals, 0.0), len(model.cost))
    gradient, charge = (
        takes.of(Sum(columns=np.arange(len(own)), values=own / model.scale)) for own in (model.cost, charged)
    )
    least = GOOD * np.maximum(np.abs(gradient), np.abs(charge))
    gains, loses = gradient - charge < -least, gradient - charge > least
    at_low, at_high = valuation.spend < low + unit, valuation.spend > high - unit
    return not ((gains & at_low & ~at_high) | (loses & at_high & ~at_low)).any()


class _Equations:
    """One equation a column that is free to move: spends, through the curves, and what rows, pools and goals add."""

    def __init__(self, model: Model, takes: Takes, free: Flags, further: Index) -> None:
        self._takes, self._free, self._further = takes, free, further
        self._spends, self._others = model.scale[model.spend][free], model.scale[further]
        self._columns = len(model.cost)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._spends) + len(self._others)

    def of(self, total: Sum) -> Array:
        """By how much a sum changes with each free column [its unit per whole scaled column]."""
        whole = np.bincount(total.columns, weights=total.values, minlength=self._columns)
        direct = whole[self._further] * self._others
        return np.concatenate([self._takes.of(total)[self._free] * self._spends, direct])


def _usable(model: Model) -> Flags:
    """Rows whose duals are moved: all but those that say how inputs come about, and those of decisions."""
    matrix = model.matrix
    links = np.array([row.side == "link" for row in model.drafts], dtype=bool)
    carried = np.setdiff1d(model.cells.inputs, model.spend)
    about = np.zeros(len(links), dtype=bool)
    about[matrix.rows[np.isin(matrix.columns, carried)]] = True
    decides = np.zeros(len(links), dtype=bool)
    decides[matrix.rows[np.isin(matrix.columns, model.integer)]] = True
    usable: Flags = ~(links & about) & ~decides
    return usable


def free_cells(model: Model, spends: Array, unit: float | Array) -> Flags:
    """The cells that can move either way, on a curve that has one slope there; shape (…, tactics, periods)."""
    return _smooth(model, spends, unit) & movable(model, spends, unit)


def movable(model: Model, spends: Array, unit: float | Array) -> Flags:
    """The cells whose own limits let them move either way; shape (…, tactics, periods)."""
    low, high = model.scenario.own_limits
    return np.asarray((spends > low + unit) & (spends < high - unit))


def _smooth(model: Model, spends: Array, unit: float | Array) -> Flags:
    """The cells whose curve has one slope where it is read: a table between its points; shape (…, tactics, periods)."""
    if not len(model.tabled):
        return np.ones(spends.shape, dtype=bool)
    cells, plans = model.cells, spends.reshape(-1, *model.spend.shape)
    own, smooth = model.tables[model.tables < cells.first[len(model.spend)]], np.ones(plans.shape, dtype=bool)
    tables, here = cells.curves.take(own), np.array([inputs_of(model.scenario, plan)[own] for plan in plans])
    beside = np.reshape(BESIDE * unit, (-1, 1))
    before, after = (tables.slope(np.maximum(here + side, 0.0)) for side in (-beside, beside))
    bends = np.zeros((len(plans), len(cells.inputs)), dtype=bool)
    bends[:, own] = np.abs(after - before) > CLOSE * np.abs(before)
    rows, periods = np.array(model.scenario.tabulated, dtype=np.intp), np.arange(plans.shape[-1])
    carries = np.isin(rows, model.scenario.carrying)
    smooth[:, rows[~carries]] = ~bends[:, cells.first[rows[~carries]][:, None] + periods]
    for row in rows[carries].tolist():
        smooth[:, row] = ~bends[:, cells.first[row] : cells.first[row + 1]].any(axis=1, keepdims=True)
    return smooth.reshape(spends.shape)


def standing(model: Model, columns: Array, valuation: Valuation, unit: float) -> tuple[Index, Flags, Flags]:
    """The usable rows that stand at a limit, and of each whether it is the lower one and whether it is the upper.

    Rounding many spends may lead a row away from a limit at which it stood before.
    """
    matrix = model.matrix
    activity = matrix.activity(moved_to(model, columns, valuation))
    coarse = np.zeros(len(activity))
    for numbers, own, values in matrix.written_out():
        np.maximum.at(coarse, numbers, np.abs(values) / model.scale[own] * unit)
    before = matrix.activity(columns)
    low, high = (
        (np.abs(activity - limit) <= NEAR + 2.0 * coarse) | (np.abs(before - limit) <= STOOD)
        for limit in (matrix.lower, matrix.upper)
    )
    rows = np.flatnonzero(_usable(model) & (low | high))
    return rows, low[rows], high[rows]


def moved_to(model: Model, columns: Array, valuation: Valuation) -> Array:
    """The point [scaled] with a valued spend, and what curves read and yield of it, in place of its own."""
    inputs = inputs_of(model.scenario, valuation.spend)
    point = columns * model.scale
    point[model.spend] = valuation.spend
    point[model.cells.inputs] = inputs
    point[model.cells.responses] = model.cells.curves.value(inputs) - model.cells.zero
    return np.asarray(point / model.scale)


def _moved(model: Model, rows: Index, charged: Array, gradient: Array, before: Array) -> Array:
    """The duals nearest to those before, among the best fits with the signs that the rows admit."""
    least = np.where(np.isfinite(model.matrix.upper[rows]), -np.inf, 0.0)
    most = np.where(np.isfinite(model.matrix.lower[rows]), np.inf, 0.0)
    kept = np.ones(len(rows), dtype=bool)
    while True:
        start = np.where(kept, np.clip(before, -1.0, 1.0), 0.0)
        step = np.linalg.lstsq(charged[kept].T, gradient - start @ charged, rcond=None)[0]
        moved = start.copy()
        moved[kept] += step
        wrong = kept & ((moved < least - WRONG) | (moved > most + WRONG))
        if not wrong.any():
            return moved
        kept[int(np.argmax(np.where(wrong, np.abs(moved), -1.0)))] = False
