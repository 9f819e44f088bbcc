"""A model whose on/off and whole-number decisions are made: what is left of its rows, and what spend they allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Row, Sum
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
