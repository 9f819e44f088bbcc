"""What the plan is to make as large, or as small, as it can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.units import number

Aim = Literal["revenue", "profit", "outcome", "spend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Maximise revenue, profit or outcome, less `target_marginal_roi` · spend; or minimise spend.

    value = Σ metric − m · Σ spend, [money] for revenue and profit, [outcome] for outcome; for spend: Σ spend.
    """

    aim: Aim
    target_marginal_roi: float = 0.0

    def __post_init__(self) -> None:
        number(self.target_marginal_roi, "target_marginal_roi", least=0.0)

    @property
    def maximizes(self) -> bool:
        """False only for minimise spend."""
        return self.aim != "spend"
