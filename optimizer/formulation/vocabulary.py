"""What rules and goals may speak of: spend and metrics of a scope, as sums of columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.formulation.draft import Array, Draft, Index, Sum
from optimizer.formulation.response import Cells
from optimizer.formulation.river import Currents
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The draft that rows are written to, and the columns by what they mean."""

    draft: Draft
    scenario: Scenario
    spend: Index
    cells: Cells
    currents: Currents | None = None

    def mask(self, scope: Scope) -> Array:
        """The cells of a scope as zeros and ones, shape (tactics, periods)."""
        return scope.cells(self.scenario.tactics, self.scenario.periods).astype(float)

    def spend_columns(self, scope: Scope) -> Index:
        """The spend columns of a scope, shape (cells,)."""
        return self.spend[self.mask(scope) > 0]

    def switch(self, owner: str, spend: int, decision: int) -> None:
        """No response without spend: response ≤ most · decision, where a curve reads the spend as it is.

        The tangents cannot say so: those of a root stay above 0 at 0, where its slope is infinite.
        """
        for cell in np.flatnonzero(self.cells.inputs == spend).tolist():
            columns = np.array([self.cells.responses[cell], decision])
            values = np.array([1.0, -float(self.cells.most[cell])])
            self.draft.add_row(owner, Sum(columns=columns, values=values), at_most=0.0)

    def spent(self, scope: Scope) -> Sum:
        """Σ spend over the scope [money]."""
        columns = self.spend_columns(scope)
        return Sum(columns=columns, values=np.ones(len(columns)))

    def metric(self, name: str, scope: Scope) -> Sum:
        """The metric summed over the scope; carry-out belongs to a scope that names no periods."""
        mask = self.mask(scope)
        per_spend, per_outcome = rates(self.scenario, name)
        total = Sum(columns=self.spend.ravel(), values=(per_spend[:, None] * mask).ravel())
        after = (mask.any(axis=1) & (scope.periods is None)).astype(float)
        weights = np.column_stack([mask, after]) * per_outcome[:, None]
        parts = [self._outcome(row, weights[row]) for row in np.flatnonzero(weights.any(axis=1)).tolist()]
        return Sum(
            columns=np.concatenate([total.columns, *(part.columns for part in parts)]),
            values=np.concatenate([total.values, *(part.values for part in parts)]),
        )

    def _outcome(self, row: int, weights: Array) -> Sum:
        """Σ_t weights_t · outcome_t of a tactic, carry-out last; what draws from a pool has none."""
        if self.currents is not None and self.scenario.tactics[row].draws_from is not None:
            return self.currents.outcome(row, weights[:-1])
        return self.cells.outcome(row, weights)
