"""On/off minimums beside shares: searched without a program, as S-shaped curves are.

    x_i = 0   or   least_i ≤ x_i ≤ high_i
Where curves are S-shaped, regions of curves are searched that yield nothing below their minimum (`branch`): envelopes
are chords to where cells are on, and a region that ends between nothing and the minimum ends at either. An envelope of
a concave curve has an edge at the minimum, where walks come to no end: there choices are made of what is off in each
group (`groups`), as they are where cells are many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.decisions import without_decisions
from optimizer.formulation.model import Model
from optimizer.formulation.started import started
from optimizer.search.branch import Branching
from optimizer.search.choices.switched import kept_rows, minimums
from optimizer.search.deadline import Deadline
from optimizer.search.groups.by_group import ByGroup
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.polish import Polish
from optimizer.search.newton.spends import Spends, can_follow
from optimizer.search.newton.walks import followed
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.hull import Box, Hull, Region, Truth
from optimizer.search.region.place import Aim, Place
from optimizer.search.region.visit import Visit

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
SHARE = 0.3  # of the time left, at the most: then a program goes on
MANY = 100  # cells, from which on choices in groups are made of S-shaped curves, too
NEARER = 0.9  # of the gap asked for, that is proved: rounding may lose as much as the rest
CLOSE, LOOSEST = 0.01, 1e-4  # of it, to which walks go on, and what they take for it at the most
FROM = (0.5, 0.1, 0.9, 0.0)  # of its minimum, where a cell of the relaxation's point is on in a first plan
HALF = 0.5  # of its minimum, from which a spend of a plan is on
AT_END = 1e-6  # scaled, from a limit


def by_minimums(relaxation: Relaxation, deadline: Deadline, gap: float) -> Visit | None:
    """The whole, where its decisions are switches of spends beside rows on spends alone; None where that is not so, or
    the gap is not closed.

    A plan that is found on the way is left with the relaxation's incumbent.
    """
    model = relaxation.model
    if not len(model.integer) or deadline.left <= 0.0 or not _serves(model) or (least := minimums(model)) is None:
        return None
    rows = kept_rows(model)
    own = without_decisions(model, rows)
    if not can_follow(own) or len((spends := Spends(own)).curved):
        return None
    search = _ByMinimums(spends, own, least, NEARER * gap, deadline.within(SHARE * deadline.left))
    if (bound := search.run()) == -np.inf:
        return None
    for point, prices in search.best():
        columns, duals = np.zeros(len(model.cost)), np.zeros(len(model.drafts))
        columns[: len(own.cost)], duals[rows] = point, prices
        columns[model.switches[:, 1]] = columns[model.switches[:, 0]] > 0.0
        relaxation.incumbent.offer(columns)
        if bound >= relaxation.cutoff:
            duals = relaxation.decided.told(columns, duals, Truth(model))
            return Visit(ending="cut off", bound=bound, columns=columns, duals=duals, chosen=True)
    return None


def _serves(model: Model) -> bool:
    """Whether each curve reads its own spend, bends once at the most, and more of it is always wanted."""
    cells = model.cells
    bends = not len(model.tabled) and not cells.curves.linear.any() and cells.curves.draws == 1
    plain = model.reads_spends and not len(model.extra) and not len(model.two_sided)
    return bool(bends and plain and (model.cost[cells.responses] < 0.0).all())


class _ByMinimums:
    """The model without decisions, its cells' limits [money], and the best plan so far."""

    def __init__(self, spends: Spends, model: Model, least: Array, gap: float, deadline: Deadline) -> None:
        cells, scale = model.cells, model.scale[model.cells.inputs]
        low = np.maximum(cells.low, model.low[cells.inputs] * scale)
        high = np.minimum(cells.high, model.high[cells.inputs] * scale)
        low = np.where(low > 0.0, np.maximum(low, least), low)
        high = np.where(least > high, low, high)
        self._least = np.where((low > 0.0) | (high <= low), 0.0, least)
        self._spends, self._gap, self._deadline, self._bare = spends, gap, deadline, model
        curves = started(cells.curves, self._least)
        self._whole = replace(model, cells=replace(cells, curves=curves, low=low, high=high, least=self._least))
        self._region, self._box = Region(low=low, high=high), Box(low=model.low, high=model.high)
        self._edged = bool((cells.curves.concave & (self._least > 0.0)).any())
        self._truth, self._polish = Truth(model), Polish(spends)
        self._plan, self._duals = Incumbent(self._whole), np.zeros(len(model.drafts))

    def run(self) -> float:
        """What no plan costs less than [scaled], from the cutoff on where that is proved; −∞ where no way serves."""
        concave = self._bare.cells.curves.concave
        if self._edged and len(concave) < MANY and not concave.all():
            return -np.inf
        near, duals = self._walked(Hull(self._bare, self._region), self._region, None)
        self._begin(near)
        if not self._edged:
            return self._branched(duals)
        return self._grouped(near, duals) if np.isfinite(self._plan.cost) and self._plan.cost else -np.inf

    def best(self) -> Iterator[tuple[Array, Array]]:
        """The best plan, made exact, and what its rows are worth there; then as it was found, where there is one."""
        plan, cells, scale = self._plan.columns, self._whole.cells, self._spends.scale
        if plan is None:
            return
        inputs = plan[cells.inputs] * scale
        region = self._sided(inputs >= HALF * self._least, Region(low=cells.low, high=cells.high))
        turns, columns = self._bare.cells.curves.turns()[1], plan.copy()
        low, high, at = (own / scale for own in (region.low, region.high, region.inside(inputs)))
        ends = np.where(at <= low + AT_END, low, np.where(at >= high - AT_END, high, at))
        convex = at * scale < turns
        columns[cells.inputs] = np.where(convex, ends, at)
        within = self._within(region)
        found = self._polish(columns, self._duals, self._truth, region, within, convex=convex)
        if found is not None:
            yield found
        columns[cells.inputs] = at
        yield columns, self._duals

    @property
    def _cutoff(self) -> float:
        cost = self._plan.cost
        return cost - self._gap * abs(cost) if np.isfinite(cost) else np.inf

    def _within(self, region: Region) -> Box:
        return self._box.within(self._bare, region)

    def _walked(self, hull: Hull | Truth, region: Region, near: Array | None) -> tuple[Array, Array]:
        """Where the interior-point method leads in a region, and duals."""
        gap = CLOSE * min(self._gap, LOOSEST)
        return followed(self._spends, self._bare, hull, region, self._within(region), gap, near, self._deadline)

    def _begin(self, columns: Array) -> None:
        """Look for a plan whose cells are on where they are in the relaxation's point."""
        inputs = self._whole.cells.inputs
        at = columns[inputs] * self._spends.scale
        for share in FROM:
            if self._deadline.left <= 0.0 or self._plan.columns is not None:
                break
            region = self._sided(at >= share * self._least, self._region)
            near = columns.copy()
            near[inputs] = region.inside(at) / self._spends.scale
            self._seek(region, *self._walked(self._truth, region, near))

    def _seek(self, region: Region, columns: Array, duals: Array) -> None:
        """Look for a plan on the curves within a region, from columns and duals that are near it."""
        found = self._polish(columns, duals, self._truth, region, self._within(region))
        if found is not None and self._plan.offer(found[0]):
            self._duals = found[1]

    def _sided(self, on: Flags, region: Region) -> Region:
        """The part of a region in which cells with a minimum are on, or off."""
        has = self._least > 0.0
        low = np.where(has & on, np.maximum(region.low, self._least), region.low)
        return Region(low=low, high=np.where(has & ~on, region.low, region.high))

    def _grouped(self, near: Array, duals: Array) -> float:
        """What choices in groups prove; plans are sought by the way."""
        aim = Aim(lambda: self._cutoff, self._seek, self._gap * abs(self._plan.cost))
        hull, box = Hull(self._bare, self._region), self._within(self._region)
        place = Place(self._bare, hull, self._region, box, near, self._deadline, aim)
        groups = ByGroup.with_minimums(self._spends, self._least)
        return -np.inf if groups is None else groups.visit(place, duals).bound

    def _branched(self, duals: Array) -> float:
        """What regions prove; better plans are taken."""
        model, incumbent = self._whole, Incumbent(self._whole)
        if self._plan.columns is not None:
            incumbent.offer(self._plan.columns)
        branching = Branching(Relaxation(model, incumbent, self._deadline, self._gap), lambda *_: None)
        finding = branching.run()
        if incumbent.cost < self._plan.cost and incumbent.columns is not None:
            self._plan.offer(incumbent.columns)
            self._duals = duals if finding.visit is None or finding.visit.duals is None else finding.visit.duals
        return finding.bound
