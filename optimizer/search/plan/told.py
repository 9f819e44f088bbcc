"""The prices of a plan as they are told: of limits that stand together one by one, of what has no room, without end."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.price import ENDLESS, SHUT, Price
from optimizer.formulation.model import Model
from optimizer.problem.limits import spend_limit
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.onward import each_alone, each_spend_alone, frees_nothing
from optimizer.search.prices.priced import Priced
from optimizer.search.ranges.solved.anew import Named
from optimizer.search.search import Found

Array = NDArray[np.float64]
ALIKE = 1e-9  # of the largest price: less is none


def as_told(
    known: Priced, found: Found, whole: Valuation, pulls: dict[Named, float], unit: float, *, together: bool
) -> Priced:
    """The prices with what the duals cannot know; `pulls` are those of the spend limits, `unit` one of money.

    Where limits stand `together` at the plan, duals may be anything between: each price is what its limit costs alone.
    """
    model, columns = found.model, found.columns
    limits, spends = known.limits, known.spends
    if together and columns is not None:
        limits = limits | _told_alone(limits, each_alone(model, columns, whole, unit))
        spends = _spends_alone(spends, each_spend_alone(model, columns, whole, unit, pulls))
    else:
        limits = limits | _without_room(limits, frees_nothing(model, unit))
    spends = _floors(model, limits, spends)
    return replace(known, limits=limits, spends=spends, left=_followed(known.left, limits, spends))


def _told_alone(told: dict[str, Price], alone: dict[str, float]) -> dict[str, Price]:
    """What the limits cost one by one; what is 0 to within rounding belongs to no side; infinite is no number."""
    least = _least(alone.values())
    return {name: _alone(told[name], price, least) for name, price in alone.items() if name in told}


def _spends_alone(told: list[tuple[str, Price]], alone: dict[Named, float]) -> list[tuple[str, Price]]:
    """The same of spend limits, side by side."""
    least = _least(price.value or 0.0 for _, price in told)
    known = [(name, price, alone.get((name, price.side)) if price.side else None) for name, price in told]
    return [(name, price if own is None else _alone(price, own, least)) for name, price, own in known]


def _least(prices: Iterable[float]) -> float:
    """What is none beside the largest."""
    return ALIKE * max((abs(price) for price in prices if math.isfinite(price)), default=0.0)


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
        costs = Price(value=None, side="at_least", note=note)
        spends = [(name, costs if name in floors and price.side == "at_least" else price) for name, price in spends]
    return spends


def _alone(told: Price, price: float, least: float) -> Price:
    if not math.isfinite(price):
        return Price(value=None, side=told.side, note=ENDLESS)
    return replace(told, value=price) if abs(price) > least else Price(value=0.0)


def _followed(left: tuple[str, ...], told: dict[str, Price], spends: list[tuple[str, Price]]) -> tuple[str, ...]:
    """The names whose ranges were cut short, without those whose price is none, or nothing."""
    known = {name for name, price in (*told.items(), *spends) if price.value}
    return tuple(name for name in left if name in known or name.startswith("demand of "))
