"""Best value as a limit moves: solved like a plan, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.records.callers import Caller
from app.services.answers import Answers, Pending
from app.services.limits import Limits
from app.services.ports import Solver
from app.services.stop import Stop
from optimizer.answers.comparison import Candidate
from optimizer.answers.frontier import Frontier
from optimizer.questions.frontier import FrontierQuestion, Spread, frontier

POINTS = 15  # around a plan


class FrontierService:
    """Asks the solver for whole frontiers, each within one time limit."""

    def __init__(self, solver: Solver, limits: Limits, answers: Answers) -> None:
        self._solver = solver
        self._limits = limits
        self._answers = answers

    def ask(self, question: FrontierQuestion) -> Frontier:
        """The frontier; points that time did not reach say so."""
        self._check(question)
        return self._solver.ask(frontier, question, seconds=question.seconds)

    def around(self, caller: Caller, stored: Candidate, patience: float) -> Frontier | Pending:
        """The frontier of a stored plan from a quarter to twice its budget, if it is there within `patience` [s]."""
        question = FrontierQuestion(scenario=stored.scenario, spread=_spread(stored))
        self._check(question)

        def work(progress: Callable[[Any], None], stop: Stop) -> Frontier:
            return self._solver.ask(frontier, question, seconds=question.seconds, progress=progress, stop=stop)

        return self._answers.ask((caller.workspace, stored.label, "frontier"), work, patience)

    def _check(self, question: FrontierQuestion) -> None:
        self._limits.check_size(question.scenario)
        own = question.time_limit is not None
        self._limits.check_seconds(question.seconds, "time_limit" if own else "scenario.solve.time_limit")


def _spread(stored: Candidate) -> Spread | None:
    total = stored.scenario.budget.total
    now = None if total is None else total.at_most
    return None if now is None else Spread(start=0.25 * now, stop=2.0 * now, points=POINTS)
