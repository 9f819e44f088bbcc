"""The objective on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.schemas.base import Number, Wire
from optimizer.errors import ScenarioError
from optimizer.problem.objective import Objective


class ObjectiveIn(Wire):
    """Maximise revenue, profit, outcome or the attainment of goals, or minimise spend subject to goals."""

    maximize: Literal["revenue", "profit", "outcome", "goals"] | None = Field(
        default=None, description="What to make large; goals: soft goals are attained by priority."
    )
    minimize: Literal["spend"] | None = Field(default=None, description="What to make small.")
    target_marginal_roi: Number | None = Field(
        default=None,
        description="Charged per unit of spend beside maximize: what the last unit must earn [1].",
    )

    confidence: Number | None = Field(
        default=None,
        description="Between 0 and 1, beside maximize: what counts is the mean over the worst (1 − it) of draws [1].",
        examples=[0.9],
    )

    def to_domain(self) -> Objective:
        """The domain's objective."""
        if self.maximize is not None and self.minimize is None:
            return Objective(
                aim=self.maximize,
                target_marginal_roi=self.target_marginal_roi or 0.0,
                confidence=self.confidence,
            )
        if self.minimize is None or self.maximize is not None:
            raise ScenarioError("one_aim", "", "states no aim, or two", "give either maximize or minimize")
        if self.target_marginal_roi is not None:
            raise ScenarioError(
                "contradictory_objective",
                "target_marginal_roi",
                "stands beside minimize",
                "leave it out, or maximize",
            )
        return Objective(aim="spend", confidence=self.confidence)


def objective_to_wire(objective: Objective) -> dict[str, Any]:
    """The aim, and the charge where there is one."""
    charge = objective.target_marginal_roi
    aim = {"maximize" if objective.maximizes else "minimize": objective.aim}
    stated = {} if objective.confidence is None else {"confidence": objective.confidence}
    return aim | ({"target_marginal_roi": charge} if charge else {}) | stated
