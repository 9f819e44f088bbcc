"""What is roughly enough to mend a conflict: what plans that are known miss, where no search ended in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.answers.mending import left_out, repair
from optimizer.answers.plan import Repair
from optimizer.errors import ScenarioError
from optimizer.formulation.elastic import Giving
from optimizer.problem.limits import BUDGET, limited_to, limits_of, movable, moved
from optimizer.problem.movable import MONEY
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.giving import Given
from optimizer.search.conflicts.questions import Questions
from optimizer.search.conflicts.switches import Array, Broken
from optimizer.search.conflicts.telling import side_of, told
from optimizer.search.deadline import Deadline

NEAR = 1e-6  # share of a limit, by which a plan that a search found may miss it: it is keeping it
LOOKED = 20  # known plans, the newest, that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """By how much sides have to give way for a plan, and limits that no side of theirs can make it keep."""

    amounts: Array
    stiff: tuple[str, ...]


def sides(scenario: Scenario, names: Sequence[str]) -> tuple[Giving, ...]:
    """The sides of the named limits that may move, whether rows follow them or not."""
    return tuple(
        Giving(owner=name, side=side.side, way=way)
        for name in names
        for side in movable(scenario, name)
        for way in ((side.way,) if side.way else (-1, 1))
    )


def roughly(asked: Questions, givings: Sequence[Giving]) -> Given | None:
    """What sides give way by at the known plan that takes least of them; None where none keeps all else."""
    looked = [(spend, missing(asked.scenario, givings, spend)) for spend in asked.plans[-LOOKED:]]
    enough = [Given(amounts=own.amounts, spend=spend, least=False) for spend, own in looked if not own.stiff]
    return min(enough, key=lambda given: float(given.amounts.sum()), default=None)


def rough_repair(scenario: Scenario, plans: Sequence[Array], deadline: Deadline) -> Repair | None:
    """The changes that one of plans shows to be enough: fewest left out, then least eased, then least money."""
    every = sides(scenario, limits_of(scenario))
    looked = [(spend, missing(scenario, every, spend)) for spend in plans[-LOOKED:]]
    able = [own for own in looked if BUDGET not in own[1].stiff]
    if not able:
        return None
    spend, least = min(able, key=lambda own: (len(own[1].stiff), *_sizes(scenario, every, own[1].amounts)))
    eased = limited_to(scenario, [name for name in limits_of(scenario) if name not in least.stiff])
    given = Given(amounts=least.amounts, spend=spend, least=False)
    changes = told(scenario, eased, every, given, deadline) if least.amounts.any() else []
    out = [left_out(scenario, name) for name in least.stiff]
    return None if changes is None or not (out or changes) else repair(scenario, [*out, *changes])


def _sizes(scenario: Scenario, givings: Sequence[Giving], amounts: Array) -> tuple[float, float]:
    """How much of what is no money is given, by shares of its limits, and how much money."""
    shares, money = 0.0, 0.0
    for giving, amount in zip(givings, amounts.tolist(), strict=True):
        side = side_of(scenario, giving)
        if side.unit == MONEY:
            money += amount
        else:
            shares += amount / (abs(side.value) or 1.0)
    return shares, money


def missing(scenario: Scenario, givings: Sequence[Giving], spend: Array) -> Missing:
    """By how much sides have to give way for a spend."""
    amounts, stiff = np.zeros(len(givings)), []
    for name, (amount, share) in Broken(scenario)(spend).items():
        if share > NEAR:
            own = [place for place, giving in enumerate(givings) if giving.owner == name]
            kept = ((place, _enough(scenario, givings[place], spend, amount, share)) for place in own)
            place, by = next((each for each in kept if each[1] > 0.0), (None, 0.0))
            if place is None:
                stiff.append(name)
            else:
                amounts[place] = by
    return Missing(amounts=amounts, stiff=tuple(stiff))


def _enough(scenario: Scenario, giving: Giving, spend: Array, amount: float, share: float) -> float:
    """How far a side has to move for a plan that misses its limit by an amount, a share of it; 0 where neither does."""
    side = side_of(scenario, giving)
    for by in (amount, share * abs(side.value)):  # parts of a goal move in proportion
        to = min(max(side.value + giving.way * by, side.least), side.most)
        try:
            after = moved(scenario, giving.owner, giving.side, to)
        except ScenarioError:
            continue
        if giving.owner in Broken(after).kept(spend):
            return abs(to - side.value)
    return 0.0
