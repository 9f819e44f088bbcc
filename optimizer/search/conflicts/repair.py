"""The cheapest changes of several limits at once that let everything hold.

Money first: the least sum of money that all limits in money give way by. Where no money helps, as little as can be is
changed of what is no money: limits that can only be left out, the others by shares of themselves; then money again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.answers.mending import left_out, repair
from optimizer.answers.plan import Relaxation, Repair
from optimizer.formulation.elastic import Giving, givings_of
from optimizer.problem.limits import BUDGET, limited_to, limits_of, moved
from optimizer.problem.movable import MONEY
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.giving import Given, least_giving
from optimizer.search.conflicts.mend import Alone
from optimizer.search.conflicts.naming import minimal
from optimizer.search.conflicts.pricing import CLOSE, least_on_rows
from optimizer.search.conflicts.questions import LESS, OutOfTimeError, Questions, order_of, plan_of
from optimizer.search.conflicts.rough import rough_repair, sides
from optimizer.search.conflicts.switches import Array
from optimizer.search.conflicts.telling import FURTHER, side_of, steps, told
from optimizer.search.deadline import Deadline

HARDLY = 0.01  # of what as much of an order of money costs, that all of a limit costs that is no money
EASED = 0.5  # of the time, to look for changes of which none leaves a limit out


def cheapest(asked: Questions, named: Sequence[str], alone: Alone) -> tuple[Repair | None, float | None]:
    """The cheapest repair by the named limits, a single change where none is cheaper; None when none was found.

    And how much money is needed at the least where less than that repair takes may do; None where it may not.

    Raises OutOfTimeError.
    """
    scenario = asked.scenario
    paid = [own for own in alone.changes if own.unit == scenario.currency][:1]
    money = tuple(own for own in givings_of(scenario, named) if side_of(scenario, own).unit == MONEY)
    single = repair(scenario, paid) if paid else None
    given = _least_money(asked, money, alone) if money else None
    least = None if given is None or given.least else given.bound
    if single is not None and (given is None or single.money <= float(given.amounts.sum()) * (1.0 + 2.0 * CLOSE)):
        return single, least
    joint = None if given is None else _told(asked, scenario, money, given)
    if joint is None and single is None:
        return (repair(scenario, alone.changes[:1]), least) if alone.changes else _otherwise(asked)
    cheaper = joint is not None and (single is None or joint.money < single.money)
    return joint if cheaper else single, least


def _least_money(asked: Questions, money: tuple[Giving, ...], alone: Alone) -> Given | None:
    """The least sum of money that sides give way by; what one of them does alone is a first answer."""
    if money in alone.given:
        return alone.given[money]
    singles = [
        replace(given, amounts=np.array([sum(given.amounts[[own == giving for own in owns]]) for giving in money]))
        for owns, given in alone.given.items()
        if set(owns) <= set(money)
    ]
    known = min(singles, key=lambda given: float(given.amounts.sum()), default=None)
    return least_on_rows(asked, money, None if known is None else replace(known, least=False, bound=0.0))


def _eased(asked: Questions) -> Repair | None:
    """The least money where all that has sides gives way, what is no money at hardly any price; None if not enough.

    Rows that do not follow their limit, as those of a share, give way in money or in a metric: a plan says how far that
    moves the limit.
    """
    scenario, size = asked.scenario, order_of(asked.scenario)
    givings = []
    for own in sides(scenario, limits_of(scenario)):
        side = side_of(scenario, own)
        own_size = (abs(side.value) or 1.0) * (1.0 if side.on_row else size)
        givings.append(replace(own, weight=1.0 / size if side.unit == MONEY else HARDLY / own_size))
    try:
        given = least_giving(scenario, givings, asked.deadline.within(EASED * asked.deadline.left))
    except OutOfTimeError:
        return None
    found = None if given is None else rough_repair(scenario, [given.spend], asked.deadline)
    return None if found is None or any(own.side is None for own in found.changes) else found


def _otherwise(asked: Questions) -> tuple[Repair | None, float | None]:
    """The repair where no money and no single change is enough, and how much money it needs at the least, as above."""
    other, least = _beyond_money(asked)
    other = other or _left_out(asked)
    if other is None or any(own.side is None for own in other.changes):
        eased = _eased(asked)
        return (eased, 0.0) if eased is not None and eased.money > 0.0 else (eased or other, least)
    return other, least


def _beyond_money(asked: Questions) -> tuple[Repair | None, float | None]:
    """The repair where money by itself mends nothing; and how much is needed at the least beside what is no money.

    None where that is all that it takes.
    """
    scenario = asked.scenario
    givings = givings_of(scenario, limits_of(scenario))
    money = tuple(own for own in givings if side_of(scenario, own).unit == MONEY)
    stiff = [name for name in limits_of(scenario) if name not in {own.owner for own in givings}]
    changes = [left_out(scenario, name) for name in _in_the_way(stiff, asked)]
    names = [name for name in limits_of(scenario) if name not in {own.item for own in changes}]
    rest = limited_to(scenario, [name for name in names if name not in {giving.owner for giving in money}])
    others = [
        replace(own, weight=1.0 / (abs(side_of(scenario, own).value) or 1.0)) for own in givings if own not in money
    ]
    eased = limited_to(scenario, names)
    given = least_giving(rest, others, asked.deadline) if others else None
    amounts = np.zeros(len(others)) if given is None else given.amounts
    first, last = _first_last(eased, others, amounts, money, asked)
    if last is None:
        return None, None
    every = replace(last, amounts=np.concatenate([first, last.amounts]))
    return _told(asked, eased, (*others, *money), every, changes), None if last.least else last.bound


def _first_last(
    eased: Scenario, others: Sequence[Giving], amounts: Array, money: tuple[Giving, ...], asked: Questions
) -> tuple[Array, Given | None]:
    """What is eased of what is no money, and how far sides in money then give way; None where that is not enough.

    Eased by no more than is needed, hardly any plan may be left, and none found soon: then by shares of itself more.
    """
    for share in (0.0, *FURTHER) if amounts.any() else ():
        more = (1.0 + share) * amounts
        try:
            return more, _last(_moved(eased, asked.scenario, others, more), money, asked.deadline.within(LESS))
        except OutOfTimeError:
            continue
    return amounts, _last(_moved(eased, asked.scenario, others, amounts), money, asked.deadline)


def _moved(eased: Scenario, stated: Scenario, givings: Sequence[Giving], amounts: Array) -> Scenario:
    for own, to in steps(stated, givings, amounts, 0):
        eased = moved(eased, own.owner, own.side, to)
    return eased


def _told(
    asked: Questions, eased: Scenario, givings: Sequence[Giving], given: Given, changes: Sequence[Relaxation] = ()
) -> Repair | None:
    """The repair of these changes and of those that are given; None where no plan shows that it is enough."""
    further = told(asked.scenario, eased, givings, given, asked.deadline)
    every = None if further is None else [*changes, *further]
    return repair(asked.scenario, every) if every else None


def _last(eased: Scenario, money: tuple[Giving, ...], deadline: Deadline) -> Given | None:
    """How far sides in money give way where all else is mended: not at all, where that was enough."""
    spend = plan_of(limited_to(eased, limits_of(eased)), deadline)
    if spend is not None:
        return Given(amounts=np.zeros(len(money)), spend=spend)
    return least_giving(eased, money, deadline) if money else None


def _in_the_way(stiff: list[str], asked: Questions) -> list[str]:
    """Limits that can only be left out, as many as conflict among themselves."""
    out: list[str] = []
    while not asked(rest := [name for name in stiff if name not in out]):
        culprits = minimal(rest, asked)
        out.append(next((name for name in reversed(culprits) if name != BUDGET), culprits[-1]))
    return out


def _left_out(asked: Questions) -> Repair | None:
    """The repair where no change is enough, as where only plans without any spend remain: limits are left out."""
    names = _in_the_way(limits_of(asked.scenario), asked)
    return None if BUDGET in names else repair(asked.scenario, [left_out(asked.scenario, name) for name in names])
