"""Whether a change is enough for a plan in whole minor units of money, near one that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import violations
from optimizer.formulation.model import build
from optimizer.formulation.spend import reach
from optimizer.problem.limits import limited_to, limits_of
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.search.conflicts.giving import Given
from optimizer.search.conflicts.questions import LESS, OutOfTimeError, plan_of
from optimizer.search.conflicts.switches import Broken
from optimizer.search.deadline import Deadline, is_late
from optimizer.search.money.money import minor_of, rounded, rounded_soon

Array = NDArray[np.float64]
NOTHING = 1e-6  # of a minor unit: spends below it are the solver's zeros
FEW = 100  # cells, beyond which it takes too long to see that the tightest change is too tight
ROOM = 1000.0  # minor units by which a spend may move


def missed(scenario: Scenario, given: Given, until: Deadline, *, soon: bool = True) -> dict[str, float]:
    """By how much each limit is broken [units of the limit] by a spend in whole minor units.

    Empty where such a plan keeps everything. Unless it has to be `soon`, a solver looks for one near by, in the time
    `until` a deadline.
    """
    plain = limited_to(scenario, limits_of(scenario))
    spend, valuer = given.spend, Valuer(plain)
    minor, _ = minor_of(plain, float(spend.sum()))
    ideal = np.where(spend > NOTHING * minor.unit, spend, 0.0)
    near = np.minimum(reach(plain, np.inf), float(ideal.max(initial=0.0)) + ROOM * minor.unit)
    model = build(plain, near)
    if soon:
        whole = rounded_soon(model, valuer, ideal, minor, given.converted)
    else:
        whole = rounded(model, valuer, ideal, minor, given.converted, until=until)
    return {name: amount for name, amount, _ in violations(whole)}


def keeps_all(scenario: Scenario, spend: Array) -> bool:
    """Whether a spend keeps every limit of a scenario, but for the rounding of doubles."""
    broken = Broken(scenario)
    return broken.kept(spend) == broken.names


def mended(scenario: Scenario, spend: Array, deadline: Deadline) -> bool:
    """Whether every limit can hold: by the spend at hand, or, where it misses some by a hair, by a search."""
    if keeps_all(scenario, spend):
        return True
    return plan_of(limited_to(scenario, limits_of(scenario)), deadline) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The first of scenarios that a plan in whole minor units keeps, None without; then what such a plan misses."""

    number: int | None
    missing: dict[str, float] | None = None


def first_whole(
    scenarios: Callable[[], Iterable[Scenario]], given: Given, room: Mapping[str, float], until: Deadline
) -> Fit:
    """The first of scenarios, looser by up to `room` [units of each limit], that a plan near a given one keeps.

    Where one of many cells misses more than this room, looser ones hardly help; nor does a solver, where it misses
    nothing but what several limits that are moved may give. When time is over, only the one at hand is looked at.
    """
    many, missing = given.spend.size > FEW, dict[str, float]()
    for soon in (True, False):
        for number, scenario in enumerate(scenarios()):
            if many and not soon and number == 0:
                continue
            missing = missed(scenario, given, until, soon=soon)
            if not missing:
                return Fit(number=number)
            if is_late(until):
                return Fit(number=None, missing=missing if many else None)
            if many and any(amount > room.get(name, 0.0) for name, amount in missing.items()):
                break
        if many and len(room) > 1 and missing.keys() <= room.keys():
            break
    return Fit(number=None, missing=missing if many else None)


def sought(scenario: Scenario, deadline: Deadline) -> bool:
    """Whether a search finds a plan soon that keeps everything in whole minor units."""
    try:
        spend = plan_of(limited_to(scenario, limits_of(scenario)), deadline.within(LESS))
    except OutOfTimeError:
        return False
    return spend is not None and not missed(scenario, Given(amounts=np.zeros(0), spend=spend), deadline, soon=False)
