"""The model whose tables are read piece by piece: exactly, by decisions (multiple choice; Jeroslow and Lowe 1984).

Smooth curves are read by chords between cuts where they are convex, which lie above them: where a plan stands at cuts,
exactly too; where they are concave, in one piece, below tangents that the search adds.

Sets        cells c that read tables or bent curves, pieces j of each: between neighbouring points, cuts or bends
Columns     piece_cj ∈ {0, 1}  the cell is read on piece j
            part_cj ∈ [0, 1]   how much of the piece, from its low end
            rise_cj ∈ [0, 1]   how much of what the curve rises by on it: the part, but where it is not convex
Rows        Σ_j piece_cj = 1
            part_cj ≤ piece_cj, rise_cj ≤ piece_cj
            input_c = Σ_j low_cj · piece_cj + (high_cj − low_cj) · part_cj
            response_c = Σ_j r_c(low_cj) · piece_cj + (r_c(high_cj) − r_c(low_cj)) · rise_cj      (≤ for smooth curves)
            rise_cj ≤ slope · part_cj + height · piece_cj          (tangents of its envelope, by `touching`)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Envelope, Tabulated
from optimizer.formulation.draft import Array, Index, Row, Sum
from optimizer.formulation.model import Model

Flags = NDArray[np.bool_]
Cuts = Mapping[int, Array]
NONE: Cuts = {}
SAME = 1e-9  # of a point: one as near to it is the same
MOST = 10_000  # pieces of tables that are chosen among
FEWER = 400  # where smooth curves are cut again and again, too


class Spans(NamedTuple):
    """Pieces, cell by cell and one behind the other: their `cells`, and from `low` to `high` [money]."""

    cells: Index
    low: Array
    high: Array

    def part(self, some: Flags) -> Spans:
        """Some of them."""
        return Spans(self.cells[some], self.low[some], self.high[some])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The pieces of all cells that read tables, one behind the other: their `cells`, and from `low` to `high` [money].

    `on`, `part` and `rise` are their columns in `model`, whose first columns and rows are those of the model itself;
    `envelope` lies above the curve of each that is `touched`.
    """

    model: Model
    cells: Index
    low: Array
    high: Array
    on: Index
    part: Index
    rise: Index
    envelope: Envelope

    @property
    def touched(self) -> Index:
        """The pieces that are read below tangents, by number."""
        return np.flatnonzero(self.rise != self.part)


def can_piece(model: Model, cuts: Cuts = NONE) -> bool:
    """Whether tables, convex curves and, where demand pools join cells, S-shaped ones are all that is bent; not too
    many pieces of them."""
    cells, bent = model.cells, smooth(model)
    if model.currents is None and (bent & (cells.curves.turns()[0] < cells.high)).any():
        return False
    other = ~(cells.curves.concave | bent)
    other[model.two_sided] = ~cells.curves.linear[model.two_sided]
    most = FEWER if bent.any() else MOST
    if (other & ~_tables(model)).any() or not 0 < len(_bent(model)) <= most:
        return False
    return len(spans_of(model, _bent(model), cuts).cells) <= most


def spans_of(model: Model, cells: Index, cuts: Cuts = NONE) -> Spans:
    """The pieces of the curves of some cells."""
    tables, bends = _tables(model), np.stack(model.cells.curves.turns(), axis=1)
    edges = []
    for cell in cells.tolist():
        low, high = float(model.cells.low[cell]), float(model.cells.high[cell])
        points = points_of(model, cell) if tables[cell] else _cut(bends[cell], cuts.get(cell, np.zeros(0)))
        edges.append(between(points, low, high))
    starts, ends = (
        np.concatenate([np.zeros(0), *(own[side] for own in edges)]) for side in (slice(-1), slice(1, None))
    )
    return Spans(np.repeat(cells, [len(own) - 1 for own in edges]), starts, ends)


def pieced(model: Model, cuts: Cuts = NONE, chosen: Spans | None = None) -> Pieces:
    """The model with the pieces of its curves as decisions, or those `chosen` alone: their cells are on no others, and
    other cells are read whole. `cuts` [money] are of its smooth curves, by cell.
    """
    cells, low, high = chosen or spans_of(model, _bent(model), cuts)
    first, count = len(model.cost), len(cells)
    on, part = first + np.arange(count), first + count + np.arange(count)
    apart = smooth(model)[cells] & (high > model.cells.curves.turns()[0][cells])
    further = int(apart.sum())
    rise = part.copy()
    rise[apart] = first + 2 * count + np.arange(further)
    names = [
        f"{kind}_{k}" for kind, many in (("piece", count), ("part", count), ("rise", further)) for k in range(many)
    ]
    rows = _rows(model, cells, low, high, (on, part, rise))
    added = len(names)
    whole = replace(
        model,
        names=(*model.names, *names),
        low=np.concatenate([model.low, np.zeros(added)]),
        high=np.concatenate([model.high, np.ones(added)]),
        scale=np.concatenate([model.scale, np.ones(added)]),
        cost=np.concatenate([model.cost, np.zeros(added)]),
        integer=np.concatenate([model.integer, on]),
        matrix=model.matrix.below([row.total for row in rows], *_limits(rows)),
        row_scale=np.concatenate([model.row_scale, np.ones(len(rows))]),
        drafts=(*model.drafts, *rows),
    )
    envelope = Envelope.above(model.cells.curves.take(cells[apart]), low[apart], high[apart])
    return Pieces(model=whole, cells=cells, low=low, high=high, on=on, part=part, rise=rise, envelope=envelope)


