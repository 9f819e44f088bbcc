"""A model whose on/off and whole-number decisions are made: what is left of its rows, and what spend they allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Index, Row, Sum, among
from optimizer.formulation.model import Model
from optimizer.units import tidy


def settled(model: Model, columns: Array) -> tuple[Model, Array]:
    """The model with the decisions of a point [scaled] put into its rows, and the point's spend [money] as they allow.

    A row that is left with one column is a limit of it, and the column is moved inside: a switch that is on asks for an
    amount that the solver's tolerances may have swallowed, and one that is off leaves nothing. A row that is left with
    several stays a row, so that rounding sees it.
    """
    if not len(model.integer):
        return model, np.maximum((columns * model.scale)[model.spend], 0.0)
    decisions = np.zeros(len(model.cost))
    decisions[model.integer] = np.rint(columns[model.integer])
    spend, low, high = (own * model.scale for own in (columns, model.low, model.high))
    rows: list[Row] = []
    place = np.full(len(model.drafts), -1, dtype=np.intp)
    for number, row in enumerate(model.drafts):
        decides = np.isin(row.sum.columns, model.integer)
        left = _decided(row, decides, decisions) if decides.any() else row
        if not decides.any() or len(left.sum.columns) > 1 or row.side == "pursued":
            place[number] = len(rows)
            rows.append(left)
        elif len(left.sum.columns) == 1:
            _limit(spend, low, high, left)
    ties = replace(model.attainments, rows=place[model.attainments.rows])
    low, high = low / model.scale, high / model.scale
    return replace(model, drafts=tuple(rows), attainments=ties, low=low, high=high), np.maximum(spend[model.spend], 0.0)


def undecided(model: Model) -> Model:
    """The model without the rows that decisions turn into limits of one column, or that speak of decisions alone."""
    if not len(model.integer):
        return model
    alone = _alone(model)
    return replace(model, matrix=model.matrix.part(~alone)) if alone.any() else model


def limited(model: Model, columns: Array) -> tuple[Array, Array]:
    """The limits of all columns [scaled] where decisions are as in a point, those rows' among them."""
    matrix, low, high, decisions = model.matrix, model.low.copy(), model.high.copy(), np.zeros(len(model.cost))
    low[model.integer] = high[model.integer] = decisions[model.integer] = np.rint(columns[model.integer])
    own = links(model)
    rows, place = matrix.rows[own], matrix.columns[own]
    taken = matrix.activity(decisions)[rows]
    first, last = ((side[rows] - taken) / matrix.values[own] for side in (matrix.lower, matrix.upper))
    np.maximum.at(low, place, np.minimum(first, last))
    np.minimum.at(high, place, np.maximum(first, last))
    return low, high


def links(model: Model) -> Index:
    """The entries of columns that are no decisions in rows that speak of one such column and of decisions."""
    matrix = model.matrix
    return np.flatnonzero(_alone(model)[matrix.rows] & ~among(model.integer, len(model.cost))[matrix.columns])


def _alone(model: Model) -> NDArray[np.bool_]:
    """Which rows speak of decisions, and of one other column at the most."""
    matrix, size = model.matrix, len(model.drafts)
    whole = among(model.integer, len(model.cost))[matrix.columns]
    others = np.bincount(matrix.rows[~whole], minlength=size)
    return among(matrix.rows[whole], size) & (others <= 1) & ~among(matrix.totals.rows, size)


def _decided(row: Row, decides: NDArray[np.bool_], decisions: Array) -> Row:
    """The row without its decisions, their part taken from its limits."""
    taken = float(row.sum.values[decides] @ decisions[row.sum.columns[decides]])
    total = Sum(columns=row.sum.columns[~decides], values=row.sum.values[~decides])
    return replace(row, total=total, lower=tidy(row.lower - taken), upper=tidy(row.upper - taken))


def _limit(point: Array, low: Array, high: Array, row: Row) -> None:
    """Move the one column of a row inside its limits, and what it may be, in place."""
    (column,), (value,) = row.sum.columns, row.sum.values
    ends = sorted((row.lower / value, row.upper / value))
    point[column] = min(max(point[column], ends[0]), ends[1])
    low[column], high[column] = max(low[column], ends[0]), min(high[column], ends[1])
