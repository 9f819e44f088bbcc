"""The plan nearest to a given spend among all that keep every limit, rule and goal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import gap_between, largest_violation
from optimizer.answers.reconciliation import Method
from optimizer.formulation.change import cells_changed, money_moved
from optimizer.formulation.draft import Sum
from optimizer.formulation.model import Model, build
from optimizer.formulation.spend import reach
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules.base import Rule
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.money.money import Minor, minor_of, rounded
from optimizer.search.search import Found, search
from optimizer.search.spends.ceiling import first_ceiling

Array = NDArray[np.float64]
SNAP = 0.01  # minor units within which a cell stands at the reference
SAME = 1e-9  # of a spend
NEARLY = 0.999  # of a minor unit: less than one apart
HELD = "\0held"  # no planner's rule has a name with a control character
ENOUGH = 1.0 + 1e-6
WIDE = 10.0  # times what is known to do, where nothing limits a spend and few lines may move far
SPARSE, ROUNDS, ROUGHLY = 0.3, 4, 1e-4  # of the time; linear programs; the gap of each
DEAR = 1e-3  # of the largest move, below which moves are all as dear
HALF = 0.5  # of the time, at the most, to count lines; of a line, within which their number is known
WHOLE = 1e-6  # of a line: a bound on a whole number is that number


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastChange:
    """A plan near the reference, and how little any plan could move: `money` in all, or `lines` at the least.

    `lines` is None where lines are not counted; where they are, `money` holds for plans that change no more of them
    than this one. `proved`: the gap that was asked for is closed, before rounding.
    """

    valuation: Valuation
    money: float
    lines: int | None
    proved: bool


def least_change(scenario: Scenario, reference: Array, known: Array, method: Method, deadline: Deadline) -> LeastChange:
    """Minimise Σ|x − reference| [money] over the plans of the scenario; `known` is the spend of one of them.

    fewest_lines: first the number of changed cells, then the money, changing no more of them.
    """
    near = _Near(scenario, reference, known)
    found = near.search(money_moved(reference), scenario.solve.gap, deadline)
    if method == "fewest_lines":
        few = near.settled(_sparse(near, found, deadline), deadline) or near.known
        return _fewest(_Near(scenario, reference, few.spend, wide=True), deadline)
    nearest = near.settled(found, deadline)
    proved = _proved(found, nearest)
    return LeastChange(valuation=nearest or near.known, money=_bound(found), lines=None, proved=proved)


def _sparse(near: _Near, start: Found, deadline: Deadline) -> Found:
    """Few changed cells, by linear programs that make small moves dear (Candès, Wakin, Boyd 2008); proves nothing."""
    best = found = start
    quick = Deadline.after(SPARSE * deadline.left, deadline.clock)
    for _ in range(ROUNDS):
        if found.columns is None or quick.left <= 0:
            break
        moved = np.abs(_spend(found) - near.reference)
        weights = 1.0 / (moved / max(float(moved.max()), 1e-300) + DEAR)
        found = near.search(money_moved(near.reference, weights=weights), ROUGHLY, quick)
        if found.columns is not None and near.lines(_spend(found)) < near.lines(_spend(best)):
            best = found
    return best


def _fewest(near: _Near, deadline: Deadline) -> LeastChange:
    """The number of lines by a mixed-integer search, then the money with no more of them."""
    counting = Deadline.after(HALF * deadline.left, deadline.clock)
    counted = near.search(cells_changed(near.reference), HALF / near.reference.size, counting)
    least = 1 if near.open else max(1, int(np.ceil(_bound(counted) - WHOLE)))
    best = near.known
    if counted.columns is not None and near.lines(_spend(counted)) < near.lines(best.spend):
        best = near.settled(counted, deadline) or best
    fewest = near.lines(best.spend)
    found = near.search(money_moved(near.reference, fewest), near.gap, deadline)
    nearest = near.settled(found, deadline)
    if nearest is not None and near.lines(nearest.spend) <= fewest and near.distance(nearest) < near.distance(best):
        best = nearest
    lines = near.lines(best.spend)
    no_farther = nearest is not None and near.distance(best) <= near.distance(nearest)
    proved = lines <= least and no_farther and _proved(found, nearest)
    return LeastChange(valuation=best, money=_bound(found), lines=min(least, lines), proved=proved)


def _spend(found: Found) -> Array:
    """The spend of what was found [money], shape (tactics, periods)."""
    assert found.columns is not None
    return np.maximum((found.columns * found.model.scale)[found.model.spend], 0.0)


def _bound(found: Found) -> float:
    """What was proved of the objective, in its own units; 0 where nothing was."""
    bound = found.bound * found.model.worth
    return max(bound, 0.0) if np.isfinite(bound) else 0.0


def _proved(found: Found, settled: Valuation | None) -> bool:
    if settled is None:
        return False
    return gap_between(found.cost, min(found.bound, found.cost)) <= found.model.scenario.solve.gap


class _Near:
    """Searches around a reference.

    A plan that moves no more money than the known one spends at most reference + Σ|known − reference| in a cell: no
    further is looked. Few lines may move far: `wide` looks up to the stated limits, and where there are none, to a
    multiple of what is known; `open` says that there are none.
    """

    def __init__(self, scenario: Scenario, reference: Array, known: Array, *, wide: bool = False) -> None:
        self._scenario, self.reference = scenario, reference
        self._valuer = Valuer(scenario)
        self.known = self._valuer.value(known)
        ceiling = reference + ENOUGH * float(np.abs(known - reference).sum())
        if wide:
            ceiling = np.full(ceiling.shape, max(WIDE * float(ceiling.max()), first_ceiling(scenario)))
        stated = reach(scenario, np.inf)
        self.open = bool(np.isinf(stated).any())
        self._most = np.minimum(stated, ceiling)

    @property
    def gap(self) -> float:
        """The relative gap that is asked for."""
        return self._scenario.solve.gap

    def lines(self, spend: Array) -> int:
        """How many cells are changed, by more than doubles are apart."""
        return int((np.abs(spend - self.reference) > SAME * (1.0 + self.reference)).sum())

    def distance(self, valuation: Valuation) -> float:
        """Σ |spend − reference| [money]."""
        return float(np.abs(valuation.spend - self.reference).sum())

    def search(self, objective: Callable[[Vocabulary], Sum], gap: float, deadline: Deadline) -> Found:
        """The plan of the least objective."""
        return search(build(self._scenario, self._most, objective), gap, deadline, lambda *_: None)

    def settled(self, found: Found, until: Deadline) -> Valuation | None:
        """What was found, in whole minor units; None where nothing was, or where rounding breaks what is known to hold.

        Rounded by a model without the columns of change: they follow from the spend.
        """
        if found.columns is None:
            return None
        ideal = _spend(found)
        minor, _ = minor_of(self._scenario, float(ideal.sum()))
        whole = rounded(self._plain(ideal, minor), self._valuer, ideal, minor, until=until)
        settled = self._restored(whole, minor)
        return settled if largest_violation(settled) <= largest_violation(self.known) else None

    def _restored(self, settled: Valuation, minor: Minor) -> Valuation:
        """What was proposed finer than the minor unit, and is not changed, stands as it was proposed."""
        apart = np.abs(settled.spend - self.reference)
        spend = np.where(apart < minor.unit * NEARLY, self.reference, settled.spend)
        restored = self._valuer.value(spend)
        return restored if largest_violation(restored) <= largest_violation(settled) else settled

    def _plain(self, ideal: Array, minor: Minor) -> Model:
        """A model to round by: what stands at the reference stays there, and what moved is not moved further."""
        away = np.sign(ideal - self.reference)
        away[np.abs(ideal - self.reference) < SNAP * minor.unit] = 0.0
        held = _Held(name=HELD, spend=np.where(away == 0.0, self.reference, np.nan))
        model = build(self._scenario, self._most)
        cost = np.zeros(len(model.cost))
        cost[model.spend] = away * model.scale[model.spend] / float(model.scale[model.spend].max())
        return replace(model, cost=cost, scenario=replace(self._scenario, rules=(*self._scenario.rules, held)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held(Rule):
    """Cells whose spend is settled, where it is a number; a rule for rounding only, that no planner states."""

    kind: ClassVar[str] = "held"
    spend: Array

    def check(self, scenario: Scenario) -> None:
        """Its cells are the scenario's own."""

    def violation(self, valuation: Valuation) -> float:
        """Nobody asked for it: it cannot be broken."""
        return 0.0 * valuation.spend.size

    def slack(self, valuation: Valuation) -> float:
        """Nor does it bind."""
        return np.inf * valuation.spend.size

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        """The limits of each cell: its own spend, or none."""
        assert valuation.spend.shape == self.spend.shape
        loose = np.isnan(self.spend)
        return np.where(loose, 0.0, self.spend), np.where(loose, np.inf, self.spend)
