"""The frontier: best value as a function of a limit that moves, point by point, and the budgets that were asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self, overload

from optimizer.answers.plan import Certificate, Provenance, Status
from optimizer.curves import Array
from optimizer.problem.valuation import Valuation
from optimizer.units import tidy

Question = Literal["stops_paying", "target_roi", "target_marginal_roi"]
EndedBy = Literal["curves", "limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticPoint:
    """One tactic at a point: its spend in all and by period [money], its incremental outcome and revenue."""

    tactic: str
    spend: float
    outcome: float
    revenue: float
    roi: float | None
    by_period: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TacticPoints(Sequence[TacticPoint]):
    """The tactics at a point in columns: a row is made when it is read, since a frontier has tens of thousands of them.

    `spends` (tactics, periods) and `revenues` (tactics,) [money], `outcomes` (tactics,) [outcome].
    """

    names: tuple[str, ...]
    spends: Array
    outcomes: Array
    revenues: Array

    @classmethod
    def of(cls, valuation: Valuation) -> Self:
        """All tactics of a plan, in the order that it was valued in."""
        scenario, outcomes = valuation.scenario, valuation.outcome.sum(axis=1) + valuation.carry_out
        return cls(
            names=scenario.tactic_names,
            spends=valuation.spend,
            outcomes=outcomes,
            revenues=scenario.rates("revenue")[1] * outcomes,
        )

    def ordered(self, names: Sequence[str]) -> TacticPoints:
        """The same in the order of these names."""
        place = {name: row for row, name in enumerate(self.names)}
        rows = [place[name] for name in names]
        return TacticPoints(
            names=tuple(names), spends=self.spends[rows], outcomes=self.outcomes[rows], revenues=self.revenues[rows]
        )

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, place: int) -> TacticPoint: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[TacticPoint, ...]: ...

    def __getitem__(self, place: int | slice) -> TacticPoint | tuple[TacticPoint, ...]:
        if isinstance(place, slice):
            return tuple(self[row] for row in range(*place.indices(len(self))))
        spends, outcome, revenue = self.spends[place].tolist(), float(self.outcomes[place]), float(self.revenues[place])
        spend = tidy(math.fsum(spends)) if len(spends) > 1 else spends[0]
        return TacticPoint(
            tactic=self.names[place],
            spend=spend,
            outcome=outcome,
            revenue=revenue,
            roi=revenue / spend if spend > 0 else None,
            by_period=tuple(spends),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TacticPoints) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The best plan where the limit that moves stands at `amount` [money, or units of the goal].

    value ≤ bound (≥ when spend is minimised): value on the true curves in whole minor units, bound as it was proved.
    `marginal` is ∂value/∂amount [units of the objective per unit of the amount]. `conflicting` names limits that
    cannot all hold here, where they were looked for. All but the status is None where there is no plan.
    """

    amount: float
    status: Status
    detail: str = ""
    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    certificate: Certificate | None = None
    spend: float | None = None
    outcome: float | None = None
    revenue: float | None = None
    profit: float | None = None
    roi: float | None = None
    marginal: float | None = None
    conflicting: tuple[str, ...] = ()
    tactics: TacticPoints | tuple[()] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtBudget:
    """The budget that a question about returns asks for, and the plan there.

    `budget` [money] is None without a plan; where `at_most` is given, no budget above it is the answer: that is proved.
    `ended_by` says whether more money would not return enough (curves), or could not be spent (limits, by name).
    `status` is `unbounded` where money pays at any spend and nothing limits it.
    """

    question: Question
    target: float | None
    status: Literal["optimal", "feasible", "conflict", "no_plan", "unbounded"]
    detail: str
    budget: float | None = None
    at_most: float | None = None
    ended_by: EndedBy | None = None
    limits: tuple[str, ...] = ()
    plan: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """Points in rising order of the amount, and answers; `goal` is the goal whose target moves, None for the budget.

    `aim` is what value measures: revenue, profit, outcome or spend.
    """

    aim: str
    goal: str | None
    periods: tuple[str, ...]
    points: tuple[Point, ...]
    sought: tuple[SoughtBudget, ...]
    provenance: Provenance
