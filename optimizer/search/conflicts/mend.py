"""What would mend a conflict: the least change of each limit by itself, and the cheapest of several at once."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.answers.mending import cheapest_first, left_out, plainly
from optimizer.answers.plan import Relaxation
from optimizer.errors import ScenarioError, SolverFault
from optimizer.formulation.elastic import Giving, givings_of
from optimizer.problem.limits import limited_to, limits_of, movable, moved, spend_limit, without
from optimizer.problem.movable import Movable
from optimizer.search.conflicts.giving import Given
from optimizer.search.conflicts.pricing import least_off_rows, least_on_rows
from optimizer.search.conflicts.questions import LESS, OutOfTimeError, Questions, plan_of
from optimizer.search.conflicts.rough import roughly, sides
from optimizer.search.conflicts.telling import side_of, told
from optimizer.units import tidy

TOGETHER = 3  # spend limits, of which none may be enough: asked of all at once
FIGURES = 5  # of what is needed at the least


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
        self._spends = {spend_limit(tactic) for tactic in asked.scenario.tactics}
        self.proved, self.bound = True, 0.0
        self.given: dict[tuple[Giving, ...], Given] = {}

    def alone(self, names: Sequence[str]) -> Alone:
        """The changes of single limits that are enough; the time left is shared out among the names."""
        changes: list[Relaxation] = []
        given: dict[tuple[Giving, ...], Given] = {}
        complete, rough, tried = True, [], False
        for number, name in enumerate(names):
            left = self._asked.deadline.left / (len(names) - number + 1)
            one = Mending(self._asked.within(left, LESS / (len(names) + 1)))
            try:
                change = one.least(name)
            except (OutOfTimeError, SolverFault):
                change = one.roughly(name)
                complete = complete and change is not None
            if change is not None:
                changes.append(change)
                given |= one.given
                rough += [] if one.proved else [at_least(name, one.bound)]
            elif not tried:
                tried = self._tried([own for own in names[number:] if own in self._spends])
        ordered = cheapest_first(self._scenario, changes)
        return Alone(changes=ordered, complete=complete, rough=tuple(rough), given=given)

    def _tried(self, names: Sequence[str]) -> bool:
        """Ask of several limits at once whether leaving them out is enough: if not, no single one of them is."""
        if len(names) < TOGETHER:
            return False
        with contextlib.suppress(OutOfTimeError, SolverFault):
            self._asked([name for name in self._names if name not in names])
        return True

    def least(self, name: str) -> Relaxation | None:
        """The least change of one limit that is enough by itself; None when it is not. Raises OutOfTimeError."""
        sides = movable(self._scenario, name)
        followed = givings_of(self._scenario, [name])
        own = self._in_cents(followed)
        if own is None and followed:
            own = self._followed(name, followed)
        rest = [other for other in self._names if other != name]
        if own is None and self._asked.soon(rest) is False:
            return None
        others = [self._closed_in(name, side) for side in sides if not side.on_row]
        known = [each for each in (own, *others) if each is not None]
        if known:
            return cheapest_first(self._scenario, known)[0]
        return self._left_out(name) if self._asked(rest) else None

    def roughly(self, name: str) -> Relaxation | None:
        """A change of one limit at a plan that is known to keep all else; None where none is."""
        self.proved, self.bound = False, 0.0
        givings = sides(self._scenario, [name])
        given = roughly(self._asked, givings)
        changes = None if given is None else told(self._scenario, self._scenario, givings, given, self._asked.deadline)
        return changes[0] if changes else None

    def _left_out(self, name: str) -> Relaxation | None:
        try:
            without(self._scenario, name)
        except ScenarioError:  # a budget that the objective needs
            return None
        return left_out(self._scenario, name)

    def _in_cents(self, givings: tuple[Giving, ...]) -> Relaxation | None:
        """What sums of spends say that a side has to move by at the least, where a plan shows it to be enough."""
        sums = self._asked.sums
        for giving in givings:
            amount = None if sums is None else sums.gives(self._names, giving.owner, giving.way)
            if amount is None:
                continue
            to = tidy(side_of(self._scenario, giving).value + giving.way * amount)
            after = moved(self._scenario, giving.owner, giving.side, to)
            spend = plan_of(limited_to(after, limits_of(after)), self._asked.deadline)
            if spend is None:
                continue
            given = Given(amounts=np.array([amount]), spend=spend)
            change = self._told(giving, given)
            if change is not None and (change.change or 0.0) < amount + self._scenario.minor_unit:
                self.given[giving,] = given
                return change
        return None

    def _followed(self, name: str, givings: tuple[Giving, ...]) -> Relaxation | None:
        given = least_on_rows(self._asked, givings)
        if given is None:
            return None
        self._asked.note(given.spend)
        self.given[givings] = given
        self.proved, self.bound = self.proved and given.least, given.bound
        steps = [(own, float(amount)) for own, amount in zip(givings, given.amounts, strict=True) if amount > 0.0]
        if len(steps) == 1:
            giving, amount = steps[0]
            return self._told(giving, replace(given, amounts=np.array([amount])))
        alone = [self._followed(name, (own,)) for own in givings] if len(givings) > 1 else []
        known = [own for own in alone if own is not None]
        return cheapest_first(self._scenario, known)[0] if known else None

    def _closed_in(self, name: str, side: Movable) -> Relaxation | None:
        limit = least_off_rows(self._asked, name, side)
        if limit is None:
            return None
        self._asked.note(limit.spend)
        self.proved = self.proved and limit.least
        giving = Giving(owner=name, side=side.side, way=side.way)
        amounts = np.array([abs(limit.to - side.value)])
        return self._told(giving, Given(amounts=amounts, spend=limit.spend))

    def _told(self, giving: Giving, given: Given) -> Relaxation | None:
        """The change as it is told; None where no plan in sight keeps it."""
        changes = told(self._scenario, self._scenario, [giving], given, self._asked.deadline)
        return changes[0] if changes else None


def at_least(what: str, bound: float, by: str = "by ") -> str:
    """What may be less, and how much is needed in any case; rounded down, so that it stays true."""
    digits = FIGURES - 1 - math.floor(math.log10(bound)) if bound > 0.0 else 0
    least = math.floor(bound * 10.0**digits) / 10.0**digits
    return f"{what} ({by}{plainly(least)} at the least)" if least > 0.0 else what
