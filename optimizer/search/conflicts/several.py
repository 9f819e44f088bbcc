"""Less by several limits than by one, where cells are many.

Sides that the relaxation moves most of the way are put out of the way; a search finds how far the others have to give
way then, and what is enough alone, too. The plan that it finds says what each of them needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from optimizer.errors import ScenarioError
from optimizer.formulation.elastic import Giving
from optimizer.problem.limits import movable, moved
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.giving import Given, enough
from optimizer.search.conflicts.questions import Questions
from optimizer.search.conflicts.rough import missing
from optimizer.search.conflicts.switches import Array

FAR = 0.5  # of the way that a side can go, from which on it is put out of the way


def enough_together(
    asked: Questions, givings: Sequence[Giving], moving: Mapping[Giving, float], columns: Array, known: Given
) -> Given:
    """What sides give way by at a plan near the relaxation's point, which moves some of them; or the known.

    `columns` [planner's units] are that point. The bound is that of the known.
    """
    eased, gone = _out_of_the_way(asked, moving)
    alone = [own for own, amount in zip(givings, known.amounts.tolist(), strict=True) if amount > 0.0]
    rest = tuple(own for own in dict.fromkeys((*moving, *alone)) if own not in gone)
    total = float(known.amounts.sum())
    left = total - sum(gone.values())
    near = Given(amounts=np.array([moving.get(own, 0.0) for own in rest]), spend=known.spend, columns=columns)
    spend = enough(eased, rest, near, left, asked.deadline) if rest and left > 0.0 else None
    needed = None if spend is None else missing(asked.scenario, givings, spend)
    if spend is None or needed is None or needed.stiff or float(needed.amounts.sum()) >= total:
        return known
    return replace(known, amounts=needed.amounts, spend=spend, columns=None, converted=None)


def _out_of_the_way(asked: Questions, moving: Mapping[Giving, float]) -> tuple[Scenario, dict[Giving, float]]:
    """The scenario with those sides as far away as they go that move nearly there, and how far that is."""
    scenario, gone = asked.scenario, {}
    most = dict(zip(asked.switches.elastic.givings, asked.switches.most.tolist(), strict=True))
    for own, amount in moving.items():
        if amount < FAR * most[own]:
            continue
        side = next(side for side in movable(asked.scenario, own.owner) if side.side == own.side)
        try:
            to = min(max(side.value + own.way * most[own], side.least), side.most)
            scenario = moved(scenario, own.owner, own.side, to)
        except ScenarioError:
            continue
        gone[own] = most[own]
    return scenario, gone
