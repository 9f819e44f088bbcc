"""Columns beside the spends: demand and its conversion, what turnover is measured by, how far goals are attained.

They are linear. Many have a row of their own, a tie, that speaks of nothing else but one spend or one response:
    lower ≤ own · column + other · (spend or response) ≤ upper
so that column and tie can be eliminated from Newton's equations one by one, however many there are. Rows that speak of
more are among those of the spends. A column without a tie has one that says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model

Array = NDArray[np.float64]
Index = NDArray[np.intp]
NOTHING: Array = np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The columns by number with their limits and ties; all of shape (columns,), `ties` by row number, −1 for none.

    `on_cell` and `on_spend` are the places of those that are tied to a response or to a spend, `cell` and `spend`
    what they are tied to.
    """

    columns: Index
    ties: Index
    own: Array
    other: Array
    on_cell: Index
    cell: Index
    on_spend: Index
    spend: Index

    @classmethod
    def of(cls, model: Model) -> Beside:
        """Read off the model; no column has two ties, and neither has a spend or a response: the first row is it."""
        columns, matrix, spends = model.extra, model.matrix, model.spend.ravel()
        if not len(columns):
            return cls(
                columns=columns,
                ties=columns,
                own=NOTHING,
                other=NOTHING,
                on_cell=columns,
                cell=columns,
                on_spend=columns,
                spend=columns,
            )
        ties, held = np.full((2, len(columns)), -1, dtype=np.intp)
        own, other = np.zeros((2, len(columns)))
        place, handle = np.full((2, len(model.cost)), -1, dtype=np.intp)
        place[columns] = np.arange(len(columns))
        handle[spends] = np.arange(len(spends))
        handle[model.cells.responses] = len(spends) + np.arange(len(model.cells.responses))
        for entry, mate in _pairs(model, place, handle):
            column = place[matrix.columns[entry]]
            ties[column], held[column] = matrix.rows[entry], handle[matrix.columns[mate]]
            own[column], other[column] = matrix.values[entry], matrix.values[mate]
        on_spend, on_cell = np.flatnonzero((held >= 0) & (held < len(spends))), np.flatnonzero(held >= len(spends))
        return cls(
            columns=columns,
            ties=ties,
            own=own,
            other=other,
            on_cell=on_cell,
            cell=held[on_cell] - len(spends),
            on_spend=on_spend,
            spend=held[on_spend],
        )

    def limits(self, model: Model) -> tuple[Array, Array]:
        """The limits of the ties."""
        there = self.ties >= 0
        lower = np.where(there, model.matrix.lower[self.ties], -np.inf)
        return lower, np.where(there, model.matrix.upper[self.ties], np.inf)

    def across(self, spends: Array, responses: Array) -> Array:
        """What spends and responses, or their changes, are to the ties; shape (…, columns)."""
        across = np.zeros((*spends.shape[:-1], len(self.columns)))
        across[..., self.on_spend] = spends[..., self.spend]
        across[..., self.on_cell] = responses[..., self.cell]
        return across * self.other

    def back(self, weights: Array, spends: int, cells: int) -> tuple[Array, Array]:
        """The transpose: what weights on the ties are on the spends and on the responses, that many of each."""
        weights = weights * self.other
        on_spends, on_cells = np.zeros((*weights.shape[:-1], spends)), np.zeros((*weights.shape[:-1], cells))
        on_spends[..., self.spend] = weights[..., self.on_spend]
        on_cells[..., self.cell] = weights[..., self.on_cell]
        return on_spends, on_cells


def _pairs(model: Model, place: Index, handle: Index) -> Iterator[tuple[int, int]]:
    """The entries of the ties: the column's, and that of the spend or response; `place` and `handle` by column."""
    columns, rows = model.matrix.columns, model.matrix.rows
    taken: set[int] = set()
    for first in np.flatnonzero(model.matrix.sizes()[rows] == 2)[::2].tolist():
        for entry, mate in ((first, first + 1), (first + 1, first)):
            both = {int(columns[entry]), int(columns[mate])}
            if place[columns[entry]] >= 0 and handle[columns[mate]] >= 0 and not both & taken:
                taken |= both
                yield entry, mate
