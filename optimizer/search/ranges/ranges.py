"""What the price of each limit is on the side that loosens it, and from where to where it holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from math import inf, isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.deadline import Deadline, is_late
from optimizer.search.ranges.as_sum import as_sum, turning
from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.motions import LOW, Motions
from optimizer.search.ranges.outward import Neighbourhood, Unknown
from optimizer.search.ranges.predicted.smooth import Smooth
from optimizer.search.ranges.predicted.stairs import Stairs
from optimizer.search.ranges.solved.anew import Anew
from optimizer.search.ranges.solved.anew import effort_of as searches_of
from optimizer.search.ranges.solved.nearby import Nearby
from optimizer.search.ranges.solved.resolved import Resolved
from optimizer.search.ranges.steady import Steadies, Steady
from optimizer.search.search import Found
from optimizer.units import KEPT, tidied

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
WITHIN = 0.01  # relative: a price that changes by no more holds
FIRST = 0.02  # of a limit's size: where the end of its price is looked for first, where nothing predicts it
LEAST = 1e-6  # of a limit's size: the first step to the side that loosens it
ROUNDED = 2.0 * KEPT  # relative: what a limit is that was moved to 0, its row written that much wider
NOTHING = 1e-6  # relative: a price that is left of another
SAME = 2e-3  # relative: prices that differ by less are one
CLOSE = 1e-4  # relative: those of the optimality conditions, which are exact, likewise
LOOSER = {"at_most": 1.0, "exactly": 1.0, "at_least": -1.0}
SOLVES = 200  # of programs, that the ranges of a small scenario may cost
CELLS = 12  # so many cells are as much again as a solve costs at the least
EACH = 20  # of programs, that each range of a scenario of moderate size may cost on top
MODERATE = 100  # cells, from which on it is less, by the square: a program of 1000 cells takes a quarter of a second
MANY = 20  # limits, beyond which further ones bring no further effort
LOOKS = 100_000  # cells that are solved for anew in all, over the ranges of a scenario
FEW_LOOKS = 20  # times that all cells are, however many
WALKS = 800  # steps of Newton's method, that the ranges may cost
EACH_WALK = 60  # of them, that each range may cost on top
GENEROUS = 2  # parts of the effort left, of one more than there are ranges, that one may cost: most cost less
READINGS = 20_000_000  # of columns, over all limits that are moved
FEWEST = 20  # limits that are looked at, however large the model
SHARE = 0.5  # of the search's own rounds, that the ranges may cost on top


class Holding(NamedTuple):
    """A price [scaled cost per unit of the limit], and the shifts down and up within which it holds; ∞: no end."""

    price: float
    down: float
    up: float


class Holdings(NamedTuple):
    """In columns, one a limit: the prices, not a number where none is known; whether each is the one that was told; the
    limits from and to which they hold, shape (2, limits), ∞ without an end; and whether that was cut short.
    """

    price: Array
    same: Flags
    span: Array
    short: Flags

    @classmethod
    def unknown(cls, limits: int) -> Holdings:
        """Of so many limits nothing is known."""
        none = np.zeros(limits, dtype=bool)
        return cls(np.full(limits, np.nan), none, np.full((limits, 2), (-inf, inf)).T, ~none)

    @property
    def known(self) -> Flags:
        """Of which limits the price is known."""
        return ~np.isnan(self.price)

    @property
    def ends(self) -> list[list[float | None]]:
        """The limits from which prices hold, and those to which they do; None without an end."""
        return [[end if isfinite(end) else None for end in ends] for ends in self.span.tolist()]


class Ranges:
    """The prices of a plan, as far as the work that they may cost goes, and the time `until` when.

    `anew` searches again with a limit moved.
    """

    def __init__(self, found: Found, anew: Anew | None = None, until: Deadline | None = None) -> None:
        assert found.columns is not None
        self._columns = found.columns
        plain = found.relaxation is not None and found.model.written is None
        self._smooth = Stairs.of(found) or Smooth(found) if plain else None
        self._found = found = found if self._smooth is None else self._smooth.found
        self._walk, self._until, solved = Walk(found, until), until, found.relaxation is not None and not found.stopped
        nearby = Nearby(found, until) if anew is None and solved else anew
        self._ways = (Resolved(found, until), self._walk, *([] if nearby is None else [nearby]))

    def of(self, motions: Motions, told: Array) -> Holdings:
        """What holds where, of limits that were `read`, and the prices told of them [scaled cost per unit].

        No more are looked at than that the work grows with the model, and not with its square.
        """
        most = max(FEWEST, READINGS // len(self._columns))
        if motions.number > most:
            looked, rest = self.of(motions.take(np.arange(most)), told[:most]), Holdings.unknown(motions.number - most)
            return Holdings(*(np.concatenate(parts, axis=-1) for parts in zip(looked, rest, strict=True)))
        sizes, smooth = motions.sizes(self._columns), self._smooth
        known = Steadies.unknown(motions.number) if smooth is None else smooth.holds(motions, sizes, WITHIN)
        curved, whole = self._smoothly(motions, told, sizes, known)
        price, shifts, short = _agreed(told, known.price), known.shifts.copy(), ~whole
        left = np.flatnonzero(short)
        for place, held, settled in self._further(motions, told, sizes, known, curved, left.tolist()):
            price[place], *shifts[:, place] = held or (np.nan, 0.0, 0.0)
            short[place] = not settled
        span = _limits(motions, price, shifts)
        short[left] |= span[0, left] == span[1, left]
        return Holdings(price, price == told, span, short)

    def _further(
        self, motions: Motions, told: Array, sizes: Array, known: Steadies, curved: Flags, left: list[int]
    ) -> Iterator[tuple[int, Holding | None, bool]]:
        """What holds of each limit that is left, and whether it is known to go no further: one by one, and work that is
        limited is parted among those whose ends are open.
        """
        if not left:
            return
        open_ends = np.flatnonzero(~known.whole).tolist()
        efforts = [self._effort(way, motions.number) for way in self._ways]
        for place in left:
            bends, size = known.one(place), float(sizes[place])
            parts = len(open_ends) - bisect_left(open_ends, place) + 1
            shares = [min(effort, GENEROUS * effort // parts) for effort in efforts]
            for way, share in zip(self._ways, shares, strict=True):
                way.effort = share
            motion, sure = self._turning(motions.one(place)), bends if curved[place] else None
            yield place, *self._held(motion, float(told[place]), size, sure, _first(bends, size))
            efforts = [
                effort - share + max(way.effort, 0)
                for way, effort, share in zip(self._ways, efforts, shares, strict=True)
            ]

    def _smoothly(self, motions: Motions, told: Array, sizes: Array, known: Steadies) -> tuple[Flags, Flags]:
        """Of which limits the curves alone tell, and of which these tell both ends.

        They do not where a price begins to differ with the first step that loosens. On concave curves no price jumps
        on whose both ends they tell, however near these are.
        """
        room = np.where(motions.sides == LOW, -known.shifts[0], known.shifts[1])
        far, whole = room > LEAST * sizes, known.whole
        if not far.all() and self._found.model.cells.curves.concave.all():
            far |= whole
        curved = (np.abs(known.price) > NOTHING * np.abs(told)) & far
        return curved, curved & whole

    def read(self, motion: Motion) -> Motion:
        """The motion as it is looked at: coefficients that turn take much memory where there are many, and are told by
        what fixes them."""
        sized = motion.size(self._found.model, self._columns)
        own = motion if self._found.duals is None else as_sum(self._found.model, self._found.duals, motion)
        return replace(own, sized=sized)

    def _turning(self, motion: Motion) -> Motion:
        return motion if self._found.duals is None else turning(self._found.model, self._found.duals, motion)

    def _effort(self, way: Neighbourhood, limits: int) -> int:
        """How much work it may do for so many limits: counted, not timed, so that ranges are always the same."""
        match way:
            case Resolved():
                return FEW_LOOKS + LOOKS // len(self._found.model.cells.inputs)
            case Walk():
                return WALKS + EACH_WALK * min(limits, MANY)
            case Anew():
                return searches_of(self._found)
            case _:
                return effort_of(self._found, limits)

    def _held(
        self, motion: Motion, told: float, size: float, known: Steady | None, first: float
    ) -> tuple[Holding | None, bool]:
        """The price and its range beyond what is known, and whether the range is known to go no further.

        Its ends are looked for `first` of all so far away.
        """
        held: Holding | None = None
        for by in () if is_late(self._until) else self._ways:
            try:
                if by.around(motion):
                    found, whole = self._solved(motion, told, size, known, by, first)
                    held = _wider(found, held)
                    if whole:
                        return held, True
            except Unknown:
                continue
        if held is None and known is not None:
            held = Holding(float(_agreed(told, known.price)), known.down, known.up)
        return held, False

    def _solved(
        self, motion: Motion, told: float, size: float, known: Steady | None, by: Neighbourhood, first: float
    ) -> tuple[Holding | None, bool]:
        """By solving the neighbourhood again and again; what is known to hold is not asked again."""
        try:
            price = self._one_sided(motion, told, size, by) if known is None else float(_agreed(told, known.price))
            if price == 0.0:
                return Holding(0.0, -inf, inf), True
            later = by.effort // 2
            by.effort -= later
            lower = self._end(motion, price, -1.0, known, by, first)
            by.effort += later
            ends = [lower, self._end(motion, price, 1.0, known, by, first)]
        finally:
            by.rest(motion)
        (down, up), (low, high) = zip(*ends, strict=True)
        return Holding(price, -inf if down is None else down, inf if up is None else up), low and high

    def _one_sided(self, motion: Motion, told: float, size: float, by: Neighbourhood) -> float:
        """What a little more room is worth; where limits bind together, that is not what a little less costs."""
        looser = LOOSER[motion.side]
        signs = (looser, -looser, 0.0) if motion.side == "exactly" else (looser, 0.0)
        found = next((p for sign in signs if (p := by.price(motion, sign * LEAST * size)) is not None), told)
        if abs(found - told) <= (SAME if isinstance(by, Nearby) else CLOSE) * abs(told):
            return told
        return found if abs(found) > NOTHING * abs(told) else 0.0

    def _end(
        self, motion: Motion, price: float, sign: float, known: Steady | None, by: Neighbourhood, first: float
    ) -> tuple[float | None, bool]:
        """The shift at which the price ends on one side, and whether it is known to go no further."""
        certain = 0.0 if known is None else abs(known.down if sign < 0.0 else known.up)
        if known is not None and known.reached(sign):
            return sign * certain, True
        end, whole = by.end(motion, price, sign, first)
        return (sign * max(abs(end), certain) if end is not None else None), whole


def _first(bends: Steady | None, size: float) -> float:
    """Where the ends of a price are looked for first of all: as far as it is predicted to hold."""
    return FIRST * size if bends is None or not isfinite(bends.way) else bends.way


def _agreed(told: Array | float, known: Array | float) -> Array:
    """The price that was told, or that of the conditions where these say another: duals may be of another point."""
    return np.where(np.abs(np.subtract(known, told)) <= CLOSE * np.abs(told), told, known)


def _wider(found: Holding | None, walked: Holding | None) -> Holding | None:
    """Of two ranges that are both certain the further ends; where the prices are two, that of solving."""
    if found is None or walked is None or abs(found.price - walked.price) > SAME * abs(found.price):
        return found or walked
    return Holding(found.price, min(found.down, walked.down), max(found.up, walked.up))


def effort_of(found: Found, limits: int) -> int:
    """How many programs the ranges may solve: counted, not timed, so that the same scenario has the same ranges."""
    model = found.model
    cells = len(model.cells.inputs)
    if model.written is not None:
        cells //= len(model.written.draws)  # no conditions are followed there, so that programs are all there is
    each = EACH * min(limits, MANY) / (1.0 + (cells / MODERATE) ** 2)
    return round(SOLVES / (1.0 + cells / CELLS) + each + SHARE * found.rounds)


def _limits(motions: Motions, price: Array, shifts: Array) -> Array:
    """The limits from and to which prices hold; a price of nothing has no ends, nor has one that is not known.

    A limit is 0 where it has moved to but what its row leaves and the rounding of doubles away.
    """
    to = motions.limit + shifts
    moved = np.where(np.abs(to) <= ROUNDED * np.abs(motions.limit), 0.0, tidied(to))
    stated = np.array([np.maximum(motions.span[0], moved[0]), np.minimum(motions.span[1], moved[1])])
    return np.where(np.abs(price) > 0.0, stated, ((-inf,), (inf,)))
