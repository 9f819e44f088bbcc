"""The plan that is worth most over the worst of the draws: max over plans of min over weights q of Σ_k q_k·V_k(plan).

For fixed weights of the draws this is an ordinary search, whose curves are weighted means of their draws. It finds a
point, and bounds the whole: no plan is worth more over its worst draws than max Σ_k q_k·V_k, whatever the q. The next
weights are the worst for all mixtures of the points so far: a linear program with a column a draw and a row a point
(Kelley's cutting planes on q, Dantzig and Wolfe's decomposition seen from the plans). Its duals mix the points found to
one that is worth at least as much, where curves are concave and nothing is on or off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draws import reweighted, weights_program
from optimizer.formulation.model import Model
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.draws import largest_weight, tail_mean, tail_weights
from optimizer.problem.scenario import Scenario
from optimizer.search.deadline import Deadline
from optimizer.search.draws.exact import exact
from optimizer.search.draws.river_tail import RiverTail
from optimizer.search.draws.rounds import Rounds
from optimizer.search.draws.written_out import WrittenOut
from optimizer.search.incumbent.points import Points
from optimizer.search.search import Found, search
from optimizer.search.spends.ceiling import is_open
from optimizer.search.spends.within import Watch, model_within, search_within
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
COARSE = 1e-3  # gap of a search for given weights, while much else is open
SHARE = 0.1  # of the gap that is left, allowed to such a search
FINE = 0.25  # of the gap that is asked for, below which no search need go
HALF = 0.5  # of the time that is left, for one search
MOSTLY = 0.75  # of it, for weights where draws can be written out afterwards
SOON = 0.3  # of it, for weights after those that time cut short
LEAST = 0.05  # of the time limit, for one search
NEAR = 0.02  # of the gap, from which on the optimality conditions are tried
CLOSER = 0.3  # of the gap they were tried at, from which on once more
MOST_ROUNDS = 1000
ROUNDING = 1e-12  # of the level, that weights must bring it up to count as progress
NEGLIGIBLE = 1e-9  # of the largest weight, below which a draw weighs nothing


def search_tail(scenario: Scenario, deadline: Deadline, watch: Watch) -> Found:
    """Search a scenario whose objective has a confidence; bound and duals are those of the most telling weights."""
    return replace(
        _searched(scenario, deadline, watch), again=lambda other: _searched(other, deadline, lambda *_: None)
    )


def _searched(scenario: Scenario, deadline: Deadline, watch: Watch) -> Found:
    """What the rounds find, or the least spend of every cell where that keeps all rows and costs less."""
    assert scenario.objective.confidence is not None
    valuer = DrawValuer(scenario)
    found = _looked(scenario, valuer, deadline, watch)
    if found.columns is None:
        return found
    points = Points(found.model, valuer, scenario.objective.confidence)
    if not points.offer(found.model.low) or points.cost >= found.cost:
        return found
    return replace(found, columns=points.best, cost=points.cost, bound=min(found.bound, points.cost))


def _looked(scenario: Scenario, valuer: DrawValuer, deadline: Deadline, watch: Watch) -> Found:
    """Search from weights of the draws that are the worst of a guess."""
    assert scenario.objective.confidence is not None
    worth = -np.inf
    if is_open(scenario):
        first = _expected(scenario, deadline)
        if first.columns is None:
            return first
        spend = (first.columns * first.model.scale)[first.model.spend]
        worth = tail_mean(valuer.value(spend).value(), scenario.objective.confidence)
    model = model_within(scenario, worth)
    if scenario.demand_pools:
        return _on_a_river(model, valuer, deadline, watch)
    weights = tail_weights(valuer.value(_guess(model)).value(), scenario.objective.confidence)
    return _by_weights(model, valuer, deadline, watch, weights)


def _by_weights(model: Model, valuer: DrawValuer, deadline: Deadline, watch: Watch, weights: Array) -> Found:
    """Search by weights of the draws; where decisions or bent curves leave a gap, written out, if that is small."""
    straight = not len(model.integer) and bool(model.cells.curves.concave.all())
    written = None if straight else WrittenOut(model, valuer, deadline, watch)
    if written is None or not written.fits:
        tail = _Tail(model, valuer, deadline, watch)
        tail.run(weights)
        if len(model.integer) and not tail.proved and deadline.left > 0:
            tail.mix_within_decisions()
        return tail.found()
    tail = _Tail(model, valuer, deadline.within(MOSTLY * deadline.left), watch)
    tail.run(weights, handed_on=True)
    found = tail.found()
    if tail.proved or found.proved_empty:
        return found
    spend = _guess(model) if found.columns is None else (found.columns * model.scale)[model.spend]
    return written.search(spend, found)


def _on_a_river(model: Model, valuer: DrawValuer, deadline: Deadline, watch: Watch) -> Found:
    """Search where each draw converts demand anew: written out, where the draws that decide are few, or by rounds."""
    written, river, found = WrittenOut(model, valuer, deadline, watch), RiverTail(model, valuer, deadline, watch), None
    if written.fits:
        found = written.search(_guess(model))
        if found.proved_empty or found.stopped or written.left(found) <= model.scenario.solve.gap:
            return found
        river.take(found)
    river.run(_guess(model))
    return river.found()


def _expected(scenario: Scenario, deadline: Deadline) -> Found:
    """Roughly the best plan for expected value, which says how far spends need be followed."""
    rough = replace(scenario, solve=replace(scenario.solve, gap=max(scenario.solve.gap, COARSE)))
    half = Deadline.after(HALF * deadline.left, deadline.clock)
    found = search_within(rough, half, lambda *_: None)
    if found.columns is None and not found.proved_empty and found.stopped:
        return search_within(rough, deadline, lambda *_: None)
    return found


def _guess(model: Model) -> Array:
    """The budget in equal parts, whether rows allow it or not [money], shape (tactics, periods): to begin with."""
    low, high = (model.low * model.scale)[model.spend], (model.high * model.scale)[model.spend]
    total = model.scenario.budget.total
    most = float(high.sum()) if total is None or total.at_most is None else total.at_most
    guess: Array = np.clip(most / high.size, low, high)
    return guess


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """Weights of the draws, what every mixture of the points is worth at most under them, and the mixture's parts."""

    weights: Array
    level: float
    mixture: Array


