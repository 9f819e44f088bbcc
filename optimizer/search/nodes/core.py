"""Bent tables beside rows that share out what is spent: a search among the pieces alone that prices leave open.

Duals of the concave relaxation prove a bound b, and of each piece what a plan costs more that has its cell there:
    loss = min over the piece of (d_z·input + d_y·response) − what b counts for the cell
Without the pieces that lose τ or more, the least cost of what is left, or b + τ, bounds the whole (Balas and Zemel
1980). τ begins where few decisions are left, and grows until b + τ reaches the best plan found, as the core of a
knapsack problem does (Pisinger 1995). Neighbouring pieces on which a table is concave need no decision.

The search is one of linear programs: the best of those that wait is gone into until its pieces are whole. HiGHS's own
takes as long at its root as all of them do.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model, to_pulp
from optimizer.formulation.pieces import pieced, responses_at, spans_of
from optimizer.search.bounds.bound import parts_of
from optimizer.search.deadline import Deadline
from optimizer.search.newton.polish import Polish
from optimizer.search.newton.start import begun
from optimizer.search.nodes.integer import sure
from optimizer.search.nodes.narrowed import Narrowable, narrowed
from optimizer.search.region.hull import Region
from optimizer.search.region.seed import Seed
from optimizer.search.region.visit import Visit
from optimizer.solver.highs import Outcome, Program

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
FIRST = 300  # decisions of the first program, at the most
WIDER = 4.0  # times what the pieces of a program may lose, those of the next may
LOOKS = 15  # at programs that are smaller and smaller: there may be more decisions that cost nothing
WHOLE = 1e-7  # that decisions may be off a whole number
MIDDLE = 0.5  # of a decision: one above it is made


class Tabled(Narrowable, Protocol):
    """A relaxation with Newton's method, where nothing but spends and responses are its columns."""

    @property
    def newton(self) -> Polish | None: ...

    def settle(self, columns: Array, region: Region) -> Visit: ...


def core(own: Tabled, deadline: Deadline) -> Visit | None:
    """The whole, where bent tables share out what is spent; None where they do not, or prices lead nowhere."""
    model = own.model
    tables = model.all_tables and not model.cells.curves.concave.all()
    if own.newton is None or own.newton.spends.carried or not tables or len(model.two_sided) or len(model.integer):
        return None
    start = begun(Seed.of(model, own.hull, own.root), own.newton.spends, own.box)
    relaxed = narrowed(own, *start)
    if relaxed is None or relaxed.ending == "cut off":
        return relaxed
    return _Core(own, relaxed, deadline).run()


