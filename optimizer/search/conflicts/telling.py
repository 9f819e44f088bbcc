"""How a change is told: rounded away from what is stated, until some plan in whole minor units of money keeps it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.answers.mending import relaxation
from optimizer.answers.plan import Relaxation
from optimizer.errors import ScenarioError
from optimizer.formulation.elastic import Giving
from optimizer.problem.limits import movable, moved
from optimizer.problem.movable import MONEY, Movable
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.giving import Given
from optimizer.search.conflicts.switches import Array
from optimizer.search.conflicts.whole import first_whole, keeps_all, missed, sought
from optimizer.search.deadline import Deadline
from optimizer.units import plan_digits, tidy

DIGITS = 7  # of a change that is no money, or of where it leads; the last one is rounded so that everything holds
DOUBLES = 15  # digits that a double holds
NEARLY = 1e-6  # of a minor unit, within which a whole one is meant
NUDGES = (0, 1, 2)  # units by which a rounded limit may be moved on until the plan keeps it
CLOSE = 1e-6  # of a change, by which it may be moved on then: the search sees no less
FURTHER = (1e-5, 1e-4, 1e-3)  # of a change, by which it may be moved on where whole minor units take it
NOTHING = 1e-9  # of the largest change, below which another one is none

Step = tuple[Giving, float]
Try = tuple[Scenario, list[Relaxation]]


class _Tries:
    """Scenarios after changes, and these told, each made when it is first looked at."""

    def __init__(self, made: Iterator[Try]) -> None:
        self._made, self._seen = made, list[Try]()

    def __iter__(self) -> Iterator[Try]:
        yield from self._seen
        for each in self._made:
            self._seen.append(each)
            yield each

    @property
    def scenarios(self) -> Iterator[Scenario]:
        """The scenarios alone."""
        return (after for after, _ in self)


def told(
    scenario: Scenario, eased: Scenario, givings: Sequence[Giving], given: Given, deadline: Deadline
) -> list[Relaxation] | None:
    """The changes of a scenario, `eased` by others already, that let everything hold; None where no plan shows it.

    Where no plan in whole minor units is in sight, one in fractions will do, or one that a search finds soon.
    """
    tries = _Tries(_tries(scenario, eased, givings, given.amounts, range(len(NUDGES) + 1)))
    first = next(tries.scenarios, None)
    if first is None:
        return None
    fit = first_whole(lambda: tries.scenarios, given, _room(scenario, givings, given.amounts), deadline)
    if (kept := fit.number) is None:
        missing = missed(first, given, deadline, soon=False) if fit.missing is None else fit.missing
        larger = _larger(givings, given, missing, sure=fit.missing is not None)
        further = _Tries(_further(scenario, eased, givings, larger))
        anything = {giving.owner: np.inf for giving in givings}
        kept = first_whole(lambda: further.scenarios, given, anything, deadline).number
        tries = tries if kept is None else further
    if kept is None:
        kept = next((number for number, after in enumerate(tries.scenarios) if keeps_all(after, given.spend)), None)
    every = list(tries)
    if kept is None and not sought(every[-1][0], deadline):
        return None
    return every[-1 if kept is None else kept][1]


def _room(scenario: Scenario, givings: Sequence[Giving], amounts: Array) -> dict[str, float]:
    """How much further each limit is moved by all nudges than by none."""
    room: dict[str, float] = {}
    ends = (steps(scenario, givings, amounts, nudge) for nudge in (0, len(NUDGES)))
    for (giving, near), (_, far) in zip(*ends, strict=True):
        room[giving.owner] = max(room.get(giving.owner, 0.0), abs(far - near))
    return room


def _larger(givings: Sequence[Giving], given: Given, missing: dict[str, float], *, sure: bool) -> list[Array]:
    """Larger changes, the smaller first: by what whole minor units miss, and by shares of themselves.

    Where it is `sure` that as much is missing, none that is less.
    """
    needed = _missing(givings, given, missing)
    least = float(needed[0].sum()) if needed and sure else 0.0
    larger = [*needed, *((1.0 + share) * given.amounts for share in FURTHER)]
    return sorted((own for own in larger if float(own.sum()) >= least), key=lambda own: float(own.sum()))


def _further(scenario: Scenario, eased: Scenario, givings: Sequence[Giving], larger: Sequence[Array]) -> Iterator[Try]:
    for amounts in larger:
        yield from _tries(scenario, eased, givings, amounts, range(1, len(NUDGES) + 1))


def _missing(givings: Sequence[Giving], given: Given, missing: dict[str, float]) -> list[Array]:
    """Changes larger by what whole minor units miss of the first; none where they miss what cannot tell how it gives.

    A limit that is moved gives on the side that it does; another one only by little, and where it has one side.
    """
    more = given.amounts.copy()
    most = float(given.amounts.max(initial=0.0))
    moving = given.amounts > NOTHING * most
    for name, amount in missing.items():
        own = np.array([giving.owner == name for giving in givings], dtype=bool)
        if (own & moving).any():
            own &= moving
        elif amount > FURTHER[-1] * most:
            return []
        if own.sum() != 1:
            return []
        more[own] += amount
    return [more]


def _tries(
    scenario: Scenario, eased: Scenario, givings: Sequence[Giving], amounts: Array, nudges: Sequence[int]
) -> Iterator[Try]:
    """The scenario after the changes, and these told, by how far they are moved on; what a field refuses is none."""
    for nudge in nudges:
        after, changes = eased, []
        try:
            for giving, to in steps(scenario, givings, amounts, nudge):
                after = moved(after, giving.owner, giving.side, to)
                changes.append(relaxation(scenario, giving.owner, side_of(scenario, giving), to))
        except ScenarioError:
            continue
        yield after, changes


def steps(scenario: Scenario, givings: Sequence[Giving], amounts: Array, nudge: int) -> list[Step]:
    """Where the sides that give way are told to stand."""
    least = NOTHING * float(amounts.max(initial=0.0))
    found = []
    for giving, amount in zip(givings, amounts.tolist(), strict=True):
        if amount > least:
            stands = rounded(scenario, side_of(scenario, giving), giving.way, amount)
            found.append((giving, stands[min(nudge, len(stands) - 1)]))
    return found


def rounded(scenario: Scenario, side: Movable, way: int, amount: float) -> list[float]:
    """Where a side may stand: on the units of a plan's money, or `DIGITS` of the change; nearest first."""
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
