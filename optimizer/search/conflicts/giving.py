"""How far limits have to give way until everything holds: a certified search over elastic rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.elastic import Elastic, Giving, loosened
from optimizer.formulation.spend import reach
from optimizer.problem.limits import BUDGET, limited_to, limits_of
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.questions import WIDER, OutOfTimeError, ceilings, narrow, order_of
from optimizer.search.deadline import Deadline
from optimizer.search.search import ANY, Found, Report, search
from optimizer.search.within import search_within
from optimizer.units import LARGEST

Array = NDArray[np.float64]
TAUT = 1e-7  # of the distance that matters, to which the tautest is found
GAP = 1e-7  # relative, to which the least giving is proved
GAIN = 1e-6  # of what gives way, that looking among larger spends must save
ENOUGH = 0.01  # of what was thought to be needed: a larger share is not worth another look
ROOM = 1e-6  # by which a first, rough answer may be too small
LOOKS = 4
LOOK = 0.1  # seconds, after which a search must have got on


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """By how much each side gives way [units of its limit], in the order asked, and the spend of a plan that has it.

    `least`: no less is enough, which was proved; otherwise no less in all than `bound` is.
    """

    amounts: Array
    spend: Array
    least: bool = True
    bound: float = 0.0


class Pace:
    """Ends a search from what is known to be enough [scaled cost] when it does not get on: raises OutOfTimeError.

    From `LOOK` seconds on, as large a share of the gap must be closed as has gone by of the seconds allowed.
    """

    def __init__(self, enough: float, deadline: Deadline) -> None:
        self._enough, self._deadline = enough, deadline
        self._first: float | None = None

    def __call__(self, rounds: int, nodes: int, cost: float, bound: float) -> None:  # noqa: ARG002 - of every report
        """After each region."""
        gap = max(min(cost, self._enough) - bound, 0.0)
        if self._first is None:
            self._first = gap
        spent, whole = self._deadline.spent, self._deadline.seconds
        if spent > LOOK and self._first - gap < self._first * spent / whole:
            raise OutOfTimeError


def least_giving(
    scenario: Scenario, givings: Sequence[Giving], deadline: Deadline, known: Given | None = None
) -> Given | None:
    """The least weighted sum of giving that lets everything hold; None when nothing does. Raises OutOfTimeError.

    Where the limits are far above what is needed, nothing is accurate: rough answers bring them down first. With some
    giving `known` to be enough, a search that does not get on is given up.
    """
    rest = limited_to(scenario, set(limits_of(scenario)) - {giving.owner for giving in givings})
    first = WIDER * max(order_of(scenario), float(known.spend.max()) if known is not None else 0.0)
    paced, best = known is not None, known
    for most in ceilings(rest, first):
        found = _least_within(scenario, givings, most, deadline, best, paced=paced)
        if best is None:
            best = None if found is None or _weighed(givings, found) <= 0.0 else found  # tolerances let nothing pass
        elif found is None or _weighed(givings, found) >= (1.0 - GAIN) * _weighed(givings, best):
            return found or best
        else:
            best = found
    return best


def _least_within(
    scenario: Scenario, givings: Sequence[Giving], most: Array, deadline: Deadline, known: Given | None, *, paced: bool
) -> Given | None:
    """The least giving by plans whose spends reach at most `most` [money]."""
    loose = loosened(scenario, givings)
    best = known or _searched(scenario, loose, tuple(givings), most, ANY, deadline)
    for _ in range(LOOKS):
        if best is None or _weighed(givings, best) <= 0.0:
            break
        before = _weighed(givings, best)
        exact = _searched(scenario, loose, _capped(givings, before), most, GAP, deadline, before if paced else None)
        if exact is None:  # tolerances let the rough answer pass
            break
        best = min(exact, best, key=lambda given: _weighed(givings, given))
        if _weighed(givings, best) > ENOUGH * before:
            break
    return best


def least_budget(scenario: Scenario, deadline: Deadline) -> Given | None:
    """How far the budget has to be raised at the least: to what the cheapest plan spends that keeps all but the budget.

    None when the budget is not in the way alone. Raises OutOfTimeError.
    """
    total = scenario.budget.total
    assert total is not None
    assert total.at_most is not None
    rest = limited_to(scenario, set(limits_of(scenario)) - {BUDGET})  # it asks for the least spend
    fine = replace(rest, solve=replace(rest.solve, gap=min(GAP, rest.solve.gap)))
    found = search_within(fine, deadline, lambda *_: None)
    if found.columns is None:
        if found.proved_empty:
            return None
        raise OutOfTimeError
    spend = _spend(found)
    over = max(float(spend.sum()) - total.at_most, 0.0)
    return Given(amounts=np.array([over]), spend=spend, least=not found.stopped)


def tautest(scenario: Scenario, giving: Giving, size: float, deadline: Deadline) -> Array | None:
    """The spend [money] of a plan whose rows of one side are furthest from their limits; None when there is no plan.

    Furthest but for a share of `size`, a distance of the order that matters.
    """
    most = np.minimum(reach(scenario, LARGEST), WIDER * order_of(scenario))
    found = _searched(scenario, loosened(scenario, [giving]), (replace(giving, taut=size),), most, TAUT, deadline)
    return None if found is None else found.spend


def _weighed(givings: Sequence[Giving], given: Given) -> float:
    return float(sum(giving.weight * amount for giving, amount in zip(givings, given.amounts, strict=True)))


def _capped(givings: Sequence[Giving], total: float) -> tuple[Giving, ...]:
    return tuple(
        replace(giving, most=min(giving.most, (1.0 + ROOM) * total / giving.weight + ROOM * ROOM)) for giving in givings
    )


def _searched(
    scenario: Scenario,
    loose: Scenario,
    givings: tuple[Giving, ...],
    most: Array,
    gap: float,
    deadline: Deadline,
    enough: float | None = None,
) -> Given | None:
    if deadline.left <= 0:
        raise OutOfTimeError
    elastic = Elastic(scenario, givings)
    model = narrow(loose, most, elastic)
    report: Report = (lambda *_: None) if enough is None else Pace(enough / model.worth, deadline)
    found = search(model, gap, deadline, report)
    if found.columns is None:
        if found.proved_empty:
            return None
        raise OutOfTimeError
    return Given(amounts=elastic.given(found.model, found.columns), spend=_spend(found), least=not found.stopped)


def _spend(found: Found) -> Array:
    assert found.columns is not None
    spend: Array = np.maximum((found.columns * found.model.scale)[found.model.spend], 0.0)
    return spend
