"""A model whose objective weighs the draws of its curves otherwise than its rows do; and which weights to try next.

Reweighted: cells c read f_q(input) = Σ_k q_k·f_k(input) for the objective, in response_c where no row counts that;
where rows count the expected outcome of the same input:
Columns     weighted_c  incremental reading of the reweighted curve [outcome]
            again_c     the input once more [money]
Rows        draws       again_c = input_c: its dual shares the input's price out between the two readings
                        weighted_c <= most_c · decision, where the model says so of response_c

Weights: minimise level over q, 0 <= q_k <= 1/((1 − α)·K)
Columns     weight_k = q_k as a share of the most it may be; level
Rows        Σ_k q_k = 1; level >= Σ_k q_k·v_jk for each point j that was found: added later, by the search
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.formulation.draft import Array, Index, Row, Sum
from optimizer.formulation.matrix import Matrix
from optimizer.formulation.model import Model, two_sided_cells
from optimizer.formulation.response import Cells, inputs_of
from optimizer.problem.draws import weighted_tactic

_Scaled = tuple[Index, Array, float, float]  # columns, values, lower and upper limit of a row
COPY = np.array([1.0, -1.0])


def reweighted(model: Model, weights: Array) -> Model:
    """The model with Σ_k q_k·f_k in the objective; its first columns and rows are those of the model, its rows mean
    what they meant."""
    again, matrix = _read_again(model, weights), model.matrix
    counting = ~np.isin(matrix.rows, _switches(model))
    counted = np.isin(model.cells.responses, matrix.columns[counting])
    tactics = np.logical_or.reduceat(counted, model.cells.first[:-1])
    twice = np.repeat(tactics, np.diff(model.cells.first))
    once = _replaced(model, again, ~twice)
    return _doubled(once, again, tactics, np.flatnonzero(twice)) if twice.any() else once


def credited(model: Model, worth: Array) -> Model:
    """The model whose objective is Σ_k worth_k · gain of draw k, in place of what outcome and demand earn; its first
    columns and rows are those of the model. `worth` [objective per outcome] has shape (draws, tactics, periods + 1).
    """
    curves, total = credited_curves(model, worth)
    tactics, every = np.ones(len(model.scenario.tactics), dtype=bool), np.arange(len(total))
    silent = replace(model, cost=model.cost * ~np.isin(np.arange(len(model.cost)), _earning(model)))
    return _doubled(silent, _reading(model, curves), tactics, every, -total / model.worth)


def credited_curves(model: Model, worth: Array) -> tuple[CurveStack, Array]:
    """By cell the mean of its draws by what each earns there, and what all of them earn [objective per outcome]."""
    cells, tactics = model.cells, model.scenario.tactics
    each = np.hstack([worth[:, row, :] @ effect for row, effect in enumerate(cells.effects)])
    total = each.sum(axis=0)
    shares = np.where(total > 0.0, each / np.where(total > 0.0, total, 1.0), 1.0 / len(each))
    which = np.repeat(np.arange(len(tactics)), np.diff(cells.first))
    return CurveStack.of([tactics[row].response.weighted(shares[:, cell]) for cell, row in enumerate(which)]), total


def _earning(model: Model) -> Index:
    """The columns by which outcome and demand earn."""
    river = [] if model.currents is None else [model.currents.columns]
    return np.concatenate([model.cells.responses, *river])


def _replaced(model: Model, again: Cells, which: NDArray[np.bool_]) -> Model:
    """The model with other curves in some cells, whose responses no row counts."""
    own, most = model.cells.responses[which], again.most[which]
    size = np.where(most > 0.0, most, 1.0)
    low, high, scale, cost = model.low.copy(), model.high.copy(), model.scale.copy(), model.cost.copy()
    low[own], high[own], scale[own] = _least(again)[which] / size, most / size, size
    cost[own] *= size / model.scale[own]
    merged = CurveStack.joined(model.cells.curves, again.curves)
    count = len(which)
    cells = replace(
        model.cells,
        curves=merged.take(np.where(which, count, 0) + np.arange(count)),
        zero=np.where(which, again.zero, model.cells.zero),
        most=np.where(which, again.most, model.cells.most),
    )
    return replace(model, low=low, high=high, scale=scale, cost=cost, cells=cells)


def _doubled(model: Model, again: Cells, tactics: NDArray[np.bool_], which: Index, worth: Array | None = None) -> Model:
    """The model with some tactics' curves read twice: as they were for the rows, and again for the objective.

    `worth` is the cost of a unit read again, by cell; that of the response where it is left out.
    """
    cells, columns = model.cells, _Columns(model)
    counted = cells.responses[which]
    worth = model.cost[counted] / model.scale[counted] if worth is None else worth
    responses = columns.add("weighted", _least(again)[which], again.most[which])
    inputs = columns.add("again", cells.low[which], cells.high[which], model.scale[cells.inputs[which]])
    columns.cost[counted] = 0.0
    columns.cost[responses] = worth * columns.scale[responses]
    place = np.arange(len(columns.cost))
    place[counted], place[cells.inputs[which]] = responses, inputs
    rows = _copied(model, which, place)
    matrix = _extended(model.matrix, rows)
    both = _joined(cells, again, tactics, which, (inputs, responses))
    whole = np.isin(np.arange(len(columns.cost)), model.integer)
    return replace(
        model,
        names=tuple(columns.names),
        low=columns.low,
        high=columns.high,
        scale=columns.scale,
        cost=columns.cost,
        matrix=matrix,
        row_scale=np.concatenate([model.row_scale, np.ones(len(rows))]),
        drafts=model.drafts + tuple(_drafted(row, columns.scale) for row in rows),
        cells=both,
        two_sided=two_sided_cells(both, matrix, columns.cost, whole),
    )


def _least(cells: Cells) -> Array:
    least: Array = np.clip(cells.curves.value(cells.low) - cells.zero, 0.0, cells.most)
    return least


class _Columns:
    """The columns of a model and more behind them, scaled."""

    def __init__(self, model: Model) -> None:
        self.names = list(model.names)
        self.low, self.high, self.scale, self.cost = model.low, model.high, model.scale, model.cost

    def add(self, name: str, low: Array, high: Array, scale: Array | None = None) -> Index:
        """New columns without cost, limits in the planner's units; returns their numbers."""
        first = len(self.names)
        size = np.where(high > 0.0, high, 1.0) if scale is None else scale
        self.names += [f"{name}_{cell}" for cell in range(len(low))]
        self.low, self.high = np.concatenate([self.low, low / size]), np.concatenate([self.high, high / size])
        self.scale, self.cost = np.concatenate([self.scale, size]), np.concatenate([self.cost, np.zeros(len(low))])
        return np.arange(first, len(self.names))


