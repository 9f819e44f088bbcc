"""A model whose on/off and whole-number decisions are made: what is left of its rows, and what spend they allow.

And a model without them, for who makes them in another way.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Index, Row, Sum, among
from optimizer.formulation.model import Model
from optimizer.units import tidied, tidy

Flags = NDArray[np.bool_]


def settled(model: Model, columns: Array) -> tuple[Model, Array]:
    """The model with the decisions of a point [scaled] put into its rows, and the point's spend [money] as they allow.

    A row that is left with one column is a limit of it, and the column is moved inside: a switch that is on asks for an
    amount that the solver's tolerances may have swallowed, and one that is off leaves nothing. A row that is left with
    several stays a row, so that rounding sees it.
    """
    if not len(model.integer):
        return model, np.maximum((columns * model.scale)[model.spend], 0.0)
    decisions, whole = np.zeros(len(model.cost)), among(model.integer, len(model.cost))
    decisions[model.integer] = np.rint(columns[model.integer])
    each = zip(model.drafts, _alone(model).tolist(), strict=True)
    left = np.array([not alone or row.side == "pursued" for row, alone in each], dtype=np.bool_)
    rows = [_decided(model.drafts[number], whole, decisions) for number in np.flatnonzero(left).tolist()]
    place = np.where(left, left.cumsum() - 1, -1)
    ties = replace(model.attainments, rows=place[model.attainments.rows])
    low, high = limited(model, columns)
    least, most = (tidied((ends * model.scale)[model.spend]) for ends in (low, high))
    spend = np.clip((columns * model.scale)[model.spend], least, most)
    return replace(model, drafts=tuple(rows), attainments=ties, low=low, high=high), np.maximum(spend, 0.0)


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
    if not len(model.integer):
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(_alone(model)[matrix.rows] & ~among(model.integer, len(model.cost))[matrix.columns])


def without_decisions(model: Model, rows: Index) -> Model:
    """The model without its decisions, which are its last columns, and with some rows alone, which speak of none."""
    count = len(model.cost) - len(model.integer)
    return replace(
        model,
        names=model.names[:count],
        low=model.low[:count],
        high=model.high[:count],
        scale=model.scale[:count],
        integer=model.integer[:0],
        cost=model.cost[:count],
        matrix=model.matrix.alone(rows),
        row_scale=model.row_scale[rows],
        drafts=tuple(model.drafts[row] for row in rows.tolist()),
        switches=model.switches[:0],
    )


def deciding(model: Model) -> Flags:
    """Which rows speak of decisions."""
    matrix = model.matrix
    return among(matrix.rows[among(model.integer, len(model.cost))[matrix.columns]], len(model.drafts))


def _alone(model: Model) -> Flags:
    """Which rows speak of decisions, and of one other column at the most."""
    matrix, size = model.matrix, len(model.drafts)
    whole = among(model.integer, len(model.cost))[matrix.columns]
    others = np.bincount(matrix.rows[~whole], minlength=size)
    return deciding(model) & (others <= 1) & ~among(matrix.totals.rows, size)


def _decided(row: Row, whole: Flags, decisions: Array) -> Row:
    """The row without its decisions, their part taken from its limits."""
    own = row.sum
    decides = whole[own.columns]
    if not decides.any():
        return row
    taken = float(own.values[decides] @ decisions[own.columns[decides]])
    total = Sum(columns=own.columns[~decides], values=own.values[~decides])
    return replace(row, total=total, lower=tidy(row.lower - taken), upper=tidy(row.upper - taken))
