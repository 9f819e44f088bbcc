"""Choices of which cells of a group are off and which are on, and the most that each gains within the group's limits.

    maximise Σ_j gain_j(p_j + μ) + max(μ·most, μ·least)         over the cells j of a group, each on its side
is an upper bound at any price μ of what the group spends, its least over μ the best of them. Cells that a choice leaves
open take their better side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.gains import EITHER, OFF, ON, Gains
from optimizer.search.newton.rows import parts

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEP = 0.3  # of what money costs, that a group's price moves at once
AT_ONCE = 6_000  # members of choices that are read together
SURE = 1e-12  # chance below which an open member is on one side


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Disjoint groups of cells and what they may spend; `usual` is what money costs there.

    `members`, (groups, most cells), has one cell too many's number where a group has fewer; `bent` ones may be off.
    """

    members: Index
    bent: Flags
    least: Array
    most: Array
    usual: Array

    def limit(self, groups: Index, price: Array) -> Array:
        """max(μ·most, μ·least), 0 at no price."""
        limits = np.where(price > 0.0, self.most[groups], self.least[groups])
        return np.multiply(price, limits, out=np.zeros(limits.shape), where=price != 0.0)

    def kept(self, groups: Index, price: Array, spent: Array) -> Array:
        """The limit that a price belongs to; at no price what is spent, as far as limits admit it."""
        least, most = self.least[groups], self.most[groups]
        return np.where(price > 0.0, most, np.where(price < 0.0, least, np.clip(spent, least, most)))


class Reading(NamedTuple):
    """By choice: a number that it does not gain more than, inputs and how fast they fall (choices, members), prices.

    `soft` is the gain where what is open is smoothed, as are the inputs and what members are `on` for.
    """

    gain: Array
    at: Array
    fall: Array
    price: Array
    soft: Array
    on: Array

    def bettered(self, other: Reading, which: Flags) -> Reading:
        """With another reading of some of the choices where it is better."""
        found = Reading(*(own.copy() for own in self))
        better = other.soft < self.soft[which]
        places = np.flatnonzero(which)[better]
        for own, new in zip(found[:-1], other, strict=False):
            own[places] = new[better]
        return found


