"""Plans without a solve: a given spend, valued on the true curves."""

from __future__ import annotations

import numpy as np

from optimizer.answers.comparison import Candidate
from optimizer.answers.plan import (
    Allocation,
    Certificate,
    GoalResult,
    Plan,
    Provenance,
    RuleResult,
    Termination,
    Totals,
)
from optimizer.curves import Curve, Linear, Power, ResponseCurve
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.goal import Goal
from optimizer.problem.objective import Objective
from optimizer.problem.rules import SpendRange
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import Tactic
from optimizer.problem.valuation import Valuer

TV = Tactic(name="tv", stage="upstream", response=ResponseCurve(members=(Linear(slope=2.0),)))
SEARCH = Tactic(name="search", stage="downstream", response=ResponseCurve(members=(Linear(slope=3.0),)))


def tactic(name: str, curve: Curve) -> Tactic:
    """A tactic with one curve."""
    return Tactic(name=name, stage="upstream", response=ResponseCurve(members=(curve,)))


def scenario(
    *tactics: Tactic, budget: float = 100.0, periods: tuple[str, ...] = ("1",), currency: str = "EUR"
) -> Scenario:
    """Maximise revenue within the budget, with one goal and one rule."""
    return Scenario(
        name="test",
        currency=currency,
        periods=periods,
        tactics=tactics or (TV, SEARCH),
        objective=Objective(aim="revenue"),
        budget=Budget(total=BudgetLimit(at_most=budget)),
        goals=(Goal(name="FY", metric="revenue", at_least=100.0),),
        rules=(SpendRange(name="floor", at_least=1.0),),
    )


def candidate(label: str, problem: Scenario, spend: dict[str, float]) -> Candidate:
    """A plan that spends so much on each tactic in the first period, and nothing later."""
    return Candidate(label=label, scenario=problem, plan=plan(problem, spend))


def plan(problem: Scenario, spend: dict[str, float]) -> Plan:
    """The plan of a spend by tactic in the first period."""
    money = np.zeros((len(problem.tactics), len(problem.periods)))
    money[:, 0] = [spend.get(each.name, 0.0) for each in problem.tactics]
    valued = Valuer(problem).value(money)
    revenue = valued.total("revenue", Scope())
    return Plan(
        status="feasible",
        termination=Termination(reason="time_limit", limit="solve.time_limit"),
        value=revenue,
        bound=revenue * 1.1,
        gap=0.1,
        certificate=Certificate(
            value=revenue,
            bound=revenue * 1.1,
            gap=0.1,
            largest_violation=0.0,
            bound_from="tangents",
            rounding_cost=0.0,
        ),
        totals=_totals(valued.spent(Scope()), revenue),
        allocations=tuple(
            Allocation(
                tactic=each.name,
                period=period,
                spend=float(money[row, column]),
                outcome=float(valued.outcome[row, column]),
                revenue=float(valued.outcome[row, column]),
                marginal_revenue=None,
                limited_by=("budget",),
            )
            for row, each in enumerate(problem.tactics)
            for column, period in enumerate(problem.periods)
        ),
        tactics=(),
        goals=(_goal(revenue),),
        rules=(RuleResult(name="budget", binding=True, price=3.0, price_unit="revenue per unit of money"),),
        budget=None,
        conflict=None,
        warnings=("a warning",),
        provenance=_provenance(),
    )


def no_plan(problem: Scenario) -> Plan:
    """The answer to a scenario that was stopped before any plan."""
    made = plan(problem, {})
    return Plan(
        status="no_plan",
        termination=made.termination,
        value=None,
        bound=None,
        gap=None,
        certificate=None,
        totals=None,
        allocations=(),
        tactics=(),
        goals=(),
        rules=(),
        budget=None,
        conflict=None,
        warnings=(),
        provenance=made.provenance,
    )


def root(coefficient: float) -> Power:
    """coefficient · √x."""
    return Power(coefficient=coefficient, exponent=0.5)


def _totals(spend: float, revenue: float) -> Totals:
    return Totals(
        spend=spend,
        unspent=0.0,
        outcome=revenue,
        revenue=revenue,
        profit=revenue - spend,
        roi=revenue / spend if spend else None,
        total_outcome=revenue,
        baseline_outcome=0.0,
    )


def _goal(achieved: float) -> GoalResult:
    return GoalResult(
        name="FY",
        metric="revenue",
        required=False,
        target=100.0,
        achieved=achieved,
        shortfall=max(0.0, 100.0 - achieved),
        met=achieved >= 100.0,
        price=None,
    )


def _provenance() -> Provenance:
    return Provenance(
        digest="sha256:0", solver="none", headrace="0", seconds=0.0, formulation="given", rounds=0, nodes=0
    )
