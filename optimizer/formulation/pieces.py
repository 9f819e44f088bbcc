"""The model whose tables are read piece by piece: exactly, by decisions (multiple choice; Jeroslow and Lowe 1984).

Convex curves are read by chords between cuts, which lie above them: where a plan stands at cuts, exactly too.

Sets        cells c that read tables or convex curves, pieces j of each: between neighbouring points, or cuts
Columns     piece_cj ∈ {0, 1}  the cell is read on piece j
            part_cj ∈ [0, 1]   how much of the piece, from its low end
Rows        Σ_j piece_cj = 1
            part_cj ≤ piece_cj
            input_c = Σ_j low_cj · piece_cj + (high_cj − low_cj) · part_cj
            response_c = Σ_j r_c(low_cj) · piece_cj + (r_c(high_cj) − r_c(low_cj)) · part_cj      (≤ for convex curves)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Curve, Power, Tabulated
from optimizer.formulation.draft import Array, Index, Row, Sum
from optimizer.formulation.model import Matrix, Model

Flags = NDArray[np.bool_]
Cuts = Mapping[int, Array]
NONE: Cuts = {}
SAME = 1e-9  # of a point: one as near to it is the same
MOST = 400  # pieces that are chosen among


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The pieces of all cells that read tables, one behind the other: their `cells`, and from `low` to `high` [money].

    `on` are their decisions' columns in `model`, whose first columns and rows are those of the model itself.
    """

    model: Model
    cells: Index
    low: Array
    high: Array
    on: Index


def can_piece(model: Model, cuts: Cuts = NONE) -> bool:
    """Whether tables and convex curves are all that keeps the model from being concave, and have few pieces."""
    cells = model.cells
    other = ~(cells.curves.concave | convex(model))
    other[model.two_sided] = ~cells.curves.linear[model.two_sided]
    if (other & ~_tables(model)).any() or not 0 < len(_bent(model)) <= MOST:
        return False
    return sum(len(edges) - 1 for edges in _edges(model, cuts).values()) <= MOST


def pieced(model: Model, cuts: Cuts = NONE) -> Pieces:
    """The model with the pieces of its tables as decisions; `cuts` [money] are of its convex curves, by tactic."""
    edges = _edges(model, cuts)
    counts = [len(own) - 1 for own in edges.values()]
    cells = np.repeat(np.array(list(edges), dtype=np.intp), counts)
    low = np.concatenate([own[:-1] for own in edges.values()])
    high = np.concatenate([own[1:] for own in edges.values()])
    first, count = len(model.cost), len(cells)
    on, part = first + np.arange(count), first + count + np.arange(count)
    rows = _rows(model, cells, low, high, on, part)
    whole = replace(
        model,
        names=(*model.names, *(f"piece_{k}" for k in range(count)), *(f"part_{k}" for k in range(count))),
        low=np.concatenate([model.low, np.zeros(2 * count)]),
        high=np.concatenate([model.high, np.ones(2 * count)]),
        scale=np.concatenate([model.scale, np.ones(2 * count)]),
        cost=np.concatenate([model.cost, np.zeros(2 * count)]),
        integer=np.concatenate([model.integer, on]),
        matrix=_extended(model.matrix, rows),
        row_scale=np.concatenate([model.row_scale, np.ones(len(rows))]),
        drafts=(*model.drafts, *rows),
    )
    return Pieces(model=whole, cells=cells, low=low, high=high, on=on)


def points_of(model: Model, cell: int) -> Array:
    """The inputs above 0 at which a cell's table has points, whichever draw they belong to [money]."""
    response = model.scenario.tactics[owners(model)[cell]].response
    tables = [member for member in response.members if isinstance(member, Tabulated)]
    own = np.unique([point for table in tables for point, _ in table.points])
    money = own * response.input_scale - response.input_offset
    money = money[money > 0.0]
    points: Array = money[np.diff(money, prepend=-np.inf) > SAME * money]
    return points


def convex(model: Model) -> Flags:
    """Which cells read curves that are convex from 0 on, and that nothing presses on from above."""
    powers = [_is_convex(tactic.response.members) for tactic in model.scenario.tactics]
    bent = np.array(powers, dtype=np.bool_)[owners(model)] & ~model.cells.curves.concave
    bent[model.two_sided] = False
    return bent