class Choices(NamedTuple):
    """Sides of the members of groups, (choices, members), in the order of the groups; and a price of each group's."""

    group: Index
    sides: Index
    price: Array

    def part(self, which: Flags | Index | slice) -> Choices:
        """Some of them."""
        return Choices(self.group[which], self.sides[which], self.price[which])

    def with_side(self, groups: Groups, gains: Gains, where: tuple[int, int], side: int) -> Choices:
        """Those in which a member of a group, which may be off, may be on a side, and now is."""
        group, member = where
        kind = gains.kind[gains.rows(groups.members[self.group, member], self.sides[:, member])]
        found = self.part((self.group != group) | (kind != 1 - side))
        found.sides[(found.group == group) & (found.sides[:, member] == EITHER), member] = side
        return found

    def split(self, groups: Groups, gains: Gains, where: tuple[Index, Index], at: Array) -> Choices:
        """With some choices taken apart where a member of theirs stands."""
        places, members = where
        cells, sides = groups.members[self.group[places], members], self.sides[places, members]
        whole = groups.bent[self.group[places], members] & (sides == EITHER)
        parts = gains.split(cells, sides, at)
        rest = np.ones(len(self.group), dtype=np.bool_)
        rest[places] = False
        found = [self.part(rest)]
        for own, side in zip(parts, (OFF, ON), strict=True):
            half = self.part(places)
            half.sides[np.arange(len(places)), members] = np.where(whole, side, own)
            found.append(half)
        return found[0].joined(found[1]).joined(found[2])

    def divided(self, places: Index, members: Index) -> Choices:
        """With some choices taken apart where they leave a member open."""
        rest = np.ones(len(self.group), dtype=np.bool_)
        rest[places] = False
        found = self.part(rest)
        for side in (OFF, ON):
            half = self.part(places)
            half.sides[np.arange(len(places)), members] = side
            found = found.joined(half)
        return found

    def joined(self, other: Choices) -> Choices:
        """Both, each choice once."""
        both = Choices(*(np.concatenate(own) for own in zip(self, other, strict=True)))
        _, first = np.unique(np.column_stack([both.group, both.sides]), axis=0, return_index=True)
        return both.part(first)

    def resolved(self, groups: Groups, gains: Gains, prices: Array) -> Choices:
        """With what is open on its better side at prices of the cells, each choice once."""
        sides = self.sides.copy()
        for some in parts(len(sides), sides.shape[1], AT_ONCE):
            sides[some] = self.part(some)._better(groups, gains, prices)
        _, first = np.unique(np.column_stack([self.group, sides]), axis=0, return_index=True)
        return self._replace(sides=sides).part(first)

    def _better(self, groups: Groups, gains: Gains, prices: Array) -> Index:
        """The sides, those of what is open the better ones."""
        cells = groups.members[self.group]
        at = prices[cells] + self.price[:, None]
        on, off = gains.read(cells, np.full(cells.shape, ON), at)[0], gains.off(cells, at)[0]
        open_ = (self.sides == EITHER) & groups.bent[self.group]
        return np.where(open_, np.where(on > off, ON, OFF), self.sides)

    def read(self, groups: Groups, gains: Gains, prices: Array, smooth: float = 0.0) -> Reading:
        """The most that each gains at prices of the cells; what is open is smoothed near where its sides gain alike."""
        every, each = self.sides.shape, self.price.shape
        found = Reading(*(np.empty(shape) for shape in (each, every, every, each, each, every)))
        for some in parts(len(self.sides), every[1], AT_ONCE):
            for own, new in zip(found, self.part(some)._read(groups, gains, prices, smooth), strict=True):
                own[some] = new
        return found

    def _read(self, groups: Groups, gains: Gains, prices: Array, smooth: float) -> Reading:
        """The same of a few, with all that is worked out beside it."""
        open_ = (self.sides == EITHER) & groups.bent[self.group]
        first, before = self._look(groups, gains, prices, smooth, open_)
        open_ &= (first.on > SURE) & (first.on < 1.0 - SURE)
        most = STEP * groups.usual[self.group]
        step = np.clip(-before / np.maximum(first.fall.sum(axis=1), 1e-300), -most, most)
        stepped = np.where((self.price + step) * self.price < 0.0, 0.0, self.price + step)
        moved = stepped != self.price
        part = self._replace(price=stepped).part(moved)
        second, ends = part._look(groups, gains, prices, smooth, open_[moved])
        after = before.copy()
        after[moved] = ends
        best = first.bettered(second, moved)
        worse = np.zeros(len(moved), dtype=np.bool_)
        worse[moved] = second.soft >= first.soft[moved]
        long = worse & (before * after < 0.0)  # part of such a step is better
        if long.any():
            price = (self.price + before / np.where(long, before - after, 1.0) * (stepped - self.price))[long]
            third, _ = self.part(long)._replace(price=price)._look(groups, gains, prices, smooth, open_[long])
            best = best.bettered(third, long)
        return best

    def _look(self, groups: Groups, gains: Gains, prices: Array, smooth: float, open_: Flags) -> tuple[Reading, Array]:
        """What choices gain at their prices of the group, and what they miss of its limit."""
        cells = groups.members[self.group]
        at = prices[cells] + self.price[:, None]
        gain, inputs, fall = gains.read(cells, np.where(open_, ON, self.sides), at)
        on, soft = (self.sides == ON).astype(np.float64), gain
        if open_.any():
            off, low = gains.off(cells[open_], at[open_])
            lead, more = gain[open_] - off, inputs[open_] - low
            on[open_] = share = 0.5 + 0.5 * (np.sign(lead) if smooth == 0.0 else np.tanh(0.5 * lead / smooth))
            inputs[open_] = low + share * more
            fall[open_] *= share
            gain[open_] = np.maximum(gain[open_], off)
            if smooth > 0.0:
                fall[open_] += share * (1.0 - share) * more**2 / smooth
                soft = gain.copy()
                soft[open_] += smooth * np.log1p(np.exp(-np.abs(lead) / smooth))
        spent, limit = inputs.sum(axis=1), groups.limit(self.group, self.price)
        short = groups.kept(self.group, self.price, spent) - spent
        return Reading(gain.sum(axis=1) + limit, inputs, fall, self.price, soft.sum(axis=1) + limit, on), short
