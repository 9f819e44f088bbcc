"""The rows of a model without what is decided and what follows: over the columns that move, and over responses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import places
from optimizer.formulation.model import Model
from optimizer.search.ranges.motion import Motion

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
REACH = 1.0 - 1e-9  # of a column's limit: a switch that allows so much was written to allow all


class Layout:
    """lower ≤ direct · x + through · responses ≤ upper, low ≤ x ≤ high, whole-number columns fixed at `decisions`.

    `own` are the columns x in the model's numbers, `place` by column its place among them, −1 for others; `rows` are
    the rows, `row_place` their places; `least` and `most` are what decisions leave of the columns. `complete` says that
    no row but those of adstock speaks of inputs.
    """

    def __init__(self, model: Model, decisions: Array, low: Array, high: Array) -> None:
        self._model, matrix = model, model.matrix
        self.own = np.concatenate([model.spend.ravel(), model.extra])
        self.place = places(self.own, len(model.cost))
        self._decided = np.zeros(len(model.cost))
        self._decided[model.integer] = decisions
        about = np.unique(matrix.rows[np.isin(matrix.columns, np.setdiff1d(model.cells.inputs, model.spend))])
        self.complete = all(model.drafts[row].side == "link" for row in about)
        direct, through = self._dense()
        known = matrix.activity(self._decided)
        lower, upper = matrix.lower - known, matrix.upper - known
        decides = np.isin(np.arange(len(lower)), matrix.rows[np.isin(matrix.columns, model.integer)])
        single = decides & ((direct != 0.0).sum(axis=1) == 1) & ~through.any(axis=1)
        self._decide(np.flatnonzero(single), direct, lower, upper)
        self.low = np.maximum(low[self.own], self.least)
        self.high = np.maximum(self.low, np.minimum(high[self.own], self.most))
        kept = direct.any(axis=1) | (through.any(axis=1) & ~decides)  # a response that is on is limited by its curve
        kept[single] = kept[about] = False
        self.rows = np.flatnonzero(kept)
        self.row_place = places(self.rows, len(lower))
        self.direct, self.through = direct[self.rows], through[self.rows]
        self.lower, self.upper = lower[self.rows], upper[self.rows]

    def _dense(self) -> tuple[Array, Array]:
        model, matrix, size = self._model, self._model.matrix, len(self.own)
        cell = places(model.cells.responses, len(model.cost))
        where = np.where(self.place >= 0, self.place, np.where(cell >= 0, size + cell, -1))
        whole = np.zeros((len(model.drafts), size + len(model.cells.inputs)))
        for rows, columns, values in matrix.written_out():
            some = where[columns] >= 0
            np.add.at(whole, (rows[some], where[columns[some]]), values[some])
        return whole[:, :size], whole[:, size:]

    def _decide(self, rows: Index, direct: Array, lower: Array, upper: Array) -> None:
        """Rows that are left with one column are limits of it."""
        self.least, self.most = np.full(len(self.own), -np.inf), np.full(len(self.own), np.inf)
        tactics = self._model.scenario.tactics
        shut = np.array([tactic.spend.at_most != 0.0 for tactic in tactics])[:, None] & (
            self._model.high[self._model.spend] <= 0.0
        )
        self.most[np.flatnonzero(shut)] = 0.0  # spends come first: a rule lets nothing go there
        for row in rows.tolist():
            (column,) = np.flatnonzero(direct[row]).tolist()
            least, most = sorted((lower[row] / direct[row, column], upper[row] / direct[row, column]))
            self.least[column] = max(self.least[column], least)
            if most <= REACH * self._model.high[self.own[column]] or least == most:
                self.most[column] = min(self.most[column], most)

    def speaks_of(self, motion: Motion) -> bool:
        """Whether the coefficients that a motion moves are all here."""
        known = np.concatenate([self.own, self._model.cells.responses])
        return bool(np.isin(motion.entry_columns, known).all() and (self.row_place[motion.entry_rows] >= 0).all())

    def activity(self, x: Array, responses: Array, motion: Motion, shift: float) -> Array:
        """The values of all rows, with their coefficients as a motion has them."""
        rows: Array = self.direct @ x + self.through @ responses
        if len(motion.entry_rows):
            turned = shift * motion.entry_values * self.whole(x, responses)[motion.entry_columns]
            np.add.at(rows, self.row_place[motion.entry_rows], turned)
        return rows

    def coefficients(self, rows: Index, motion: Motion, shift: float) -> tuple[Array, Array]:
        """Those of some rows, over columns and over responses, as a motion has them."""
        if not len(motion.entry_rows):
            return self.direct[rows], self.through[rows]
        turned = np.zeros((len(self.rows), len(self._model.cost)))
        np.add.at(turned, (self.row_place[motion.entry_rows], motion.entry_columns), shift * motion.entry_values)
        direct = self.direct[rows] + turned[rows][:, self.own]
        return direct, self.through[rows] + turned[rows][:, self._model.cells.responses]

    def limits(self, motion: Motion, shift: float) -> tuple[Array, Array, Array, Array]:
        """Limits of columns and of rows, where the limit of a motion has moved."""
        low, high, lower, upper = self.low.copy(), self.high.copy(), self.lower.copy(), self.upper.copy()
        columns, moved = self.place[motion.columns], (motion.limit + shift) * motion.column_move
        if motion.side != "at_most":
            low[columns] = np.maximum(np.maximum(moved, 0.0), self.least[columns])
        if motion.side != "at_least":
            high[columns] = np.minimum(moved, self.most[columns])
        here = self.row_place[motion.rows] >= 0
        rows = self.row_place[motion.rows[here]]
        lower[rows] += shift * motion.lower[here]
        upper[rows] += shift * motion.upper[here]
        return low, high, lower, upper

    def whole(self, x: Array, responses: Array) -> Array:
        """A point in the model's columns; what curves read is left at 0."""
        columns = self._decided.copy()
        columns[self.own], columns[self._model.cells.responses] = x, responses
        return columns

    def duals(self, prices: Array) -> Array:
        """Prices of the rows in the model's order."""
        duals = np.zeros(len(self._model.drafts))
        duals[self.rows] = prices[: len(self.rows)]
        return duals

    def pulls(self, reduced: Array, motion: Motion, shift: float) -> Array:
        """Reduced costs of the columns in the model's order; 0 where decisions hold a column, not the limit that moves.

        A column that both hold stands at the limit of the motion.
        """
        columns, moving = np.zeros(len(self._model.cost)), self.place[motion.columns]
        columns[self.own] = reduced[: len(self.own)]
        moved = (motion.limit + shift) * motion.column_move
        tighter = (moved > self.most[moving]) if motion.side == "at_most" else (moved < self.least[moving])
        columns[motion.columns[tighter]] = 0.0
        return columns
