"""What would mend a conflict: the least change of each limit by itself, and the cheapest of several at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.answers.mending import cheapest_first, left_out, plainly, relaxation
from optimizer.answers.plan import Relaxation
from optimizer.errors import ScenarioError, SolverFault
from optimizer.formulation.elastic import Giving, givings_of
from optimizer.problem.limits import limits_of, movable, moved, without
from optimizer.problem.movable import MONEY, Movable
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.giving import Given
from optimizer.search.conflicts.pricing import least_off_rows, least_on_rows
from optimizer.search.conflicts.questions import LESS, OutOfTimeError, Questions
from optimizer.search.conflicts.switches import Array
from optimizer.search.conflicts.whole import first_kept, missed
from optimizer.units import plan_digits, tidy

DIGITS = 7  # of a change that is no money, or of where it leads; the last one is rounded so that everything holds
DOUBLES = 15  # digits that a double holds
NEARLY = 1e-6  # of a minor unit, within which a whole one is meant
NUDGES = (0, 1, 2)  # units by which a rounded limit may be moved on until the plan keeps it
CLOSE = 1e-6  # of a change, by which it may be moved on at the last: the search sees no less


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """Changes of single limits, each enough by itself, cheapest first.

    `complete`: there was time for every limit; `rough` names those whose change was not proved to be the least, with
    what is needed at the least. `given` is what sides were found to give way by.
    """

    changes: tuple[Relaxation, ...]
    complete: bool
    rough: tuple[str, ...]
    given: dict[tuple[Giving, ...], Given]


class Mending:
    """Changes that let everything hold, each with a plan that shows it; `proved`: none less does, or than `bound`."""

    def __init__(self, asked: Questions) -> None:
        self._asked, self._scenario = asked, asked.scenario
        self._names = limits_of(asked.scenario)
        self.proved, self.bound = True, 0.0
        self.given: dict[tuple[Giving, ...], Given] = {}

    def alone(self, names: Sequence[str]) -> Alone:
        """The changes of single limits that are enough; the time left is shared out among the names."""
        changes: list[Relaxation] = []
        given: dict[tuple[Giving, ...], Given] = {}
        complete, rough = True, []
        for number, name in enumerate(names):
            left = self._asked.deadline.left / (len(names) - number + 1)
            one = Mending(self._asked.within(left, LESS / (len(names) + 1)))
            try:
                change = one.least(name)
            except (OutOfTimeError, SolverFault):
                complete = False
                continue
            if change is not None:
                changes.append(change)
                given |= one.given
                rough += [] if one.proved else [_at_least(name, one.bound)]
        ordered = cheapest_first(self._scenario, changes)
        return Alone(changes=ordered, complete=complete, rough=tuple(rough), given=given)

    def least(self, name: str) -> Relaxation | None:
        """The least change of one limit that is enough by itself; None when it is not. Raises OutOfTimeError."""
        sides = movable(self._scenario, name)
        followed = givings_of(self._scenario, [name])
        own = self._followed(name, followed) if followed else None
        if own is None and not self._asked([other for other in self._names if other != name]):
            return None
        others = [self._closed_in(name, side) for side in sides if not side.on_row]
        known = [each for each in (own, *others) if each is not None]
        return cheapest_first(self._scenario, known)[0] if known else self._left_out(name)

    def _left_out(self, name: str) -> Relaxation | None:
        try:
            without(self._scenario, name)
        except ScenarioError:  # a budget that the objective needs
            return None
        return left_out(self._scenario, name)

    def _followed(self, name: str, givings: tuple[Giving, ...]) -> Relaxation | None:
        given = least_on_rows(self._asked, givings)
        if given is None:
            return None
        self._asked.note(given.spend)
        self.given[givings] = given
        self.proved, self.bound = self.proved and given.least, given.bound
        steps = [(own, float(amount)) for own, amount in zip(givings, given.amounts, strict=True) if amount > 0.0]
        if len(steps) == 1:
            own, amount = steps[0]
            return self._told(name, side_of(self._scenario, own), own.way, amount, given.spend)
        alone = [self._followed(name, (own,)) for own in givings] if len(givings) > 1 else []
        known = [own for own in alone if own is not None]
        return cheapest_first(self._scenario, known)[0] if known else None

    def _closed_in(self, name: str, side: Movable) -> Relaxation | None:
        limit = least_off_rows(self._scenario, name, side, self._asked.deadline)
        if limit is None:
            return None
        return self._told(name, side, side.way, abs(limit.to - side.value), limit.spend)

    def _told(self, name: str, side: Movable, way: int, amount: float, spend: Array) -> Relaxation | None:
        """The change, rounded away from what is stated until a plan in whole minor units keeps it; None without one."""
        try:
            stands = self._stands(name, side, way, amount, spend)
            afters = [moved(self._scenario, name, side.side, to) for to in stands]
        except ScenarioError:  # a limit that the field does not admit
            return None
        kept = first_kept(afters, spend, self._asked.deadline)
        return None if kept is None else relaxation(self._scenario, name, side, stands[kept])

    def _stands(self, name: str, side: Movable, way: int, amount: float, spend: Array) -> list[float]:
        """Where a side may be told to stand, nearest first: by what is needed, and where whole units take more."""
        stands = rounded(self._scenario, side, way, amount)
        missing = missed(moved(self._scenario, name, side.side, stands[0]), spend)
        if set(missing) == {name}:
            stands += rounded(self._scenario, side, way, abs(stands[0] - side.value) + missing[name])
        return sorted(set(stands), key=lambda to: abs(to - side.value))


def _at_least(name: str, bound: float) -> str:
    """A limit, and how far it has to be moved in any case; rounded down, so that it stays true."""
    digits = DIGITS - 3 - math.floor(math.log10(bound)) if bound > 0.0 else 0
    least = math.floor(bound * 10.0**digits) / 10.0**digits
    return f"{name} (by {plainly(least)} at the least)" if least > 0.0 else name


def rounded(scenario: Scenario, side: Movable, way: int, amount: float) -> list[float]:
    """Where a side may be told to stand: on the units of a plan's money, or `DIGITS` of the change; nearest first."""
    to = side.value + way * amount
    digits = _money_digits(scenario, side.value, to) if side.unit == MONEY else _digits(side.value, to)
    unit = 10.0**-digits
    steps = to / unit
    whole = math.ceil(steps - NEARLY) if way > 0 else math.floor(steps + NEARLY)
    nudges = sorted({*NUDGES, math.ceil(CLOSE * amount / unit)})
    stands = [tidy(round((whole + way * nudge) * unit, max(digits, 0))) for nudge in nudges]
    return [min(max(to, side.least), side.most) for to in stands]


def _money_digits(scenario: Scenario, stands: float, to: float) -> int:
    """After how many decimals a limit in money is rounded: as a plan's money, before the change and after it."""
    size = max(abs(stands), abs(to))
    before = scenario.plan_digits(size)
    return before if scenario.digits is not None else min(before, plan_digits(scenario.money_digits, size))


def _digits(stands: float, to: float) -> int:
    """After how many decimals a limit that is no money is rounded: those of the change, or of a `to` much smaller."""
    said = min((size for size in (abs(stands - to), abs(to)) if size > 0.0), default=1.0)
    held = max(abs(stands), abs(to), said)
    return min(DIGITS - 1 - math.floor(math.log10(said)), DOUBLES - 1 - math.floor(math.log10(held)))


def side_of(scenario: Scenario, giving: Giving) -> Movable:
    """The side that a giving is of."""
    return next(side for side in movable(scenario, giving.owner) if side.side == giving.side)
