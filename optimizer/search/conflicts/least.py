"""A conflict with a limit that is below the least which others leave: named by one linear program, solved a few times.

Where every row counts spends alone, the least that a sum of spends can be within some limits N is a linear program,
    least(N) = min Σ take·spend   within N      and these conflict with the limit of the sum where   least(N) > limit
A limit without a multiplier changes nothing. Each of the others is left out in turn: it is needed where spends show
that the least is within the limit then, and dropped where multipliers prove that it is not (Farkas). What they prove is
reckoned here, of spends up to limit / take: the limit of the sum lets none be larger.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import SolverFault
from optimizer.formulation.draft import among
from optimizer.formulation.model import Model, to_pulp
from optimizer.problem.limits import limits_of, spend_limit
from optimizer.search.deadline import Deadline
from optimizer.search.newton.rows import rows_of
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
NOTHING = 1e-9  # a multiplier below this is none, where the most that the sum takes of a spend is 1
PROVED = 1e-9  # of the limit, by which the least is above it for sure
KEPT = 2e-9  # scaled, by which spends may miss a limit: what the solver lets pass


class _UnclearError(Exception):
    """Neither spends nor multipliers show anything in time."""


def kept_above(model: Model, owner: str, deadline: Deadline) -> tuple[str, ...]:
    """The names of a minimal conflict that keeps the sum of `owner` above its upper limit; none where none shows.

    It does not where rows count other than spends, or the sum takes less than nothing of some.
    """
    own = [number for number, row in enumerate(model.drafts) if row.owner == owner and np.isfinite(row.upper)]
    spends = among(model.spend.ravel(), len(model.cost))
    plain = all(row.side != "link" and spends[row.total.columns].all() for row in model.drafts)
    if len(own) != 1 or len(model.integer) or not plain:
        return ()
    least = _Least(model, own[0], deadline)
    if (least.take < 0.0).any():
        return ()
    try:
        gives = least.conflict(np.ones(len(least.names), dtype=bool))
        kept = gives > 0.0
        for name in np.argsort(gives).tolist():
            if kept[name] and (fewer := least.conflict(kept & (np.arange(len(kept)) != name)) > 0.0).any():
                kept = fewer
    except (_UnclearError, SolverFault):
        return ()
    return tuple(sorted([owner, *np.array(least.names)[kept].tolist()])) if kept.any() else ()


class _Least:
    """The least of a row of a model within some of the other limits of its scenario, which have `names`."""

    def __init__(self, model: Model, row: int, deadline: Deadline) -> None:
        spend, scenario, matrix, owner = model.spend.ravel(), model.scenario, model.matrix, model.drafts[row].owner
        self.names = [name for name in limits_of(scenario) if name != owner]
        code = {name: number for number, name in enumerate(self.names)}
        self._by_row = np.array([code.get(draft.owner, -1) for draft in model.drafts])  # −1: it always holds
        tactics = [code.get(spend_limit(tactic), -1) for tactic in scenario.tactics]
        self._by_spend = np.repeat(tactics, model.spend.shape[1])
        self._low, self._high = (
            np.broadcast_to(limit, model.spend.shape).ravel() / model.scale[spend] for limit in scenario.own_limits
        )
        self._rows = rows_of(matrix, np.arange(len(model.drafts)), spend)
        self.take, self._limit = self._rows.written_out(slice(row, row + 1))[0], float(matrix.upper[row])
        self._lower, self._upper = matrix.lower.copy(), matrix.upper.copy()
        self._lower[row], self._upper[row] = -np.inf, np.inf
        cost = np.zeros(len(model.cost))
        cost[spend] = self.take
        self._program, self._deadline = Program(to_pulp(replace(model, cost=cost))), deadline
        self._columns = np.array([self._program.place[model.names[column]] for column in spend.tolist()])

    def conflict(self, named: Flags) -> Array:
        """By name what those of the named limits that keep the least above the limit give to it [scaled]: what floors
        of spends do, infinite of any other. 0 of all where spends keep them and the limit."""
        lower, upper, low, high = self._ends(named)
        self._program.bound_rows(np.arange(len(lower)), lower, upper)
        self._program.bound_columns(self._columns, low, high)
        outcome = self._program.solve(self._deadline.left)
        if outcome.columns is None or outcome.row_duals is None or self._deadline.left <= 0.0:
            raise _UnclearError
        spends = outcome.columns[self._columns]
        if float(self.take @ spends) <= self._limit + KEPT * abs(self._limit):
            at = self._rows.times(spends)
            if (np.concatenate([lower - at, at - upper, low - spends, spends - high]) > KEPT).any():
                raise _UnclearError
            return np.zeros(len(named))
        duals = np.where(np.isfinite(np.where(outcome.row_duals > 0.0, lower, upper)), outcome.row_duals, 0.0)
        duals[np.abs(duals) <= NOTHING] = 0.0
        reduced = self.take - self._rows.pulled(duals)
        gives = np.zeros(len(named) + 1)
        np.add.at(gives, self._by_spend, np.where(reduced > 0.0, reduced * low, 0.0))
        gives[self._by_spend[reduced < -NOTHING]] = gives[self._by_row[duals != 0.0]] = np.inf
        if not self._least(gives[:-1] > 0.0, duals, reduced) > self._limit + PROVED * abs(self._limit):
            raise _UnclearError
        return gives[:-1]

    def _ends(self, named: Flags) -> tuple[Array, Array, Array, Array]:
        """The limits of the rows, but for the row itself, and of the spends, as far as they are named."""
        on = np.append(named, True)
        rows, spends = on[self._by_row], on[self._by_spend]
        lower, upper = np.where(rows, self._lower, -np.inf), np.where(rows, self._upper, np.inf)
        return lower, upper, np.where(spends, self._low, 0.0), np.where(spends, self._high, np.inf)

    def _least(self, named: Flags, duals: Array, reduced: Array) -> float:
        """What multipliers prove of the least within the named limits, and the row's own."""
        lower, upper, low, high = self._ends(named)
        with np.errstate(divide="ignore", invalid="ignore"):
            most = np.minimum(high, self._limit / self.take)
            rows = np.where(duals == 0.0, 0.0, duals * np.where(duals > 0.0, lower, upper)).sum()
            spends = np.where(reduced == 0.0, 0.0, reduced * np.where(reduced > 0.0, low, most)).sum()
        return float(rows + spends)
