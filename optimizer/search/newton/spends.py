"""A model in its spends: what cells read, what they respond, and the rows, all as functions of spend.

    input = constant + K·spend     response = envelope(input)
    row = direct·spend + through·response + within·(columns beside the spends) + the rest
Points may be many: shapes are (…, spends), (…, cells) and (…, rows). All of it is scaled as the model is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.model import Model
from optimizer.search.newton.beside import Beside
from optimizer.search.newton.chain import Chain, Recursion
from optimizer.search.newton.kernel import Kernel
from optimizer.search.newton.rows import AT_ONCE, Dense, Raised, Rows, parts, rows_of, written
from optimizer.search.region.hull import Hull, Region, Truth

Array = NDArray[np.float64]
Index = NDArray[np.intp]
FEW = 50  # cells beside other columns, with which programs are as quick
MANY, MUCH = 40, 100_000  # tactics at points, or numbers of their matrices, from which on recursions take less time
LARGEST = 20_000_000  # numbers in the dense rows, beyond which tangents alone are quicker
LONGEST = 4_000_000_000  # products in one step's equations, beyond which they are too


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Tactics that carry over, alike in shape: their spends and cells by position, and K of each.

    `spends` (tactics, periods), `cells` (tactics, cells), `each` tactic's K (cells, periods); `recursion` where every K
    is one.
    """

    spends: Index
    cells: Index
    each: tuple[Array, ...]
    recursion: Recursion | None

    @cached_property
    def kernels(self) -> Array:
        """All K together, (tactics, cells, periods): recursions hardly ever ask for them."""
        return np.stack(self.each)

    @classmethod
    def alike(cls, tactics: Sequence[Carried]) -> Self:
        """Several of one shape."""
        recursions = [own.recursion for own in tactics if own.recursion is not None]
        return cls(
            spends=np.concatenate([own.spends for own in tactics]),
            cells=np.concatenate([own.cells for own in tactics]),
            each=tuple(kernel for own in tactics for kernel in own.each),
            recursion=Recursion.alike(recursions) if recursions else None,
        )

    def recurs(self, points: int) -> Recursion | None:
        """The recursion where, with so many points, it takes less time than as many small matrices."""
        tactics, periods = self.spends.shape
        return self.recursion if points * tactics >= MANY or points * tactics * periods**2 >= MUCH else None

    def read(self, spends: Array) -> Array:
        """What the cells read of spends, (points, tactics, periods) to (points, tactics, cells)."""
        if (recursion := self.recurs(len(spends))) is not None:
            return recursion.read(spends)
        return np.asarray(np.matmul(spends.swapaxes(0, 1), self.kernels.swapaxes(1, 2)).swapaxes(0, 1))

    def pulled(self, weights: Array) -> Array:
        """What weights on the cells are on the spends, (points, tactics, cells) to (points, tactics, periods)."""
        if (recursion := self.recurs(len(weights))) is not None:
            return recursion.pulled(weights, self.spends.shape[1])
        return np.asarray(np.matmul(weights.swapaxes(0, 1), self.kernels).swapaxes(0, 1))

    def read_again(self, other: Carried) -> Carried:
        """Where other curves read the same spends, too: more cells of one kernel, which is no recursion."""
        return Carried(
            spends=self.spends,
            cells=np.concatenate([self.cells, other.cells], axis=1),
            each=tuple(np.concatenate(both) for both in zip(self.each, other.each, strict=True)),
            recursion=None,
        )