def _is_convex(members: Sequence[Curve]) -> bool:
    return all(isinstance(member, Power) and member.exponent >= 1.0 for member in members)


def owners(model: Model) -> Index:
    """By cell the tactic it belongs to: a model may read its curves twice, tactic by tactic."""
    counts = np.diff(model.cells.first)
    return np.repeat(np.arange(len(counts)) % len(model.scenario.tactics), counts)


def _tables(model: Model) -> Flags:
    """Which cells read tables."""
    tables = np.array([tactic.response.family == "tabulated" for tactic in model.scenario.tactics], dtype=np.bool_)
    return tables[owners(model)]


def _bent(model: Model) -> Index:
    """The cells that are read piece by piece: those that are not concave, or must not be understated."""
    bent = ~model.cells.curves.concave
    bent[model.two_sided] = True
    return np.flatnonzero((_tables(model) | convex(model)) & bent & (model.cells.high > model.cells.low))


def _edges(model: Model, cuts: Cuts) -> dict[int, Array]:
    """By cell the ends of its pieces [money]."""
    edges: dict[int, Array] = {}
    tables, owner = _tables(model), owners(model)
    for cell in _bent(model).tolist():
        low, high = float(model.cells.low[cell]), float(model.cells.high[cell])
        points = points_of(model, cell) if tables[cell] else cuts.get(int(owner[cell]), np.zeros(0))
        inner = points[(points > low * (1.0 + SAME)) & (points < high * (1.0 - SAME))]
        edges[cell] = np.array([low, *inner, high])
    return edges


def _rows(model: Model, cells: Index, low: Array, high: Array, on: Index, part: Index) -> list[Row]:
    rows = [_row([place, one], [-1.0, 1.0], 0.0, np.inf) for place, one in zip(part, on, strict=True)]
    own, above = model.cells, convex(model)
    for cell in np.unique(cells).tolist():
        mine = np.flatnonzero(cells == cell)
        chosen, parts = on[mine], part[mine]
        rows.append(_row(chosen, np.ones(len(mine)), 1.0, 1.0))
        ends = [_read(model, cell, end[mine]) for end in (low, high)]
        money = model.scale[own.inputs[cell]]
        for column, (start, end) in (
            (own.inputs[cell], (low[mine] / money, high[mine] / money)),
            (own.responses[cell], (ends[0], ends[1])),
        ):
            columns = np.concatenate([[column], chosen, parts])
            most = np.inf if above[cell] and column == own.responses[cell] else 0.0
            rows.append(_row(columns, np.concatenate([[-1.0], start, end - start]), 0.0, most))
    return rows


def _read(model: Model, cell: int, inputs: Array) -> Array:
    """The response of a cell at some inputs [scaled]."""
    cells = model.cells
    most = cells.most[cell] if cells.most[cell] > 0.0 else 1.0
    same = cells.curves.take(np.full(len(inputs), cell))
    response: Array = np.maximum(same.value(inputs) - cells.zero[cell], 0.0) / most
    return response


def _row(columns: Index | list[int], values: Array | list[float], lower: float, upper: float) -> Row:
    """A row of columns that are scaled already."""
    total = Sum(columns=np.asarray(columns, dtype=np.intp), values=np.asarray(values, dtype=np.float64))
    return Row(owner="pieces", side="link", sum=total, lower=lower, upper=upper)


def _extended(matrix: Matrix, rows: list[Row]) -> Matrix:
    numbers = [np.full(len(row.sum.columns), len(matrix.lower) + place) for place, row in enumerate(rows)]
    return Matrix(
        rows=np.concatenate([matrix.rows, *numbers]),
        columns=np.concatenate([matrix.columns, *(row.sum.columns for row in rows)]),
        values=np.concatenate([matrix.values, *(row.sum.values for row in rows)]),
        lower=np.concatenate([matrix.lower, [row.lower for row in rows]]),
        upper=np.concatenate([matrix.upper, [row.upper for row in rows]]),
    )
