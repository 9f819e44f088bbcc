"""Whether a change is enough for a plan in whole minor units of money, near one that is known."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
from optimizer.search.deadline import Deadline
from optimizer.search.money import minor_of, rounded, rounded_soon

Array = NDArray[np.float64]
NOTHING = 1e-6  # of a minor unit: spends below it are the solver's zeros
FEW = 100  # cells, beyond which it takes too long to see that the tightest change is too tight
ROOM = 1000.0  # minor units by which a spend may move


def missed(scenario: Scenario, given: Given, *, soon: bool = True) -> dict[str, float]:
    """By how much each limit is broken [units of the limit] by a spend in whole minor units.

    Empty where such a plan keeps everything; unless it has to be `soon`, a solver looks for one near by.
    """
    plain = limited_to(scenario, limits_of(scenario))
    spend, valuer = given.spend, Valuer(plain)
    minor, _ = minor_of(plain, float(spend.sum()))
    ideal = np.where(spend > NOTHING * minor.unit, spend, 0.0)
    near = np.minimum(reach(plain, np.inf), float(ideal.max(initial=0.0)) + ROOM * minor.unit)
    whole = (rounded_soon if soon else rounded)(build(plain, near), valuer, ideal, minor, given.converted)
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


def first_whole(scenarios: Sequence[Scenario], given: Given, eased: Collection[str]) -> int | None:
    """The first of scenarios, ever looser in the `eased` limits, that a plan in whole minor units keeps; None without.

    The plan is near a given one. Where one of many cells misses other limits, easing these further hardly helps.
    """
    many = given.spend.size > FEW
    for soon in (True, False):
        first = 1 if many and not soon else 0
        for number, scenario in enumerate(scenarios[first:], first):
            missing = missed(scenario, given, soon=soon)
            if not missing:
                return number
            if many and not missing.keys() <= set(eased):
                break
    return None


def sought(scenario: Scenario, deadline: Deadline) -> bool:
    """Whether a search finds a plan soon that keeps everything in whole minor units."""
    try:
        spend = plan_of(limited_to(scenario, limits_of(scenario)), deadline.within(LESS))
    except OutOfTimeError:
        return False
    return spend is not None and not missed(scenario, Given(amounts=np.zeros(0), spend=spend), soon=False)
