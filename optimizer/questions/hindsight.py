"""What a plan loses against knowing the draw: one certified search a draw, all limits as the plan had them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.answers.evaluation import Spend, spend_of
from optimizer.answers.plan import Plan
from optimizer.answers.risk import Risk, risk_of
from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.formulation.draws import reweighted
from optimizer.optimize import SizeLimits, check_size
from optimizer.problem.canonical import canonical_order
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.draws import drawn_tactic
from optimizer.problem.scenario import Scenario
from optimizer.search.deadline import Clock, Deadline
from optimizer.search.search import search
from optimizer.search.spends.ceiling import is_open
from optimizer.search.spends.within import model_within

DRAWS = 20  # solved at most, unless more are asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRegret:
    """One draw, by its position from 0: the plan's value, and the best value had that draw been known [objective].

    The best lies between `best`, which some spend reaches, and `bound`, which none passes (None: nothing is proved).
    regret = best − value, at most bound − value.
    """

    draw: int
    value: float
    best: float
    bound: float | None
    regret: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """The regret of a plan over `solved` of `asked` draws, evenly spread by rank of the plan's value.

    `mean` and `worst` [objective] of what some spend reaches; `mean_at_most` and `worst_at_most` of what was proved,
    None where a draw has no bound.
    """

    asked: int
    solved: int
    mean: float
    worst: float
    mean_at_most: float | None
    worst_at_most: float | None
    draws: tuple[DrawRegret, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAnswer:
    """A plan's risk, and its hindsight.

    None where spend is minimised, which no draw changes, where demand pools link the draws of all tactics, where no
    time was left, or some draw pays without end.
    """

    risk: Risk
    hindsight: Hindsight | None


def plan_risk(
    scenario: Scenario,
    plan: Plan,
    draws: int = DRAWS,
    limits: SizeLimits | None = None,
    *,
    clock: Clock = time.monotonic,
    progress: Callable[[object], None] | None = None,
) -> RiskAnswer:
    """The risk of a plan of the scenario and its regret on up to `draws` draws, within `solve.time_limit` in all.

    Raises ScenarioError (`no_draws`, `unequal_draws`, `nothing_planned`) and LimitError.
    """
    deadline = Deadline.after(scenario.solve.time_limit, clock)
    check_size(scenario, limits or SizeLimits())
    if not plan.allocations:
        raise ScenarioError("nothing_planned", "", "the plan has no allocations to value", "ask about another plan")
    cells = [Spend(tactic=cell.tactic, period=cell.period, spend=cell.spend) for cell in plan.allocations]
    ordered = canonical_order(scenario)
    spend = spend_of(scenario, cells)
    risk = risk_of(scenario, spend)
    if risk is None:
        raise ScenarioError("no_draws", "tactics", "no response curve has draws", "give curves with draws")
    if not scenario.objective.maximizes or scenario.demand_pools:
        return RiskAnswer(risk=risk, hindsight=None)
    try:
        regrets = _regrets(ordered, spend_of(ordered, cells), min(draws, risk.draws), deadline, progress)
    except ScenarioError as error:
        if error.code != "unbounded":
            raise
        regrets = []
    return RiskAnswer(risk=risk, hindsight=_summed(regrets, min(draws, risk.draws)))


def _regrets(
    scenario: Scenario, spend: Array, count: int, deadline: Deadline, progress: Callable[[object], None] | None
) -> list[DrawRegret]:
    values = DrawValuer(scenario).value(spend).value()
    chosen = np.argsort(values, kind="stable")[np.rint(np.linspace(0, len(values) - 1, count)).astype(int)]
    known = _Known(scenario)
    regrets: list[DrawRegret] = []
    for done, draw in enumerate(chosen.tolist()):
        if deadline.left <= 0:
            break
        share = Deadline.after(deadline.left / (count - done), deadline.clock)
        regrets.append(known.regret(draw, values, share))
        if progress is not None:
            progress(regrets[-1])
    return regrets


class _Known:
    """A scenario whose draw is known; where spends have limits, one model serves all draws."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = replace(scenario, objective=replace(scenario.objective, confidence=None))
        self._model = None if is_open(scenario) else model_within(self._scenario, -np.inf)

    def regret(self, draw: int, values: Array, deadline: Deadline) -> DrawRegret:
        """The best value under one draw, beside the plan's."""
        value, only = float(values[draw]), (np.arange(len(values)) == draw).astype(float)
        model = self._model
        if model is None:
            drawn = replace(self._scenario, tactics=tuple(drawn_tactic(own, draw) for own in self._scenario.tactics))
            model = model_within(self._scenario, value, drawn)
        found = search(reweighted(model, only), self._scenario.solve.gap, deadline, lambda *_: None)
        best = value if found.columns is None else max(value, -found.cost * model.worth)
        bound = max(best, -found.bound * model.worth) if np.isfinite(found.bound) else None
        return DrawRegret(draw=draw, value=value, best=best, bound=bound, regret=best - value)


def _summed(regrets: list[DrawRegret], asked: int) -> Hindsight | None:
    if not regrets:
        return None
    reached = [each.regret for each in regrets]
    proved = [each.bound - each.value for each in regrets if each.bound is not None]
    whole = len(proved) == len(regrets)
    return Hindsight(
        asked=asked,
        solved=len(regrets),
        mean=float(np.mean(reached)),
        worst=max(reached),
        mean_at_most=float(np.mean(proved)) if whole else None,
        worst_at_most=max(proved) if whole else None,
        draws=tuple(regrets),
    )
