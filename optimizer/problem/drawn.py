"""What a given spend yields under every draw of the curves at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import Array, adstocked, carried
from optimizer.problem.attainment import shares
from optimizer.problem.canonical import canonical_spend
from optimizer.problem.draws import joint_draws, tail_mean
from optimizer.problem.rivers import Rivers
from optimizer.problem.rules.rate_card import media
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import EVERYTHING, Scope
from optimizer.problem.tactic import Tactic
from optimizer.problem.worth import worth_of_outcome
from optimizer.units import KEPT


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

    def total(self, metric: str, scope: Scope = EVERYTHING) -> Array:
        """The metric summed over the scope under each draw, shape (draws,); carry-out as in `Valuation.total`."""
        mask = self.scenario.cells(scope).astype(float)
        per_spend, per_outcome = self.scenario.rates(metric)
        counted = np.column_stack([mask, mask.any(axis=1) & (scope.periods is None)]) * per_outcome[:, None]
        money = float((per_spend[:, None] * self.spend * mask).sum())
        parts = [counted[row] @ self.outcome[row] for row in np.flatnonzero(counted.any(axis=1))]
        return money + sum(parts, np.zeros(self.draws))

    def value(self) -> Array:
        """The objective under each draw, shape (draws,)."""
        objective = self.scenario.objective
        if objective.aim == "goals":
            return self._attainment()
        total = self.total(objective.aim) + (self.end_value if objective.maximizes else 0.0)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What gains g of the responses are worth, at weights of the draws and prices of demand under each: no spend x is
    worth more over its worst draws than known + Σ worth · g(x) − charges(x), and one spend is worth just that.

    `worth` has shape (draws, tactics, periods + 1), carry-out last [objective per outcome]; `demand`, shape
    (pools, periods), is what one more unit of demand brings [objective per demand]. Means of credits are credits.
    """

    worth: Array
    known: float
    demand: Array

    @classmethod
    def mean(cls, credits: Sequence[Credit], shares: Array) -> Credit:
        """Their mean, by shares that sum to 1."""
        pairs = list(zip(credits, shares.tolist(), strict=True))
        return cls(
            worth=np.asarray(sum(share * own.worth for own, share in pairs)),
            known=sum(share * own.known for own, share in pairs),
            demand=np.asarray(sum(share * own.demand for own, share in pairs)),
        )


