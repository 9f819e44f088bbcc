"""What a source gives: curves by name, and the budget problems that the file states."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.curves import Array, ResponseCurve
from optimizer.errors import ScenarioError
from optimizer.problem.budget import Budget
from optimizer.problem.objective import Objective
from optimizer.problem.rules.base import Rule
from optimizer.problem.scenario import Scenario, SolveSettings
from optimizer.problem.scope import Stage
from optimizer.problem.tactic import CarryOver, SpendLimits, Tactic

NEARLY = 1e-9  # of a spend, by which the same spend computed another way may be off
GAP = 1e-9  # to be compared with what the tool published
OUTCOME = Objective(aim="outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where the outcome lies with `probability` [1], as the file states it: (spend, low, high) points.

    Each point stands by itself: how outcomes of one draw go together over spends and tactics, only draws can say.
    """

    probability: float
    points: tuple[tuple[float, float, float], ...]

    def __post_init__(self) -> None:
        if not 0.0 < self.probability < 1.0:
            raise ScenarioError("out_of_range", "probability", "is not between 0 and 1", "give a share such as 0.9")
        for position, (spend, low, high) in enumerate(self.points):
            if low > high:
                raise ScenarioError(
                    "crossed_interval", f"points[{position}]", "ends below where it begins", "swap them"
                )
            if position and spend <= self.points[position - 1][0]:
                raise ScenarioError(
                    "not_increasing", f"points[{position}]", "is not beyond the spend before", "sort by spend"
                )

    def at(self, spend: Array) -> tuple[list[float | None], list[float | None]]:
        """Low and high at each spend, straight between points; None outside of them."""
        x, low, high = np.array(self.points).T
        known = (spend >= x[0] * (1.0 - NEARLY)) & (spend <= x[-1] * (1.0 + NEARLY))
        return _where(known, np.interp(spend, x, low)), _where(known, np.interp(spend, x, high))


def _where(known: Array, values: Array) -> list[float | None]:
    return [value if inside else None for value, inside in zip(values.tolist(), known.tolist(), strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedCurve:
    """One tactic of a fitted model: its response and carry-over, and what was spent.

    `spend` are limits that the file states, `current_spend` what was spent on average, `largest_seen` the most that the
    model has seen in a period [all money per period]; None where the file does not say. `revenue_per_outcome` is None
    where the outcome is not money and its worth is not known. `tags` as (key, value) pairs, `notes` are sentences.
    """

    name: str
    response: ResponseCurve
    carry_over: CarryOver = field(default_factory=CarryOver)
    spend: SpendLimits = field(default_factory=SpendLimits)
    current_spend: float | None = None
    largest_seen: float | None = None
    revenue_per_outcome: float | None = None
    tags: tuple[tuple[str, str], ...] = ()
    interval: Interval | None = None
    notes: tuple[str, ...] = ()

    def tactic(self, stage: Stage) -> Tactic:
        """The curve as a tactic of a scenario."""
        return Tactic(
            name=self.name,
            stage=stage,
            response=self.response,
            carry_over=self.carry_over,
            spend=self.spend,
            current_spend=self.current_spend,
            revenue_per_outcome=1.0 if self.revenue_per_outcome is None else self.revenue_per_outcome,
            tags=self.tags,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetProblem:
    """A budget optimisation that the file states, with the curves and limits it was solved on.

    `published_spend` and `published_outcome` are the tool's own answer.
    """

    name: str
    curves: tuple[FittedCurve, ...]
    budget: Budget
    objective: Objective = OUTCOME
    rules: tuple[Rule, ...] = ()
    digits: int | None = None
    published_spend: tuple[tuple[str, float], ...] = ()
    published_outcome: float | None = None

    def scenario(self, currency: str = "USD", stage: Stage = "upstream") -> Scenario:
        """The problem as a scenario of one period."""
        return Scenario(
            name=self.name,
            currency=currency,
            objective=self.objective,
            budget=self.budget,
            tactics=tuple(curve.tactic(stage) for curve in self.curves),
            rules=self.rules,
            solve=SolveSettings(gap=GAP),
            digits=self.digits,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSet:
    """The curves of one file.

    `period` says what spend and outcome are measured over, such as "week"; `outcome` what the outcome is, such
    as "revenue".
    """

    name: str
    source: str
    version: str
    period: str
    outcome: str
    curves: tuple[FittedCurve, ...]
    problems: tuple[BudgetProblem, ...] = ()

    def __post_init__(self) -> None:
        names = [curve.name for curve in self.curves]
        for name in names:
            if names.count(name) > 1:
                raise ScenarioError("duplicate_name", name, "names two curves", "give each a name of its own")

    def curve(self, name: str) -> FittedCurve:
        """The curve of that name."""
        return next(curve for curve in self.curves if curve.name == name)
