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

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
PRICES = np.sinh(np.linspace(-4.0, 4.0, 33)) / np.sinh(4.0)  # of what money costs times REACH: the group's, at first
REACH = 0.6
STEP = 0.3  # of what money costs, that a group's price moves at once
LOOKS = 2  # at prices of a group


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Disjoint groups of cells and what they may spend; `members`, (groups, most cells), has one cell too many's
    number where a group has fewer. `usual` is what money costs there."""

    members: Index
    least: Array
    most: Array
    usual: Array

    def limit(self, groups: Index, price: Array) -> Array:
        """max(μ·most, μ·least), 0 at no price."""
        limits = np.where(price > 0.0, self.most[groups], self.least[groups])
        return np.multiply(price, limits, out=np.zeros(np.broadcast_shapes(price.shape, limits.shape)), where=price != 0)


class Reading(NamedTuple):
    """By choice: a number that it does not gain more than, inputs and how fast they fall (choices, members), prices."""

    gain: Array
    at: Array
    fall: Array
    price: Array


class Choices(NamedTuple):
    """Sides of the members of groups, (choices, members), in the order of the groups; and a price of each group's."""

    group: Index
    sides: Index
    price: Array

    def part(self, which: Flags | Index) -> Choices:
        """Some of them."""
        return Choices(self.group[which], self.sides[which], self.price[which])

    def joined(self, other: Choices) -> Choices:
        """Both, each choice once."""
        both = Choices(*(np.concatenate(own) for own in zip(self, other, strict=True)))
        _, first = np.unique(np.column_stack([both.group, both.sides]), axis=0, return_index=True)
        return both.part(first)

    def with_side(self, group: int, member: int, side: int) -> Choices:
        """Those in which a member of a group may be on a side, and now is."""
        own = self.group == group
        found = self.part(~own | (self.sides[:, member] != 1 - side))
        found.sides[found.group == group, member] = side
        return found

    def read(self, groups: Groups, gains: Gains, prices: Array) -> Reading:
        """The most that each gains at prices of the cells."""
        cells = groups.members[self.group]
        least, most, usual = (own[self.group] for own in (groups.least, groups.most, groups.usual))
        price, best = self.price, None
        for look in range(LOOKS):
            gain, at, fall = gains.read(cells, self.sides, prices[cells] + price[:, None])
            now = Reading(gain.sum(axis=1) + groups.limit(self.group, price), at, fall, price)
            best = now if best is None else _better(best, now)
            if look < LOOKS - 1:
                spent = at.sum(axis=1)
                limit = np.where(price > 0.0, most, np.where(price < 0.0, least, np.clip(spent, least, most)))
                step = (spent - limit) / np.maximum(fall.sum(axis=1), 1e-300)
                moved = price + np.clip(step, -STEP * usual, STEP * usual)
                price = np.where(moved * price < 0.0, 0.0, moved)
        assert best is not None
        return best


def _better(first: Reading, second: Reading) -> Reading:
    less = second.gain < first.gain
    return Reading(
        np.where(less, second.gain, first.gain),
        np.where(less[:, None], second.at, first.at),
        np.where(less[:, None], second.fall, first.fall),
        np.where(less, second.price, first.price),
    )


def likely(groups: Groups, gains: Gains, prices: Array, own: Array, slack: float, most: int) -> Choices | None:
    """Every choice that gains within `slack` of the best of its group, and maybe others; None if more than `most`.

    Cells are decided one after the other, the clearest first, those left at their better side; `own` are prices of
    the groups that are tried with others around them.
    """
    tried = np.concatenate([own[:, None] + REACH * groups.usual[:, None] * PRICES, np.zeros((len(own), 1))], axis=1)
    cells = groups.members
    at = prices[cells][..., None] + tried[:, None, :]
    on, off = (gains.read(cells[..., None], np.intp(side), at)[0] for side in (ON, OFF))  # (groups, members, prices)
    free, limits = np.maximum(on, off), groups.limit(np.arange(len(own))[:, None], tried)
    whole = free.sum(axis=1) + limits
    best = whole.argmin(axis=1)[:, None, None]
    lead = np.take_along_axis(on - off, best, axis=2)[..., 0]
    enough = _known(np.where((lead > 0.0)[..., None], on, off), on + off, limits) - slack
    order = np.argsort(-np.abs(lead), axis=1, kind="stable")
    group, part = np.arange(len(own)), whole
    sides = np.full(cells.shape, EITHER, dtype=np.intp)
    for member in order.T:
        real = cells[group, member[group]] < len(prices) - 1
        split = []
        for side, gain in ((ON, on), (OFF, off)):
            less = part + (gain - free)[group, member[group]]
            kept = less.min(axis=1) >= enough[group]
            kept &= real if side == OFF else True
            chosen = sides[kept]
            chosen[np.arange(len(chosen)), member[group[kept]]] = np.where(real[kept], side, EITHER)
            split.append((group[kept], less[kept], chosen))
        group, part, sides = (np.concatenate(both) for both in zip(*split, strict=True))
        if len(group) > most:
            return None
    order = np.argsort(group, kind="stable")
    group, part, sides = group[order], part[order], sides[order]
    return Choices(group, sides, tried[group, part.argmin(axis=1)])


def _known(chosen: Array, both: Array, limits: Array) -> Array:
    """What the best of a choice of each group and those with one cell turned gains on the grid of prices."""
    whole = chosen.sum(axis=1) + limits
    turned = whole[:, None, :] + both - 2.0 * chosen
    return np.maximum(whole.min(axis=1), turned.min(axis=2).max(axis=1))