def _read_again(model: Model, weights: Array) -> Cells:
    """The same cells, their curves reweighted."""
    cells, tactics = model.cells, model.scenario.tactics
    which = np.repeat(np.arange(len(tactics)), np.diff(cells.first))
    return _reading(model, CurveStack.of([weighted_tactic(tactic, weights).response for tactic in tactics], which))


def _reading(model: Model, curves: CurveStack) -> Cells:
    """The same cells with other curves."""
    cells = model.cells
    zero = curves.value(inputs_of(model.scenario, np.zeros(model.spend.shape)))
    return replace(cells, curves=curves, zero=zero, most=np.maximum(curves.value(cells.high) - zero, 0.0))


def _switches(model: Model) -> Index:
    """The rows that say no response without a decision, by number: one response and one decision in each."""
    matrix, count = model.matrix, len(model.drafts)
    size = matrix.sizes()
    responses = np.bincount(matrix.rows, np.isin(matrix.columns, model.cells.responses), minlength=count)
    decisions = np.bincount(matrix.rows, np.isin(matrix.columns, model.integer), minlength=count)
    return np.flatnonzero((size == 2) & (responses == 1) & (decisions == 1) & (matrix.upper == 0.0))


def _copied(model: Model, which: Index, place: Index) -> list[_Scaled]:
    """What says how the cells' inputs come about and when they respond, once more for the columns in their new place.

    Scaled, a row is the same for both: a response runs to 1 whichever curve it reads.
    """
    matrix, spend = model.matrix, model.spend.ravel()
    inputs = model.cells.inputs[which]
    plain, carried = inputs[np.isin(inputs, spend)], np.setdiff1d(inputs, spend)
    links = np.array([row.side == "link" for row in model.drafts], dtype=bool)
    adstocks = np.unique(matrix.rows[links[matrix.rows] & np.isin(matrix.columns, carried)])
    rows: list[_Scaled] = [(np.array([place[column], column]), COPY, 0.0, 0.0) for column in plain]
    for row in [*adstocks, *_switches(model)]:
        own = matrix.rows == row
        rows.append(
            (place[matrix.columns[own]], matrix.values[own], float(matrix.lower[row]), float(matrix.upper[row]))
        )
    return rows


