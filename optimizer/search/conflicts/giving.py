"""How far limits have to give way until everything holds: a certified search over elastic rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.elastic import Elastic, Giving, loosened
from optimizer.formulation.spend import reach
from optimizer.problem.limits import limited_to, limits_of
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.questions import WIDE, OutOfTimeError, narrow, order_of
from optimizer.search.deadline import Deadline
from optimizer.search.search import ANY, Found, search
from optimizer.units import LARGEST

Array = NDArray[np.float64]
TAUT = 1e-7  # of the distance that matters, to which the tautest is found
GAP = 1e-7  # relative, to which the least giving is proved
ENOUGH = 0.01  # of what was thought to be needed: a larger share is not worth another look
ROOM = 1e-6  # by which a first, rough answer may be too small
LOOKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """By how much each side gives way [units of its limit], in the order asked, and the spend of a plan that has it.

    `least`: no less is enough, which was proved.
    """

    amounts: Array
    spend: Array
    least: bool = True


def least_giving(scenario: Scenario, givings: Sequence[Giving], deadline: Deadline) -> Given | None:
    """The least weighted sum of giving that lets everything hold; None when nothing does. Raises OutOfTimeError.

    Where the limits are far above what is needed, nothing is accurate: rough answers bring them down first.
    """
    loose = loosened(scenario, givings)
    rest = limited_to(scenario, set(limits_of(scenario)) - {giving.owner for giving in givings})
    most = np.minimum(reach(rest, LARGEST), WIDE * order_of(scenario))
    best = _searched(scenario, loose, tuple(givings), most, ANY, deadline)
    for _ in range(LOOKS):
        if best is None or _weighed(givings, best) <= 0.0:
            break
        before = _weighed(givings, best)
        exact = _searched(scenario, loose, _capped(givings, before), most, GAP, deadline)
        if exact is None:  # tolerances let the rough answer pass
            break
        best = min(exact, best, key=lambda given: _weighed(givings, given))
        if _weighed(givings, best) > ENOUGH * before:
            break
    return best


def tautest(scenario: Scenario, giving: Giving, size: float, deadline: Deadline) -> Array | None:
    """The spend [money] of a plan whose rows of one side are furthest from their limits; None when there is no plan.

    Furthest but for a share of `size`, a distance of the order that matters.
    """
    most = np.minimum(reach(scenario, LARGEST), WIDE * order_of(scenario))
    found = _searched(scenario, loosened(scenario, [giving]), (replace(giving, taut=size),), most, TAUT, deadline)
    return None if found is None else found.spend


def _weighed(givings: Sequence[Giving], given: Given) -> float:
    return float(sum(giving.weight * amount for giving, amount in zip(givings, given.amounts, strict=True)))


def _capped(givings: Sequence[Giving], total: float) -> tuple[Giving, ...]:
    return tuple(
        replace(giving, most=min(giving.most, (1.0 + ROOM) * total / giving.weight + ROOM * ROOM)) for giving in givings
    )


def _searched(
    scenario: Scenario, loose: Scenario, givings: tuple[Giving, ...], most: Array, gap: float, deadline: Deadline
) -> Given | None:
    if deadline.left <= 0:
        raise OutOfTimeError
    elastic = Elastic(scenario, givings)
    found = search(narrow(loose, most, elastic), gap, deadline, lambda *_: None)
    if found.columns is None:
        if found.proved_empty:
            return None
        raise OutOfTimeError
    return Given(amounts=elastic.given(found.model, found.columns), spend=_spend(found))


def _spend(found: Found) -> Array:
    assert found.columns is not None
    spend: Array = np.maximum((found.columns * found.model.scale)[found.model.spend], 0.0)
    return spend
