"""Scenario in, plan out, whatever happens to the process in between."""

from __future__ import annotations

from app.solving.faults import failed
from app.solving.pool import Pool
from app.solving.worker import Progressed
from optimizer.answers.plan import Plan
from optimizer.optimize import SizeLimits
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario

FUNCTION = "app.solving.job:solve"
GRACE = 1.0  # seconds past its own time limit before a solve is killed


class PoolSolver:
    """Solves in a pool; what comes back is a plan for this very scenario, or a SolverFault."""

    def __init__(self, pool: Pool, limits: SizeLimits) -> None:
        self._pool = pool
        self._limits = limits

    def solve(self, scenario: Scenario, progress: Progressed | None = None) -> Plan:
        """The plan, at the latest `GRACE` after its time limit, which begins when a worker is free."""
        seconds = scenario.solve.time_limit + GRACE
        plan = self._pool.run((scenario, self._limits), seconds, progress)
        if not isinstance(plan, Plan):
            raise failed("its answer is not a plan")
        if plan.provenance.digest != digest(scenario):
            raise failed("its answer is to another scenario")
        return plan
