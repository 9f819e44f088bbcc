"""What the price of each limit is on the side that loosens it, and from where to where it holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from optimizer.search.deadline import Deadline, is_late
from optimizer.search.ranges.as_sum import as_sum, turning
from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Neighbourhood, Unknown
from optimizer.search.ranges.predicted.smooth import Smooth
from optimizer.search.ranges.solved.anew import Anew, Named
from optimizer.search.ranges.solved.anew import effort_of as searches_of
from optimizer.search.ranges.solved.nearby import Nearby
from optimizer.search.ranges.solved.resolved import Resolved
from optimizer.search.ranges.steady import Steady
from optimizer.search.search import Found
from optimizer.units import KEPT, tidy

WITHIN = 0.01  # relative: a price that changes by no more holds
FIRST = 0.02  # of a limit's size: where the end of its price is looked for first, where nothing predicts it
NEAR = 1e-5  # of it, at the least: a price that holds nowhere near has an end between this and nothing
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A price [scaled cost per unit of the limit] and the limits from and to which it holds; None without an end."""

    price: float
    same: bool  # as the one that was told
    least: float | None
    most: float | None


class Ranges:
    """The prices of a plan, as far as the work that they may cost goes, and the time `until` when.

    `anew` searches again with a limit moved.
    """

    def __init__(self, found: Found, anew: Anew | None = None, until: Deadline | None = None) -> None:
        assert found.columns is not None
        self._columns = found.columns
        self._smooth = None if found.relaxation is None or found.model.written is not None else Smooth(found)
        self._found = found = found if self._smooth is None else self._smooth.found
        self._walk, self._until, solved = Walk(found, until), until, found.relaxation is not None and not found.stopped
        nearby = Nearby(found, until) if anew is None and solved else anew
        self._ways = (Resolved(found, until), self._walk, *([] if nearby is None else [nearby]))

    @property
    def most(self) -> int:
        """How many limits are looked at, so that the work grows with the model and not with its square."""
        return max(FEWEST, READINGS // len(self._columns))

    def of(self, motions: Iterable[tuple[Motion, float]]) -> tuple[dict[Named, Holding], tuple[str, ...]]:
        """By name and side what holds where, from motions and the prices told; and the names that were cut short."""
        known: dict[Named, Holding] = {}
        short: list[str] = []
        waiting: list[tuple[Motion, float]] = []
        sizes: list[float] = []
        for motion, told in motions:
            sizes.append(motion.size(self._found.model, self._columns))
            waiting.append((self._summed(motion), told))
        moving = [motion for motion, _ in waiting]
        smooth = [None] * len(waiting) if self._smooth is None else self._smooth.holds(moving, np.array(sizes), WITHIN)
        open_ends = [number for number, bends in enumerate(smooth) if bends is None or not bends.whole]
        efforts = [self._effort(way, len(waiting)) for way in self._ways]
        for number, ((motion, told), size, bends) in enumerate(zip(waiting, sizes, smooth, strict=True)):
            curved = _smoothly(motion, told, size, bends)
            if curved is not None and curved.whole:
                known[motion.name, motion.side] = _known(motion, told, curved)
                continue
            left = len(open_ends) - bisect_left(open_ends, number) + 1
            shares = [min(effort, GENEROUS * effort // left) for effort in efforts]
            for way, share in zip(self._ways, shares, strict=True):
                way.effort = share
            holding, whole = self._held(self._turning(motion), told, size, curved, _first(bends, size))
            efforts = [
                effort - share + max(way.effort, 0)
                for way, effort, share in zip(self._ways, efforts, shares, strict=True)
            ]
            if holding is not None:
                known[motion.name, motion.side] = holding
            if not whole or (holding is not None and holding.least is not None and holding.least == holding.most):
                short.append(motion.name)
        return known, tuple(short)

    def _summed(self, motion: Motion) -> Motion:
        """Coefficients that turn take much memory where there are many: they are told by what fixes them."""
        return motion if self._found.duals is None else as_sum(self._found.model, self._found.duals, motion)

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
            held = _known(motion, told, known)
        return held, False

    def _solved(
        self, motion: Motion, told: float, size: float, known: Steady | None, by: Neighbourhood, first: float
    ) -> tuple[Holding | None, bool]:
        """By solving the neighbourhood again and again; what is known to hold is not asked again."""
        try:
            price = self._one_sided(motion, told, size, by) if known is None else _agreed(told, known)
            if price == 0.0:
                return Holding(price=0.0, same=False, least=None, most=None), True
            later = by.effort // 2
            by.effort -= later
            lower = self._end(motion, price, -1.0, known, by, first)
            by.effort += later
            ends = [lower, self._end(motion, price, 1.0, known, by, first)]
        finally:
            by.rest(motion)
        down, up = (shift for shift, _ in ends)
        return _holding(motion, price, price == told, down, up), all(whole for _, whole in ends)

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
    """Where the ends of a price are looked for first: as far as it is predicted to hold, or is known to hold by it."""
    if bends is None or isfinite(bends.way):
        return FIRST * size if bends is None else bends.way
    reached = [abs(end) for end in (bends.down, bends.up) if isfinite(end)]
    return max(NEAR * size, *reached) if bends.whole and reached else FIRST * size


def _smoothly(motion: Motion, told: float, size: float, known: Steady | None) -> Steady | None:
    """What the curves alone say; nothing where the price begins to differ with the first step that loosens."""
    if known is None or abs(known.price) <= NOTHING * abs(told):
        return None
    room = -known.down if motion.side == "at_least" else known.up
    return known if room > LEAST * size else None


def _agreed(told: float, known: Steady) -> float:
    """The price that was told, or theirs where the conditions say another one: duals may be those of another point."""
    return told if abs(known.price - told) <= CLOSE * abs(told) else known.price


def _known(motion: Motion, told: float, known: Steady) -> Holding:
    """What the conditions alone say of a limit."""
    price = _agreed(told, known)
    return _holding(motion, price, price == told, known.down, known.up)


def _wider(found: Holding | None, walked: Holding | None) -> Holding | None:
    """Of two ranges that are both certain the further ends; where the prices are two, that of solving."""
    if found is None or walked is None or abs(found.price - walked.price) > SAME * abs(found.price):
        return found or walked
    least = None if None in (ends := (found.least, walked.least)) else min(end for end in ends if end is not None)
    most = None if None in (ends := (found.most, walked.most)) else max(end for end in ends if end is not None)
    return replace(found, least=least, most=most)


def effort_of(found: Found, limits: int) -> int:
    """How many programs the ranges may solve: counted, not timed, so that the same scenario has the same ranges."""
    model = found.model
    cells = len(model.cells.inputs)
    if model.written is not None:
        cells //= len(model.written.draws)  # no conditions are followed there, so that programs are all there is
    each = EACH * min(limits, MANY) / (1.0 + (cells / MODERATE) ** 2)
    return round(SOLVES / (1.0 + cells / CELLS) + each + SHARE * found.rounds)


def _holding(motion: Motion, price: float, same: bool, down: float | None, up: float | None) -> Holding:
    least = max(motion.least, -inf if down is None else _moved(motion.limit, down))
    most = min(motion.most, inf if up is None else _moved(motion.limit, up))
    return Holding(price=price, same=same, least=_ended(least), most=_ended(most))


def _ended(limit: float) -> float | None:
    return limit if isfinite(limit) else None


def _moved(limit: float, shift: float) -> float:
    """Where a limit stands that has moved; 0 where that is but what its row leaves and the rounding of doubles away."""
    to = limit + shift
    return 0.0 if abs(to) <= ROUNDED * abs(limit) else tidy(to)
