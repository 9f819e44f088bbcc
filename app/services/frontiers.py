"""Best value as a limit moves: solved like a plan, kept nowhere."""

from __future__ import annotations

from app.services.limits import Limits
from app.services.ports import Solver
from optimizer.answers.frontier import Frontier
from optimizer.questions.frontier import FrontierQuestion, frontier


class FrontierService:
    """Asks the solver for whole frontiers, each within one time limit."""

    def __init__(self, solver: Solver, limits: Limits) -> None:
        self._solver = solver
        self._limits = limits

    def ask(self, question: FrontierQuestion) -> Frontier:
        """The frontier; points that time did not reach say so."""
        self._limits.check_size(question.scenario)
        own = question.time_limit is not None
        self._limits.check_seconds(question.seconds, "time_limit" if own else "scenario.solve.time_limit")
        return self._solver.ask(frontier, question, seconds=question.seconds)
