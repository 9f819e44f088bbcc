"""The plan that is worth most over the worst of the draws where each draw converts demand anew.

What a draw yields is then no sum over cells. But weights q of the draws and prices μ_k of demand under each give a sum
that no plan exceeds, a credit: Σ_k q_k·(known_k + Σ worth_k·gain_k). Its maximum over plans is an ordinary search, over
curves that are weighted cell by cell. At the spend that q and μ were read from, it is what that spend is worth over its
worst draws. So each point found gives a credit, and means of credits are credits: the next one to search is the mean
that lies lowest over all points so far, a matrix game; its duals mix the points to a new one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Sum
from optimizer.formulation.draws import credited, credited_curves, mixing_program
from optimizer.formulation.model import Model
from optimizer.problem.drawn import Credit, DrawValuer
from optimizer.problem.draws import tail_weights
from optimizer.problem.valuation import Valuation
from optimizer.search.deadline import Deadline
from optimizer.search.draws.rounds import Rounds
from optimizer.search.prices.takes import Takes
from optimizer.search.search import Found, search
from optimizer.search.spends.within import Watch
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
COARSE = 1e-3  # gap of a search for a given mixture, while much else is open
SHARE = 0.1  # of the gap that is left, allowed to such a search
FINE = 0.25  # of the gap that is asked for, below which no search need go
HALF = 0.5  # of the time that is left, for one search
MOST_ROUNDS = 300
IDLE = 60  # rounds in which neither bound nor point comes closer, after which no more is hoped for
GAIN = 1e-3  # of the gap left, that a round must bring
NOTHING = 1e-9  # of a mixture, that is left out


class RiverTail(Rounds):
    """The rounds: a mixture of bounds, a search under it, points and a bound."""

    def __init__(self, model: Model, valuer: DrawValuer, deadline: Deadline, watch: Watch) -> None:
        Rounds.__init__(self, model, valuer, deadline, watch)
        objective = model.scenario.objective
        self._charge = objective.target_marginal_roi - model.scenario.rates(objective.aim)[0]
        self._telling: Credit | None = None
        self._credits: list[Credit] = []
        self._gains: list[Array] = []
        self._charges: list[float] = []
        self._worth = np.zeros((0, 0))  # of each point by each credit

    def take(self, found: Found) -> None:
        """What is known before: its point, its bound, and what told that."""
        self.bound, self._duals, self._telling = found.bound, found.duals, found.credit
        self._rounds, self._nodes, self._pieces = found.rounds, found.nodes, found.pieces
        if found.columns is not None:
            self._take(found.columns)

    def run(self, spend: Array) -> None:
        """Rounds from a spend [money] that may keep no row: until the gap is proved, nothing gains, or time is up."""
        asked, idle = self._credit_at(spend), 0
        for _ in range(MOST_ROUNDS):
            self._stopped = self._deadline.left <= 0
            if self.left <= self._gap or self._stopped or idle >= IDLE:
                return
            before = self.left
            self._search(asked, FINE * self._gap if idle else float(np.clip(SHARE * before, FINE * self._gap, COARSE)))
            if self._empty:
                return
            gained = before - self.left > GAIN * before if np.isfinite(before) else np.isfinite(self.left)
            idle = 0 if gained else idle + 1
            asked = self._mixed() if self._gains else asked

    def _search(self, asked: Credit, gap: float) -> None:
        """One search under a bound: a point, and what no plan exceeds."""
        most = Deadline.after(HALF * self._deadline.left, self._deadline.clock)
        found = search(credited(self._model, asked.worth), gap, most, lambda *_: None)
        if found.columns is not None:
            self._take(found.columns)
        if self._heard(found, found.bound - asked.known / self._model.worth):
            self._telling = asked

    def _take(self, columns: Array) -> None:
        """A point, if it keeps every row, and the bound that it gives."""
        if not self.points.offer(columns):
            return
        spend = (self.points.columns[-1] * self._model.scale)[self._model.spend]
        self._credits.append(self._credit_at(spend))
        self._gains.append(self._valuer.gains(spend))
        self._charges.append(float((self._charge[:, None] * spend).sum()))
        known, last, count = self._worth, len(self._credits) - 1, len(self._credits)
        self._worth = np.zeros((count, count))
        self._worth[:last, :last] = known
        self._worth[last] = [self._by(last, credit) for credit in range(count)]
        self._worth[:last, last] = [self._by(point, last) for point in range(last)]

    def _by(self, point: int, credit: int) -> float:
        """What a point is worth by a credit."""
        own = self._credits[credit]
        return own.known + float(np.vdot(own.worth, self._gains[point])) - self._charges[point]

    def _credit_at(self, spend: Array) -> Credit:
        """The bound by the worst draws of a spend, and by the prices of demand under each."""
        weights = tail_weights(self._valuer.value(spend).value(), self._confidence)
        return self._valuer.credit(spend, weights)

    def _mixed(self) -> Credit:
        """The mixture of bounds that lies lowest over all points; the points' own mixture is taken as one more."""
        shares, mixture = self._game()
        kept = [column for column, share in zip(self.points.columns, mixture, strict=True) if share > NOTHING]
        if len(kept) > 1:
            self._take(np.average(self.points.columns, axis=0, weights=mixture))
            shares, _ = self._game()
        chosen = np.flatnonzero(shares > NOTHING)
        return Credit.mean([self._credits[k] for k in chosen], shares[chosen] / float(shares[chosen].sum()))

    def _game(self) -> tuple[Array, Array]:
        """The shares of the bounds, and those of the points that answer them; the last of each where time is up."""
        values = self._worth
        shift, size = float(values.mean()), float(np.abs(values - values.mean()).max()) or 1.0
        program = Program(mixing_program((values - shift) / size))
        outcome = program.solve(self._deadline.left)
        last = np.zeros(len(self._credits))
        last[-1] = 1.0
        if outcome.columns is None or outcome.row_duals is None:
            return last, last
        shares = np.maximum(outcome.columns[[program.place[f"share_{k}"] for k in range(len(last))]], 0.0)
        mixture = np.maximum(outcome.row_duals[1:], 0.0)
        whole = float(mixture.sum())
        return shares / float(shares.sum()), mixture / whole if whole > 0.0 else last

    def found(self) -> Found:
        """What was found, for the model with expected responses."""
        return replace(super().found(), credit=self._telling)


def worth_by_credit(found: Found, valuation: Valuation) -> Array:
    """∂objective/∂spend by cell at what a search found, by the credit that told it; shape (tactics, periods)."""
    assert found.credit is not None
    model = found.model
    curves, total = credited_curves(model, found.credit.worth)
    spends = model.spend.ravel()
    worth = Sum(
        columns=np.concatenate([spends, model.cells.responses]),
        values=np.concatenate([-model.worth * model.cost[spends] / model.scale[spends], total]),
    )
    return Takes(model, valuation, curves).of(worth)
