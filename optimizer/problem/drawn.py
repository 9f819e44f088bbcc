"""What a given spend yields under every draw of the curves at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import Array, adstocked, carried
from optimizer.problem.draws import joint_draws, tail_mean
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import Tactic
from optimizer.problem.valuation import rates, tail_length


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A spend and its outcome by draw: `outcome` of each tactic has shape (periods + 1, draws or 1), carry-out last."""

    scenario: Scenario
    draws: int
    spend: Array
    outcome: tuple[Array, ...]

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
        return self.total(objective.aim, Scope()) - objective.target_marginal_roi * float(self.spend.sum())

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
        """Value a spend of shape (tactics, periods) [money]."""
        outcome = tuple(self._outcome(row, spend[row]) for row in range(len(self.scenario.tactics)))
        return Drawn(scenario=self.scenario, draws=self.draws, spend=spend, outcome=outcome)

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
