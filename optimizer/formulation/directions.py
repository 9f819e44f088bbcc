"""In which directions spends may grow without end, as far as rows and curves say.

Sets        columns j whose reach grows with that of money: spends, what curves read of them, …
Columns     d_j ∈ [0, 1]        whether the column is led on: of those that are asked about
            f_j ≥ 0             how much further the column goes
Rows        Σ a_j·(d_j + f_j) ≤ 0       for Σ a_j·x_j + … ≤ limit, and with its signs turned for ≥
            r ≤ s·x                     for a response r to an input x: s the slope of its envelope far out
Objective   minimise −Σ d: directions add up and have no length, so that one of them leads all on that any does

Rows that only weigh columns against one another, without an amount, hold from 0 on as they do far out: what they do not
lead on, they leave nothing. There s is the most that a response is of its input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Index
from optimizer.formulation.matrix import Matrix, summed
from optimizer.formulation.model import Model, attach

SLOW = 0.5  # of a reach, that is left of it where money goes less far: what keeps more does not grow with money


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """Rows A·x ≤ limits over the open `columns` of a model [planner's units], each divided by its largest coefficient.

    What other columns may take of a limit is in the limits; `sought` marks the columns that are asked about.
    """

    columns: Index
    matrix: Matrix
    sought: NDArray[np.bool_]

    def alike(self) -> tuple[Index, Index]:
        """A column of each kind, and the kind of each column: alike are those that random duals price alike."""
        duals = np.random.default_rng(0).random(len(self.matrix.upper))
        _, first, kind = np.unique(self.matrix.priced(duals, len(self.columns)), return_index=True, return_inverse=True)
        return first, kind


def steps(count: int) -> pulp.LpProblem:
    """The program of the directions of so many columns without its rows: every d, and then every f."""
    problem = pulp.LpProblem("directions", pulp.LpMinimize)
    led = [problem.add_variable(f"d_{column}", 0.0, 1.0) for column in range(count)]
    further = [problem.add_variable(f"f_{column}", 0.0) for column in range(count)]
    attach(problem, led + further)
    problem.setObjective(pulp.lpSum([-step for step in led]))
    return problem


def directions(model: Model, near: Model, slopes: Array, starts: Array) -> Directions:
    """Those of the columns that reach less far in `near`, the same model of spends that go less far.

    Responses of cells stay below starts + slopes·input [planner's units of the response column]. Rows that let more
    pass the further spends go, as those of decisions do, say nothing.
    """
    grows = near.high * near.scale < SLOW * model.high * model.scale
    place, columns = np.where(grows, np.cumsum(grows) - 1, -1), np.flatnonzero(grows)
    rows, nearer = _rows(model, place), _rows(near, place).upper
    still = np.isfinite(rows.upper)
    still[still] = rows.upper[still] - nearer[still] <= SLOW * np.abs(rows.upper[still])
    matrix = _with_curves(model, _counted(model, rows.part(still), place), place, slopes, starts)
    return Directions(columns=columns, matrix=matrix, sought=np.isin(columns, model.spend))


def balances(model: Model, slopes: Array) -> Directions:
    """Those of the columns that may be above 0 and not below it, under the rows without an amount.

    Responses of cells stay below slopes·input [planner's units of the response column].
    """
    above = (model.high > 0.0) & (model.low >= 0.0)
    place = np.where(above, np.cumsum(above) - 1, -1)
    rows = _rows(model, place)
    matrix = _with_curves(model, rows.part(rows.upper <= 0.0), place, slopes, np.zeros(len(slopes)))
    columns, sought = np.flatnonzero(above), np.append(model.spend, model.cells.inputs)
    return Directions(columns=columns, matrix=matrix, sought=np.isin(columns, sought))


def _rows(model: Model, place: Index) -> Matrix:
    """Both sides of the rows as A·x ≤ upper over the columns at a place, the others where they leave most to these."""
    matrix, sides = model.matrix, []
    rows, columns, values = (np.concatenate(parts) for parts in zip(*matrix.written_out(), strict=True))
    values = values * model.row_scale[rows] / model.scale[columns]
    low, high = ((end * model.scale)[columns] for end in (model.low, model.high))
    left = place[columns] >= 0
    for sign, limits in ((1.0, matrix.upper), (-1.0, -matrix.lower)):
        least = np.where(left, 0.0, np.minimum(sign * values * low, sign * values * high))
        upper = limits * model.row_scale - summed(rows, least, len(limits))
        sides.append(_upper(rows[left], place[columns[left]], sign * values[left], upper))
    return _stacked(sides)


def _counted(model: Model, rows: Matrix, place: Index) -> Matrix:
    """The rows without those of what curves read that no row counts: that follows wherever spends go."""
    cells = model.cells
    counted = np.add.reduceat(np.isin(place[cells.responses], rows.columns), cells.first[:-1]) > 0
    alone = ~np.repeat(counted, np.diff(cells.first)) & ~np.isin(cells.inputs, model.reads)
    left = ~np.isin(rows.rows, rows.rows[np.isin(rows.columns, place[cells.inputs[alone]])])
    return replace(rows, rows=rows.rows[left], columns=rows.columns[left], values=rows.values[left])


def _with_curves(model: Model, rows: Matrix, place: Index, slopes: Array, starts: Array) -> Matrix:
    """Rows, and those of the responses they count: these grow with their inputs, unless a curve is infinitely steep."""
    responses, inputs = place[model.cells.responses], place[model.cells.inputs]
    read = np.flatnonzero(np.isin(responses, rows.columns) & (inputs >= 0) & np.isfinite(slopes))
    columns, values = (
        np.concatenate([responses[read], inputs[read]]),
        np.concatenate([read * 0 + 1.0, -slopes[read]]),
    )
    return _evened([rows, _upper(np.tile(np.arange(len(read)), 2), columns, values, starts[read])])


def _upper(rows: Index, columns: Index, values: Array, upper: Array) -> Matrix:
    return Matrix(rows=rows, columns=columns, values=values, lower=np.full(len(upper), -np.inf), upper=upper)


def _stacked(parts: Sequence[Matrix]) -> Matrix:
    """Rows below rows."""
    first = np.cumsum([0, *(len(part.upper) for part in parts)])
    return _upper(
        np.concatenate([part.rows + start for part, start in zip(parts, first, strict=False)]),
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.upper for part in parts]),
    )


def _evened(parts: Sequence[Matrix]) -> Matrix:
    """Rows below rows, each divided by its largest coefficient, in order; those without any left out."""
    whole = _stacked(parts)
    size = np.zeros(len(whole.upper))
    np.maximum.at(size, whole.rows, np.abs(whole.values))
    kept, order = size > 0.0, np.argsort(whole.rows, kind="stable")
    order = order[kept[whole.rows[order]]]
    rows = whole.rows[order]
    number = np.cumsum(kept) - 1
    return _upper(number[rows], whole.columns[order], whole.values[order] / size[rows], whole.upper[kept] / size[kept])