class Spends:
    """The functions of one model; `rows` are those of its rows that they speak of."""

    def __init__(self, model: Model) -> None:
        kernel, beside = Kernel.of(model), Beside.of(model)
        ties = beside.ties[beside.ties >= 0]
        rows = _spoken(model, np.concatenate([ties, *(block.rows for block in kernel.blocks)]))
        self.model, self.rows, self.kernel, self.beside = model, rows, kernel, beside
        self.columns = model.spend.ravel()
        cells = model.cells
        place = np.full(len(model.cost), -1, dtype=np.intp)
        place[self.columns] = np.arange(len(self.columns))
        self.plain = kernel.plain
        self.read = place[cells.inputs[kernel.plain]]
        self._once = bool((np.bincount(self.read, minlength=1) <= 1).all())  # no spend is read twice
        self.carried = _carried(kernel, place)
        self._same = not self.carried and np.array_equal(cells.inputs, self.columns)  # cells stand as spends do
        self.size = np.where(cells.most > 0, cells.most, 1.0)
        self.scale = model.scale[cells.inputs]
        self.cost, self.worth = model.cost[self.columns], model.cost[cells.responses]
        self.direct = rows_of(model.matrix, rows, self.columns)
        self.within = written(model.matrix, rows, beside.columns)
        counting = model.matrix.rows[among(cells.responses, len(model.cost))[model.matrix.columns]]
        self.counting = among(counting, len(model.drafts))[rows]
        self.curved = np.flatnonzero(self.counting | self.within[:, beside.ties >= 0].any(axis=1))
        self.through = written(model.matrix, rows[self.curved], cells.responses)
        known = among(np.concatenate([self.columns, cells.responses, beside.columns]), len(model.cost))
        spoken = among(model.matrix.columns[among(rows, len(model.drafts))[model.matrix.rows]], len(model.cost))
        self._others = np.flatnonzero(spoken & ~known)
        self._rest = written(model.matrix, rows, self._others)

    def under(self, model: Model) -> Self:
        """The same functions under other limits, and at another cost of spend."""
        other = copy(self)
        other.model, other.cost, other.worth = model, model.cost[self.columns], model.cost[model.cells.responses]
        return other

    def on_spends_alone(self) -> NDArray[np.bool_]:
        """The rows that speak of nothing but spends."""
        return np.asarray(~(self.counting | np.hstack([self.within, self._rest]).any(axis=1)))

    def counted(self, prices: Array) -> Array:
        """What prices of rows are on responses, shape (…, rows) to (…, cells)."""
        return np.asarray(prices[..., self.curved] @ self.through)

    def rest(self, columns: Array) -> Array:
        """What columns that are fixed add to the rows: decisions."""
        return np.asarray(columns[..., self._others] @ self._rest.T)

    def inputs(self, spends: Array) -> Array:
        """What the cells read."""
        if not self.carried:
            return spends if self._same else np.asarray(spends[..., self.read])
        inputs = np.empty((*spends.shape[:-1], len(self.scale)))
        inputs[...] = self.kernel.constant
        inputs[..., self.plain] = spends[..., self.read]
        for group in self.carried:
            read = group.read(spends[..., group.spends].reshape(-1, *group.spends.shape))
            inputs[..., group.cells] += read.reshape(*spends.shape[:-1], *group.cells.shape)
        return inputs

    def reading(self, some: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The cells that read any of some spends."""
        return some if self._same else np.asarray(self.inputs(some.astype(np.float64)) > self.kernel.constant)

    def pulled(self, weights: Array) -> Array:
        """Kᵀ·weights: what a weight on each cell's input is as a weight on each spend."""
        pulled = self.plainly(weights)
        for group in self.carried:
            pull = group.pulled(weights[..., group.cells].reshape(-1, *group.cells.shape))
            pulled[..., group.spends] += pull.reshape(*weights.shape[:-1], *group.spends.shape)
        return pulled

    def plainly(self, weights: Array) -> Array:
        """The same of the cells that read spends as they are alone."""
        if self._same:
            return weights
        pulled = np.zeros((*weights.shape[:-1], len(self.columns)))
        if self._once:
            pulled[..., self.read] = weights[..., self.plain]
        else:
            np.add.at(pulled.T, self.read, weights[..., self.plain].T)
        return pulled

    def money(self, inputs: Array, region: Region) -> Array:
        """Inputs in the region [money]."""
        money: Array = inputs * self.scale
        np.maximum(money, region.low, out=money)
        return np.minimum(money, region.high, out=money)

    def responses(self, money: Array, hull: Hull | Truth) -> Array:
        """What the cells respond to inputs [money]."""
        return np.asarray((hull.value(money) - self.model.cells.zero) / self.size)

    def slopes(self, money: Array, hull: Hull | Truth) -> Array:
        """∂response/∂input at inputs [money]; 0 where it is infinite: an input that is 0 here cannot move."""
        slopes = hull.slope(money) * (self.scale / self.size)
        return np.where(np.isfinite(slopes), slopes, 0.0)

    def activity(self, spends: Array, money: Array, hull: Hull | Truth, rows: Index | None = None) -> Array:
        """What spends, and responses to inputs [money], are to the rows, or to some of them."""
        if len(self.curved):
            activity = self.summed(spends, self.responses(money, hull))
            return activity if rows is None else activity[..., rows]
        return (self.direct if rows is None else self.direct.part(rows)).times(spends)

    def summed(self, spends: Array, responses: Array) -> Array:
        """What spends and responses are to the rows."""
        rows = self.direct.times(spends)
        rows[..., self.curved] += responses @ self.through.T
        return rows

    def jacobian(self, slopes: Array, following: Array | None = None) -> Rows:
        """∂row/∂spend, shape (…, rows, spends); without leading axes where no row counts responses.

        `following` says how far each column beside the spends goes with what its tie ties it to.
        """
        if not len(self.curved):
            return self.direct
        sparse = self.direct.sparse
        where = np.arange(len(self.curved)) if sparse else self.curved
        base = np.zeros((len(where), len(self.columns))) if sparse else self.direct.written_out()
        found = np.broadcast_to(base, (*slopes.shape[:-1], *base.shape)).copy()
        for part in parts(len(self.curved), slopes.size, AT_ONCE):
            through, slope = self.through[part], slopes[..., None, :]
            if following is not None and following.shape[-1]:
                spends, cells = self.back(self.within[self.curved[part]] * following[..., None, :])
                found[..., where[part], :] += spends
                through = through + cells
            found[..., where[part], :] += self.pulled(through * slope)
        return Raised(self.direct, self.curved, found) if sparse else Dense(found)

    def back(self, weights: Array) -> tuple[Array, Array]:
        """What weights on the ties are on spends and on responses."""
        return self.beside.back(weights, len(self.columns), len(self.scale))

    def filled(self, columns: Array, found: Array, inputs: Array, responses: Array) -> Array:
        """The model's columns at spends and what is beside them, others as in `columns`; shape (…, columns)."""
        whole = np.empty((*found.shape[:-1], columns.shape[-1]))
        whole[...] = columns
        whole[..., self.columns] = found[..., : len(self.columns)]
        whole[..., self.beside.columns] = found[..., len(self.columns) :]
        whole[..., self.model.cells.inputs] = inputs
        whole[..., self.model.cells.responses] = responses
        return whole

    def duals(self, prices: Array, slopes: Array | None) -> Array:
        """Duals of all rows at the prices of these ones, and of the ties, (…, rows + ties): those of adstock follow.

        They are where inputs are stationary; without adstock no slopes are needed.
        """
        model, tied = self.model, self.beside.ties >= 0
        duals = np.zeros((*prices.shape[:-1], len(model.drafts)))
        duals[..., self.rows] = prices[..., : len(self.rows)]
        if tied.any():
            duals[..., self.beside.ties[tied]] = prices[..., len(self.rows) :][..., tied]
        if slopes is None or not self.carried:
            return duals
        reduced = model.cost - model.matrix.priced(duals, len(model.cost))
        pull = reduced[..., model.cells.responses] * slopes
        for block in self.kernel.blocks:
            own = pull[..., block.cells]
            duals[..., block.rows] = np.linalg.solve(block.chain().T, own.reshape(-1, own.shape[-1]).T).T.reshape(
                own.shape
            )
        return duals

    def eased(self, prices: Array, slopes: Array, low: NDArray[np.bool_]) -> Array:
        """Slopes, less steep where a `low` spend that carries over would be worth more than it costs at these prices.

        Near 0 a curve may be steeper than any price, and a bound would pay for all of the spend's range.
        """
        model, eased = self.model, slopes.copy()
        reduced = model.cost - model.matrix.priced(self.duals(prices, slopes), len(model.cost))
        missing = np.zeros(len(reduced))
        missing[self.columns] = np.where(low, np.maximum(-reduced[self.columns], 0.0), 0.0)
        for block in self.kernel.blocks:
            own = block.cells[: len(block.spend)]
            worth = np.maximum(-reduced[model.cells.responses[own]], 0.0) * np.diagonal(block.kernel)
            eased[own] -= np.divide(missing[block.spend], worth, out=np.zeros(len(own)), where=worth > 0.0)
        return np.maximum(eased, 0.0)


class Curvature:
    """Kᵀ·diag(weights)·K + diag(more), the second derivatives by spend, and its inverse where spends are free.

    `weights` (points, cells), `more` and `free` (points, spends). `plain` is the diagonal but for carry-over.
    """

    def __init__(self, spends: Spends, weights: Array, more: Array, free: NDArray[np.bool_]) -> None:
        self._spends, self._free = spends, free
        self._weights, self._more, diagonal = weights, more, more + spends.plainly(weights)
        self.plain = diagonal
        self._over = np.where(free, 1.0 / np.where(free, diagonal, 1.0), 0.0)
        self._blocks = [self._inverse(group, weights, diagonal) for group in spends.carried]

    def _inverse(self, group: Carried, weights: Array, diagonal: Array) -> Chain | Array:
        """What its part is solved with: a chain where there are many, for which few periods take as long as one."""
        recursion, own = group.recurs(len(weights)), group.spends
        if recursion is None:
            return self._block(group, weights, np.where(self._free, diagonal, 1.0))
        return Chain(recursion, weights[:, group.cells], diagonal[:, own], self._free[:, own])

    def _block(self, group: Carried, weights: Array, diagonal: Array) -> Array:
        """The block of each tactic, the unit matrix where spends stand: (points, tactics, periods, periods)."""
        stuck = ~self._free[:, group.spends]
        weighted = np.swapaxes(group.kernels, -1, -2) * weights[:, group.cells][:, :, None, :]
        block: Array = np.matmul(weighted, group.kernels)
        block[stuck[..., None] | stuck[..., None, :]] = 0.0
        place = np.arange(block.shape[-1])
        block[..., place, place] += diagonal[:, group.spends]
        return block

    @property
    def over(self) -> Array | None:
        """H⁻¹ where it is diagonal, 0 where spends are not free, (points, spends)."""
        return None if self._blocks else self._over

    def times(self, right: Array) -> Array:
        """H·right, whether spends are free or not; shape (points, k, spends)."""
        read = self._spends.inputs(right) - self._spends.kernel.constant
        return self._spends.pulled(self._weights[:, None] * read) + self._more[:, None] * right

    def inverse(self, right: Array) -> Array:
        """H⁻¹·right, 0 where spends are not free; shape (points, k, spends)."""
        solved: Array = right * self._over[:, None, :]
        if not self._blocks:
            return solved
        for part in parts(right.shape[1], self._over.size, AT_ONCE):
            self._solve(right[:, part], solved[:, part])
        return solved

    def _solve(self, right: Array, solved: Array) -> None:
        """Write what tactics that carry over have into some of what is solved."""
        for group, block in zip(self._spends.carried, self._blocks, strict=True):
            own = np.where(self._free[:, None], right, 0.0)[..., group.spends]
            if isinstance(block, Chain):
                solved[..., group.spends] = block.inverse(own)
            else:
                solved[..., group.spends] = np.moveaxis(_solved(block, np.moveaxis(own, -3, -1)), -1, -3)


def _solved(blocks: Array, right: Array) -> Array:
    """What each block turns into `right`; no numbers where it is singular, as where convex weeks meet concave ones."""
    try:
        return np.asarray(np.linalg.solve(blocks, right))
    except np.linalg.LinAlgError:
        solved = np.full(right.shape, np.nan)
        for place in np.ndindex(blocks.shape[:-2]):
            with suppress(np.linalg.LinAlgError):
                solved[place] = np.linalg.solve(blocks[place], right[place])
        return solved


def can_follow(model: Model) -> bool:
    """Whether curves read spends as they are, and a step takes little memory and time.

    Columns beside the spends are left to programs where there are decisions as well, or few cells: no method with an
    active set makes such points exact afterwards, and a program's vertex is.
    """
    extra = len(model.extra)
    ties = int((Beside.of(model).ties >= 0).sum()) if extra else 0
    matrix, size = model.matrix, len(model.drafts)
    said = int((among(matrix.rows, size) | among(matrix.totals.rows, size)).sum())
    rows = said - ties - int((~among(model.reads, len(model.cost))[model.cells.inputs]).sum())
    left = extra > 0 and (len(model.integer) > 0 or len(model.cells.inputs) < FEW)
    return (
        not left
        and np.array_equal(model.reads, model.spend)
        and rows * len(model.cost) <= LARGEST
        and rows**2 * model.spend.size <= LONGEST
    )


def _spoken(model: Model, aside: Index) -> Index:
    """The rows that speak of spends or responses, those `aside` left out."""
    matrix, size = model.matrix, len(model.drafts)
    whole = among(model.integer, len(model.cost))[matrix.columns]  # rows of decisions alone move no spend
    spoken = among(matrix.rows[~whole], size) | among(matrix.totals.rows, size)
    return np.flatnonzero(spoken & ~among(aside, size))


def _carried(kernel: Kernel, place: Index) -> tuple[Carried, ...]:
    """Tactics that carry over by shape; one whose curves are read twice has all its cells in one block."""
    tactics: dict[int, Carried] = {}
    for block in kernel.blocks:
        own = Carried(
            spends=place[block.spend][None],
            cells=block.cells[None],
            each=(block.kernel,),
            recursion=Recursion.of(block.kernel, block.chain()),
        )
        first = int(own.spends[0, 0])
        tactics[first] = own if first not in tactics else tactics[first].read_again(own)
    groups: dict[tuple[tuple[int, ...], bool], list[Carried]] = defaultdict(list)
    for own in tactics.values():
        groups[own.each[0].shape, own.recursion is None].append(own)
    return tuple(Carried.alike(groups[kind]) for kind in sorted(groups))
