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
from optimizer.search.deadline import Deadline
from optimizer.search.questions import WIDE, OutOfTimeError, narrow, order_of
from optimizer.search.search import ANY, Found, search
from optimizer.units import LARGEST

Array = NDArray[np.float64]
GAP = 1e-7  # relative, to which the least giving is proved
ENOUGH = 0.5  # of what was thought to be needed: a larger share is not worth another look
ROOM = 1e-6  # by which a first, rough answer may be too small
LOOKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """By how much each side gives way [units of its limit], in the order asked, and the spend of a plan that has it."""

    amounts: Array
    spend: Array


def least_giving(scenario: Scenario, givings: Sequence[Giving], deadline: Deadline) -> Given | None:
    """The least weighted sum of giving that lets everything hold; None when nothing does. Raises OutOfTimeError.

    Where the limits are far above what is needed, nothing is accurate: rough answers bring them down first.
    """
    loose = loosened(scenario, givings)
    rest = limited_to(scenario, set(limits_of(scenario)) - {giving.owner for giving in givings})
    most = np.minimum(reach(rest, LARGEST), WIDE * order_of(scenario))
    givings, best = tuple(givings), None
    for _ in range(LOOKS):
        found = _searched(scenario, loose, givings, most, ANY, deadline)
        if found is None:
            if best is None:
                return None
            break
        total = _weighed(givings, found)
        if best is not None and total > ENOUGH * _weighed(givings, best):
            best = found if total < _weighed(givings, best) else best
            break
        best = found
        givings = _capped(givings, total)
    assert best is not None
    exact = _searched(scenario, loose, _capped(givings, _weighed(givings, best)), most, GAP, deadline)
    return exact if exact is not None and _weighed(givings, exact) <= _weighed(givings, best) else best


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
