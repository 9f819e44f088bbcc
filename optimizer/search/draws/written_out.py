"""A plan by its worst draws, searched in the model that is written out draw by draw, as far as that is small.

Weights of draws and prices of demand bound what every mixture of plans is worth: where decisions are on or off, or
curves bent, that is more than any plan is. Written out, each draw is read on its own curves by one and the same plan,
and what is searched is an ordinary model. Only draws that are among the worst are written: those left out can only cost
more, so that the bound holds without them; where one of them is among the worst of the plan found, it comes in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import gap_between
from optimizer.formulation.by_draw import by_draw
from optimizer.formulation.model import Model
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.draws import largest_weight, tail_mean, tail_weights
from optimizer.problem.pool import DemandPool
from optimizer.search.deadline import Deadline
from optimizer.search.prices.duals import of_demand
from optimizer.search.search import Found, search
from optimizer.search.spends.within import Watch

Array = NDArray[np.float64]
Index = NDArray[np.intp]
LARGEST = 4_000  # cells of all draws, beyond which programs take long
BESIDE = 0.5  # of the draws that decide, so many more are written out at first
SPARE = 4  # and so many
QUARTER = 0.25  # of the time that is left, for a first plan
ROUGHLY = 0.01  # the gap that it may have
WHOLE = 1e-9  # of a draw


class WrittenOut:
    """The rounds: some draws, a search of them, and the draws that it forgot."""

    def __init__(self, model: Model, valuer: DrawValuer, deadline: Deadline, watch: Watch) -> None:
        confidence = model.scenario.objective.confidence
        assert confidence is not None
        self._model, self._valuer, self._deadline, self._watch = model, valuer, deadline, watch
        self._confidence, self._gap = confidence, model.scenario.solve.gap
        self._deciding = math.ceil(1.0 / largest_weight(valuer.draws, confidence) - WHOLE)
        self._most = LARGEST // len(model.cells.inputs)

    @property
    def fits(self) -> bool:
        """Whether the draws that decide are few enough."""
        return self._most >= min(self._deciding + 1, self._valuer.draws)

    def search(self, spend: Array, known: Found | None = None) -> Found:
        """What is found, beside what is known; draws begin with the worst of a spend [money] that may keep no row."""
        found = known or self._first()
        if found.proved_empty:
            return found
        if found.columns is not None:
            spend = (found.columns * self._model.scale)[self._model.spend]
        values = self._valuer.value(spend).value()
        some = int((1.0 + BESIDE) * self._deciding) + SPARE
        draws = np.argsort(values, kind="stable")[: min(some, self._most)]
        while len(draws) <= self._most and self._deadline.left > 0:
            found, values = self._searched(found, np.sort(draws))
            further = np.setdiff1d(np.flatnonzero(tail_weights(values, self._confidence) > 0.0), draws)
            if not len(further) or found.columns is None or self.left(found) <= self._gap:
                break
            draws = np.concatenate([draws, further])
        return self._weighing(found)

    def _first(self) -> Found:
        """Where decisions may keep a plan waiting, roughly the best by the mean of the draws; else nothing yet."""
        seconds = QUARTER * self._deadline.left if len(self._model.integer) else 0.0
        mean = search(self._model, ROUGHLY, self._deadline.within(seconds), lambda *_: None)
        nothing = replace(mean, columns=None, cost=np.inf, duals=None, relaxation=None, region=None)
        if mean.proved_empty:
            return nothing
        found = replace(nothing, bound=-np.inf, stopped=self._deadline.left <= 0)
        return found if mean.columns is None else self._valued(found, mean)[0]

    def left(self, found: Found) -> float:
        """The relative gap of what was found; infinite without a plan."""
        return gap_between(found.cost, found.bound) if found.columns is not None else np.inf

    def _searched(self, found: Found, draws: Index) -> tuple[Found, Array]:
        """What is known after a search of some draws, and the values of its point by draw."""
        written, model = by_draw(self._model, draws), self._model
        start = None
        if found.columns is not None:
            start = np.concatenate([found.columns, np.zeros(len(written.cost) - len(found.columns))])
        cost = found.cost * model.worth / written.worth  # that of the search is over some draws only
        own = search(
            written,
            self._gap,
            self._deadline,
            lambda rounds, nodes, _, bound: self._watch(written, rounds, nodes, cost, min(bound, cost)),
            start,
        )
        return self._valued(self._told(found, own, draws), own)

    def _valued(self, better: Found, own: Found) -> tuple[Found, Array]:
        """What is known with the point of a search valued under all draws, and its values."""
        model, values = self._model, np.zeros(self._valuer.draws)
        if own.columns is not None:
            point = own.columns[: len(model.cost)]
            values = self._valuer.value((point * model.scale)[model.spend]).value()
            cost = -tail_mean(values, self._confidence) / model.worth
            if cost < better.cost:
                better = replace(better, columns=point, cost=cost)
            better = replace(better, bound=min(better.bound, better.cost))
        return better, values

    def _weighing(self, found: Found) -> Found:
        """What was found, with the weights at its point where no duals told them."""
        if found.columns is None or found.weights is not None or found.credit is not None:
            return found
        spend = (found.columns * self._model.scale)[self._model.spend]
        weights = tail_weights(self._valuer.value(spend).value(), self._confidence)
        if not self._model.scenario.demand_pools:
            return replace(found, weights=weights)
        return replace(found, credit=self._valuer.credit(spend, weights))

    def _told(self, found: Found, own: Found, draws: Index) -> Found:
        """What was found, with the work, bound and duals of a search of some draws."""
        ratio = own.model.worth / self._model.worth
        found = replace(
            found,
            bound=max(found.bound, own.bound * ratio),
            stopped=own.stopped,
            rounds=found.rounds + own.rounds,
            nodes=found.nodes + own.nodes,
            pieces=max(found.pieces, own.pieces),
        )
        if own.duals is None:
            return found
        weights, demand = self._weighed(own, draws)
        told = replace(found, duals=own.duals[: len(self._model.drafts)] * ratio)
        if demand is None:
            return replace(told, weights=weights)
        return replace(told, credit=self._valuer.credited(weights, demand))

    def _weighed(self, own: Found, draws: Index) -> tuple[Array, Array | None]:
        """The weights of all draws by the duals of a search, and prices of demand under each."""
        model, written = own.model, own.model.written
        assert own.duals is not None
        assert written is not None
        weights = np.zeros(self._valuer.draws)
        weights[draws] = np.clip(
            own.duals[written.rows] * model.worth / model.row_scale[written.rows], 0.0, written.most
        )
        weights = weights / (float(weights.sum()) or 1.0)
        if not written.currents:
            return weights, None
        stocks = np.array([currents.stock for currents in written.currents])
        paid = np.maximum(-of_demand(model, own.duals, stocks), 0.0)
        each = np.where(weights > 0.0, weights, 1.0)
        prices = np.zeros((self._valuer.draws, *stocks.shape[1:]))
        prices[draws] = paid / each[draws, None, None]
        return weights, lawful(self._model.scenario.demand_pools, prices.transpose(1, 2, 0))


def lawful(pools: Sequence[DemandPool], prices: Array) -> Array:
    """Prices of demand, shape (pools, periods, draws), brought up to what demand is worth later on, and at the end."""
    prices = prices.copy()
    for pool, own in enumerate(pools):
        prices[pool, -1] = np.maximum(prices[pool, -1], own.end_value)
        for period in range(prices.shape[1] - 2, -1, -1):
            prices[pool, period] = np.maximum(prices[pool, period], own.retention * prices[pool, period + 1])
    return prices
