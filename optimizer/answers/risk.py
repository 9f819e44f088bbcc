"""How a plan fares under the draws of its curves: nothing is solved."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.canonical import canonical_spend
from optimizer.problem.drawn import Drawn, DrawValuer
from optimizer.problem.draws import joint_draws, quantile, tail_mean, thinned_tactic
from optimizer.problem.goal import Goal
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import Tactic
from optimizer.units import KEPT

LEVEL = 0.9  # share of the draws between the ends of an interval
CONFIDENCE = 0.9  # of the mean over the worst draws, where the objective states none
CONVERSIONS = 150_000  # of a pool's demand in a period, that risk may take
FEWEST = 10  # draws that risk is told by, however many pools and periods there are


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The mean over all draws, and the values between which the share `level` of them lies: 5 % below, 5 % above.

    Each end is the least value that 5 %, or 95 %, of the draws do not exceed (the inverted distribution function).
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRisk:
    """The objective's interval, and `cvar`, its mean over the worst (1 − confidence) of the draws."""

    mean: float
    low: float
    high: float
    cvar: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticRisk:
    """One tactic over all periods, carry-out included where it counts."""

    tactic: str
    outcome: Interval
    revenue: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalChance:
    """The share of draws in which the goal is met [1]."""

    name: str
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A plan under `draws` joint draws; `level` of the intervals [1], `confidence` of the cvar [1]."""

    draws: int
    level: float
    confidence: float
    value: ValueRisk
    outcome: Interval
    revenue: Interval
    profit: Interval
    tactics: tuple[TacticRisk, ...]
    goals: tuple[GoalChance, ...]


def risk_of(scenario: Scenario, spend: Array) -> Risk | None:
    """The risk of a spend of shape (tactics, periods) [money]; None where no curve has draws.

    With demand pools it stands on as many draws, evenly spread, as can be converted anew without delay.
    Raises ScenarioError (`unequal_draws`) where the tactics' draws cannot be one joint sample.
    """
    return _risk_of(scenario, spend, joint_draws(scenario.tactics))


def _risk_of(scenario: Scenario, spend: Array, draws: int) -> Risk | None:
    if draws == 1:
        return None
    own, spend = canonical_spend(_thinned(scenario, draws), spend)
    return _risk(scenario, DrawValuer(own).value(spend))


def risk_or_reason(scenario: Scenario, spend: Array) -> tuple[Risk | None, str | None]:
    """The risk, or None; and in words why curves with draws have none, or how many draws it stands on."""
    try:
        draws = joint_draws(scenario.tactics)
    except ScenarioError as error:
        if error.code != "unequal_draws":
            raise
        return None, "no risk is told: the tactics have different numbers of draws, which cannot be one joint sample"
    risk = _risk_of(scenario, spend, draws)
    if risk is not None and risk.draws < draws:
        return risk, f"risk is told by {risk.draws} of {draws} draws, evenly spread: demand is converted anew in each"
    return risk, None


def _thinned(scenario: Scenario, draws: int) -> Scenario:
    """The scenario with no more draws than there is time for; all of them without demand pools."""
    pools = len(scenario.demand_pools) * len(scenario.periods)
    most = max(FEWEST, CONVERSIONS // pools) if pools else draws
    if draws <= most:
        return scenario
    kept = np.rint(np.linspace(0, draws - 1, most)).astype(int).tolist()
    return replace(scenario, tactics=tuple(thinned_tactic(tactic, kept) for tactic in scenario.tactics))


def _risk(scenario: Scenario, drawn: Drawn) -> Risk:
    """Told in the scenario's own order, of what was drawn in the canonical one."""
    rows = {tactic.name: row for row, tactic in enumerate(drawn.scenario.tactics)}
    value, confidence = drawn.value(), scenario.objective.confidence or CONFIDENCE
    whole = _interval(value)
    tail = tail_mean(value, confidence) if scenario.objective.maximizes else -tail_mean(-value, confidence)
    outcome, revenue, profit = (_interval(drawn.total(name)) for name in ("outcome", "revenue", "profit"))
    return Risk(
        draws=drawn.draws,
        level=LEVEL,
        confidence=confidence,
        value=ValueRisk(mean=whole.mean, low=whole.low, high=whole.high, cvar=tail),
        outcome=outcome,
        revenue=revenue,
        profit=profit,
        tactics=tuple(_of_tactic(tactic, drawn.of_tactic(rows[tactic.name])) for tactic in scenario.tactics),
        goals=tuple(GoalChance(name=goal.name, chance=_chance(drawn, goal)) for goal in scenario.goals),
    )


def _of_tactic(tactic: Tactic, outcome: Array) -> TacticRisk:
    return TacticRisk(
        tactic=tactic.name, outcome=_interval(outcome), revenue=_interval(tactic.revenue_per_outcome * outcome)
    )


def _chance(drawn: Drawn, goal: Goal) -> float:
    """How often every part of the goal is met."""
    met = np.ones(drawn.draws, dtype=bool)
    for part in goal.parts(drawn.scenario.periods):
        met &= part.target - drawn.total(goal.metric, part.scope) <= KEPT * abs(part.target)
    return float(met.mean())


def _interval(values: Array) -> Interval:
    low, high = (quantile(values, level) for level in (round(0.5 - LEVEL / 2, 9), round(0.5 + LEVEL / 2, 9)))
    return Interval(mean=float(values.mean()), low=low, high=high)