class DrawValuer:
    """Values spends of one scenario under every draw; what does not depend on the spend is worked out once.

    Raises ScenarioError where the tactics' draws cannot be one joint sample.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.draws = joint_draws(scenario.tactics)
        self._seasons = scenario.seasons[:, :, None]
        self._without = [
            self._idle(tactic, tail) for tactic, tail in zip(scenario.tactics, scenario.tails, strict=True)
        ]

    def value(self, spend: Array) -> Drawn:
        """Value a spend of shape (tactics, periods) [money]; with demand pools, converted anew under each draw."""
        outcome = tuple(self._outcomes(spend))
        drawn = Drawn(scenario=self.scenario, draws=self.draws, spend=spend, outcome=outcome, end_value=np.zeros(1))
        return self._converted(drawn) if self.scenario.demand_pools else drawn

    def credit(self, spend: Array, weights: Array) -> Credit:
        """What gains are worth at weights of the draws, and the prices of demand at a spend [money] under each."""
        idle, gain = self._responses(self._outcomes(spend))
        return self.credited(weights, Rivers(self.scenario).run(idle + gain, worth_of_outcome(self.scenario)).prices)

    def credited(self, weights: Array, prices: Array) -> Credit:
        """What gains are worth at weights of the draws and prices of demand that keep their law, shape (pools, periods,
        draws) [worth per demand].
        """
        scenario, rivers = self.scenario, Rivers(self.scenario)
        rate, draws = scenario.rates(scenario.objective.aim)[1], rivers.river.draws
        idle = self._idle_responses()
        credited = rivers.credited(prices)
        earned = np.broadcast_to(rate[:, None, None], idle.shape).copy()
        for row in np.flatnonzero(draws >= 0).tolist():
            earned[row] = np.maximum(earned[row] - rivers.river.demand[row] * prices[draws[row]], 0.0)
        worth = earned + credited
        before = rivers.run(idle, worth_of_outcome(scenario)).converted
        drawing = np.where(draws >= 0, 1.0, 0.0)[:, None, None]
        known = (prices * rivers.river.own[:, :, None]).sum(axis=(0, 1)) + (credited * idle).sum(axis=(0, 1))
        known += (drawing * (earned * idle - rate[:, None, None] * before)).sum(axis=(0, 1))
        later = np.broadcast_to(rate[:, None, None], (len(rate), 1, self.draws))
        return Credit(
            worth=weights[:, None, None] * np.concatenate([worth, later], axis=1).transpose(2, 0, 1),
            known=float(weights @ known),
            demand=prices @ weights,
        )

    def gains(self, spend: Array) -> Array:
        """What the responses gain by a spend, before demand limits them, shape (draws, tactics, periods + 1)."""
        shape = (len(self.scenario.periods) + 1, self.draws)
        each = [np.broadcast_to(own, shape) for own in self._outcomes(spend)]
        return np.array(each).transpose(2, 0, 1)

    def _responses(self, outcome: Sequence[Array]) -> tuple[Array, Array]:
        """The whole responses without spend and what is gained, both (tactics, periods, draws)."""
        shape = (len(self.scenario.periods), self.draws)
        return self._idle_responses(), np.array([np.broadcast_to(own[:-1], shape) for own in outcome])

    def _idle_responses(self) -> Array:
        """The whole responses without spend, shape (tactics, periods, draws)."""
        shape = (len(self.scenario.periods), self.draws)
        each = [np.broadcast_to(self._idle_response(row), shape) for row in range(len(self.scenario.tactics))]
        return np.array(each)

    def _converted(self, drawn: Drawn) -> Drawn:
        """What a spend yields where demand limits what is converted: each draw by itself."""
        rivers, worth = Rivers(self.scenario), worth_of_outcome(self.scenario)
        idle, gain = self._responses(drawn.outcome)
        flow, before = rivers.run(idle + gain, worth), rivers.run(idle, worth).converted
        outcome = [np.broadcast_to(own, (len(own), self.draws)).copy() for own in drawn.outcome]
        for row in np.flatnonzero(rivers.river.draws >= 0).tolist():
            outcome[row][:-1] = flow.converted[row] - before[row]
        values = np.array([pool.end_value for pool in self.scenario.demand_pools])
        return replace(drawn, outcome=tuple(outcome), end_value=values @ flow.left[:, -1])

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
        return np.asarray(self._seasons[row] * without[:periods])

    def _idle(self, tactic: Tactic, tail: int) -> Array:
        """What the curves read and yield without spend, shape (periods + tail or 1, draws)."""
        carry, reach = tactic.carry_over, len(self.scenario.periods) + tail
        if carry.after_saturation or carry.adstock.family == "none":
            return tactic.response.each(np.zeros(1))
        return tactic.response.each(carried(carry.adstock, carry.carry_in, reach))

    def _outcomes(self, spend: Array) -> list[Array]:
        """Incremental outcome of each tactic, given what is spent [money]: rate cards say what that buys."""
        return [self._outcome(row, bought) for row, bought in enumerate(media(self.scenario, spend))]

    def _outcome(self, row: int, spend: Array) -> Array:
        """Incremental outcome of a tactic by period, carry-out last, shape (periods + 1, draws)."""
        tactic, tail, periods = self.scenario.tactics[row], self.scenario.tails[row], len(spend)
        carry = tactic.carry_over
        if carry.after_saturation:
            gain = _spread(tactic, periods, tail) @ (tactic.response.each(spend) - self._without[row])
        elif carry.adstock.family == "none":
            gain = tactic.response.each(spend) - self._without[row]
        else:
            gain = tactic.response.each(adstocked(carry.adstock, spend, carry.carry_in, tail)) - self._without[row]
        return np.vstack([self._seasons[row] * gain[:periods], gain[periods:].sum(axis=0, keepdims=True)])


def _spread(tactic: Tactic, periods: int, tail: int) -> Array:
    """How responses show later, shape (periods + tail, periods): what was carried in is the same with any spend."""
    weights = tactic.carry_over.adstock.spread(periods + tail)
    lags = np.arange(periods + tail)[:, None] - np.arange(periods)[None, :]
    return np.where(lags >= 0, weights[np.maximum(lags, 0)], 0.0)


def confident_value(scenario: Scenario, spend: Array, confidence: float) -> float:
    """The objective's mean over the worst (1 − α)·K draws at a spend of shape (tactics, periods)."""
    scenario, spend = canonical_spend(scenario, spend)
    return tail_mean(DrawValuer(scenario).value(spend).value(), confidence)
