"""The prices that are told: those of the duals, on the side that loosens a limit, with their ranges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.price import Price, given
from optimizer.formulation.model import Model
from optimizer.problem.limits import BUDGET
from optimizer.problem.side import SIDES, Side
from optimizer.search.deadline import Deadline
from optimizer.search.prices.demanded import Place, demand_held
from optimizer.search.prices.duals import Prices
from optimizer.search.prices.spend_prices import SpendPrices
from optimizer.search.ranges.motion import Motion, of_limit
from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.ranges import Holdings, Ranges
from optimizer.search.ranges.solved.anew import Anew, Named, Values
from optimizer.search.ranges.solved.as_decided import as_decided
from optimizer.search.ranges.solved.drawn_out import drawn_out
from optimizer.search.search import Found

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Prices of rows by name; those of spend limits, one a side; of demand by pool and period; names cut short."""

    limits: dict[str, Price]
    spends: list[tuple[str, Price]]
    demand: dict[Place, Price]
    left: tuple[str, ...]


def priced(found: Found, prices: Prices, spends: SpendPrices, values: Values, until: Deadline | None = None) -> Priced:
    """All prices with their ranges, as far as there is time; those of spend limits in the order given.

    `values` tells all prices of another plan.
    """
    demand = prices.demand if found.credit is None else found.credit.demand
    decided = len(found.model.integer) > 0
    found = as_decided(drawn_out(found))
    model = found.model
    named, untold = by_side(model, prices), {rule.name for rule in model.scenario.rules if not rule.has_price}
    told = {key: price for key, price in named.items() if price and key[0] not in untold}
    anew = None if found.again is None else Anew(found, values)
    ranges = None if found.duals is None else Ranges(found, anew, until)
    notes = [given(decided, found.stopped, short) for short in (False, True)]
    limits = {name: Price(value=price, note=notes[0] if price else None) for name, price in prices.limits.items()}
    limits |= {name: Price(value=price, side=side, note=notes[0]) for (name, side), price in told.items()}
    moved, own, left = _with_ranges(model, told, spends, ranges, notes)
    flows, short = _of_demand(found, demand, ranges)
    return Priced(limits=limits | moved, spends=own, demand=flows, left=(*left, *short))


def _with_ranges(
    model: Model, told: dict[Named, float], spends: SpendPrices, ranges: Ranges | None, notes: Sequence[str | None]
) -> tuple[dict[str, Price], list[tuple[str, Price]], list[str]]:
    """The prices of the limits of rows that can be moved, by name, those of spend limits, and the names cut short.

    `notes` are that of a price, and that of one whose range is cut short. Limits are looked at in the order of names,
    so that work that is limited goes to the same ones in whatever order tactics are. Without `ranges` what limits cost
    one by one is known, and no duals that could be followed.
    """
    rows: dict[Named, Motion] = {}
    for named in sorted(told, key=lambda named: (named[0] != BUDGET, named)):
        if (motion := of_limit(model, *named)) is not None:
            rows[named] = motion if ranges is None else ranges.read(motion)
    order = np.argsort(spends.tactics * len(SIDES) + spends.sides)
    motions = Motions.of(model, list(rows.values()), spends.tactics[order], spends.sides[order])
    before = np.concatenate([[told[named] for named in rows], spends.prices[order]])
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    held = Holdings.unknown(motions.number) if ranges is None else ranges.of(motions, before * sign / model.worth)
    values = np.where(held.known & ~held.same, sign * model.worth * held.price, before)
    names = motions.names
    cut = dict.fromkeys(names[place] for place in np.flatnonzero(held.short).tolist())
    prices = _prices(values, motions.sides, held.ends, [notes[name in cut] for name in names])
    known, first = list(zip(names, prices, strict=True)), len(rows)
    return dict(known[:first]), [known[place] for place in (first + np.argsort(order)).tolist()], list(cut)


def _prices(
    values: Array, sides: Index, ends: Sequence[list[float | None]], notes: list[str | None]
) -> Iterator[Price]:
    """Prices from columns; one of nothing belongs to no side."""
    for value, side, least, most, note in zip(values.tolist(), sides.tolist(), *ends, notes, strict=True):
        known = Price(value=value, side=SIDES[side], holds_from=least, holds_to=most, note=note)
        yield known if value else Price(value=0.0)


def by_side(model: Model, prices: Prices) -> dict[Named, float]:
    """The prices of rows by name and side of the planner's limit."""
    return {(name, side_of(model, name, side)): prices.limits[name] for name, side in prices.sides.items()}


def _of_demand(found: Found, demand: Array | None, ranges: Ranges | None) -> tuple[dict[Place, Price], tuple[str, ...]]:
    """Where the prices of demand hold; with a confidence the draws price it, and each converts what it will."""
    model = found.model
    if demand is None or found.credit is not None:
        return {}, tuple(f"demand of {pool.name}" for pool in model.scenario.demand_pools)
    return ({}, ()) if ranges is None else demand_held(model, ranges, demand)


def side_of(model: Model, name: str, row: Side) -> Side:
    """The side of the planner's limit that a row of it is."""
    rule = next((rule for rule in model.scenario.rules if rule.name == name), None)
    return row if rule is None else rule.side(row)
