"""Valuing an allocation that somebody else made."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.limits import Limits
from optimizer.answers.evaluation import Evaluation, Spend, evaluate
from optimizer.optimize import SizeLimits, check_size
from optimizer.problem.scenario import Scenario


class EvaluationService:
    """Answers from the true curves alone: nothing is solved, nothing stored."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def evaluate(self, scenario: Scenario, spends: Sequence[Spend]) -> Evaluation:
        """What the allocation is worth and which limits it breaks."""
        self._limits.check_size(scenario)
        check_size(scenario, SizeLimits())
        return evaluate(scenario, spends)