class _Master:
    """The program for the weights, kept in the solver from round to round."""

    def __init__(self, draws: int, confidence: float, first: Array) -> None:
        self._most = largest_weight(draws, confidence)
        self._program = Program(weights_program(draws, self._most))
        self._weights = np.array([self._program.place[f"weight_{draw}"] for draw in range(draws)])
        self._level = self._program.place["level"]
        self._shift = float(first.mean())
        self._size = float(np.abs(first - self._shift).max()) or abs(self._shift) or 1.0
        self.points = 0

    def add(self, values: Array) -> None:
        """level >= Σ_k q_k·values_k, with values moved and scaled: weights sum to 1."""
        scaled = -self._most * (values - self._shift) / self._size
        columns = np.concatenate([[self._level], self._weights])
        coefficients = np.concatenate([[1.0], scaled])
        self._program.add_rows(np.zeros(1), np.full(1, np.inf), np.zeros(1, dtype=np.intp), columns, coefficients)
        self.points += 1

    def solve(self, seconds: float) -> _Weights | None:
        """The worst weights for all mixtures of the points; None when time is up."""
        outcome = self._program.solve(seconds)
        if outcome.columns is None or outcome.row_duals is None:
            return None
        mixture = np.maximum(outcome.row_duals[1 : 1 + self.points], 0.0)
        if mixture.sum() <= 0.0:
            return None
        return _Weights(
            weights=self._inside(outcome.columns[self._weights] * self._most),
            level=float(outcome.columns[self._level]) * self._size + self._shift,
            mixture=mixture / mixture.sum(),
        )

    def _inside(self, weights: Array) -> Array:
        """The weights moved from the solver's tolerance into 0 <= q <= most, Σ q = 1: only there do they bound."""
        most = self._most
        weights = np.clip(np.where(weights > NEGLIGIBLE * most, weights, 0.0), 0.0, most)
        over = float(weights.sum()) - 1.0
        if over > 0.0:
            return weights / (1.0 + over)
        room = np.where(weights > 0.0, most - weights, 0.0)
        room = room if float(room.sum()) > -over else most - weights
        inside: Array = weights - over * room / (float(room.sum()) or 1.0)
        return inside


