"""What the plan is to make as large, or as small, as it can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.errors import ScenarioError
from optimizer.units import number

Aim = Literal["revenue", "profit", "outcome", "spend", "goals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Maximise revenue, profit or outcome, less `target_marginal_roi` · spend; minimise spend; or attain goals.

    value = Σ metric − m · Σ spend, [money] for revenue and profit, [outcome] for outcome; for spend: Σ spend; for
    goals: Σ weight · (1 − relative shortfall) of the soft ones [1].
    `confidence` α between 0 and 1: the mean of that over the worst (1 − α) of the draws, instead of all of them.
    """

    aim: Aim
    target_marginal_roi: float = 0.0
    confidence: float | None = None

    def __post_init__(self) -> None:
        number(self.target_marginal_roi, "target_marginal_roi", least=0.0)
        if self.aim == "goals" and (self.target_marginal_roi or self.confidence is not None):
            raise ScenarioError(
                "contradictory_objective",
                "target_marginal_roi" if self.target_marginal_roi else "confidence",
                "stands beside goals",
                "leave it out, or maximise revenue, profit or outcome",
            )
        if self.confidence is None:
            return
        number(self.confidence, "confidence", least=0.0, most=1.0)
        if self.confidence in (0.0, 1.0):
            raise ScenarioError("out_of_range", "confidence", "must be above 0 and below 1", "give a share such as 0.9")
        if not self.maximizes:
            raise ScenarioError(
                "contradictory_objective", "confidence", "stands beside minimize", "leave it out, or maximize"
            )

    @property
    def maximizes(self) -> bool:
        """False only for minimise spend."""
        return self.aim != "spend"
