"""The prices that are told: those of the duals, on the side that loosens a limit, with their ranges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.price import Price, given
from optimizer.formulation.model import Model
from optimizer.problem.limits import spend_limit
from optimizer.problem.side import Side
from optimizer.search.deadline import Deadline
from optimizer.search.prices.demanded import Place, demand_held
from optimizer.search.prices.duals import Prices
from optimizer.search.ranges.motion import Motion, of_limit, of_spends
from optimizer.search.ranges.ranges import Holding, Ranges
from optimizer.search.ranges.solved.anew import Anew, Named, Values
from optimizer.search.ranges.solved.drawn_out import drawn_out
from optimizer.search.search import Found

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Prices of rows by name; those of spend limits, one a side; of demand by pool and period; names cut short."""

    limits: dict[str, Price]
    spends: list[tuple[str, Price]]
    demand: dict[Place, Price]
    left: tuple[str, ...]


def priced(
    found: Found, prices: Prices, spends: dict[Named, float], values: Values, until: Deadline | None = None
) -> Priced:
    """All prices with their ranges, as far as there is time.

    `spends` are the prices of the spend limits that bind, by name and side; `values` tells all prices of another plan.
    """
    demand = prices.demand if found.credit is None else found.credit.demand
    found = drawn_out(found)
    model = found.model
    named, untold = by_side(model, prices), {rule.name for rule in model.scenario.rules if not rule.has_price}
    told = {key: price for key, price in (named | spends).items() if price and key[0] not in untold}
    anew = None if found.again is None else Anew(found, values)
    ranges = None if found.duals is None else Ranges(found, anew, until)
    known, left = _ranges(found.model, told, ranges)
    whole, cut = (given(len(model.integer) > 0, found.stopped, short) for short in (False, True))
    notes = dict.fromkeys((*prices.limits, *(name for name, _ in spends)), whole) | dict.fromkeys(left, cut)
    rows = {name: Price(value=price, note=notes[name] if price else None) for name, price in prices.limits.items()}
    rows |= {
        name: _told(told[name, side], side, known.get((name, side)), model, notes[name])
        for name, side in named
        if (name, side) in told
    }
    own = [(key[0], _told(price, key[1], known.get(key), model, notes[key[0]])) for key, price in spends.items()]
    flows, short = _of_demand(found, demand, ranges)
    return Priced(limits=rows, spends=own, demand=flows, left=(*left, *short))


def by_side(model: Model, prices: Prices) -> dict[Named, float]:
    """The prices of rows by name and side of the planner's limit."""
    return {(name, side_of(model, name, side)): prices.limits[name] for name, side in prices.sides.items()}


def _of_demand(found: Found, demand: Array | None, ranges: Ranges | None) -> tuple[dict[Place, Price], tuple[str, ...]]:
    """Where the prices of demand hold; with a confidence the draws price it, and each converts what it will."""
    model = found.model
    if demand is None or found.credit is not None:
        return {}, tuple(f"demand of {pool.name}" for pool in model.scenario.demand_pools)
    return ({}, ()) if ranges is None else demand_held(model, ranges, demand)


def _ranges(
    model: Model, told: dict[Named, float], ranges: Ranges | None
) -> tuple[dict[Named, Holding], tuple[str, ...]]:
    if ranges is None:  # what limits cost one by one is known, and no duals that could be followed
        return {}, tuple(dict.fromkeys(name for name, _ in told))
    if not told:
        return {}, ()
    told = {named: told[named] for named in sorted(told, key=lambda named: (named[0] != "budget", named))}
    asked, rest = list(told)[: ranges.most], list(told)[ranges.most :]
    known, left = ranges.of(_motions(model, {named: told[named] for named in asked}))
    return known, (*left, *(name for name, _ in rest))


def _motions(model: Model, told: dict[Named, float]) -> Iterator[tuple[Motion, float]]:
    """The limits that have a price, in their order, with their prices [scaled cost per unit]."""
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    spends, of_spend = {spend_limit(tactic): row for row, tactic in enumerate(model.scenario.tactics)}, of_spends(model)
    for (name, side), price in told.items():
        motion = of_spend(spends[name], side) if name in spends else of_limit(model, name, side)
        if motion is not None:
            yield motion, price * sign / model.worth


def _told(price: float, side: Side, held: Holding | None, model: Model, note: str | None) -> Price:
    if held is None:
        return Price(value=price, side=side, note=note)
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    value = price if held.same else sign * model.worth * held.price
    if not value:
        return Price(value=0.0)
    return Price(value=value, side=side, holds_from=held.least, holds_to=held.most, note=note)


def side_of(model: Model, name: str, row: Side) -> Side:
    """The side of the planner's limit that a row of it is."""
    rule = next((rule for rule in model.scenario.rules if rule.name == name), None)
    return row if rule is None else rule.side(row)
