"""From where to where the price of demand holds: how far what comes to a pool by itself in a period may differ."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.price import Price
from optimizer.formulation.model import Model
from optimizer.problem.side import Side
from optimizer.search.prices.duals import supplied
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.ranges import Ranges

Array = NDArray[np.float64]
Place = tuple[str, str]  # pool and period, by name
SIDE: Side = "at_most"  # of the rows that supply demand


def demand_held(model: Model, ranges: Ranges, prices: Array) -> tuple[dict[Place, Price], tuple[str, ...]]:
    """What the prices of demand, shape (pools, periods) [objective per demand], are and where they hold.

    And the pools of which it was not worked out to the end.
    """
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    asked = [(place, motion, float(prices[cell])) for place, cell, motion in _motions(model) if prices[cell] != 0.0]
    told = np.array([price for _, _, price in asked])
    known = ranges.of(Motions.of(model, [ranges.read(motion) for _, motion, _ in asked]), told * sign / model.worth)
    values = np.where(known.same, told, sign * model.worth * known.price)
    held = {
        place: Price(value=value, side=SIDE, holds_from=least, holds_to=most)
        for (place, *_), value, least, most in zip(asked, values.tolist(), *known.ends, strict=True)
        if not isnan(value)
    }
    pools = dict.fromkeys(place[0] for (place, *_), short in zip(asked, known.short.tolist(), strict=True) if short)
    return held, tuple(f"demand of {pool}" for pool in pools)


def _motions(model: Model) -> Iterator[tuple[Place, tuple[int, int], Motion]]:
    """What comes by itself, pool by pool and period by period; under each draw, where the model is written out."""
    assert model.currents is not None
    drawn = () if model.written is None else model.written.currents
    scenario, stocks = model.scenario, np.array([own.stock for own in (model.currents, *drawn)])
    rows = {supplied(draft, stocks): row for row, draft in enumerate(model.drafts) if draft.side == "link"}
    for pool, period in np.ndindex(stocks.shape[1:]):
        own = np.array([rows[column] for column in stocks[:, pool, period].tolist()])
        place = scenario.demand_pools[pool].name, scenario.periods[period]
        yield (
            place,
            (pool, period),
            Motion(
                name=f"demand of {place[0]} in {place[1]}",
                side=SIDE,
                limit=float(model.currents.river.own[pool, period]),
                least=0.0,
                rows=own,
                lower=np.zeros(len(own)),
                upper=1.0 / model.row_scale[own],
            ),
        )
