"""One node of the search: the relaxation over a region, refined by tangents until its optimum is known well enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model, to_pulp
from optimizer.formulation.pieces import can_piece
from optimizer.search.bounds.bound import dual_bound
from optimizer.search.bounds.by_tactic import ByTactic
from optimizer.search.choices.kinds import choices_of
from optimizer.search.deadline import Deadline
from optimizer.search.groups.by_group import ByGroup
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.newton.polish import STILL, Polish
from optimizer.search.newton.spends import Spends, can_follow
from optimizer.search.newton.start import begun
from optimizer.search.newton.walks import followed
from optimizer.search.nodes.decided import Decided
from optimizer.search.nodes.distances import distances
from optimizer.search.nodes.mending import mend
from optimizer.search.nodes.narrowed import narrowed
from optimizer.search.nodes.regions import Regions
from optimizer.search.nodes.tangents import Tangents
from optimizer.search.region.hull import Box, Hull, Region, Truth
from optimizer.search.region.node import Node
from optimizer.search.region.place import Aim, Place
from optimizer.search.region.seed import Seed
from optimizer.search.region.visit import NOTHING, Visit
from optimizer.solver.highs import Outcome, Program

Array = NDArray[np.float64]
ROUNDS = 100
CLOSE = 0.01  # of the gap asked for, to which the interior-point method goes on
CLOSER = 1e-4  # of it, where no method with an active set makes its point exact
ROUGHLY = 1e-5  # of the cost, to which plans on the curves are made good where any plan will do
CORNERS = 500  # cells, up to which plans on concave tables are read off programs: they stand at the tables' points
FIRST, OFTEN = (1, 2, 4), 8  # regions below which plans are looked for on the curves, and later one in so many
ANY = 1.0  # a relative gap, beyond which any plan will do
LOOSEST = 1e-4  # that it takes for a gap: any plan is found more easily near the best
ROUGH = 0.02  # of the cost, above which tangents alone are at work
SETTLED = 1e-7  # Newton's last step from a seed, likewise
NEAR = 1e-6  # Newton's last step from a neighbour's solution: what is left is about its square
EACH = 16  # regions that are visited together
READINGS = 2_000  # of curves, up to which many regions take about as long as one
SHARE = 0.1  # of the allowed gap that the relaxation may leave unconverged


class Relaxation:
    """The relaxation of a model; as a linear program kept in the solver from node to node, once one is asked for."""

    def __init__(self, model: Model, incumbent: Incumbent, deadline: Deadline, gap: float) -> None:
        self.model, self.incumbent, self._deadline, self._gap = model, incumbent, deadline, gap
        self.root = Region(low=model.cells.low, high=model.cells.high)
        self.box = Box(low=model.low, high=model.high)
        self.rounds = 0
        self.decided = own = Decided.of(model)
        self._spends = Spends(own.left) if model.written is None and can_follow(own.left) else None
        self._polish = None if self._spends is None or len(model.extra) else Polish(self._spends)
        self._straight = len(model.two_sided) == 0 and bool(model.cells.curves.concave.all())
        few = len(model.tabled) > 0 and len(model.cells.inputs) <= CORNERS
        self._cornered = few and (self._straight or can_piece(model))
        self._truth = None if self._straight else Truth(model)
        bent = None if self._straight else self._spends
        self._keeping = None if bent is None else ByTactic.of(bent) or ByGroup.of(bent)
        self.choosing = choices_of(model, self._spends)
        self._size = len(model.drafts)
        self._seeded, self._looks = False, 0

    @cached_property
    def hull(self) -> Hull:
        """The envelopes over the whole."""
        return Hull(self.model, self.root)

    @cached_property
    def program(self) -> Program:
        """The model in HiGHS: what Newton's methods settle never asks for it."""
        program = Program(to_pulp(self.model))
        program.relax(True)
        if self.model.written is not None:  # a thousand rows for a few decisions: such searches take most of the time
            program.straight()
        return program

    @cached_property
    def tangents(self) -> Tangents:
        """The tangents in the program."""
        return Tangents(self.model, self.program)

    def open(self) -> Visit | None:
        """The whole, by choices, from the seed or by the interior-point method; None when none of them settles it."""
        if self.choosing is not None and self._deadline.left > 0:
            return self.choosing.visit(self.model, self.incumbent, self._gap, self._deadline)
        if self._spends is None or not self._straight or self._cornered or self._deadline.left <= 0:
            return None
        start = begun(Seed.of(self.model, self.hull, self.root), self._spends, self.box)
        if self.model.all_tables and (visit := narrowed(self, *start)) is not None and visit.ending == "cut off":
            return visit
        better = self._polished(*start, self.hull, self.root, SETTLED)
        if better is None or better[2] < self.cutoff:
            better = self._followed(self.hull, self.root)
        point, duals, proved = better
        return None if proved < self.cutoff else Visit(ending="cut off", bound=proved, columns=point, duals=duals)

    def first_points(self) -> list[Array]:
        """Inputs [money] at which first tangents help, shape (cells,) each."""
        return list(Seed.of(self.model, self.hull, self.root).points())

    def settle(self, columns: Array, region: Region, turns: int = ROUNDS) -> Visit:  # noqa: ARG002 - it decides nothing
        """The best of a region with the decisions of a point, or what so many turns come to."""
        return self.refine(region, -np.inf, turns=turns)

    def _seed(self) -> None:
        """Place the first tangents."""
        self._seeded, model = True, self.model
        for points in self.first_points():
            self.tangents.add_above(np.arange(len(points)), points, self.hull, self.root)
        for points in (self.root.low, self.root.high):
            self.tangents.add_below(model.two_sided, points[model.two_sided], self.hull, self.root)

    def move(self, model: Model, incumbent: Incumbent, deadline: Deadline, gap: float) -> None:
        """Look at the same columns and rows under other limits from here on; every tangent that still holds stays."""
        before, self.model, self.incumbent, self._deadline, self._gap = self.model, model, incumbent, deadline, gap
        self.box, self.decided = Box(low=model.low, high=model.high), Decided.of(model)
        if self._polish is not None:
            self._polish.move(self.decided.left)
        wider, self.root = self.root, Region(low=model.cells.low, high=model.cells.high)
        if not (np.array_equal(wider.low, self.root.low) and np.array_equal(wider.high, self.root.high)):
            vars(self).pop("hull", None)
        if "program" not in vars(self):
            return
        old, new = before.matrix, model.matrix
        rows = np.flatnonzero((old.lower != new.lower) | (old.upper != new.upper))
        self.program.bound_rows(rows, new.lower[rows], new.upper[rows])
        columns = np.flatnonzero((before.low != model.low) | (before.high != model.high))
        self.program.bound_columns(self.tangents.place[columns], model.low[columns], model.high[columns])
        self.tangents.move(model, self.root)

    def warm(self, columns: Array, duals: Array) -> Visit | None:
        """What a neighbour's solution proves of the whole after Newton's method; None when that does not settle it.

        The program is not solved; where the bound falls short, tangents at the point tell it what was found.
        """
        start = np.clip(columns, self.box.low, self.box.high)
        self.incumbent.offer(start)
        if self.choosing is not None and (visit := self.open()) is not None:
            return visit
        better = self._polished(start, duals, self.hull, self.root, NEAR)
        if better is None:
            self.touch(start, self.root)
            return None
        point, duals, proved = better
        if proved >= self.cutoff:
            return Visit(ending="cut off", bound=proved, columns=point, duals=duals)
        self.touch(point, self.root)
        loose, bent = distances(self.incumbent, point, duals, self.hull, self.root)
        unsettled = float(self.model.cost @ point) + float(loose.sum()) - proved
        holds = float(self.model.matrix.violation(point).max(initial=0.0)) <= KEPT
        if not (holds and self._only_branching_helps(unsettled, float(bent.sum()))):
            return None
        return Visit(ending="converged", bound=proved, columns=point, duals=duals, bent=bent)

    @property
    def walks(self) -> bool:
        """Whether regions are walked through by the interior-point method; with decisions fixed, vertices are plans."""
        decided = len(self.model.integer) + len(self.model.two_sided) > 0
        return not (self._spends is None or self._cornered or decided)

    @property
    def content(self) -> bool:
        """Whether no plan need be looked for near a region's point: any will do, or walks have found one."""
        return self._gap > ANY or (self.walks and self.incumbent.columns is not None)

    @property
    def newton(self) -> Polish | None:
        """Newton's method for the model, where it has one."""
        return self._polish

    @property
    def allowed(self) -> float:
        """How far the bound may stay below the incumbent's cost [scaled]."""
        return self._gap * abs(self.incumbent.cost) if np.isfinite(self.incumbent.cost) else 0.0

    @property
    def cutoff(self) -> float:
        """A region whose bound reaches this cannot hold a plan that is worth looking for."""
        return self.incumbent.cost - self.allowed

    def solve(self, share: float = 1.0, *, seeded: bool = True) -> Outcome:
        """One solve of the program, with first tangents if `seeded`, within a share of the time left; none without."""
        if self._deadline.left <= 0:
            return Outcome(ending="limit", cost=np.inf, bound=-np.inf, columns=None, row_duals=None)
        if seeded and not self._seeded:
            self._seed()
        self.rounds += 1
        return self.program.solve(share * max(0.0, self._deadline.left))

    def point(self, outcome: Outcome) -> Array:
        """The solver's point in the model's order of columns."""
        assert outcome.columns is not None
        return outcome.columns[self.tangents.place]

    def _followed(self, hull: Hull, region: Region, near: Array | None = None) -> tuple[Array, Array, float]:
        """The point of the interior-point method, its duals and the bound they prove; plans near it are looked for."""
        point, duals = self._walked(hull, region, near)
        better = self._polished(point, duals, hull, region) if self._straight else None  # the exact is bounded sooner
        if better is not None and better[2] >= self.cutoff:
            return better
        bound = dual_bound(self.model, duals, hull, region, self.box, point)
        looking = self._due()
        if bound < self.cutoff and self._truth is not None and looking:
            self._walked(self._truth, region, point)
        better = self._polished(point, duals, hull, region) if bound >= self.cutoff else None
        if better is not None and better[2] >= self.cutoff:
            point, duals, bound = better[0], better[1], max(bound, better[2])
        return point, duals, bound

    def _due(self) -> bool:
        """Whether plans are looked for on the curves in the next region: in the first ones, later in one of so many."""
        self._looks += 1
        return self._looks in FIRST or self._looks % OFTEN == 0

    def plan_near(self, point: Array) -> Array | None:
        """The columns of a plan on the curves themselves, from a point on; None where that leads to none, or cannot."""
        if self._spends is not None and self._truth is not None:
            self._walked(self._truth, self.root, point)
        return self.incumbent.columns

    def _walked(self, hull: Hull | Truth, region: Region, near: Array | None) -> tuple[Array, Array]:
        """Where the interior-point method leads, and duals; the point is offered."""
        assert self._spends is not None
        gap = self._walked_to(hull)
        waits = self._polish is not None and self.incumbent.columns is None  # for a plan, which comes first
        own, until = self.box.within(self.model, region), None if waits else self._deadline
        point, duals = followed(self._spends, self.model, hull, region, own, gap, near, until)
        self.incumbent.offer(point)
        return point, duals

    def _walked_to(self, hull: Hull | Truth) -> float:
        """The gap to which the interior-point method goes on."""
        if isinstance(hull, Truth) and self._gap > LOOSEST:
            return ROUGHLY
        return (CLOSER if self._polish is None else CLOSE) * min(self._gap, LOOSEST)

    def _without_program(
        self, hull: Hull, region: Region, known: float, near: Array | None, start: Array | None
    ) -> Visit | None:
        """What is found and proved of a region where that leaves nothing but branching."""
        if self._deadline.left <= 0:  # no program is built that could not be solved any more
            return Visit(ending="limit", bound=known)
        if not self.walks:
            return None
        leads = self._keeping is not None and self._keeping.leads and start is not None
        kept = self._keeping_rows(hull, region, near, start) if leads else NOTHING
        if kept.columns is None:
            point, duals, proved = self._followed(hull, region, near)
            known = max(known, proved)
            if not leads and known < self.cutoff:
                kept = self._keeping_rows(hull, region, point, duals)
        bound = max(known, kept.bound)
        if kept.columns is not None:
            return replace(kept, bound=bound, ending="cut off" if bound >= self.cutoff else kept.ending)
        if bound >= self.cutoff:
            return Visit(ending="cut off", bound=bound, columns=point, duals=duals)
        return self._branching(point, duals, bound, distances(self.incumbent, point, duals, hull, region)[1])

    def _branching(self, point: Array, duals: Array, bound: float, bent: Array) -> Visit | None:
        """A region's visit where nothing but branching is left, or no time; else None."""
        holds = float(self.model.matrix.violation(point).max(initial=0.0)) <= KEPT
        missing, unsettled = float(bent.sum()), float(self.model.cost @ point) - bound
        visit = Visit(ending="converged", bound=bound, columns=point, duals=duals, bent=bent)
        if holds and unsettled <= missing and missing > SHARE * self.allowed:
            return visit
        return replace(visit, ending="limit") if self._deadline.left <= 0 else None

    def _keeping_rows(self, hull: Hull, region: Region, point: Array | None, duals: Array | None) -> Visit:
        """What is proved of a region where some rows are kept, not priced; plans are looked for by the way."""
        if self._keeping is None or point is None or duals is None or not np.isfinite(self.cutoff):
            return NOTHING
        aim = Aim(self._beyond, self._seek, self.allowed)
        return self._keeping.visit(Place(self.model, hull, region, self.box, point, self._deadline, aim), duals)

    def _beyond(self) -> float:
        """What bounds that keep rows are to reach: what is proved only up to the cutoff may round to less."""
        return self.cutoff + SHARE * self.allowed

    def _seek(self, region: Region, columns: Array, duals: Array) -> None:
        """Look for a plan on the curves within a region, from columns and duals that are near it."""
        assert self._truth is not None
        if self._polish is None or self._spends is None or self._spends.carried:
            self._walked(self._truth, region, columns)
            return
        found = self._polish(columns, duals, self._truth, region, self.box.within(self.model, region))
        if found is not None:
            self.incumbent.offer(found[0])

    @property
    def at_once(self) -> int:
        """How many regions are visited together: more than one where walks lead spends alone, and nothing is kept."""
        spends = self._spends
        if spends is None or not self.walks or self._keeping is not None or spends.carried or len(self.model.extra):
            return 1
        cells = self.model.cells
        return max(1, min(EACH, READINGS // (len(cells.inputs) * cells.curves.draws)))

    def refine_all(self, nodes: Sequence[Node]) -> Iterator[Visit]:
        """Visits of several regions in their order, each told when what was found there is offered."""
        if len(nodes) == 1 or self._spends is None or self._truth is None or self._deadline.left <= 0:
            yield from (self.refine(node.region, node.bound, node.near, node.duals) for node in nodes)
            return
        seen = Regions(self._spends, self.model, self.box, nodes, self._walked_to(self.hull))
        due = (seen.bounds < self.cutoff) & np.array([self._due() for _ in nodes])
        plans = seen.plans(self._truth, np.flatnonzero(due), self._walked_to(self._truth))
        each = zip(nodes, seen.points, seen.duals, seen.bounds.tolist(), seen.bent(self.incumbent), strict=True)
        for place, (node, point, duals, bound, bent) in enumerate(each):
            better = self.incumbent.offer(point)
            if place in plans:
                better |= self.incumbent.offer(plans[place])
            if better:
                self._polished(point, duals, self._hull(node.region), node.region)
            if bound >= self.cutoff:
                yield Visit(ending="cut off", bound=bound, columns=point, duals=duals)
                continue
            visit = self._branching(point, duals, bound, bent)
            yield visit or self.refine(node.region, node.bound, node.near, node.duals)

    def _hull(self, region: Region) -> Hull:
        """The envelopes over a region."""
        return Hull(self.model, region, self.hull) if region.split else self.hull

    def refine(
        self, region: Region, known: float, near: Array | None = None, start: Array | None = None, turns: int = ROUNDS
    ) -> Visit:
        """Refine the relaxation over a region whose bound `known` is inherited, as are a point and duals near it."""
        hull = self._hull(region)
        if (visit := self._without_program(hull, region, known, near, start)) is not None:
            return visit
        self.tangents.enter(region)
        bound, duals, columns, bent, vertex = known, None, None, None, np.zeros(0)
        for turn in range(1, turns + 1):
            outcome = self.solve()
            if outcome.ending == "infeasible":
                return Visit(ending="infeasible", bound=np.inf)
            if outcome.ending == "limit" or outcome.row_duals is None:
                return Visit(ending="limit", bound=bound, columns=columns, duals=duals, bent=bent)
            still, vertex = vertex, np.clip(self.point(outcome), self.model.low, self.model.high)  # but for tolerances
            columns, duals = vertex, outcome.row_duals[: self._size]
            loose, bent = distances(self.incumbent, columns, duals, hull, region)
            self.incumbent.offer(columns)
            moving = not np.array_equal(still, vertex) and self.tangents.tighten(vertex, hull, region)
            close = float(loose.sum()) <= max(ROUGH * abs(outcome.cost), float(bent.sum()))
            if close or not moving or turn == turns:
                proved = dual_bound(self.model, duals, hull, region, self.box, columns)
                better = self._polished(columns, duals, hull, region)
                if better is not None and better[2] >= proved:
                    point, duals, proved = better
                    holds = float(self.model.matrix.violation(point).max(initial=0.0)) <= KEPT
                    columns = point if holds else vertex  # off its rows, a point says nothing of the relaxation
                    loose, bent = distances(self.incumbent, columns, duals, hull, region)
                bound = max(bound, proved)
                mend(self, columns)
            if bound >= self.cutoff:
                return Visit(ending="cut off", bound=bound, columns=columns, duals=duals, bent=bent)
            unsettled = float(self.model.cost @ columns) + float(loose.sum()) - bound
            if not moving or self._only_branching_helps(unsettled, float(bent.sum())):
                break
        return Visit(ending="converged", bound=bound, columns=columns, duals=duals, bent=bent)

    def _only_branching_helps(self, unsettled: float, bent: float) -> bool:
        """Whether the relaxation is known well enough, and what is left is envelope rather than tangents."""
        return unsettled <= SHARE * max(self.allowed, bent) and bent > SHARE * self.allowed

    def _polished(
        self, columns: Array, duals: Array, hull: Hull, region: Region, still: float = STILL
    ) -> tuple[Array, Array, float] | None:
        """The point after Newton's method, its duals and the bound they prove."""
        if self._polish is None:
            return None
        if (better := self._polish(columns, duals, hull, region, self.box.within(self.model, region), still)) is None:
            return None
        better = better[0], self.decided.told(*better, hull)
        self.incumbent.offer(better[0])
        if self._truth is not None:
            local = self._polish(columns, duals, self._truth, region, self.box.within(self.model, region), still)
            if local is not None:
                self.incumbent.offer(local[0])
        return *better, dual_bound(self.model, better[1], hull, region, self.box, better[0])

    def touch(self, columns: Array, region: Region) -> None:
        """Add a tangent to every cell at a point, whether the point is off its envelope or not."""
        cells = self.model.cells
        inputs = region.inside(columns[cells.inputs] * self.model.scale[cells.inputs])
        hull, two = self._hull(region), self.model.two_sided
        self.tangents.add_above(np.arange(len(cells.inputs)), inputs, hull, region)
        self.tangents.add_below(two, inputs[two], hull, region)
