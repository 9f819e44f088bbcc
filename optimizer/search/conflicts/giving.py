"""How far limits have to give way until everything holds: a certified search over elastic rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.elastic import Elastic, Giving, loosened
from optimizer.formulation.model import Model
from optimizer.formulation.spend import reach
from optimizer.problem.limits import limited_to, limits_of, movable, moved
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.questions import LESS, WIDER, OutOfTimeError, ceilings, narrow, order_of
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.search import ANY, search
from optimizer.units import LARGEST

Array = NDArray[np.float64]
TAUT = 1e-7  # of the distance that matters, to which the tautest is found
GAP = 1e-7  # relative, to which the least giving is proved
GAIN = 1e-6  # of what gives way, that looking among larger spends must save
ENOUGH = 0.01  # of what was thought to be needed: a larger share is not worth another look
ROOM = 1e-6  # by which a first, rough answer may be too small
LOOKS = 4
REGIONS = 5  # that a search for less of many cells has time for, or it is not begun, unless
CLOSE = 0.9  # of a first answer is not proved to be needed, or
NEARER = 0.5  # of all spends that were seen, or less, are left to look at
EFFORT = 100  # cells in regions, that a search looks at in any case; more cells are many
LOOK = 0.1  # seconds, after which a search must have got on


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """By how much each side gives way [units of its limit], in the order asked, and the spend of a plan that has it.

    `least`: no less is enough, which was proved; otherwise no less in all than `bound` is; `relaxed` is what the kept
    relaxation alone proves. `columns` [planner's units] are the point without what gives way, where a search found it,
    `converted` [outcome] what it makes of demand.
    """

    amounts: Array
    spend: Array
    least: bool = True
    bound: float = 0.0
    relaxed: float = 0.0
    columns: Array | None = None
    converted: Array | None = None


class Pace:
    """A search's report and deadline: once something is enough, it ends when it does not get on.

    What is known to be enough, and to be needed at the least, are costs [scaled]: those of the first plan where nothing
    was known before. From `LOOK` seconds later on, as large a share of the gap between them must be closed as has gone
    by of `less` seconds; `regions` are looked at in any case.
    """

    def __init__(
        self, less: float, regions: float, deadline: Deadline, enough: float = np.inf, bound: float = -np.inf
    ) -> None:
        self._less, self._regions, self._whole = less, regions, deadline
        self._enough, self._gap, self._since = enough, enough - bound, deadline.spent
        self._slow = False

    @property
    def deadline(self) -> Deadline:
        """Passed as soon as the search is too slow."""
        return replace(self._whole, clock=lambda: np.inf if self._slow else self._whole.clock())

    def __call__(self, rounds: int, nodes: int, cost: float, bound: float) -> None:  # noqa: ARG002 - of every report
        """After each region."""
        left = min(cost, self._enough) - bound
        if np.isinf(self._gap):
            self._gap, self._since = left, self._whole.spent
        spent = self._whole.spent - self._since
        self._slow = nodes >= self._regions and spent > LOOK and left > self._gap * (1.0 - spent / self._less)


def least_giving(
    scenario: Scenario, givings: Sequence[Giving], deadline: Deadline, known: Given | None = None, less: float = LESS
) -> Given | None:
    """The least weighted sum of giving that lets everything hold; None when nothing does. Raises OutOfTimeError.

    Where the limits are far above what is needed, nothing is accurate: rough answers bring them down first. Once some
    giving is `known` to be enough, there are `less` seconds for less, and fewer for a search that does not get on.
    """
    rest = limited_to(scenario, set(limits_of(scenario)) - {giving.owner for giving in givings})
    first = WIDER * max(order_of(scenario), float(known.spend.max()) if known is not None else 0.0)
    best = known
    for most in ceilings(rest, first):
        found = _least_within(scenario, givings, most, deadline, best, less)
        if best is None:
            best = None if found is None or _weighed(givings, found) <= 0.0 else found  # tolerances let nothing pass
        elif found is None or _weighed(givings, found) >= (1.0 - GAIN) * _weighed(givings, best):
            return found or best
        else:
            best = found
        if best is not None and (most >= _reach(scenario, givings, _weighed(givings, best))).all():
            return best
        best = None if best is None else replace(best, bound=0.0)
    return best


def _reach(scenario: Scenario, givings: Sequence[Giving], total: float) -> Array:
    """How far spends go [money] where sides give way by no more in all than is known to be enough."""
    for giving in givings:
        side = next(side for side in movable(scenario, giving.owner) if side.side == giving.side)
        if giving.way > 0 and giving.side != "at_least":
            to = min(side.value + total / giving.weight, side.most)
            scenario = moved(scenario, giving.owner, giving.side, to)
    return np.minimum(reach(scenario, LARGEST), LARGEST)


def _least_within(
    scenario: Scenario, givings: Sequence[Giving], most: Array, deadline: Deadline, known: Given | None, less: float
) -> Given | None:
    """The least giving by plans whose spends reach at most `most` [money]."""
    loose, start = loosened(scenario, givings), deadline.spent
    best = known or _searched(scenario, loose, tuple(givings), most, ANY, deadline)
    few = most.size > EFFORT and REGIONS * (deadline.spent - start) > less
    for _ in range(LOOKS):
        if best is None or _weighed(givings, best) <= 0.0:
            break
        before, near = best, np.minimum(most, _reach(scenario, givings, _weighed(givings, best)))
        close = best.bound / _weighed(givings, best)
        if few and close > CLOSE and float(near.sum()) > NEARER * float(most.sum()):
            return replace(best, least=close >= 1.0 - GAP)
        found = _less(scenario, loose, givings, near, best, less, deadline)
        if found is None:  # tolerances let the rough answer pass
            break
        best = found if _weighed(givings, found) <= _weighed(givings, best) else replace(best, bound=found.bound)
        if not found.least or _weighed(givings, best) > ENOUGH * _weighed(givings, before):
            break
    return best


def _less(
    scenario: Scenario,
    loose: Scenario,
    givings: Sequence[Giving],
    most: Array,
    known: Given,
    less: float,
    deadline: Deadline,
) -> Given | None:
    """The least giving, by a search that ends where it does not get on from what is known; None when there is none."""
    try:
        found = _searched(scenario, loose, _capped(givings, _weighed(givings, known)), most, GAP, deadline, known, less)
    except OutOfTimeError:
        return replace(known, least=False)
    return None if found is None else replace(found, bound=max(found.bound, known.bound))


def enough(
    scenario: Scenario, givings: Sequence[Giving], near: Given, total: float, deadline: Deadline
) -> Array | None:
    """The spend of a plan where sides give way by no more than `total` in all; None where the way to it is not seen.

    `near` is a point that need be no plan.
    """
    most = np.minimum(_reach(scenario, givings, total), WIDER * order_of(scenario))
    elastic = Elastic(scenario, _capped(givings, total))
    model = narrow(loosened(scenario, givings), most, elastic)
    start = _start(model, elastic, near)
    if start is None:
        return None
    columns = Relaxation(model, Incumbent(model), deadline, ANY).plan_near(start)
    return None if columns is None else _spend(model, columns)


def tautest(
    scenario: Scenario, giving: Giving, size: float, deadline: Deadline, less: float, *, soon: bool = False
) -> Given | None:
    """A plan whose rows of one side are furthest from their limits; None when there is no plan.

    Furthest but for a share of `size`, a distance of the order that matters, where there is time to prove that; `soon`,
    the first that a search finds.
    """
    most = np.minimum(reach(scenario, LARGEST), WIDER * order_of(scenario))
    taut, gap = (replace(giving, taut=size),), ANY if soon else TAUT
    found = _searched(scenario, loosened(scenario, [giving]), taut, most, gap, deadline, less=less)
    return found if found is None or not soon else replace(found, least=False)


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
    known: Given | None = None,
    less: float = LESS,
) -> Given | None:
    """The least giving that a search finds at its pace; None when nothing is enough, which some is `known` to be."""
    if deadline.left <= 0:
        raise OutOfTimeError
    elastic = Elastic(scenario, givings)
    model = narrow(loose, most, elastic)
    regions = EFFORT / max(1, len(model.cells.inputs))
    if known is None:
        pace, start = Pace(less, regions, deadline), None
    else:
        enough, start = _weighed(givings, known), _start(model, elastic, known)
        pace = Pace(less, regions, deadline, enough / model.worth, known.bound / model.worth)
    found = search(model, gap, pace.deadline, pace, start)
    if found.columns is None:
        if found.proved_empty:
            return None
        raise OutOfTimeError
    point, currents = found.columns * found.model.scale, found.model.currents
    return Given(
        amounts=elastic.given(found.model, found.columns),
        spend=_spend(found.model, found.columns),
        least=not found.stopped,
        bound=max(found.bound * model.worth, 0.0),
        columns=point[: elastic.first(model)],
        converted=None if currents is None else currents.converted(point),
    )


def _start(model: Model, elastic: Elastic, known: Given) -> Array | None:
    """A point that is known, as columns of a model of the same rows."""
    before = elastic.first(model)
    if known.columns is None or len(known.columns) != before:
        return None
    columns = model.low.copy()
    columns[:before] = known.columns / model.scale[:before]
    columns[elastic.places(model)] = known.amounts / model.scale[elastic.places(model)]
    return np.asarray(np.clip(columns, model.low, model.high))


def _spend(model: Model, columns: Array) -> Array:
    spend: Array = np.maximum((columns * model.scale)[model.spend], 0.0)
    return spend
