"""Risk on the wire: a plan under the draws of its curves."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from app.schemas.base import Answer
from optimizer.questions.hindsight import RiskAnswer

MOST_SOLVES = 200


class IntervalOut(Answer):
    """Over the draws; each end is a value that some draw yields (the inverted distribution function)."""

    mean: float = Field(description="Mean over all draws.")
    low: float = Field(description="The least value that 5 % of the draws do not exceed, at a level of 0.9.")
    high: float = Field(description="The least value that 95 % of the draws do not exceed, at a level of 0.9.")


class ValueRiskOut(IntervalOut):
    """The objective over the draws [units of the objective]."""

    cvar: float = Field(description="Mean over the worst (1 − confidence) of the draws, the last of them in part.")


class TacticRiskOut(Answer):
    """One tactic over all periods."""

    tactic: str
    outcome: IntervalOut = Field(description="[outcome]")
    revenue: IntervalOut = Field(description="[money]")


class GoalChanceOut(Answer):
    """How often a goal is met."""

    name: str
    chance: float = Field(description="Share of the draws in which it is met [1].")


class RiskOut(Answer):
    """The plan under the joint draws of its curves."""

    draws: int = Field(description="How many; a tactic without draws is the same in each.")
    level: float = Field(description="Share of the draws between low and high [1].")
    confidence: float = Field(description="Of cvar: that of the objective, else 0.9 [1].")
    value: ValueRiskOut
    outcome: IntervalOut = Field(description="[outcome]")
    revenue: IntervalOut = Field(description="[money]")
    profit: IntervalOut = Field(description="[money]")
    tactics: list[TacticRiskOut]
    goals: list[GoalChanceOut]


class DrawRegretOut(Answer):
    """One draw, had it been known."""

    draw: int = Field(description="Its position in the lists of draws, from 0.")
    value: float = Field(description="What the plan is worth under it [units of the objective].")
    best: float = Field(description="What some spend within all limits is worth under it.")
    bound: float | None = Field(description="What none can pass; null while nothing is proved.")
    regret: float = Field(description="best − value.")


class HindsightOut(Answer):
    """What the plan loses against knowing the draw [units of the objective]."""

    asked: int = Field(description="Draws to be solved, evenly spread by rank of the plan's value.")
    solved: int = Field(description="Draws that there was time for.")
    mean: float = Field(description="Mean regret over them.")
    worst: float = Field(description="Largest regret among them.")
    mean_at_most: float | None = Field(description="What the bounds prove of the mean; null where one is missing.")
    worst_at_most: float | None = Field(description="What the bounds prove of the worst; null where one is missing.")
    draws: list[DrawRegretOut]


class RiskAnswerOut(Answer):
    """A plan's risk and its hindsight."""

    risk: RiskOut
    hindsight: HindsightOut | None = Field(
        description="null where spend is minimised, with demand pools, where time was up or some draw pays without end."
    )

    @classmethod
    def from_domain(cls, answer: RiskAnswer) -> Self:
        """The wire form of an answer."""
        return cls.model_validate(answer)
