"""Evaluations on the wire: what a given allocation is worth, nothing solved."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from app.paths import at
from app.schemas.base import MOST_CELLS, Answer, Name, Number, Wire, inside
from app.schemas.plan import AllocationOut, DemandOut, GoalOut, TacticOut, TotalsOut
from app.schemas.risk import RiskOut
from app.schemas.scenario import AboutScenario
from optimizer.answers.evaluation import Evaluation, Spend
from optimizer.errors import ScenarioError
from optimizer.problem.scenario import Scenario


class AllocationIn(Wire):
    """The spend of one tactic in one period."""

    tactic: Name = Field(description="The name of a tactic.")
    period: Name | None = Field(default=None, description="The name of a period; left out: the only one.")
    spend: Number = Field(description="[money]", examples=[100000])


class EvaluationIn(AboutScenario):
    """A scenario and the allocation to value on its curves; cells that are not named spend nothing."""

    allocations: Annotated[list[AllocationIn], Field(max_length=MOST_CELLS)]

    def to_domain(self) -> tuple[Scenario, tuple[Spend, ...]]:
        """The scenario and the spends, each cell once."""
        scenario = inside("scenario", self.scenario)
        return scenario, spends_of(self.allocations, scenario)


class ViolationOut(Answer):
    """A limit that the allocation breaks."""

    name: str
    amount: float = Field(description="By how much [units of the limit].")


class EvaluationOut(Answer):
    """The allocation valued on the true curves."""

    value: float = Field(description="[units of the objective]")
    feasible: bool = Field(description="Whether it keeps every limit and required goal.")
    totals: TotalsOut
    allocations: list[AllocationOut]
    tactics: list[TacticOut]
    goals: list[GoalOut]
    violations: list[ViolationOut]
    demand: list[DemandOut] = Field(default=[], description="The demand pools, period by period.")
    risk: RiskOut | None = Field(default=None, description="null where no curve has draws.")

    @classmethod
    def from_domain(cls, evaluation: Evaluation) -> Self:
        """The wire form of an evaluation."""
        return cls.model_validate(evaluation)


def spends_of(allocations: list[AllocationIn], scenario: Scenario) -> tuple[Spend, ...]:
    """The domain's spends; names that the scenario does not have, and cells named twice, are refused."""
    tactics = frozenset(tactic.name for tactic in scenario.tactics)
    seen: set[tuple[str, str]] = set()
    spends = []
    for position, allocation in enumerate(allocations):
        with at(f"allocations[{position}]"):
            spend = _spend(allocation, tactics, scenario.periods)
            if (spend.tactic, spend.period) in seen:
                raise ScenarioError("duplicate_cell", "", "names a cell that was named before", "add the two up")
        seen.add((spend.tactic, spend.period))
        spends.append(spend)
    return tuple(spends)


def _spend(allocation: AllocationIn, tactics: frozenset[str], periods: tuple[str, ...]) -> Spend:
    if allocation.period is None and len(periods) > 1:
        raise ScenarioError("missing_field", "period", "is missing", "name the period")
    period = periods[0] if allocation.period is None else allocation.period
    if period not in periods:
        raise ScenarioError("unknown_period", "period", "no period has this name", "use the name of a period")
    if allocation.tactic not in tactics:
        raise ScenarioError("unknown_tactic", "tactic", "no tactic has this name", "use the name of a tactic")
    if allocation.spend < 0:
        raise ScenarioError("negative", "spend", "must not be below 0", "give 0 or a number above 0")
    return Spend(tactic=allocation.tactic, period=period, spend=allocation.spend)
