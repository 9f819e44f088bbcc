"""What is done at regions of many points at once: walks, bounds, and looks for plans, in arrays with an axis of points.

The points are those of one model and differ in the limits of its rows alone; several regions may be of one point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.moved import abreast
from optimizer.formulation.pieces import can_piece
from optimizer.formulation.tighten import tightened
from optimizer.search.bounds.bound import dual_bounds, response_prices
from optimizer.search.choices.kinds import choices_of
from optimizer.search.choices.tables import Tables
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.many.impossible import impossible
from optimizer.search.many.path import Path
from optimizer.search.newton.alone import alone
from optimizer.search.newton.level import BudgetRow, can_level, levelled_between
from optimizer.search.newton.polish import Polish
from optimizer.search.newton.rows import AT_ONCE, parts
from optimizer.search.newton.spends import Spends, can_follow
from optimizer.search.newton.start import begun_together
from optimizer.search.newton.walks import followed_together
from optimizer.search.nodes.relaxation import CLOSE, LOOSEST, OFTEN
from optimizer.search.region.hull import Box, Hull, Region, Touched, Truth
from optimizer.search.region.seed import Seed

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
SHARP = 1e-12  # relative gap to which walks on the curves themselves go on
STILL = 1e-7  # Newton's last step on a path: what is left is about its square
SAME = 1e-9  # of the cost, within which the duals at two points are those of one
SLACK = 1e-9  # scaled, by which a row that nothing satisfies is missed at the least
LITTLE = 1000  # coefficients of rows, about which it takes little to ask a solver
STUCK = 1e-12  # scaled: a spend with less room does not move


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """What visits proved and found, by region: a bound [scaled], the relaxation's point, what its cells read [money].

    `bent` are the weighted distances between envelope and curve at the point: where branching would help.
    """

    bounds: Array
    columns: Array
    inputs: Array
    bent: Array


def shared(model: Model) -> Spends | None:
    """The spends of a model whose points can be visited together; None where they cannot.

    Curves read spends as they are, or a budget alone limits concave ones; nothing may want less outcome, and no program
    choose the pieces of tables.
    """
    if len(model.integer) > 0 or len(model.extra) or len(model.two_sided) or not can_follow(model):
        return None
    spends = Spends(model)
    if Tables.of(spends) is not None:
        return spends
    if can_piece(model):  # a walk stumbles at the corners of tables that bend
        return None
    return spends if np.isin(model.cells.inputs, model.spend).all() or can_level(model, spends) else None


class Abreast:
    """The points, their roots, and the best plan of each: `columns`, `cost` and `duals` [all scaled]."""

    def __init__(self, models: Sequence[Model], spends: Spends, gap: float) -> None:
        first = models[0]
        self.model = abreast(models)
        self._spends, self._truth, self._values = spends, Truth(first), Incumbent(first)
        self._concave, self._gap = bool(first.cells.curves.concave.all()), gap
        self._choosing = choices_of(first, self._spends)
        self._owned = self.model.matrix.part(np.array([row.side != "link" for row in first.drafts]))
        high = np.broadcast_to(first.high, (len(models), len(first.cost))).copy()
        high[:, first.spend] = self._most()
        self._box = Box(low=np.broadcast_to(first.low, high.shape), high=high)
        inputs, cells = first.cells.inputs, first.cells
        reach = np.minimum(cells.high, high[:, inputs] * first.scale[inputs])
        self.root = Region(low=np.broadcast_to(cells.low, reach.shape), high=reach)
        self.columns, self.duals = np.zeros(high.shape), np.zeros(self.model.matrix.lower.shape)
        self.cost = np.full(len(models), np.inf)
        self.walks = not isinstance(self._choosing, Tables)  # not at the corners of tables
        self.exact = np.ones(len(models), dtype=bool)  # as far as no region was visited
        self._looks = np.zeros(len(models), dtype=np.intp)

    def _most(self) -> Array:
        """By point the most that each spend can be [scaled]. The model was narrowed by its rows: of many, others than
        those that move tell nothing unless these bring some spend down."""
        model, matrix, scale = self.model, self._owned, self.model.scale[self.model.spend]
        if len(self._spends.rows) * len(self._spends.columns) > LITTLE:
            moving = ((matrix.lower != matrix.lower[0]) | (matrix.upper != matrix.upper[0])).any(axis=0)
            most = tightened(replace(model, matrix=matrix.part(moving))) / scale
            if (most == model.high[model.spend]).all():
                return most
        return tightened(replace(model, matrix=matrix)) / scale

    @property
    def cutoff(self) -> Array:
        """By point: a region whose bound reaches this cannot hold a plan that is worth looking for."""
        return self._below(self._gap)

    def _below(self, gap: float) -> Array:
        """By point what is a relative gap below the cost of its plan; infinite without one."""
        return self.cost - gap * np.where(np.isfinite(self.cost), np.abs(self.cost), 0.0)

    @property
    def possible(self) -> Flags:
        """By point, whether the limits of the spends let each row be kept."""
        matrix, least, most = self._owned, *self._ends()
        slack = SLACK * np.maximum(1.0, np.abs(np.where(np.isfinite(matrix.upper), matrix.upper, matrix.lower)))
        return np.asarray(((least <= matrix.upper + slack) & (most >= matrix.lower - slack)).all(axis=1))

    def _ends(self) -> tuple[Array, Array]:
        """By point the least and the most that each row can be within the limits of the columns."""
        matrix, box, spends = self._owned, self._box, self._spends
        if len(spends.curved):
            return matrix.ends(box.low, box.high)
        low, high = box.low[:, spends.columns], box.high[:, spends.columns]
        least, most = np.zeros((2, *matrix.lower.shape))
        for some in parts(len(spends.rows), len(spends.columns), AT_ONCE):
            rows, direct = spends.rows[some], spends.direct.written_out(some)
            up, down = np.maximum(direct, 0.0).T, np.minimum(direct, 0.0).T
            least[:, rows], most[:, rows] = low @ up + high @ down, high @ up + low @ down
        return least, most

    @property
    def movable(self) -> Flags:
        """By point, whether some spend can move."""
        return np.asarray((self._box.high - self._box.low > STUCK)[:, self.model.spend.ravel()].any(axis=1))

    def visit(self, points: Index, region: Region, known: Array, near: Array | None) -> Visits:
        """Visit a region of each of some points, whose bounds are `known`, from points `near` their optima."""
        hull = Hull(self.model, region)
        columns, duals = self._walked(points, hull, region, near, SHARP if self._concave else self._close)
        within = self._within(points, region)
        bounds = np.maximum(known, dual_bounds(self._at(points), duals, hull, region, within, columns))
        left = np.flatnonzero(bounds < self.cutoff[points])
        if len(left) and not self._concave:
            self._look(points[left], columns[left], region.part(left))
        inputs, bent = self._bent(columns, duals, hull, region)
        return Visits(bounds=bounds, columns=columns, inputs=inputs, bent=bent)

    def settle(self, points: Index, deadline: Deadline) -> Array:
        """Bounds of points that one budget limits, before any region is visited; −∞ where nothing is proved."""
        if can_level(self.model, self._spends):
            return self._levelled(points)
        if self._choosing is None:
            return self._along(points, deadline) if self._bends else np.full(len(points), -np.inf)
        found = self._choosing.settle(self._at(points), self._gap, self.cost[points], deadline)
        own = points[better := found.costs < self.cost[points]]
        self.columns[own], self.cost[own] = found.columns[better], found.costs[better]
        self.duals[own] = found.duals[better]
        return found.bounds

    def _levelled(self, points: Index) -> Array:
        """The same where one price of the budget is all that is to be found."""
        model, box, matrix = self.model, self._box, self.model.matrix
        region, own = Region(low=model.cells.low, high=model.cells.high), self._spends.columns
        hull = Hull(model, region)
        row, take = self._spends.rows[0], self._spends.direct.written_out()[0]
        money = matrix.upper[points, row] / take[0] * model.scale[own[0]]
        ladder, scale = Seed.ladder(model, hull, region), -model.row_scale[row]

        def start(some: Index) -> tuple[Array, Array]:
            bought, price = ladder.starts(money[some])
            return bought, price * scale

        at, prices = levelled_between(
            self._spends,
            hull,
            region,
            (box.low[points][:, own], box.high[points][:, own]),
            BudgetRow(take, matrix.lower[points, row], matrix.upper[points, row]),
            start,
        )
        inputs = self._spends.inputs(at)
        read = self._spends.money(inputs, region)
        columns = self._spends.filled(model.low, at, inputs, self._spends.responses(read, hull))
        duals = self._spends.duals(prices[:, None], self._spends.slopes(read, hull))
        return self._proved(points, columns, duals, hull, region)

    def _along(self, points: Index, deadline: Deadline) -> Array:
        """The same where rows share out what is spent, on a path along which most points begin between neighbours.

        Which of them are empty is asked first where that takes little, else once the tightest has led to no plan.
        """
        model, bounds = self.model, np.full(len(points), -np.inf)
        region = Region(low=model.cells.low, high=model.cells.high)
        hull, polish, path = Hull(model, region), Polish(self._spends, sharp=True), Path(self._at(points).matrix)
        columns, duals, within = self.columns[points], self.duals[points], self._within(points, region)

        def ask() -> bool:
            path.empty = np.isinf(self.cost[points]) & impossible(self._at(points), hull, region, within, deadline)
            bounds[path.empty] = np.inf
            return True

        spends, can_ask = self._spends, not len(self._spends.curved)
        asked = can_ask and len(spends.rows) * len(spends.columns) <= LITTLE and ask()
        for own, anew, near in path.turns():
            if deadline.left <= 0.0:
                break
            some = points[own]
            prices = None if near is None else duals[near]
            start = self._begun(some, hull, region, prices) if anew else path.between(own, (columns, duals))
            polish.move(self._at(some))
            columns[own], duals[own], _ = polish.together(*start, hull, region, self._within(some, region), STILL)
            bounds[own] = np.maximum(bounds[own], self._proved(some, columns[own], duals[own], hull, region))
            path.found[own] = bounds[own] >= self._below(SHARP)[some]
            if can_ask and not asked and np.isinf(self.cost[points[path.tightest]]):
                asked = ask()
        self.exact[points] = path.found & alone(self._spends, self._at(points).matrix, within, columns)
        return bounds

    def _begun(self, points: Index, hull: Hull, region: Region, near: Array | None) -> tuple[Array, Array]:
        """Columns and duals to begin at, from duals `near` by, or from what one price buys of each budget."""
        model, seed, box = self.model, Seed.ladder(self.model, hull, region), self._box
        matrix, each = self._at(points).matrix, Box(low=box.low[points], high=box.high[points])
        duals = seed.priced_at(matrix.upper) if near is None else np.tile(near, (len(points), 1))
        return begun_together(seed, self._spends, matrix, each, np.tile(model.low, (len(points), 1)), duals)

    def _proved(self, points: Index, columns: Array, duals: Array, hull: Hull, region: Region) -> Array:
        """What duals of concave curves prove, by tangents at columns that are nearly the best; these are offered."""
        self._offer(points, columns, duals)
        within = self._within(points, region)
        bounds = dual_bounds(self._at(points), duals, Touched(self.model, hull, region), region, within, columns)
        left = np.flatnonzero((bounds < self.cutoff[points]) & np.isfinite(self.cost[points]))
        if len(left):
            some = Box(low=within.low[left], high=within.high[left])
            bounds[left] = dual_bounds(self._at(points[left]), duals[left], hull, region, some, columns[left])
        return bounds

    def finish(self, points: Index) -> None:
        """Bring the plans of some points to where their curves have them, and the duals with them."""
        points = points[np.isfinite(self.cost[points])]
        if self._concave or not len(points):
            return
        before = self.cost[points]
        columns, duals = self._walked(points, self._truth, self.root.part(points), self.columns[points], SHARP)
        cost, kept = self._valued(points, columns)[1:]
        there = kept & (cost <= before + SAME * np.abs(before))
        self.duals[points[there]] = duals[there]

    @property
    def _close(self) -> float:
        return CLOSE * min(self._gap, LOOSEST)

    def _at(self, points: Index) -> Model:
        matrix = self.model.matrix
        return replace(self.model, matrix=replace(matrix, lower=matrix.lower[points], upper=matrix.upper[points]))

    @property
    def _bends(self) -> bool:
        """Whether Newton's method with an active set leads to the optimum: curves are concave, and none is a table."""
        return self._concave and not len(self.model.tabled)

    def _within(self, points: Index, region: Region) -> Box:
        """The limits of the columns, and the region's."""
        return Box(low=self._box.low[points], high=self._box.high[points]).within(self.model, region)

    def _walked(
        self, points: Index, hull: Hull | Truth, region: Region, near: Array | None, gap: float
    ) -> tuple[Array, Array]:
        """Where the interior-point method leads, and duals; the points are offered."""
        matrix, within = self._at(points).matrix, self._within(points, region)
        columns, duals = followed_together(self._spends, matrix, hull, region, within, gap, near)
        self._offer(points, columns, duals)
        return columns, duals

    def _valued(self, points: Index, columns: Array) -> tuple[Array, Array, Flags]:
        """Columns with true responses, their cost, and whether they keep the rows that are not adstock."""
        true, matrix, spends = self._values.truth(columns), self._owned, self._spends
        if len(spends.curved):
            activity = matrix.activity(true)
        else:  # rows of spends are written out: that takes less than entry by entry
            activity = np.zeros((len(points), matrix.lower.shape[1]))
            activity[:, spends.rows] = spends.direct.times(true[:, spends.columns]) + spends.rest(true)
        broken = np.maximum(matrix.lower[points] - activity, activity - matrix.upper[points])
        return true, np.asarray(true @ self.model.cost), np.asarray(broken.max(axis=1, initial=0.0) <= KEPT)

    def _offer(self, points: Index, columns: Array, duals: Array) -> None:
        """Take what is better than the best of its point."""
        true, cost, kept = self._valued(points, columns)
        for place in np.flatnonzero(kept & (cost < self.cost[points])).tolist():
            point = points[place]
            if cost[place] < self.cost[point]:  # another region of the same point may have led to less
                self.columns[point], self.cost[point], self.duals[point] = true[place], cost[place], duals[place]

    def _bent(self, columns: Array, duals: Array, hull: Hull, region: Region) -> tuple[Array, Array]:
        """What the cells read [money], and the weighted distances of their envelopes from their curves there."""
        cells = self.model.cells
        inputs = region.inside(columns[:, cells.inputs] * self.model.scale[cells.inputs])
        apart = np.maximum(hull.value(inputs) - cells.curves.value(inputs), 0.0)
        return inputs, apart / np.where(cells.most > 0, cells.most, 1.0) * np.abs(response_prices(self.model, duals))

    def _look(self, points: Index, columns: Array, region: Region) -> None:
        """Look for plans below relaxations, on the curves."""
        looks = self._looks[points]
        np.add.at(self._looks, points, 1)
        some = (looks < OFTEN) | (looks % OFTEN == 0)
        if some.any():
            self._walked(points[some], self._truth, region.part(some), columns[some], self._close)
