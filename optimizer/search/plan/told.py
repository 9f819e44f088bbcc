"""The prices of a plan as they are told: of limits that stand together one by one, of what has no room, without end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.price import ENDLESS, SHUT, Price, given
from optimizer.formulation.model import Model
from optimizer.problem.limits import spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.onward import each_alone, frees_nothing
from optimizer.search.prices.priced import Priced
from optimizer.search.ranges.ranges import WITHIN
from optimizer.search.ranges.solved.anew import Named
from optimizer.search.search import Found

Array = NDArray[np.float64]
ALIKE = 1e-9  # of the largest price: less is none
NO_PRICE = Price(value=0.0)


def as_told(
    known: Priced, found: Found, scenario: Scenario, whole: Valuation, unit: float, *, together: bool
) -> Priced:
    """The prices with what the duals cannot know, in the order of the scenario's tactics; `unit` is one of money.

    Where limits stand `together` at the plan, duals may be anything between: each price is what its limit costs alone.
    """
    model, columns = found.model, found.columns
    limits, spends, left = known.limits, known.spends, known.left
    if together and columns is not None:
        rows, own = each_alone(model, columns, whole, unit)
        note = given(False, found.stopped, True)
        limits = limits | dict(_alone([(name, limits[name]) for name, _ in rows], rows, note))
        spends = sorted(_alone(spends, own, note), key=_order(scenario))
        left = tuple(
            dict.fromkeys([*left, *(name for name, price in (*limits.items(), *spends) if price.note == note)])
        )
    else:
        limits = limits | _without_room(limits, frees_nothing(model, unit))
    spends = _floors(model, limits, spends)
    return Priced(limits=limits, spends=spends, demand=known.demand, left=_followed(left, limits, spends))


def _alone(told: list[tuple[str, Price]], alone: dict[Named, float], note: str | None) -> Iterator[tuple[str, Price]]:
    """What limits cost one by one, by name and one a side; what is 0 to within rounding belongs to no side.

    A range belongs to the price that it was worked out for; `note` is that of a price without one.
    """
    known = {(name, price.side): price for name, price in told}
    least = ALIKE * max((abs(price) for price in alone.values() if math.isfinite(price)), default=0.0)
    worth = {named: price for named, price in alone.items() if abs(price) > least}
    for (name, side), price in worth.items():
        before = known.get((name, side), NO_PRICE).value
        if not math.isfinite(price):
            yield name, Price(value=None, side=side, note=ENDLESS)
        elif before and abs(price - before) <= WITHIN * abs(price):
            yield name, known[name, side]._replace(value=price)
        else:
            yield name, Price(value=price, side=side, note=note)
    asked, listed = {name for name, _ in alone}, {name for name, _ in worth}
    yield from ((name, NO_PRICE) for name in dict.fromkeys(name for name, _ in told) if name in asked - listed)
    yield from ((name, price) for name, price in told if name not in asked)


def _order(scenario: Scenario) -> Callable[[tuple[str, Price]], tuple[int, str]]:
    """By tactic, and by side."""
    place = {spend_limit(tactic): row for row, tactic in enumerate(scenario.tactics)}
    return lambda told: (place[told[0]], told[1].side or "")


def _without_room(told: dict[str, Price], names: set[str]) -> dict[str, Price]:
    """A price that only says what the model has room for there is none."""
    return {name: Price(value=None, note=SHUT) for name in names if name in told}


def _floors(model: Model, told: dict[str, Price], spends: list[tuple[str, Price]]) -> list[tuple[str, Price]]:
    """The prices of spend limits; a floor costs what it takes of what is worth without end, or not worked out."""
    for note in (SHUT, ENDLESS):
        names = {name for name, price in told.items() if price.note == note}
        rows = [draft.sum.columns for draft in model.drafts if draft.owner in names]
        if not rows:
            continue
        taken = np.isin(model.spend, np.concatenate(rows))
        floors = {spend_limit(model.scenario.tactics[row]) for row in np.flatnonzero(taken.any(axis=1)).tolist()}
        spends = [
            (name, Price(value=None, side=price.side, note=note))
            if name in floors and price.side in ("at_least", "exactly")
            else (name, price)
            for name, price in spends
        ]
    return spends


def _followed(left: tuple[str, ...], told: dict[str, Price], spends: list[tuple[str, Price]]) -> tuple[str, ...]:
    """The names whose ranges were cut short, without those whose price is none, or nothing."""
    known = {name for name, price in (*told.items(), *spends) if price.value}
    return tuple(name for name in left if name in known or name.startswith("demand of "))
