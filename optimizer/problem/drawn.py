"""What a given spend yields under every draw of the curves at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import Array, adstocked, carried
from optimizer.problem.attainment import KEPT, shares
from optimizer.problem.draws import joint_draws, tail_mean
from optimizer.problem.river import River
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import Tactic
from optimizer.problem.valuation import rates, tail_length, worth_of_outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A spend and its outcome by draw: `outcome` of each tactic has shape (periods + 1, draws or 1), carry-out last;
    `end_value` of the demand left, shape (draws or 1,).
    """

    scenario: Scenario
    draws: int
    spend: Array
    outcome: tuple[Array, ...]
    end_value: Array

    def total(self, metric: str, scope: Scope) -> Array:
        """The metric summed over the scope under each draw, shape (draws,); carry-out as in `Valuation.total`."""
        mask = scope.cells(self.scenario.tactics, self.scenario.periods).astype(float)
        per_spend, per_outcome = rates(self.scenario, metric)
        counted = np.column_stack([mask, mask.any(axis=1) & (scope.periods is None)]) * per_outcome[:, None]
        money = float((per_spend[:, None] * self.spend * mask).sum())
        parts = [counted[row] @ self.outcome[row] for row in np.flatnonzero(counted.any(axis=1))]
        return money + sum(parts, np.zeros(self.draws))

    def value(self) -> Array:
        """The objective under each draw, shape (draws,)."""
        objective = self.scenario.objective
        if objective.aim == "goals":
            return self._attainment()
        total = self.total(objective.aim, Scope()) + (self.end_value if objective.maximizes else 0.0)
        return np.asarray(total - objective.target_marginal_roi * float(self.spend.sum()))

    def _attainment(self) -> Array:
        """What the soft goals attain under each draw, shape (draws,) [1]."""
        value = np.zeros(self.draws)
        for goal in self.scenario.goals:
            for part, share in () if goal.required else shares(goal, self.scenario):
                achieved = self.total(goal.metric, part.scope)
                value += share * np.where(achieved >= part.target * (1.0 - KEPT), 1.0, achieved / part.target)
        return value

    def of_tactic(self, row: int) -> Array:
        """The incremental outcome of one tactic over all periods and carry-out, shape (draws,) [outcome]."""
        return np.asarray(np.broadcast_to(self.outcome[row].sum(axis=0), (self.draws,)))


class DrawValuer:
    """Values spends of one scenario under every draw; what does not depend on the spend is worked out once.

    Raises ScenarioError where the tactics' draws cannot be one joint sample.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.draws = joint_draws(scenario.tactics)
        self._tails = [tail_length(scenario, tactic) for tactic in scenario.tactics]
        self._without = [self._idle(tactic, tail) for tactic, tail in zip(scenario.tactics, self._tails, strict=True)]

    def value(self, spend: Array) -> Drawn:
        """Value a spend of shape (tactics, periods) [money]; with demand pools, converted anew under each draw."""
        outcome = tuple(self._outcome(row, spend[row]) for row in range(len(self.scenario.tactics)))
        drawn = Drawn(scenario=self.scenario, draws=self.draws, spend=spend, outcome=outcome, end_value=np.zeros(1))
        return self._converted(drawn) if self.scenario.demand_pools else drawn

    def _converted(self, drawn: Drawn) -> Drawn:
        """What a spend yields where demand limits what is converted: draw by draw."""
        river, worth = River(self.scenario), worth_of_outcome(self.scenario)
        draining, shape = np.flatnonzero(river.draws >= 0), (len(self.scenario.periods), self.draws)
        idle = np.array([np.broadcast_to(self._idle_response(row), shape) for row in range(len(drawn.outcome))])
        gain = np.array([np.broadcast_to(own[:-1], shape) for own in drawn.outcome])
        outcome = [np.broadcast_to(own, (len(own), self.draws)).copy() for own in drawn.outcome]
        ends, values = np.zeros(self.draws), np.array([pool.end_value for pool in self.scenario.demand_pools])
        for draw in range(self.draws):
            flow = river.run(idle[:, :, draw] + gain[:, :, draw], worth)
            before = river.run(idle[:, :, draw], worth).converted
            ends[draw] = values @ flow.left[:, -1]
            for row in draining.tolist():
                outcome[row][:-1, draw] = flow.converted[row] - before[row]
        return replace(drawn, outcome=tuple(outcome), end_value=ends)

    def _idle_response(self, row: int) -> Array:
        """The whole response of a tactic without spend, shape (periods or 1, draws)."""
        tactic, periods, without = self.scenario.tactics[row], len(self.scenario.periods), self._without[row]
        carry = tactic.carry_over
        if carry.after_saturation:
            before = tactic.response.each(np.asarray(carry.carry_in, dtype=float))
            each = zip(without[0], before.T, strict=True)
            without = np.column_stack(
                [adstocked(carry.adstock, np.full(periods, now), past.tolist(), 0) for now, past in each]
            )
        return np.asarray(self.scenario.season(tactic), dtype=float)[:, None] * without[:periods]

    def _idle(self, tactic: Tactic, tail: int) -> Array:
        """What the curves read and yield without spend, shape (periods + tail or 1, draws)."""
        carry, reach = tactic.carry_over, len(self.scenario.periods) + tail
        if carry.after_saturation or carry.adstock.family == "none":
            return tactic.response.each(np.zeros(1))
        return tactic.response.each(carried(carry.adstock, carry.carry_in, reach))

    def _outcome(self, row: int, spend: Array) -> Array:
        """Incremental outcome of a tactic by period, carry-out last, shape (periods + 1, draws)."""
        tactic, tail, periods = self.scenario.tactics[row], self._tails[row], len(spend)
        carry = tactic.carry_over
        if carry.after_saturation:
            gain = _spread(tactic, periods, tail) @ (tactic.response.each(spend) - self._without[row])
        elif carry.adstock.family == "none":
            gain = tactic.response.each(spend) - self._without[row]
        else:
            gain = tactic.response.each(adstocked(carry.adstock, spend, carry.carry_in, tail)) - self._without[row]
        season = np.asarray(self.scenario.season(tactic), dtype=float)[:, None]
        return np.vstack([season * gain[:periods], gain[periods:].sum(axis=0, keepdims=True)])


def _spread(tactic: Tactic, periods: int, tail: int) -> Array:
    """How responses show later, shape (periods + tail, periods): what was carried in is the same with any spend."""
    weights = tactic.carry_over.adstock.spread(periods + tail)
    lags = np.arange(periods + tail)[:, None] - np.arange(periods)[None, :]
    return np.where(lags >= 0, weights[np.maximum(lags, 0)], 0.0)


def confident_value(scenario: Scenario, spend: Array, confidence: float) -> float:
    """The objective's mean over the worst (1 − α)·K draws at a spend of shape (tactics, periods)."""
    return tail_mean(DrawValuer(scenario).value(spend).value(), confidence)
