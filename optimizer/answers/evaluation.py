"""What a given allocation is worth on a scenario, and which limits it breaks."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.answers.plan import Allocation, GoalResult, TacticTotal, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """A given spend on one tactic in one period [money]."""

    tactic: str
    period: str
    spend: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A limit that the allocation breaks, and by how much [units of the limit]."""

    name: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The allocation valued on the true curves; nothing was solved."""

    value: float
    feasible: bool
    totals: Totals
    allocations: tuple[Allocation, ...]
    tactics: tuple[TacticTotal, ...]
    goals: tuple[GoalResult, ...]
    violations: tuple[Violation, ...]
