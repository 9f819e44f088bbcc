"""From a model to the best point and a proof of how good it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import gap_between
from optimizer.formulation.model import Model
from optimizer.problem.drawn import Credit
from optimizer.problem.scenario import Scenario
from optimizer.search.bounds.bound import dual_bound
from optimizer.search.bounds.idle import closed
from optimizer.search.branch import Branching
from optimizer.search.by_minimums import by_minimums
from optimizer.search.by_pieces import by_pieces
from optimizer.search.choices.switched import kept_rows
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.nodes.integer import IntegerRelaxation
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.nodes.sharpen import sharpen
from optimizer.search.nodes.stepwise import stepwise
from optimizer.search.region.hull import Region
from optimizer.search.region.visit import Visit

Array = NDArray[np.float64]
NOISE = 1e-6  # of a row's terms: more than that a plan may not break it by
LATE = 0.2  # seconds, when time is up, to show that rows leave spends nothing, and to look at what that leaves
ANY = 1e12  # a relative gap that the first plan found closes
Report = Callable[[int, int, float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best point (None when there is none), its cost and a lower bound on any plan's cost [all scaled].

    `proved_empty`: no plan exists. `duals` are those of the relaxation where the point was found, within `region`;
    `relaxation`, where there is one, is left to who wants to know what is near. `weights` are those of the draws
    that the bound and the duals belong to; None where all count alike. `credit` is what they belong to where each draw
    converts demand by itself. `again` searches the same scenario under other limits in the time that is left, where no
    relaxation can be moved. `pieces` of curves were chosen among by a mixed-integer program, whose bound it is.
    `chosen` says that choices settled it, and no program. `exact` says that one row limits the spends, and that its
    dual is what the curves themselves return at the columns. `left_out` tells by how much the draws that the model does
    not write out cost less, at its columns, than those that decide [scaled]; None where none are left out.
    """

    model: Model
    columns: Array | None
    cost: float
    bound: float
    duals: Array | None
    stopped: bool
    rounds: int
    nodes: int
    weights: Array | None = None
    credit: Credit | None = None
    again: Callable[[Scenario], Found] | None = None
    relaxation: Relaxation | None = None
    region: Region | None = None
    pieces: int = 0
    chosen: bool = False
    left_out: Callable[[Array], Array] | None = None
    exact: bool = False

    @property
    def proved_empty(self) -> bool:
        """Whether it was proved that nothing satisfies every row: each region was empty, none was given up."""
        return self.columns is None and not self.stopped and self.bound == np.inf

    @property
    def lost(self) -> float:
        """The share of its own terms, with spends as large as the point's largest, that some row is broken by."""
        if self.columns is None:
            return 0.0
        columns, model, matrix = self.columns, self.model, self.model.matrix
        broken = matrix.violation(columns)
        if not broken.any():
            return 0.0
        spent = float((columns * model.scale)[model.spend].max())
        point = np.abs(columns)
        for money in (model.spend.ravel(), model.cells.inputs):
            point[money] = np.maximum(point[money], spent / model.scale[money])
        terms = matrix.absolute().activity(point)
        limits = np.where(np.isfinite(matrix.lower), np.abs(matrix.lower), np.abs(matrix.upper))
        size = terms + np.where(np.isfinite(limits), limits, 0.0)
        return float((broken / np.where(size > 0.0, size, np.inf)).max(initial=0.0))


def search(model: Model, gap: float, deadline: Deadline, report: Report, start: Array | None = None) -> Found:
    """Search a model until the relative gap is proved, nothing is left, or time is up; `start` is a point to beat."""
    return Searcher(leaving=True).search(model, gap, deadline, report, start)


