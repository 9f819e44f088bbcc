"""A model whose objective weighs the draws of its curves otherwise than its rows do; and which weights to try next.

Reweighted: cells c read f_q(input) = Σ_k q_k·f_k(input) for the objective
Columns     weighted_c  incremental reading of the reweighted curve [outcome]
            again_c     the input once more, where rows count the expected outcome of the same input [money]
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

from optimizer.curves import CurveStack
from optimizer.formulation.draft import Array, Index, Row, Sum
from optimizer.formulation.model import Matrix, Model, two_sided_cells
from optimizer.formulation.response import Cells, inputs_of
from optimizer.problem.draws import weighted_tactic

_Scaled = tuple[Index, Array, float, float]  # columns, values, lower and upper limit of a row


def reweighted(model: Model, weights: Array) -> Model:
    """The model with Σ_k q_k·f_k in the objective; its first columns and rows are those of the model, its rows mean
    what they meant. Where they count outcome, each curve is read twice."""
    cells, switches = model.cells, _switches(model)
    counting = np.setdiff1d(np.arange(len(model.matrix.rows)), np.flatnonzero(np.isin(model.matrix.rows, switches)))
    counted = bool(np.isin(cells.responses, model.matrix.columns[counting]).any())
    own, worth = _read_again(model, weights), model.cost[cells.responses] / model.scale[cells.responses]
    columns = _Columns(model)
    responses = columns.add("weighted", np.clip(own.curves.value(cells.low) - own.zero, 0.0, own.most), own.most)
    columns.cost[cells.responses] = 0.0
    columns.cost[responses] = worth * columns.scale[responses]
    place = np.arange(len(columns.cost))
    place[cells.responses] = responses
    rows = _copied(model.matrix, switches, place)
    own = replace(own, responses=responses)
    if counted:
        inputs = columns.add("again", cells.low, cells.high, model.scale[cells.inputs])
        rows += [
            (np.array([copy, read]), np.array([1.0, -1.0]), 0.0, 0.0)
            for copy, read in zip(inputs, cells.inputs, strict=True)
        ]
        own = _joined(cells, replace(own, inputs=inputs))
    matrix = _extended(model.matrix, rows)
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
        cells=own,
        two_sided=two_sided_cells(own, matrix, columns.cost, whole),
    )


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
    curves = CurveStack.of([weighted_tactic(tactic, weights).response for tactic in tactics], which)
    zero = curves.value(inputs_of(model.scenario, np.zeros(model.spend.shape)))
    return replace(cells, curves=curves, zero=zero, most=np.maximum(curves.value(cells.high) - zero, 0.0))


def _switches(model: Model) -> Index:
    """The rows that say no response without a decision, by number: one response and one decision in each."""
    matrix, count = model.matrix, len(model.drafts)
    size = np.bincount(matrix.rows, minlength=count)
    responses = np.bincount(matrix.rows, np.isin(matrix.columns, model.cells.responses), minlength=count)
    decisions = np.bincount(matrix.rows, np.isin(matrix.columns, model.integer), minlength=count)
    return np.flatnonzero((size == 2) & (responses == 1) & (decisions == 1) & (matrix.upper == 0.0))


def _copied(matrix: Matrix, rows: Index, place: Index) -> list[_Scaled]:
    """Rows once more, each column in its new place: scaled, a response runs to 1 whichever curve it reads."""
    own = [np.flatnonzero(matrix.rows == row) for row in rows]
    return [
        (place[matrix.columns[entries]], matrix.values[entries], float(matrix.lower[row]), float(matrix.upper[row]))
        for row, entries in zip(rows, own, strict=True)
    ]


def _joined(cells: Cells, more: Cells) -> Cells:
    """Both readings of every curve, those that rows count first."""
    count = len(cells.inputs)
    both = CurveStack.joined(cells.curves, more.curves)
    parts = {
        name: np.concatenate([getattr(cells, name), getattr(more, name)])
        for name in ("inputs", "responses", "low", "high", "zero", "most")
    }
    return replace(
        cells,
        curves=both,
        effects=cells.effects + more.effects,
        first=np.concatenate([cells.first, cells.first[1:] + count]),
        **parts,
    )


def _extended(matrix: Matrix, rows: list[_Scaled]) -> Matrix:
    numbers = [np.full(len(row[0]), len(matrix.lower) + position) for position, row in enumerate(rows)]
    return Matrix(
        rows=np.concatenate([matrix.rows, *numbers]),
        columns=np.concatenate([matrix.columns, *(row[0] for row in rows)]),
        values=np.concatenate([matrix.values, *(row[1] for row in rows)]),
        lower=np.concatenate([matrix.lower, [row[2] for row in rows]]),
        upper=np.concatenate([matrix.upper, [row[3] for row in rows]]),
    )


def _drafted(row: _Scaled, scale: Array) -> Row:
    columns, values, lower, upper = row
    return Row(
        owner="draws", side="link", sum=Sum(columns=columns, values=values / scale[columns]), lower=lower, upper=upper
    )


def weights_program(draws: int, most: float) -> pulp.LpProblem:
    """The program for the weights of draws, each at most `most`; without points yet."""
    problem = pulp.LpProblem("weights", pulp.LpMinimize)
    level = problem.add_variable("level", None, None)
    weights = [problem.add_variable(f"weight_{draw}", 0.0, 1.0) for draw in range(draws)]
    problem.setObjective(level + 0.0 * weights[0])
    problem.addConstraint(pulp.lpSum(weights) == 1.0 / most, "all")
    return problem
