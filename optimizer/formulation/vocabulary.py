"""What rules and goals may speak of: spend and metrics of a scope, as sums of columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from optimizer.formulation.draft import Array, Draft, Index, Sum
from optimizer.formulation.response import Cells
from optimizer.formulation.river import Currents
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import EVERYTHING, Scope

LONG = 1000  # columns, from which on a sum that many rows may have is kept once


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The column that says whether a cell is active, and what it spends then at the least [money]."""

    column: int
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The draft that rows are written to, and the columns by what they mean."""

    draft: Draft
    scenario: Scenario
    spend: Index
    reads: Index
    cells: Cells
    currents: Currents | None = None
    switches: dict[int, Switch] = field(default_factory=dict)  # by spend column: rules share one decision a cell
    counted: float = np.inf  # pieces of a cell, up to which a column counts them
    uncounted: set[int] = field(default_factory=set)  # the spend columns that reach further
    prices: dict[int, Fraction] = field(default_factory=dict)  # of a piece [money], by spend column
    totals: dict[Scope, Sum] = field(default_factory=dict)  # what rows may have multiples of

    def mask(self, scope: Scope) -> Array:
        """The cells of a scope as zeros and ones, shape (tactics, periods)."""
        return self.scenario.cells(scope).astype(float)

    def spend_columns(self, scope: Scope) -> Index:
        """The spend columns of a scope, shape (cells,)."""
        return self.spend[self.mask(scope) > 0]

    def least(self, minimum: float | None) -> float:
        """What an active cell spends at the least [money]: `minimum`, or one minor unit."""
        return self.scenario.minor_unit if minimum is None else minimum

    def active(self, owner: str, scope: Scope, least: float = 0.0) -> Index:
        """By cell the column that is 1 where it is active, −1 outside the scope; shape (tactics, periods).

        spend ≤ reach · active is written once a cell, whatever the number of rules; spend ≥ least · active once more
        where a rule asks for more than those before it, in whole minor units.
        """
        active = np.full(self.spend.shape, -1, dtype=np.intp)
        for cell in zip(*np.nonzero(self.mask(scope)), strict=True):
            active[cell] = self._active(owner, int(self.spend[cell]), least)
        return active

    def switched(self) -> Index:
        """Pairs of a spend column and the column that says whether it is active, shape (switches, 2)."""
        pairs = [(spend, switch.column) for spend, switch in self.switches.items()]
        return np.array(pairs, dtype=np.intp).reshape(-1, 2)

    def _active(self, owner: str, spend: int, least: float) -> int:
        known = self.switches.get(spend)
        column = self._decision(owner, spend) if known is None else known.column
        before, least = 0.0 if known is None else known.least, self.scenario.whole_from(least)
        if least > before:
            total = Sum(columns=np.array([spend, column]), values=np.array([1.0, -least]))
            self.draft.add_row(owner, total, at_least=0.0)
        self.switches[spend] = Switch(column=column, least=max(least, before))
        return column

    def _decision(self, owner: str, spend: int) -> int:
        """A new column `active_…`: 1 where the tactic has to spend, 0 where it cannot."""
        draft = self.draft
        most = draft.high[spend]
        low, high = np.array([float(draft.low[spend] > 0.0)]), np.array([float(most > 0.0)])
        (column,) = draft.add_columns([f"active_{len(draft.names)}"], low, high, integer=True).tolist()
        if most > 0.0:  # what has no room needs no switch to be off
            draft.add_row(owner, Sum(columns=np.array([spend, column]), values=np.array([1.0, -most])), at_most=0.0)
            self.switch(owner, spend, column)
        return int(column)

    def any_of(self, owner: str, active: Index) -> int:
        """The column that is 1 where any of those is: active ≤ any each, any ≤ Σ active; the column itself if one."""
        if len(active) == 1:
            return int(active[0])
        draft = self.draft
        (column,) = draft.add_columns([f"any_{len(draft.names)}"], np.zeros(1), np.ones(1), integer=True).tolist()
        for own in active:
            draft.add_row(owner, Sum(columns=np.array([own, column]), values=np.array([1.0, -1.0])), at_most=0.0)
        values = np.append(-np.ones(len(active)), 1.0)
        draft.add_row(owner, Sum(columns=np.append(active, column), values=values), at_most=0.0)
        return int(column)

    def switch(self, owner: str, spend: int, decision: int) -> None:
        """No response without spend: response ≤ most · decision, where a curve reads the spend as it is.

        The tangents cannot say so: those of a root stay above 0 at 0, where its slope is infinite.
        """
        for cell in np.flatnonzero(self.cells.inputs == spend).tolist():
            columns = np.array([self.cells.responses[cell], decision])
            values = np.array([1.0, -float(self.cells.most[cell])])
            self.draft.add_row(owner, Sum(columns=columns, values=values), at_most=0.0)

    def spent(self, scope: Scope = EVERYTHING) -> Sum:
        """Σ spend over the scope [money]."""
        columns = self.spend_columns(scope)
        return Sum(columns=columns, values=np.ones(len(columns)))

    def total(self, scope: Scope = EVERYTHING) -> Sum:
        """The same for rows that may be many: of many cells one sum, of which each row has a multiple."""
        if scope not in self.totals:
            own = self.spent(scope)
            many = len(own.columns) >= LONG
            self.totals[scope] = (
                Sum(columns=own.columns[:0], values=own.values[:0], multiples=((own, 1.0),)) if many else own
            )
        return self.totals[scope]

    def metric(self, name: str, scope: Scope = EVERYTHING) -> Sum:
        """The metric summed over the scope; carry-out belongs to a scope that names no periods."""
        mask = self.mask(scope)
        per_spend, per_outcome = self.scenario.rates(name)
        spent = Sum(columns=self.spend.ravel(), values=(per_spend[:, None] * mask).ravel())
        weights = np.empty((len(mask), mask.shape[1] + 1))
        weights[:, :-1], weights[:, -1] = mask, mask.any(axis=1) & (scope.periods is None)
        weights *= per_outcome[:, None]
        rows, draws = np.flatnonzero(weights.any(axis=1)), np.zeros(0, dtype=np.intp)
        if self.currents is not None:
            drawn = self.currents.river.draws[rows] >= 0
            rows, draws = rows[~drawn], rows[drawn]
        parts = [
            spent,
            self.cells.outcomes(rows, weights[rows]),
            *(self._converted(row, weights) for row in draws.tolist()),
        ]
        return Sum(
            columns=np.concatenate([part.columns for part in parts]),
            values=np.concatenate([part.values for part in parts]),
        )

    def _converted(self, row: int, weights: Array) -> Sum:
        """Σ_t weights_t · outcome_t of a tactic that draws from a pool: it has none after the last period."""
        assert self.currents is not None
        return self.currents.outcome(row, weights[row, :-1])