def _joined(
    cells: Cells, again: Cells, tactics: NDArray[np.bool_], which: Index, columns: tuple[Index, Index]
) -> Cells:
    """The cells that rows count, and behind them those read again; a tactic that is read once has none there."""
    counts = np.diff(cells.first) * tactics
    inputs, responses = columns
    return replace(
        cells,
        curves=CurveStack.joined(cells.curves, again.curves.take(which)),
        inputs=np.concatenate([cells.inputs, inputs]),
        responses=np.concatenate([cells.responses, responses]),
        low=np.concatenate([cells.low, cells.low[which]]),
        high=np.concatenate([cells.high, cells.high[which]]),
        zero=np.concatenate([cells.zero, again.zero[which]]),
        most=np.concatenate([cells.most, again.most[which]]),
        effects=cells.effects + cells.effects,
        first=np.concatenate([cells.first, cells.first[-1] + np.cumsum(counts)]),
    )


def _extended(matrix: Matrix, rows: list[_Scaled]) -> Matrix:
    sums = [Sum(columns=columns, values=values) for columns, values, _, _ in rows]
    lower, upper = (np.array([row[side] for row in rows]) for side in (2, 3))
    return matrix.below(sums, lower, upper)


def _drafted(row: _Scaled, scale: Array) -> Row:
    columns, values, lower, upper = row
    return Row(
        owner="draws", side="link", total=Sum(columns=columns, values=values / scale[columns]), lower=lower, upper=upper
    )


def mixing_program(values: Array) -> pulp.LpProblem:
    """The program for the mixture of bounds that lies lowest over all points; `values` of shape (points, bounds)."""
    problem = pulp.LpProblem("mixture", pulp.LpMinimize)
    level = problem.add_variable("level", None, None)
    shares = [problem.add_variable(f"share_{bound}", 0.0, 1.0) for bound in range(values.shape[1])]
    problem.setObjective(level + 0.0 * shares[0])
    problem.addConstraint(pulp.lpSum(shares) == 1.0, "all")
    for point, row in enumerate(values):
        terms = pulp.lpSum(float(value) * share for value, share in zip(row, shares, strict=True))
        problem.addConstraint(level - terms >= 0.0, f"point_{point}")
    return problem


def weights_program(draws: int, most: float) -> pulp.LpProblem:
    """The program for the weights of draws, each at most `most`; without points yet."""
    problem = pulp.LpProblem("weights", pulp.LpMinimize)
    level = problem.add_variable("level", None, None)
    weights = [problem.add_variable(f"weight_{draw}", 0.0, 1.0) for draw in range(draws)]
    problem.setObjective(level + 0.0 * weights[0])
    problem.addConstraint(pulp.lpSum(weights) == 1.0 / most, "all")
    return problem
