"""A bound by group: rows on what a group of cells spends together are kept, while all other rows are priced.

`dual_bound` prices such a row too, so that in each of them a cell may stand between off and on, at its envelope. Here
a group gains what its best choice of off and on does (`groups.choices`), at the best prices of the other rows
(`groups.pricing`); what those leave open is branched on (`groups.tree`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.bounds.bound import admitted, dual_bound, parts_of, priced_limits
from optimizer.search.groups.choices import Choices, Groups
from optimizer.search.groups.exchange import Plans
from optimizer.search.groups.gains import EITHER, ON, Cells, Gains
from optimizer.search.groups.kept import ROUNDING, Kept, Row, budget_of, groups_of, shared_rows
from optimizer.search.groups.leaves import settled, unwritten
from optimizer.search.groups.pricing import Priced, Problem
from optimizer.search.groups.tree import Tree
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Region
from optimizer.search.region.place import Place
from optimizer.search.region.visit import NOTHING, Visit

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
FEW, MANY = 5, 2_000  # groups: fewer rows are branched on as quickly, tables of more take much memory
CELLS = 100  # at the least: fewer are branched on as quickly
NARROWED = 0.1  # of what all may spend, at the least: narrower limits of groups are worth another turn
LARGE = 800  # cells: of fewer, regions are as quick
MOST, LITTLE = 0.85, 0.3  # of the time left, for many cells and for fewer
ALL = 0.98  # of the budget
TURNS = 3
LESS = 0.8  # of the allowed gap beyond what is aimed at, up to which plans are sought: a better one lowers the aim
DIVIDE = 0.5  # of the way to its bend: where a cell is on from
HALF = 0.5  # of its minimum, below which a cell that has one is nothing
SMOOTH = 0.05  # of the allowed gap, over which the best of two choices is smoothed
EXACT = 0.01  # of it, for the tables of gains


class ByGroup:
    """The bounds of one model, whose limits may change."""

    leads = False  # points to branch on come from envelopes

    def __init__(
        self, spends: Spends, groups: list[list[Row]], budget: tuple[int, float] | None, least: Array | None = None
    ) -> None:
        """`least` is the minimum of cells that spend nothing, or so much and more [money], 0 of others."""
        self._kept, self._budget = Kept.of(groups), budget
        self.least = np.zeros(len(spends.model.cells.inputs)) if least is None else least
        count = len(spends.model.cells.inputs)
        cells = [group[0].cells for group in groups]
        alone = np.setdiff1d(np.arange(count), np.concatenate(cells))
        most = max(len(own) for own in cells)
        self._members = np.full((len(cells) + len(alone), most), count, dtype=np.intp)
        for group, own in enumerate([*cells, *alone[:, None]]):
            self._members[group, : len(own)] = own
        self._rows, self._take = shared_rows(spends, self._kept.numbers)

    @classmethod
    def of(cls, spends: Spends, fewest: int = CELLS) -> ByGroup | None:
        """Where many curves read their own spends and rows limit what disjoint groups spend, small ones first."""
        model = spends.model
        plain = model.reads_spends and not len(model.extra)
        if not plain or len(model.cells.inputs) < fewest or len(model.two_sided) or len(model.integer):
            return None
        budget = budget_of(spends)
        groups = groups_of(spends, budget, ~model.cells.curves.concave)
        return cls(spends, groups, budget) if FEW <= len(groups) <= MANY else None

    @classmethod
    def with_minimums(cls, spends: Spends, least: Array) -> ByGroup | None:
        """Where each curve reads its own spend, which is nothing, or its minimum and more, where it has one; None where
        no row limits a group."""
        budget = budget_of(spends)
        groups = groups_of(spends, budget, ~spends.model.cells.curves.concave | (least > 0.0))
        return cls(spends, groups, budget, least) if 0 < len(groups) <= MANY else None

    def visit(self, place: Place, duals: Array) -> Visit:
        """What every plan within the box costs at the least, up to the aim; nothing when time is up, or in parts of it.

        Plans are sought by the way.
        """
        if place.region.split or place.deadline.left <= 0:
            return NOTHING
        share = MOST if len(place.model.cells.inputs) >= LARGE else LITTLE
        place = replace(place, deadline=place.deadline.within(share * place.deadline.left))
        return replace(NOTHING, bound=_Search(self, place, admitted(place.model, duals)).run())

    def folded(self, duals: Array) -> tuple[Array, Array]:
        """Duals without those of the rows that are kept, and prices of the groups that together do the same."""
        kept, folded = self._kept, duals.copy()
        own = duals[kept.numbers]
        folded[kept.numbers] = 0.0
        if self._budget is not None:
            number, each = self._budget
            folded[number] = min(0.0, folded[number] + float(own @ kept.outside) / each)
        start = np.zeros(len(self._members))
        np.add.at(start, kept.groups, -own * (kept.inside - kept.outside))
        return folded, start

    def problem(self, place: Place, duals: Array, group: Array) -> tuple[Problem, Array]:
        """What is to be priced, where groups may spend what they like, and the duals to begin at.

        Tables of gains are centred where duals and prices of the groups say.
        """
        model, cells, region, aim = place.model, place.model.cells, place.region, place.aim
        parts = parts_of(model, duals, place.hull, region, place.box, place.near)
        size = np.where(cells.most > 0, cells.most, 1.0)
        worth = np.maximum(-parts.reduced[cells.responses], 0.0) / size
        price = parts.reduced[cells.inputs] / model.scale[cells.inputs]
        bend = region.low + DIVIDE * (cells.curves.turns()[0] - region.low)
        apart = (self.least > 0.0) & (self.least >= bend)  # where it is less, it is on the side that is convex
        bend = np.where(apart, self.least, bend)
        own = Cells(curves=cells.curves, worth=worth, low=region.low, bend=bend, high=region.high, apart=apart)
        center = np.append(price, 0.0)
        center[self._members] += group[:, None]
        start, matrix, rows = duals[self._rows], model.matrix, self._rows
        problem = Problem(
            groups=self._groups(price, own.bent),
            gains=Gains.of(own, center[:-1], EXACT * aim.allowed / abs(aim.target())),
            cost=np.append(price, 0.0) + self._take.pulled(start),
            take=self._take,
            lower=matrix.lower[rows],
            upper=matrix.upper[rows],
            smooth=SMOOTH * aim.allowed,
            rest=float(parts.columns.sum()) + float(worth @ cells.zero),
        )
        others = self.unfolded(duals, np.zeros(len(rows)))
        paid = float((others * priced_limits(model, others)).sum())
        return replace(problem, rest=problem.rest + paid), start

    def _groups(self, price: Array, bent: Flags) -> Groups:
        """All of them, with no limits yet."""
        members, free = self._members, np.full(len(self._members), np.inf)
        money = np.append(np.abs(price), 0.0)[members].sum(axis=1) / (members < len(price)).sum(axis=1)
        return Groups(members=members, bent=np.append(bent, False)[members], least=-free, most=free, usual=money)

    def limited(self, problem: Problem, place: Place, spent: tuple[float, float]) -> Problem:
        """The same where all that is spent is between two amounts [money]."""
        groups = problem.groups
        least, most = self._kept.limits(place.model.matrix, spent, len(groups.members))
        least, most = np.maximum(least, groups.least), np.minimum(most, groups.most)
        return replace(problem, groups=replace(groups, least=least, most=most))

    def spent(self, place: Place, duals: Array, missing: float) -> tuple[float, float]:
        """Between what and what [money] all spend is in plans within `missing` above the bound of duals."""
        least, most = float(place.region.low.sum()), float(place.region.high.sum())
        if self._budget is None:
            return least, most
        (number, each), matrix = self._budget, place.model.matrix
        most = min(most, float(matrix.upper[number]) / each)
        price = -float(duals[number]) * each
        left = max(0.0, missing) / price if price > 0.0 else np.inf
        return max(least, float(matrix.lower[number]) / each, most - left - ROUNDING * most), most

    def unfolded(self, duals: Array, priced: Array) -> Array:
        """Duals of all rows with others for those that are priced."""
        duals = duals.copy()
        duals[self._rows] = priced
        return duals

    def spread(self, model: Model, duals: Array, price: Array) -> Array:
        """Duals with those of the rows that are kept, which prices of groups tell; the other way of `folded`."""
        kept, duals = self._kept, duals.copy()
        own = duals[kept.numbers] = kept.duals(model.matrix, price)
        if self._budget is not None:
            number, each = self._budget
            duals[number] = min(0.0, duals[number] - float(own @ kept.outside) / each)
        return duals


class _Search:
    """One search within a region: the problem, the duals so far, and what they prove."""

    def __init__(self, parent: ByGroup, place: Place, duals: Array) -> None:
        self._parent, self._place, self._aim = parent, place, place.aim
        aim = place.aim
        folded, self._own = parent.folded(duals)
        self._folded = folded
        self._problem, self._duals = parent.problem(place, folded, self._own)
        self._bound = dual_bound(place.model, duals, place.hull, place.region, place.box, place.near)
        self._spent = least, most = parent.spent(place, duals, aim.target() - self._bound)
        spent = (most, most) if least > ALL * most else self._spent  # by plans: all where it is nearly all
        self._all = parent.limited(self._problem, place, spent)

    def run(self) -> float:
        """What groups may spend and the prices of the rows they share are found in turn; the rest is branched on."""
        problem, duals = self._limited(), self._duals
        plans = Plans(self._all, self._worth, self._seek)  # which are held by nothing that they hold: tables are large
        choices, target = unwritten(problem, self._own), self._aim.target
        for turn in range(TURNS):
            choices, found = settled(problem, choices, duals, target())
            spent = self._spent
            self._proved(found)
            if found.bound >= target() or self._place.deadline.left <= 0:
                return min(self._bound, target())
            if turn == 0:
                plans.look(choices, found)
                self._proved(found)
            problem, duals = self._limited(), found.duals
            if self._spent[0] - spent[0] < NARROWED * (spent[1] - spent[0]):
                break
        tree = Tree(self._narrowed, plans, self._aim, self._place.deadline)
        return min(max(self._bound, tree.run(problem, choices, duals)), target())

    def _limited(self) -> Problem:
        """The problem with what groups may spend, as far as that is known."""
        return self._parent.limited(self._problem, self._place, self._spent)

    def _narrowed(self, problem: Problem, found: Priced) -> Problem:
        """The same with what groups may spend in plans that are worth looking for."""
        return self._parent.limited(problem, self._place, self._spending(found))

    def _spending(self, found: Priced) -> tuple[float, float]:
        """Between what and what [money] all spend in plans that are worth looking for, by what is proved of them."""
        duals = self._parent.unfolded(self._folded, found.duals)
        return self._parent.spent(self._place, duals, self._aim.target() - found.bound)

    def _proved(self, found: Priced) -> None:
        """What is better than what was known; what is spent in all is known better, too."""
        self._bound = max(self._bound, found.bound)
        least, most = self._spending(found)
        self._spent = max(self._spent[0], least), most

    def _worth(self) -> float:
        """What a plan has to cost less than to be sought."""
        return self._aim.target() + LESS * self._aim.allowed

    def _seek(self, chosen: Choices, found: Priced) -> None:
        """Look for a plan near one choice of each group."""
        place, cells, gains = self._place, self._place.model.cells, self._problem.gains
        members = self._problem.groups.members
        rows, inputs = np.zeros(len(self._problem.cost), dtype=np.intp), np.zeros(len(self._problem.cost))
        rows[members], inputs[members] = gains.rows(members, chosen.sides), found.reading.at
        rows, inputs = rows[:-1], inputs[:-1]
        least, apart = self._parent.least, gains.cells.apart
        idle = (least > 0.0) & (inputs < HALF * least)
        bend = np.clip(np.maximum(cells.curves.turns()[0], least), place.region.low, place.region.high)
        up = (gains.kind[rows] == ON) | ((gains.kind[rows] == EITHER) & (inputs > bend))
        bent = (bend > place.region.low) & ((bend < place.region.high) | apart)
        columns = place.near.copy()
        columns[cells.inputs] = inputs / place.model.scale[cells.inputs]
        duals = self._parent.unfolded(self._folded, found.duals)
        duals = self._parent.spread(place.model, duals, found.reading.price)
        part = rows >= 3 * len(gains.center)
        low = np.where(part, gains.low[rows], np.where(bent & up, bend, np.maximum(place.region.low, least)))
        high = np.where(part, gains.high[rows], np.where(bent & ~up, bend, place.region.high))
        low, high = np.where(idle, place.region.low, low), np.where(idle, place.region.low, high)
        self._aim.seek(Region(low=low, high=high), columns, duals)
