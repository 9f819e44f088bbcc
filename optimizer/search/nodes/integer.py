"""Scenarios with on/off decisions: whole numbers by HiGHS's branch and bound, curves by tangents around it.

Outer approximation: the linear relaxation is refined at the root; then the mixed-integer relaxation proposes the
decisions and bounds the cost; with the decisions fixed the linear relaxation is refined to its optimum; its tangents
go back into the next proposal. Where cells are many, Newton's method finds that optimum, and tangents there take the
place of those that the program had: two of each cell, next to what its price asks for. Minimums within one budget are
settled by choices of what is off, without a program.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.nodes.relaxation import ROUNDS, SHARE, Relaxation
from optimizer.search.region.hull import Box, Hull, Region, Truth
from optimizer.search.region.seed import many
from optimizer.search.region.visit import Visit
from optimizer.solver.highs import HIDDEN, Outcome, Program

Array = NDArray[np.float64]
STALLED = 1e-3  # of what is missing, that a proposal must gain
PATIENCE = 8  # proposals without gain after which only branching is left to try
ROOTS = 20  # times that the linear relaxation is refined before decisions are proposed
GAINING = 0.05  # of the gain so far, that another time must bring
LEFT = 0.3  # of the gap asked for, that the first proposal may leave; each later one, that share of the one before
CLOSE = 0.01  # of the gap asked for, that any proposal may leave
QUARTER = 0.25  # of it, for a first plan
HALF = 0.5  # of the time left, for one proposal: what is found by then is tried
MOST = 0.9  # of it, while there is no plan at all
ROUGHLY = 0.02  # of their number, by which the nearest decisions may miss
MOST_UNSEEN = 1e-3  # of a bound, that may be taken off it: a plan that is worth nothing is proved by a bound of nothing
WIDTHS = (0.1, 0.01, 1e-3)  # of prices, by which those differ at which two tangents stand, from solve to solve
NARROW = 3e-4  # where prices are exact: the tangents are off by its square
STRAYS = 1e-10  # of the cost, within which Newton's point is the best with its decisions
NEARER = 0.1  # of the gap asked for, that proposals may leave which take little
WAITS = 2  # proposals without gain, from which on tangents are kept
EXACT = 1e-9  # the least relative gap of a proposal
BEATEN = 1e-5  # of the cost, above which a bound is no bound: where curves are steep, tolerances of rows explain less


class IntegerRelaxation(Relaxation):
    """A relaxation whose whole-number columns stay whole."""

    def __init__(self, model: Model, incumbent: Incumbent, deadline: Deadline, gap: float) -> None:
        Relaxation.__init__(self, model, incumbent, deadline, gap)
        decisions = model.decisions()
        self._switched = np.flatnonzero(decisions >= 0)
        self._active = decisions[self._switched]  # of each switched cell
        self._warmed: Visit | None = None  # what a neighbour's decisions led to, until the whole is looked at

    def open(self) -> Visit | None:
        """The whole by choices, where decisions are such; else they are proposed by the program."""
        visit = None if self.choosing is None else Relaxation.open(self)
        if visit is None or visit.columns is None or visit.duals is None:
            return visit
        return replace(visit, duals=self.decided.told(visit.columns, visit.duals, Truth(self.model)))

    def refine(
        self,
        region: Region,
        known: float,
        near: Array | None = None,  # noqa: ARG002 - proposals begin elsewhere
        start: Array | None = None,  # noqa: ARG002 - nor with duals
        turns: int = ROUNDS,
    ) -> Visit:
        """Refine until the decisions' bound is known well enough."""
        bound, columns = self._rooted(region, known)
        if bound == np.inf:
            return Visit(ending="infeasible", bound=np.inf)
        last, idle = self._guess(columns, region) or self._warmed, 0
        self._warmed = None
        if bound >= self.cutoff:
            return replace(last or Visit(ending="cut off", bound=bound), ending="cut off", bound=bound)
        for turn in range(1, turns + 1):
            before = bound
            share = MOST if self.incumbent.columns is None else HALF
            outcome = self._proposed(region, max(EXACT, CLOSE * self._gap, LEFT**turn * self._gap), share)
            proved = np.inf if outcome.ending == "infeasible" else sure(outcome.bound, self.program, self.model)
            visit = None if outcome.columns is None else self._decided(self.point(outcome), region)
            if self._holds_best(region) and beaten(proved, self.incumbent):
                return replace(visit or Visit(ending="converged", bound=before), ending="converged", bound=before)
            if outcome.ending == "infeasible":
                return Visit(ending="infeasible", bound=np.inf)
            bound = max(bound, proved)
            if visit is None or visit.ending == "limit":
                return self._stopped(bound, visit or last)
            if bound >= self._reach:
                return replace(visit, ending="cut off", bound=bound)
            if visit.columns is not None:
                if self._settled(visit, bound):
                    return replace(visit, ending="converged", bound=bound)
                self._learn(visit, region, gaining=idle < WAITS)
            last = visit
            idle = idle + 1 if bound <= before + STALLED * (self._reach - before) else 0
            if idle and bound >= self.cutoff:
                return replace(visit, ending="cut off", bound=bound)
            if idle >= PATIENCE:
                return replace(visit, ending="converged", bound=bound)
        return self._stopped(bound, last)

    def settle(self, columns: Array, region: Region, turns: int = ROUNDS) -> Visit:
        """The best of a region with the decisions of a point, or what so many turns come to."""
        self.tangents.enter(region)
        return self._decided(columns, region, turns)

    def warm(self, columns: Array, duals: Array) -> Visit | None:  # noqa: ARG002 - of the linear part
        """What choices prove, or the best point with a neighbour's decisions, which others have to beat."""
        self.incumbent.offer(np.clip(columns, self.box.low, self.box.high))
        if (visit := self.open()) is not None:
            return visit
        self.tangents.enter(self.root)
        visit = self._warmed = self._decided(columns, self.root)
        if visit.columns is not None:
            self._learn(visit, self.root)
        return None

    def _rooted(self, region: Region, known: float) -> tuple[float, Array | None]:
        """The linear relaxation, refined where decisions are fractions: its bound, infinite when empty, and point."""
        hull = Hull(self.model, region, self.hull) if region.split else self.hull
        self.tangents.enter(region)
        first, bound, columns = None, known, None
        for turn in range(ROOTS):
            outcome = self.solve()
            if outcome.ending != "optimal":
                return np.inf if outcome.ending == "infeasible" else bound, columns
            before, bound = bound, max(bound, sure(outcome.bound, self.program, self.model))
            first = outcome.bound if first is None else first
            columns = self.point(outcome)
            if bound >= self.cutoff or bound - before < GAINING * (bound - first):
                break
            assert outcome.row_duals is not None
            if self._narrows:
                self._close_in(columns, outcome.row_duals[: self._size], region, WIDTHS[min(turn, len(WIDTHS) - 1)])
            elif not self.tangents.tighten(self._as_if_on(columns), hull, region):
                break
        return bound, columns

    def _guess(self, columns: Array | None, region: Region) -> Visit | None:
        """A first plan: the decisions nearest to the fractions of the linear relaxation that keep the rows."""
        active = self.model.switches[:, 1]
        if columns is None or self.incumbent.columns is not None or not len(active):
            return None
        away = np.zeros(len(columns))
        away[active] = 1.0 - 2.0 * np.clip(columns[active], 0.0, 1.0)
        place = np.argsort(self.tangents.place)
        self.program.price(away[place])
        outcome = self._proposed(region, ROUGHLY, QUARTER)
        self.program.price(self.model.cost[place])
        if outcome.columns is None:
            return None
        visit = self._decided(self.point(outcome), region)
        return None if visit.columns is None else visit

    def _fix(self, low: Array, high: Array) -> None:
        """Keep the decisions within limits."""
        self.program.bound_columns(self.tangents.place[self.model.integer], low, high)

    def _release(self) -> None:
        """Leave the decisions the model's own limits."""
        self._fix(self.model.low[self.model.integer], self.model.high[self.model.integer])

    def _as_if_on(self, columns: Array) -> Array:
        """The point with each half-active cell as it would be if it were active: where its perspective is touched."""
        cells, columns = self.model.cells, columns.copy()
        active = np.clip(columns[self._active], 1e-6, 1.0)
        columns[cells.inputs[self._switched]] /= active
        columns[cells.responses[self._switched]] /= active
        return columns

    def _proposed(self, region: Region, gap: float, share: float) -> Outcome:
        """Decisions within a gap of the best over the tangents so far, or the best that half of the time left finds."""
        self.tangents.enter(region)
        self.program.accept(gap)
        self.program.relax(False)
        if self.incumbent.columns is not None:
            self.program.suggest(self.incumbent.columns[np.argsort(self.tangents.place)])
        outcome = self.solve(share)
        self.program.relax(True)
        if outcome.columns is not None:
            self.incumbent.offer(self.point(outcome))  # there may be no time for the best with its decisions
        return outcome

    def _decided(self, columns: Array, region: Region, turns: int = ROUNDS) -> Visit:
        """The relaxation with the decisions of a point fixed: by Newton's method, or as a linear program."""
        self.box = self.decided.limits(columns)
        visit = self._exact(columns, region) if self._narrows else None
        if visit is None:
            decisions = self.box.low[self.model.integer]
            self._fix(decisions, decisions)
            visit = super().refine(region, -np.inf, turns=turns)
            self._release()
        self.box = Box(low=self.model.low, high=self.model.high)
        return visit

    @property
    def _narrows(self) -> bool:
        """Whether tangents are exchanged: there would be many, and Newton's method needs none."""
        return self._straight and self._polish is not None and many(self.model)

    @property
    def _reach(self) -> float:
        """Where proposals end: where one takes little, nearer than the cutoff."""
        return self.cutoff if not self._narrows else self.incumbent.cost - NEARER * self.allowed

    def _learn(self, visit: Visit, region: Region, *, gaining: bool = True) -> None:
        """Tell the program the curves where a visit ended; what it knew is kept where bounds rise no more without."""
        assert visit.columns is not None
        if gaining and self._narrows and visit.duals is not None:
            self._close_in(visit.columns, visit.duals, region, NARROW)
        else:
            self.touch(visit.columns, region)

    def _close_in(self, columns: Array, duals: Array, region: Region, share: float) -> None:
        """Give each cell two tangents alone: where prices that differ by a share from its own lead it when it is on."""
        hull, on = self._hull(region), self.decided.limits(np.ones(len(columns))).within(self.model, region)
        high, low = (self.decided.led(columns, duals, hull, on, times) for times in (1.0 - share, 1.0 + share))
        self.tangents.exchange(low, high, hull, region)

    def _exact(self, columns: Array, region: Region) -> Visit | None:
        """What Newton's method finds within the box, from the interior-point method's prices on; None where that is not
        shown to be the best."""
        if self._deadline.left <= 0:
            return None
        hull, model, cells = self._hull(region), self.model, self.model.cells
        start, duals = self._walked(hull, region, columns)
        start[cells.inputs] = self.decided.led(start, duals, hull, self.box) / model.scale[cells.inputs]
        better = self._polished(start, duals, hull, region)
        if better is None:
            return None
        point, duals, proved = better
        cost, broken = float(model.cost @ point), float(model.matrix.violation(point).max(initial=0.0))
        if broken > KEPT or cost - proved > max(STRAYS * abs(cost), SHARE * self.allowed):
            return None
        return Visit(ending="converged", bound=proved, columns=point, duals=duals, bent=np.zeros(len(cells.inputs)))

    def _holds_best(self, region: Region) -> bool:
        """Whether the best plan so far is in the region."""
        model, plan = self.model, self.incumbent.columns
        if plan is None or not region.split:
            return plan is not None
        inputs = plan[model.cells.inputs] * model.scale[model.cells.inputs]
        return bool(((inputs >= region.low) & (inputs <= region.high)).all())

    def _settled(self, visit: Visit, bound: float) -> bool:
        """Whether only branching helps: what is left is envelope, or the point is below what has to be reached."""
        bent = 0.0 if visit.bent is None else float(visit.bent.sum())
        assert visit.columns is not None
        cost = float(self.model.cost @ visit.columns)
        short = cost < self.cutoff and cost - bound <= SHARE * self.allowed
        return short or self._only_branching_helps(cost - bound, bent)

    def _stopped(self, bound: float, visit: Visit | None) -> Visit:
        columns, duals = (None, None) if visit is None else (visit.columns, visit.duals)
        return Visit(ending="limit", bound=bound, columns=columns, duals=duals)


def beaten(bound: float, incumbent: Incumbent, share: float = BEATEN) -> bool:
    """Whether the best plan costs less than a bound of the whole: the solver has cut off a plan, and proves nothing."""
    return bound > incumbent.cost + share * abs(incumbent.cost)


def sure(bound: float, program: Program, model: Model) -> float:
    """What a bound of a program proves without what reduced costs that pass for none may add: as much a unit of every
    column and row, but no more than a thousandth of the bound."""
    unseen = HIDDEN * (float((model.high - model.low).sum()) + program.rows)
    return bound - min(unseen, MOST_UNSEEN * abs(bound)) if np.isfinite(bound) else bound
