"""What a given allocation is worth on a scenario, and which limits it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.answers.certificate import violations
from optimizer.answers.demand import demand_results, with_demand
from optimizer.answers.goals import goal_results
from optimizer.answers.plan import Allocation, DemandResult, GoalResult, TacticTotal, Totals
from optimizer.answers.report import allocations, tactic_totals, totals
from optimizer.answers.risk import Risk, risk_or_reason
from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.units import number, tidy


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
    demand: tuple[DemandResult, ...] = ()
    risk: Risk | None = None


def broken(valuation: Valuation) -> tuple[Violation, ...]:
    """The limits, rules and goals that a spend breaks; of money by as much as a person would add up."""
    return tuple(Violation(name=name, amount=tidy(amount)) for name, amount, _ in violations(valuation))


def evaluate(scenario: Scenario, spends: Sequence[Spend]) -> Evaluation:
    """Value a given allocation; cells that are not named spend nothing, a cell named twice is refused."""
    valuer = Valuer(scenario)
    valuation = valuer.value(spend_of(scenario, spends))
    prices = valuer.demand_prices(valuation.spend)
    missed = broken(valuation)
    return Evaluation(
        value=valuation.value,
        feasible=not missed,
        totals=totals(valuation),
        allocations=allocations(valuation, valuer),
        tactics=with_demand(tactic_totals(valuation), valuation, prices),
        goals=goal_results(valuation),
        violations=missed,
        demand=demand_results(valuation, prices),
        risk=risk_or_reason(scenario, valuation.spend)[0],
    )


def spend_of(scenario: Scenario, spends: Sequence[Spend]) -> Array:
    """The spend as an array, shape (tactics, periods) [money]."""
    rows = {tactic.name: row for row, tactic in enumerate(scenario.tactics)}
    columns = {period: column for column, period in enumerate(scenario.periods)}
    spend = np.zeros((len(rows), len(columns)))
    seen: set[tuple[str, str]] = set()
    for position, entry in enumerate(spends):
        path = f"allocations[{position}]"
        if entry.tactic not in rows:
            raise ScenarioError("unknown_tactic", f"{path}.tactic", "no tactic has this name", "use a tactic's name")
        if entry.period not in columns:
            raise ScenarioError("unknown_period", f"{path}.period", "no period has this name", "use a period's name")
        if (entry.tactic, entry.period) in seen:
            raise ScenarioError("duplicate_name", path, "this tactic and period stand twice", "give each once")
        seen.add((entry.tactic, entry.period))
        spend[rows[entry.tactic], columns[entry.period]] = number(entry.spend, f"{path}.spend", least=0.0)
    return spend