def touching(model: Model, pieces: Pieces, at: Array) -> tuple[Array, Array]:
    """Slope and height of the tangents at inputs [money] of what pieces rise by, one for each that is touched; no
    numbers where it has none.
    """
    own = pieces.touched
    low, high, cells = pieces.low[own], pieces.high[own], pieces.cells[own]
    ends = np.stack([model.cells.curves.take(cells).value(end) for end in (low, high)])
    inside = np.clip(at, low, high)
    with np.errstate(all="ignore"):
        share, rise = (inside - low) / (high - low), ends[1] - ends[0]
        slope = pieces.envelope.slope(inside) * (high - low) / rise
        height = (pieces.envelope.value(inside) - ends[0]) / rise - slope * share
    return slope, height


def points_of(model: Model, cell: int) -> Array:
    """The inputs above 0 at which a cell's table has points, whichever draw they belong to [money]."""
    response = model.scenario.tactics[model.owners[cell]].response
    tables = [member for member in response.members if isinstance(member, Tabulated)]
    own = np.unique([point for table in tables for point, _ in table.points])
    money = own * response.input_scale - response.input_offset
    money = money[money > 0.0]
    points: Array = money[np.diff(money, prepend=-np.inf) > SAME * money]
    return points


def smooth(model: Model) -> Flags:
    """Which cells read smooth curves that are not concave, and that nothing presses on from above."""
    bent: Flags = ~(model.cells.curves.concave | _tables(model))
    bent[model.two_sided] = False
    return bent


def _tables(model: Model) -> Flags:
    """Which cells read tables."""
    tables = np.array([tactic.response.family == "tabulated" for tactic in model.scenario.tactics], dtype=np.bool_)
    return tables[model.owners]


def _bent(model: Model) -> Index:
    """The cells that are read piece by piece: those that are not concave, or must not be understated."""
    bent = ~model.cells.curves.concave
    bent[model.two_sided] = True
    return np.flatnonzero((_tables(model) | smooth(model)) & bent & (model.cells.high > model.cells.low))


def between(points: Array, low: float, high: float) -> Array:
    """Two ends, and the points that are between them [money]."""
    inner = points[(points > low * (1.0 + SAME)) & (points < high * (1.0 - SAME))]
    return np.concatenate([[low], inner, [high]])


def _cut(bends: Array, cuts: Array) -> Array:
    """Where a smooth curve is cut: at its bends, and before the last of them [money]."""
    points = np.sort(np.concatenate([cuts[cuts < bends[-1]], bends[np.isfinite(bends)]]))
    kept: Array = points[np.diff(points, prepend=-np.inf) > SAME * points]
    return kept


def _rows(model: Model, cells: Index, low: Array, high: Array, columns: tuple[Index, Index, Index]) -> list[Row]:
    on, part, rise = columns
    rows = [_row([place, one], [-1.0, 1.0], 0.0, np.inf) for place, one in zip(part, on, strict=True)]
    rows += [_row([rise[k], on[k]], [-1.0, 1.0], 0.0, np.inf) for k in np.flatnonzero(rise != part).tolist()]
    own, above = model.cells, smooth(model)
    bottom, top = (responses_at(model, cells, end) for end in (low, high))
    for cell in np.unique(cells).tolist():
        mine = np.flatnonzero(cells == cell)
        chosen, ends = on[mine], (bottom[mine], top[mine])
        rows.append(_row(chosen, np.ones(len(mine)), 1.0, 1.0))
        money = model.scale[own.inputs[cell]]
        for column, parts, (start, end) in (
            (own.inputs[cell], part[mine], (low[mine] / money, high[mine] / money)),
            (own.responses[cell], rise[mine], (ends[0], ends[1])),
        ):
            most = np.inf if above[cell] and column == own.responses[cell] else 0.0
            values = np.concatenate([[-1.0], start, end - start])
            rows.append(_row(np.concatenate([[column], chosen, parts]), values, 0.0, most))
    return rows


def responses_at(model: Model, cells: Index, inputs: Array) -> Array:
    """The responses of some cells, each at an input of its own [money]; scaled."""
    most = np.where(model.cells.most > 0.0, model.cells.most, 1.0)
    response: Array = np.maximum(model.cells.curves.take(cells).value(inputs) - model.cells.zero[cells], 0.0)
    return response / most[cells]


def _row(columns: Index | list[int], values: Array | list[float], lower: float, upper: float) -> Row:
    """A row of columns that are scaled already."""
    total = Sum(columns=np.asarray(columns, dtype=np.intp), values=np.asarray(values, dtype=np.float64))
    return Row(owner="pieces", side="link", total=total, lower=lower, upper=upper)


def _limits(rows: list[Row]) -> tuple[Array, Array]:
    return np.array([row.lower for row in rows]), np.array([row.upper for row in rows])
