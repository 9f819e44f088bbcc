"""The cheapest changes of several limits at once that let everything hold.

Money first: the least sum of money that all limits in money give way by. Where no money helps, as little as can be is
changed of what is no money: limits that can only be left out, the others by shares of themselves; then money again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from optimizer.answers.mending import left_out, relaxation, repair
from optimizer.answers.plan import Relaxation, Repair
from optimizer.errors import ScenarioError
from optimizer.formulation.elastic import Giving, givings_of
from optimizer.problem.limits import limited_to, limits_of, moved
from optimizer.problem.movable import MONEY
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.giving import Given, least_giving
from optimizer.search.conflicts.mend import NUDGES, rounded, side_of
from optimizer.search.conflicts.naming import minimal
from optimizer.search.conflicts.pricing import CLOSE, least_on_rows, mended
from optimizer.search.conflicts.questions import Questions
from optimizer.search.deadline import Deadline


def cheapest(asked: Questions, named: Sequence[str], alone: Sequence[Relaxation]) -> tuple[Repair | None, bool]:
    """The cheapest repair by the named limits, a single change where none is cheaper; None when none was found.

    And whether money was searched to the end: otherwise less may do.

    Raises OutOfTimeError.
    """
    scenario = asked.scenario
    paid = [own for own in alone if own.unit == scenario.currency][:1]
    money = tuple(own for own in givings_of(scenario, named) if side_of(scenario, own).unit == MONEY)
    given = least_on_rows(asked.switches, money, asked.deadline) if money else None
    joint = _mended(scenario, scenario, money, given, [], asked.deadline) if given is not None else None
    searched = given is None or given.least
    if joint is None and not paid:
        other = repair(scenario, alone[:1]) if alone else _beyond_money(asked, named, money)
        return other, searched
    single = repair(scenario, paid) if paid else None
    if joint is None or (single is not None and single.money <= joint.money * (1.0 + 2.0 * CLOSE)):
        return single, searched
    return joint, searched


def _beyond_money(asked: Questions, named: Sequence[str], money: tuple[Giving, ...]) -> Repair | None:
    """The repair where money by itself mends nothing."""
    scenario = asked.scenario
    stiff = [name for name in limits_of(scenario) if not (name in named and givings_of(scenario, [name]))]
    changes = [left_out(scenario, name) for name in _in_the_way(stiff, asked)]
    names = [name for name in limits_of(scenario) if name not in {own.item for own in changes}]
    rest = limited_to(scenario, [name for name in names if name not in {giving.owner for giving in money}])
    others = [
        replace(own, weight=1.0 / (abs(side_of(scenario, own).value) or 1.0))
        for own in givings_of(scenario, named)
        if own not in money
    ]
    eased = limited_to(scenario, names)
    given = least_giving(rest, others, asked.deadline) if others else None
    for own, to in _steps(scenario, others, given):
        eased = moved(eased, own.owner, own.side, to)
        changes.append(relaxation(scenario, own.owner, side_of(scenario, own), to))
    last = least_giving(eased, money, asked.deadline)
    return None if last is None else _mended(scenario, eased, money, last, changes, asked.deadline)


def _in_the_way(stiff: list[str], asked: Questions) -> list[str]:
    """Limits that can only be left out, as many as conflict among themselves."""
    out: list[str] = []
    while not asked([name for name in stiff if name not in out]):
        out.append(minimal([name for name in stiff if name not in out], asked)[-1])
    return out


def _steps(
    scenario: Scenario, givings: Sequence[Giving], given: Given | None, nudge: int = 0
) -> list[tuple[Giving, float]]:
    """Where the sides that give way are told to stand."""
    if given is None:
        return []
    least = 1e-9 * float(given.amounts.max(initial=0.0))
    return [
        (own, rounded(scenario, side_of(scenario, own), own.way, float(amount))[nudge])
        for own, amount in zip(givings, given.amounts, strict=True)
        if amount > least
    ]


def _mended(
    scenario: Scenario,
    eased: Scenario,
    money: Sequence[Giving],
    given: Given,
    changes: list[Relaxation],
    deadline: Deadline,
) -> Repair | None:
    """The repair whose last changes are those of money, told only if the plan found keeps everything then."""
    for nudge in range(len(NUDGES)):
        after, told = eased, list(changes)
        for own, to in _steps(scenario, money, given, nudge):
            try:
                after = moved(after, own.owner, own.side, to)
            except ScenarioError:  # a limit that the field does not admit
                return None
            told.append(relaxation(scenario, own.owner, side_of(scenario, own), to))
        if told and mended(after, given.spend, deadline):
            return repair(scenario, told)
    return None
