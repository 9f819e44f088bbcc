"""How far soft goals are attained: what {"maximize": "goals"} makes large, level by level."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.problem.goal import Goal, Part
from optimizer.units import KEPT

if TYPE_CHECKING:
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Soft goals of one priority, pursued together; None: those without one, pursued last."""

    priority: int | None
    goals: tuple[Goal, ...]

    @property
    def weight(self) -> float:
        """Σ weight of its goals [1]: what it attains at the most."""
        return math.fsum(goal.weight for goal in self.goals)


def levels_of(scenario: Scenario) -> tuple[Level, ...]:
    """The soft goals by priority, 1 first."""
    soft = [goal for goal in scenario.goals if not goal.required]
    known = sorted({goal.priority for goal in soft if goal.priority is not None})
    return tuple(
        Level(priority=priority, goals=tuple(goal for goal in soft if goal.priority == priority))
        for priority in (*known, *([None] if any(goal.priority is None for goal in soft) else []))
    )


def shares(goal: Goal, scenario: Scenario) -> Iterator[tuple[Part, float]]:
    """The parts of a goal that ask for something, and what each counts: weight · target/Σ targets."""
    parts = goal.parts(scenario.periods)
    whole = math.fsum(part.target for part in parts)
    for part in parts:
        if part.target > 0.0:
            yield part, goal.weight * part.target / whole


def attained(goal: Goal, valuation: Valuation) -> float:
    """weight · (1 − relative shortfall) = Σ_parts weight · target/Σ targets · min(1, achieved/target).

    A part that is missed by next to nothing is attained, as a required goal would be.
    """
    return math.fsum(
        share * reached(valuation.total(goal.metric, part.scope), part.target)
        for part, share in shares(goal, valuation.scenario)
    )


def reached(achieved: float, target: float) -> float:
    """min(1, achieved/target)."""
    return 1.0 if achieved >= target * (1.0 - KEPT) else achieved / target


def attainment(valuation: Valuation) -> float:
    """Σ of what all soft goals attain: the value of a plan that maximises goals."""
    return math.fsum(attained(goal, valuation) for goal in valuation.scenario.goals if not goal.required)
