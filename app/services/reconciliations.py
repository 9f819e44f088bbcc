"""Holding what is proposed against what is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.limits import Limits
from app.services.ports import Solver
from optimizer.answers.proposal import Line
from optimizer.answers.reconciliation import Method, Reconciliation
from optimizer.problem.scenario import Scenario
from optimizer.questions.reconciliation import reconcile


class ReconciliationService:
    """Asks the library in a solver process; nothing is stored."""

    def __init__(self, solver: Solver, limits: Limits) -> None:
        self._solver = solver
        self._limits = limits

    def reconcile(self, scenario: Scenario, lines: Sequence[Line], method: Method) -> Reconciliation:
        """What the proposal sums to, and the least change that closes the gap."""
        self._limits.check_size(scenario)
        self._limits.check_time(scenario)
        seconds = scenario.solve.time_limit
        return self._solver.ask(reconcile, scenario, tuple(lines), method, seconds=seconds)