class _Tail(Rounds):
    """The rounds: weights, a search under them, points and a bound."""

    def __init__(self, model: Model, valuer: DrawValuer, deadline: Deadline, watch: Watch) -> None:
        Rounds.__init__(self, model, valuer, deadline, watch)
        self._weights: Array | None = None
        self._cut = False
        self._near = NEAR

    @property
    def proved(self) -> bool:
        """Whether the gap that is asked for is reached."""
        return self.left <= self._gap

    def run(self, weights: Array, *, handed_on: bool = False) -> None:
        """Rounds until the gap is proved, no weights can tell more, or time is up.

        What is `handed_on` to a search of another kind is left to it soon when time cuts a search short: bounds of the
        next, which have less, are rarely nearer, and points come at once.
        """
        master: _Master | None = None
        level, fine = np.inf, False
        for _ in range(MOST_ROUNDS):
            self._stopped = self._deadline.left <= 0
            if self.proved or self._stopped:
                return
            before = self.bound
            self._search(weights, FINE * self._gap if fine else self._allowed)
            if self._empty:
                return
            if handed_on and self._cut and self.points.values:
                self._deadline, handed_on = self._deadline.within(SOON * self._deadline.left), False
            if not self.points.values:  # time for that search was up, not for all
                weights = np.full(len(weights), 1.0 / len(weights))
                continue
            master = master or _Master(self._valuer.draws, self._confidence, self.points.values[0])
            asked = self._mixed(master)
            if asked is None:
                continue
            idle = self.bound <= before and asked.level <= level + ROUNDING * abs(level)
            if (idle and fine and not self._cut) or self._settled(asked.level):
                return
            weights, level, fine = asked.weights, asked.level, idle
            if self.left <= self._near:
                self._near = CLOSER * self.left
                weights = self._exact(weights)

    @property
    def _allowed(self) -> float:
        """The gap for the next search."""
        return float(np.clip(SHARE * self.left, FINE * self._gap, COARSE))

    def _search(self, weights: Array, gap: float) -> None:
        """One search under given weights: a point, and a bound."""
        most = max(HALF * self._deadline.left, min(self._deadline.left, LEAST * self._deadline.seconds))
        found = search(self._under(weights), gap, Deadline.after(most, self._deadline.clock), lambda *_: None)
        self._cut = found.stopped
        if found.columns is not None:
            self.points.offer(found.columns)
        if self._heard(found, found.bound):
            self._weights = weights

    def _under(self, weights: Array) -> Model:
        """The model under given weights; under equal ones objective and rows read the same curves, and it is itself."""
        return self._model if np.ptp(weights) == 0.0 else reweighted(self._model, weights)

    def _mixed(self, master: _Master) -> _Weights | None:
        """The worst weights for the points and their best mixture, which is a point itself."""
        for values in self.points.values[master.points :]:
            master.add(values)
        asked = master.solve(self._deadline.left)
        if asked is None or not self.points.offer(np.average(self.points.columns, axis=0, weights=asked.mixture)):
            return asked
        master.add(self.points.values[-1])
        return master.solve(self._deadline.left)

    def _exact(self, weights: Array) -> Array:
        """The weights by the optimality conditions near the best point, with their point; or else those given."""
        known = exact(self.found(), self.left)
        if known is None or abs(float(known[1].sum()) - 1.0) > ROUNDING:
            return weights
        self.points.offer(known[0])
        return known[1]

    def _settled(self, level: float) -> bool:
        """Whether no weights can bring the bound down by what matters: mixtures are worth as much under all of them."""
        return -self.bound * self._model.worth - level <= FINE * self._gap * abs(level)

    def mix_within_decisions(self) -> None:
        """Rounds with the decisions of the best point fixed, where points can be mixed; their bound is not ours."""
        if self.points.best is None:
            return
        whole = self._model.integer
        decided = np.rint(self.points.best[whole])
        low, high = self._model.low.copy(), self._model.high.copy()
        low[whole] = high[whole] = decided
        fixed = replace(self._model, low=low, high=high)
        within = _Tail(fixed, self._valuer, self._deadline, self._watch)
        within.points.offer(self.points.best)
        within.run(tail_weights(within.points.values[0], self._confidence))
        self._rounds, self._nodes = self._rounds + within._rounds, self._nodes + within._nodes
        if within.points.best is not None:
            self.points.offer(within.points.best)

    def found(self) -> Found:
        """What was found, for the model with expected responses."""
        return replace(super().found(), weights=self._weights)
