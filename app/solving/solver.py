"""Scenario in, plan out, whatever happens to the process in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from app.services.stop import Stop
from app.solving.faults import failed
from app.solving.job import solve
from app.solving.pool import Pool
from app.solving.worker import Progressed
from optimizer.answers.plan import Plan
from optimizer.optimize import SizeLimits
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario

FUNCTION = "app.solving.job:answer"
GRACE = 1.0  # seconds past its own time limit before a solve is killed

T = TypeVar("T")


class PoolSolver:
    """Asks questions of the library in a pool: a plan for this very scenario, any other answer, or a SolverFault."""

    def __init__(self, pool: Pool, limits: SizeLimits) -> None:
        self._pool = pool
        self._limits = limits

    def solve(
        self, scenario: Scenario, progress: Progressed | None = None, rank: int = 0, stop: Stop | None = None
    ) -> Plan:
        """The plan, at the latest `GRACE` after its time limit, which begins when a worker is free."""
        seconds = scenario.solve.time_limit + GRACE
        plan = self._pool.run((solve, scenario, self._limits), seconds, progress, rank, stop)
        if not isinstance(plan, Plan):
            raise failed("its answer is not a plan")
        if plan.provenance.digest != digest(scenario):
            raise failed("its answer is to another scenario")
        return plan

    def ask(
        self,
        question: Callable[..., T],
        *arguments: Any,
        seconds: float,
        progress: Progressed | None = None,
        stop: Stop | None = None,
    ) -> T:
        """question(*arguments, progress=…), a function of the library by its name, killed `GRACE` after `seconds`."""
        return cast(T, self._pool.run((question, *arguments), seconds + GRACE, progress, stop=stop))
