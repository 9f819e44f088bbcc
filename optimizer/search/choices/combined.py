"""Which corners of tables together: all plans that may be better than one that is known, by what they take of the row.

At a price λ of the row a cell that stands at corner k, which takes t and gains g there, loses
    lost_k = max_j (g_j − λ·t_j) − (g_k − λ·t_k) ≥ 0
and a plan costs Σ lost + λ·(limit − Σ t) more than the price proves. One cell at the most need stand inside a piece of
its table: of two that do, money may go from one to the other until one is at a corner. So a plan is a piece of one
cell, or none, and a corner of each other one. Cell by cell those are left that lose more than there is room for, and of
two with the same piece that which takes no less and brings no more (Nemhauser and Ullmann 1969); and those of which one
cell would lose less by taking a little of another than that would lose: they are not the best. So it is for the one
half of the cells and for the other, and each plan of the one finds what it needs among those of the other (Horowitz and
Sahni 1974).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.choices.corners import ROUNDED, Corners, Edges
from optimizer.search.choices.lowest import Lowest

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
MOST = 200_000  # of plans of half the cells, beyond which no more is looked for
FIRST = 1 / 8  # of the room, that is looked through first: most often a plan is there
TRIED = 10 * MOST  # before those are left out that cannot be the best
WIDER = 4.0  # times as much, next
NONE = 0  # the piece that no cell stands inside of


class Limits(NamedTuple):
    """What a row may take beyond what the low ends do, and where edges end: what they take, the last of them, −1 where
    there is no plan, and what it gains, the price of the row [scaled cost per unit]."""

    least: float
    most: float
    taken: float
    last: int
    price: float

    @classmethod
    def of(cls, edges: Edges, least: float, most: float) -> Limits:
        """Where edges in falling order end."""
        ended = edges.ended(least, most)
        if ended is None:
            return cls(least, most, 0.0, -1, 0.0)
        taken, last = ended
        price = 0.0 if least <= taken < most else float(edges.gains[last])
        if least < taken:  # what may be left does no harm
            price = max(price, 0.0)
        return cls(least, most, taken, last, price)

    def allow(self, taken: float) -> bool:
        """Whether a plan may take so much."""
        slack = ROUNDED * abs(self.taken)
        return self.least - slack <= taken <= self.most + slack

    def within(self, room: float) -> tuple[float, float]:
        """From where to where what is taken costs no more than there is room for."""
        far = room / abs(self.price) if self.price else np.inf
        return (
            max(self.least, self.most - far) if self.price > 0.0 else self.least,
            min(self.most, self.least + far) if self.price < 0.0 else self.most,
        )

    def wasted(self, taken: float) -> float:
        """What it costs to end short of the limit that has the price."""
        return self.price * ((self.most if self.price > 0.0 else self.least) - taken) if self.price else 0.0


class Combined(NamedTuple):
    """The best plan that loses less than the room: what it `lost`, ∞ where there is none, its inputs [money] and the
    price of the row there. No plan loses less than what is `proved`."""

    lost: float
    proved: float
    inputs: Array
    price: float


def combined(corners: Corners, limits: Limits, room: float, slack: float) -> Combined:
    """The best of all plans that lose less than there is room for, as far as they are not too many: until what is
    proved is less than the slack away."""
    best, proved, share = Combined(np.inf, 0.0, corners.inputs[:, 0], limits.price), 0.0, FIRST * room
    while (missing := min(best.lost, room) - slack) > proved:
        found = _Plans(corners, limits, share).best()
        if found is not None:
            best = min(best, found, key=lambda own: own.lost)
            proved, share = share, min(WIDER * share, max(min(best.lost, room), share))
        elif share > missing:
            share = missing
        else:
            break
    return best._replace(proved=min(proved, best.lost))


class _Pieces(NamedTuple):
    """Pieces of tables: cell and corner that each begins at, what it takes there and in all, what the cell lost there,
    and what it loses more by each unit it takes. The first is none."""

    cell: Index
    corner: Index
    takes: Array
    length: Array
    lost: Array
    rate: Array


class _Begun(NamedTuple):
    """Plans that are begun, or what cells may add to them: the piece that a cell stands inside of, what is taken
    without it, and what is lost; and what the next unit loses at the least, and the last one at the most."""

    piece: Index
    taken: Array
    lost: Array
    next: Array
    last: Array

    def part(self, some: Index) -> _Begun:
        """Some of them."""
        return _Begun(self.piece[some], *(own[some] for own in self[1:]))


class _Half(NamedTuple):
    """All plans of some cells; how each was begun, cell by cell: which plan it was before, and the corner."""

    cells: Index
    plans: _Begun
    steps: list[tuple[Index, Index]]

    def told(self, place: int, corner: Index) -> None:
        """Put the cells of a plan at its corners, those that a piece begins at where there is one."""
        for cell, (before, own) in zip(self.cells[::-1].tolist(), reversed(self.steps), strict=True):
            corner[cell], place = own[place], int(before[place])


class _Way(NamedTuple):
    """A plan of two halves: what it loses, each half with its plan, the piece that a cell of the first stands inside
    of, and what that takes of it."""

    lost: float
    halves: tuple[tuple[_Half, int], ...]
    piece: int
    takes: float


class _Plans:
    """The plans that lose no more than there is room for."""

    def __init__(self, corners: Corners, limits: Limits, room: float) -> None:
        self._corners, self._limits, self._room = corners, limits, room
        gains = np.where(corners.there, corners.gains - limits.price * corners.takes, -np.inf)
        self._lost = gains.max(axis=1, keepdims=True) - gains
        self._some, self._best = self._lost <= room, self._lost.argmin(axis=1)
        second = np.partition(self._lost, 1, axis=1)[:, 1]
        order = np.argsort(-second, kind="stable")  # what is clearest first: few plans are begun for long
        self._cells, self._pieces = order[second[order] <= room], self._inside()
        self._next, self._last = np.full(self._lost.shape, np.inf), np.full(self._lost.shape, -np.inf)
        cell, corner, rate = self._pieces.cell[1:], self._pieces.corner[1:], self._pieces.rate[1:]
        self._next[cell, corner] = self._last[cell, corner + 1] = rate
        self._reach = self._reached()
        self._slack = ROUNDED * float(corners.takes.max(axis=1).sum())

    def _inside(self) -> _Pieces:
        """The pieces of which one end at the least loses no more."""
        takes, lost, there = self._corners.takes, self._lost, self._corners.there
        cell, corner = (there[:, 1:] & there[:, :-1] & (self._some[:, 1:] | self._some[:, :-1])).nonzero()
        length, more = (own[cell, corner + 1] - own[cell, corner] for own in (takes, lost))
        amounts = (np.append(0.0, own) for own in (takes[cell, corner], length, lost[cell, corner], more / length))
        return _Pieces(np.append(-1, cell), np.append(-1, corner), *amounts)

    def _reached(self) -> tuple[Array, Array]:
        """The least and the most that each cell takes, shape (2, cells): at a corner, and inside a piece, too."""
        pieces, takes = self._pieces, self._corners.takes
        corners = np.array(
            [np.where(self._some, takes, np.inf).min(axis=1), np.where(self._some, takes, -np.inf).max(axis=1)]
        )
        inside, cell, rate = corners.copy(), pieces.cell[1:], pieces.rate[1:]
        with np.errstate(all="ignore"):
            far = np.clip((self._room - pieces.lost[1:]) / rate, 0.0, pieces.length[1:])  # where all the room is lost
        np.minimum.at(inside[0], cell, pieces.takes[1:] + np.where(rate < 0.0, far, 0.0))
        np.maximum.at(inside[1], cell, pieces.takes[1:] + np.where(rate > 0.0, far, pieces.length[1:]))
        return corners, inside

    def best(self) -> Combined | None:
        """The best of them; None where they are too many."""
        one, other = self._cells[::2], self._cells[1::2]
        begun = self._begin()
        first = self._half(one, begun, self._ends(other))
        if first is None or not len(first.plans.taken):
            return None if first is None else self._none
        plans = first.plans
        reach = float(plans.taken.min()), float((plans.taken + self._pieces.length[plans.piece]).max())
        nothing = begun.part(np.array([NONE]))._replace(taken=np.zeros(1), lost=np.zeros(1))
        second = self._half(other, nothing, reach)
        if second is None:
            return None
        ways = [*self._joined(first, second), *self._joined(second, first)]
        return self._told(min(ways, key=lambda way: way.lost)) if ways else self._none

    @property
    def _none(self) -> Combined:
        return Combined(np.inf, 0.0, self._corners.inputs[:, 0], self._limits.price)

    def _ends(self, cells: Index) -> tuple[float, float]:
        """The least and the most that some cells take, one of them inside a piece."""
        corners, inside = (own[:, cells] for own in self._reach)
        (least, most), (low, high) = corners.sum(axis=1), (inside - corners)
        return float(least + low.min(initial=0.0)), float(most + high.max(initial=0.0))

    def _begin(self) -> _Begun:
        """The cells that have one corner alone; and with one of them a little above it or below, which is the one that
        loses least by it: no other can be far enough from its corner to lose less."""
        alone, pieces = np.ones(len(self._lost), dtype=bool), self._pieces
        alone[self._cells] = False
        takes, following, last = (
            np.where(alone, each[np.arange(len(alone)), self._best], none)
            for each, none in ((self._corners.takes, 0.0), (self._next, np.inf), (self._last, -np.inf))
        )
        own = np.flatnonzero(alone[pieces.cell] & (pieces.cell >= 0))
        own = own[np.argsort(np.abs(pieces.rate[own]), kind="stable")]
        own = np.concatenate([[NONE], own[pieces.rate[own] > 0.0][:1], own[pieces.rate[own] < 0.0][:1]])
        stands = np.where(own == NONE, 0.0, takes[pieces.cell[own]])
        rate, inside = pieces.rate[own], own != NONE
        return _Begun(
            own,
            takes.sum() - stands + pieces.takes[own],
            pieces.lost[own],
            np.where(inside, rate, following.min()),
            np.where(inside, rate, last.max()),
        )

    def _half(self, cells: Index, begun: _Begun, beside: tuple[float, float]) -> _Half | None:
        """All plans of some cells, where all else takes so much; None where they are too many."""
        steps = []
        for step, cell in enumerate(cells.tolist(), start=1):
            grown = self._grown(begun, cell)
            if grown is None:
                return None
            wider, before, corner = grown
            rest = self._ends(cells[step:])
            kept = self._kept(wider, rest[0] + beside[0], rest[1] + beside[1])
            begun = wider.part(kept)
            steps.append((before[kept], corner[kept]))
        return _Half(cells, begun, steps)

    def _grown(self, begun: _Begun, cell: int) -> tuple[_Begun, Index, Index] | None:
        """Each plan with each corner of a cell, or one of its pieces where there is none yet, unless less were lost if
        one of them took a little more of the row, and the other less; which plan it was, and the corner. None where
        these are too many."""
        own, corner = self._added(cell)
        if len(begun.piece) * len(corner) > TRIED:
            return None
        both = (begun.piece[:, None] == NONE) | (own.piece == NONE)
        both &= (begun.last[:, None] <= own.next) & (own.last <= begun.next[:, None])
        if np.count_nonzero(both) > MOST:
            return None
        before, place = both.nonzero()
        first, more = begun.part(before), own.part(place)
        grown = _Begun(
            np.maximum(first.piece, more.piece),
            first.taken + more.taken,
            first.lost + more.lost,
            np.minimum(first.next, more.next),
            np.maximum(first.last, more.last),
        )
        return grown, before, corner[place]

    def _added(self, cell: int) -> tuple[_Begun, Index]:
        """The corners of a cell and its pieces, and the corners that these begin at."""
        corners, own = np.flatnonzero(self._some[cell]), np.flatnonzero(self._pieces.cell == cell)
        piece = np.append(np.full(len(corners), NONE), own)
        corner, rate = np.append(corners, self._pieces.corner[own]), self._pieces.rate[piece]
        following, last = (np.where(piece == NONE, end[cell, corner], rate) for end in (self._next, self._last))
        return _Begun(piece, self._corners.takes[cell, corner], self._lost[cell, corner], following, last), corner

    def _kept(self, begun: _Begun, least: float, most: float) -> Index:
        """Those that may end within the limits and the room, where the rest takes so much, and are not worse than
        others."""
        length, rise = (own[begun.piece] for own in (self._pieces.length, self._pieces.rate * self._pieces.length))
        low, high = self._limits.within(self._room)
        good = (begun.lost + np.minimum(rise, 0.0) <= self._room) & (begun.taken + least <= high + self._slack)
        kept = np.flatnonzero(good & (begun.taken + length + most >= low - self._slack))
        if self._limits.least > 0.0 or not len(kept):
            return kept  # one that takes less may take too little
        begun = begun.part(kept)
        cost = begun.lost - self._limits.price * begun.taken
        order = np.lexsort((cost, begun.taken, begun.piece))
        apart = 2.0 * (1.0 + np.abs(cost).max()) * begun.piece[order]
        lowest = np.minimum.accumulate(cost[order] - apart)
        return np.asarray(kept[order[np.append(True, np.diff(lowest) < 0.0)]])

    def _joined(self, half: _Half, other: _Half) -> Iterator[_Way]:
        """The best plan of each piece of a half, or of none, with what it needs of the other, which has none."""
        beside = np.flatnonzero(other.plans.piece == NONE)
        beside = beside[np.argsort(other.plans.taken[beside], kind="stable")]
        taken, lost, limits = other.plans.taken[beside], other.plans.lost[beside], self._limits
        for piece in np.unique(half.plans.piece).tolist():
            own = np.flatnonzero(half.plans.piece == piece)
            for rate, end, low, high in self._endings(piece):
                lowest = Lowest(lost - rate * taken)
                left = end - half.plans.taken[own]
                first = np.searchsorted(taken, left - (end - low) - self._slack)
                last = np.searchsorted(taken, left + (high - end) + self._slack, side="right")
                whole = half.plans.lost[own] + rate * left + lowest.over(first, last)
                best = int(np.argmin(whole))
                if whole[best] < np.inf:
                    place = int(first[best] + np.argmin((lost - rate * taken)[first[best] : last[best]]))
                    part = float(left[best] - taken[place])
                    halves = (half, int(own[best])), (other, int(beside[place]))
                    yield _Way(float(whole[best] + limits.wasted(end)), halves, piece, part)

    def _endings(self, piece: int) -> Iterator[tuple[float, float, float, float]]:
        """The ends to which a piece is taken, what it loses by each unit on the way, and what all others may take."""
        limits, length = self._limits, float(self._pieces.length[piece])
        if piece == NONE:
            end = limits.least if limits.price < 0.0 else limits.most
            yield limits.price, end, limits.least, limits.most
            return
        for end in {limits.least, limits.most} - {-np.inf}:
            yield float(self._pieces.rate[piece]), end, end - length, end

    def _told(self, way: _Way) -> Combined:
        """The plan, and what the row is worth there."""
        corners, pieces, corner, price = self._corners, self._pieces, self._best.copy(), self._limits.price
        for half, place in way.halves:
            half.told(place, corner)
        inputs = corners.inputs[np.arange(len(corner)), corner]
        if way.piece != NONE:
            cell, first = int(pieces.cell[way.piece]), int(pieces.corner[way.piece])
            low, high = corners.inputs[cell, first : first + 2]
            inputs[cell] = low + (high - low) * min(max(way.takes / pieces.length[way.piece], 0.0), 1.0)
            price -= float(pieces.rate[way.piece])
        return Combined(way.lost, 0.0, inputs, price)
