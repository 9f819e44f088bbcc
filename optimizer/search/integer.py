"""Scenarios with on/off decisions: whole numbers by HiGHS's branch and bound, curves by tangents around it.

Outer approximation: the mixed-integer relaxation proposes the decisions and bounds the cost; with the decisions fixed
the linear relaxation is refined to its optimum; its tangents go back into the next proposal.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.search.hull import Region
from optimizer.search.polish import Box
from optimizer.search.relaxation import ROUNDS, Relaxation, Visit

STALLED = 1e-3  # of what is missing, that a proposal must gain
PATIENCE = 8  # proposals without gain after which only branching is left to try


class IntegerRelaxation(Relaxation):
    """A relaxation whose whole-number columns stay whole."""

    def refine(self, region: Region, known: float) -> Visit:
        """Refine until the decisions' bound is known well enough."""
        bound, last, idle = known, None, 0
        for _ in range(ROUNDS):
            before = bound
            self.tangents.enter(region)
            self.program.relax(False)
            outcome = self.solve()
            self.program.relax(True)
            if outcome.ending == "infeasible":
                return Visit(ending="infeasible", bound=np.inf)
            bound = max(bound, outcome.bound)
            if outcome.ending == "limit" or outcome.columns is None:
                return self._stopped(bound, last)
            visit = self._decided(np.rint(self.point(outcome)[self.model.integer]), region)
            if visit.ending == "limit":
                return self._stopped(bound, visit)
            if bound >= self.cutoff:
                return replace(visit, ending="cut off", bound=bound)
            if visit.columns is not None:
                if self._settled(visit, bound):
                    return replace(visit, ending="converged", bound=bound)
                self.touch(visit.columns, region)
            last = visit
            idle = idle + 1 if bound <= before + STALLED * (self.cutoff - before) else 0
            if idle >= PATIENCE:
                return replace(visit, ending="converged", bound=bound)
        return self._stopped(bound, last)

    def warm(self, columns: NDArray[np.float64], duals: NDArray[np.float64]) -> Visit | None:  # noqa: ARG002 - of the linear part
        """The best point with a neighbour's decisions: it proves nothing of others, but they have to beat it."""
        self.incumbent.offer(np.clip(columns, self.box.low, self.box.high))
        self.tangents.enter(self.root)
        visit = self._decided(np.rint(columns[self.model.integer]), self.root)
        if visit.columns is not None:
            self.touch(visit.columns, self.root)
        return None

    def _decided(self, decisions: NDArray[np.float64], region: Region) -> Visit:
        """The linear relaxation with the decisions fixed."""
        whole = self.model.integer
        low, high = self.model.low.copy(), self.model.high.copy()
        low[whole] = high[whole] = decisions
        self.box = Box(low=low, high=high)
        self.program.bound_columns(self.tangents.place[whole], decisions, decisions)
        visit = super().refine(region, -np.inf)
        self.box = Box(low=self.model.low, high=self.model.high)
        self.program.bound_columns(self.tangents.place[whole], self.model.low[whole], self.model.high[whole])
        return visit

    def _settled(self, visit: Visit, bound: float) -> bool:
        """Whether what is left between the bound and the point is envelope, which only branching closes."""
        bent = 0.0 if visit.bent is None else float(visit.bent.sum())
        assert visit.columns is not None
        return self._only_branching_helps(float(self.model.cost @ visit.columns) - bound, bent)

    def _stopped(self, bound: float, visit: Visit | None) -> Visit:
        columns, duals = (None, None) if visit is None else (visit.columns, visit.duals)
        return Visit(ending="limit", bound=bound, columns=columns, duals=duals)