class _Core:
    """The pieces of all cells, what each loses, and the searches among those that are left open."""

    def __init__(self, own: Tabled, relaxed: Visit, deadline: Deadline) -> None:
        assert relaxed.columns is not None
        assert relaxed.duals is not None
        self._own, self._deadline, model = own, deadline, own.model
        parts = parts_of(model, relaxed.duals, own.hull, own.root, own.box, relaxed.columns)
        self._least = float(parts.proved)
        self._spans = spans_of(model, np.flatnonzero(model.cells.high > model.cells.low))
        cells = self._spans.cells
        inputs, responses = model.cells.inputs[cells], model.cells.responses[cells]
        self._ends = [
            (end / model.scale[inputs], responses_at(model, cells, end)) for end in (self._spans.low, self._spans.high)
        ]
        costs = [parts.reduced[inputs] * taken + parts.reduced[responses] * given for taken, given in self._ends]
        self._loss = np.maximum(np.minimum(*costs) - parts.cells[cells], 0.0)
        (left, bottom), (right, top) = self._ends
        self._slope = (top - bottom) / (right - left)
        self._joins = np.zeros(len(cells), dtype=bool)  # whether the table is concave from the piece before to this one
        self._joins[1:] = (cells[1:] == cells[:-1]) & (self._slope[1:] <= self._slope[:-1])
        self._best: Visit | None = None
        self._pieces = 0

    def run(self) -> Visit:
        """Searches among more and more pieces, until the gap is proved or time is up."""
        own, until = self._own, self._first()
        while True:
            kept = self._loss < until - self._least
            found = self._searched(kept, np.inf if kept.all() else until)
            bound = max(self._least, found)
            if bound >= own.cutoff or self._deadline.left <= 0 or until >= own.cutoff or kept.all():
                break
            until = min(self._least + WIDER * (until - self._least), own.cutoff)
        return self._told(bound)

    def _first(self) -> float:
        """The bound that pieces left out prove at first."""
        apart = min(self._own.cutoff - self._least, WIDER * float(self._loss.max()))
        for _ in range(LOOKS):
            if self._decisions(apart) <= FIRST or not self._decisions(apart / WIDER):
                break
            apart /= WIDER
        return self._least + apart

    def _decisions(self, apart: float) -> int:
        """How many there are among the pieces that lose less."""
        return int(self._apart(self._loss < apart).sum())

    def _apart(self, kept: Flags) -> Flags:
        """The pieces of the cells whose kept ones are no concave curve."""
        after = np.concatenate([[False], kept[:-1]]) & self._joins
        parts = np.bincount(self._spans.cells[kept & ~after], minlength=len(self._own.model.cells.inputs))
        return kept & (parts > 1)[self._spans.cells]

    def _searched(self, kept: Flags, reach: float) -> float:
        """What every plan costs at the least, up to what those do that are on other pieces than the ones kept."""
        own, choosing = self._own, kept & self._apart(kept)
        program, closed, count = self._written(kept, choosing), reach, 0
        self._pieces = int(choosing.sum())
        waiting = [(self._least, 0, np.zeros(self._pieces, dtype=bool))]
        while waiting and waiting[0][0] < min(own.cutoff, reach):
            bound, _, shut = heapq.heappop(waiting)
            while bound < own.cutoff:
                outcome = program.without(shut, self._deadline.left)
                if outcome.ending == "infeasible":
                    bound = np.inf
                    break
                if outcome.columns is None:
                    return min([bound, closed, *(other for other, _, _ in waiting[:1])])
                bound, on = max(bound, program.proved(outcome)), outcome.columns[program.on]
                split = self._split(on, choosing, shut)
                if split is None:
                    self._note(outcome, program, kept, choosing, on)
                    break
                count += 1
                heapq.heappush(waiting, (bound, -count, split[1]))
                shut = split[0]
            closed = min(closed, bound)
        return min([closed, *(bound for bound, _, _ in waiting[:1])])

    def _written(self, kept: Flags, choosing: Flags) -> _Open:
        """The program of the pieces that are kept: to choose among, or as the lines below which a concave cell is."""
        model, spans = self._own.model, self._spans
        pieces = pieced(model, chosen=spans.part(choosing))
        program = Program(to_pulp(pieces.model))
        program.relax(True)
        place = np.array([program.place[name] for name in pieces.model.names], dtype=np.intp)
        region, inputs = self._around(kept), model.cells.inputs
        program.bound_columns(place[inputs], region.low / model.scale[inputs], region.high / model.scale[inputs])
        some = kept & ~choosing
        cells, slope = spans.cells[some], self._slope[some]
        taken, given = (end[some] for end in self._ends[0])
        size, columns = np.maximum(1.0, slope), np.stack([model.cells.responses[cells], inputs[cells]], axis=1)
        values, most = np.stack([1.0 / size, -slope / size], axis=1), (given - slope * taken) / size
        starts = 2 * np.arange(len(cells))
        program.add_rows(np.full(len(cells), -np.inf), most, starts, place[columns].ravel(), values.ravel())
        return _Open(program, pieces.model, place[pieces.on], place[: len(model.cost)])

    def _around(self, some: Flags) -> Region:
        """The whole, but each cell that has pieces from the first to the last of some."""
        low, high, (cells, left, right) = self._own.root.low.copy(), self._own.root.high.copy(), self._spans.part(some)
        low[cells], high[cells] = np.inf, -np.inf
        np.minimum.at(low, cells, left)
        np.maximum.at(high, cells, right)
        return Region(low=low, high=high, split=tuple(np.unique(cells).tolist()))

    def _split(self, on: Array, choosing: Flags, shut: Flags) -> tuple[Flags, Flags] | None:
        """The pieces shut in both halves of the cell that is furthest from being on one, the nearer half first."""
        cells = self._spans.cells[choosing]
        most = np.zeros(len(self._own.model.cells.inputs))
        np.maximum.at(most, cells, on)
        cell = cells[np.argmin(most[cells])]
        if most[cell] >= 1.0 - WHOLE:
            return None
        mine = np.flatnonzero(cells == cell)
        middle = int(on[mine] @ np.arange(len(mine)))
        below, above = mine[: middle + 1], mine[middle + 1 :]
        halves = [shut.copy(), shut.copy()]
        halves[0][above], halves[1][below] = True, True
        return (halves[0], halves[1]) if on[below].sum() >= on[above].sum() else (halves[1], halves[0])

    def _note(self, outcome: Outcome, program: _Open, kept: Flags, choosing: Flags, on: Array) -> None:
        """Offer a plan whose pieces are whole."""
        own = self._own
        assert outcome.columns is not None
        assert outcome.row_duals is not None
        columns = outcome.columns[program.columns]
        if own.incumbent.offer(columns):
            stands = kept & ~choosing
            stands[choosing] = on > MIDDLE
            duals, region = outcome.row_duals[: len(own.model.drafts)], self._around(stands)
            self._best = Visit(ending="cut off", bound=-np.inf, columns=columns, duals=duals, region=region)

    def _told(self, bound: float) -> Visit:
        """The end."""
        own, best = self._own, self._best
        if own.incumbent.columns is None:
            return Visit(ending="infeasible" if bound == np.inf else "limit", bound=bound)
        if bound < own.cutoff:
            return Visit(ending="limit", bound=bound, pieces=self._pieces)
        if best is None:
            cells, low, high = self._spans
            read = own.model.cells.inputs
            inputs = own.root.inside(own.incumbent.columns[read] * own.model.scale[read])[cells]
            region = self._around((low <= inputs) & (inputs <= high))
            best = replace(own.settle(own.incumbent.columns, region), region=region)
        return replace(best, ending="cut off", bound=bound, pieces=self._pieces)


@dataclass(frozen=True, slots=True)
class _Open:
    """A program of pieces, the model that it is, and where decisions and the model's own columns are in it."""

    program: Program
    model: Model
    on: Index
    columns: Index

    def without(self, shut: Flags, seconds: float) -> Outcome:
        """Solve it without some of the pieces."""
        self.program.bound_columns(self.on, np.zeros(len(shut)), np.where(shut, 0.0, 1.0))
        return self.program.solve(seconds)

    def proved(self, outcome: Outcome) -> float:
        """What every point of it costs at the least."""
        return sure(outcome.bound, self.program, self.model)