class Searcher:
    """Searches a model, and then the same model under other limits, with what the searches before have learned.

    The program and its tangents stay in the solver; each search starts from the solution of the one before.
    """

    def __init__(self, *, leaving: bool = False) -> None:
        """`leaving` leaves what is found its relaxation."""
        self.relaxation: Relaxation | None = None
        self._leaving = leaving
        self._last: Found | None = None

    def search(self, model: Model, gap: float, deadline: Deadline, report: Report, start: Array | None = None) -> Found:
        """Search a model, from the second time on one that `formulation.moved` made of the first.

        Where the least spend of every cell keeps all rows, what is found costs no more than that. Where a point may be
        all tolerance or is not proved, spends that rows leave nothing are closed, and the rest is searched.
        """
        found = self._searched(model, gap, deadline, report, start)
        if not _doubtful(found, gap):
            return found
        late = Deadline.after(max(deadline.left, LATE), deadline.clock)
        nearer = closed(model, late.left)
        if nearer is None:
            return found
        known = model.low if found.columns is None else np.minimum(found.columns, nearer.high)
        return self._searched(nearer, gap, late, report, known)

    def _searched(self, model: Model, gap: float, deadline: Deadline, report: Report, start: Array | None) -> Found:
        incumbent = Incumbent(model)
        if start is not None:
            incumbent.offer(start)
        if self.relaxation is None:
            kind = IntegerRelaxation if len(model.integer) else Relaxation
            self.relaxation = relaxation = kind(model, incumbent, deadline, gap)
            before, first = 0, relaxation.open() or _by_all(relaxation, deadline, gap)
        else:
            relaxation, before = self.relaxation, self.relaxation.rounds
            relaxation.move(model, incumbent, deadline, gap)
            first = self._warm(relaxation) or _by_all(relaxation, deadline, gap)
        least = -np.inf if first is None else first.bound
        branching = Branching(
            relaxation, lambda own, proved: report(relaxation.rounds, own, incumbent.cost, proved), least
        )
        finding = branching.run(None if first is None or first.ending == "limit" else first)
        bound = finding.bound
        if finding.nodes > 1 and finding.visit is not None and finding.visit.duals is not None:
            sharpen(relaxation, finding.visit.duals)
        if incumbent.columns is not None:
            if incumbent.cost > bound:  # no plan costs less than what is proved
                incumbent.offer(model.low)  # not before: it would spare a search its first plans, which lead to others
            bound = min(bound if np.isfinite(bound) else _unpriced(relaxation), incumbent.cost)
        found = Found(
            model=model,
            columns=incumbent.columns,
            cost=incumbent.cost,
            bound=bound,
            duals=None if finding.visit is None else finding.visit.duals,
            stopped=finding.ending == "limit",
            rounds=relaxation.rounds - before,
            nodes=finding.nodes,
            relaxation=relaxation if self._leaving else None,
            region=finding.region,
            pieces=0 if first is None or finding.bound > least else first.pieces,
            chosen=first is not None and first.chosen,
        )
        if found.columns is not None:
            self._last = found
        return found

    def _warm(self, relaxation: Relaxation) -> Visit | None:
        """What the solution before proves under the new limits, if that is enough."""
        if self._last is None or self._last.columns is None or self._last.duals is None:
            return None
        return relaxation.warm(self._last.columns, self._last.duals)


def _by_all(relaxation: Relaxation, deadline: Deadline, gap: float) -> Visit | None:
    """The whole, where its minimums, steps of its spends, or pieces of its curves have ways of their own."""
    stepped = by_minimums(relaxation, deadline, gap) or stepwise(relaxation, gap, deadline)
    return stepped or by_pieces(relaxation, deadline, gap)


def _doubtful(found: Found, gap: float) -> bool:
    """Whether a point may be all tolerance, or is not proved best, or there is none and no proof of that.

    What time ended is asked about only where nothing is spent but what must be.
    """
    if found.columns is None:
        return not found.proved_empty and not found.stopped
    if found.lost > NOISE:
        return True
    spend = found.model.spend
    return gap_between(found.cost, found.bound) > gap and (
        not found.stopped or bool((found.columns[spend] <= found.model.low[spend] + KEPT).all())
    )


def _unpriced(relaxation: Relaxation) -> float:
    """What every plan costs at the least [scaled] by the limits of columns alone, where no row was priced in time."""
    model, own = relaxation.model, relaxation
    return dual_bound(model, np.zeros(len(model.drafts)), own.hull, own.root, own.box, model.low)


def proof_of(found: Found) -> tuple[Literal["tangents", "envelope", "integer"], str]:
    """Which relaxation proved the bound of what was found, and why."""
    if found.pieces and not len(found.model.integer):
        return "integer", f"{found.pieces} pieces of curves that are not concave: mixed-integer program"
    if found.chosen and len(found.model.integer):
        where = "within one budget: choices" if len(kept_rows(found.model)) <= 1 else "beside other limits: choices"
        return "envelope", f"{len(found.model.integer)} on/off minimums {where} of what is off"
    return formulation_of(found.model)


def formulation_of(model: Model) -> tuple[Literal["tangents", "envelope", "integer"], str]:
    """Which relaxation bounds the model, and why."""
    if len(model.integer):
        return "integer", f"{len(model.integer)} on/off or whole-number decisions: mixed-integer relaxation"
    bent = int((~model.cells.curves.concave).sum())
    if bent or len(model.two_sided):
        what = f"{bent} readings of curves that are not concave" if bent else "an upper limit on outcome"
        return "envelope", f"{what}: envelopes and branching"
    return "tangents", "every curve is concave: a linear program with tangents"
