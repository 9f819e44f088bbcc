"""What each limit is worth: the duals of the rows, in the planner's units, as derivatives of the objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Row
from optimizer.formulation.model import Model
from optimizer.problem.side import Side
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.charges import Charges

Array = NDArray[np.float64]
Index = NDArray[np.intp]
NOTHING = 1e-9  # a scaled dual below this is no price


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """By name ∂objective/∂limit [objective per unit of the limit]; and by cell what one more unit of money costs there.

    `sides[name]` is the side of the rows that the price comes from, for prices other than 0.

    `charges` is what the limits take from a unit of spend in each cell; None where nothing has a price. `demand`, shape
    (pools, periods), is ∂objective/∂demand [objective per demand]; None without pools.
    """

    limits: dict[str, float]
    sides: dict[str, Side]
    charges: Charges | None = None
    demand: Array | None = None


def prices_of(model: Model, duals: Array | None, valuation: Valuation, columns: Array | None = None) -> Prices:
    """Read the prices off the duals at the plan; `columns` is the point that it rounds [scaled], where it is known."""
    nobodys = model.currents is None and all(draft.side in ("link", "pursued") for draft in model.drafts)
    if duals is None or nobodys:
        return Prices(limits={}, sides={})
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    leverage = {rule.name: rule.leverage(valuation) for rule in model.scenario.rules}
    charges = Charges(model, valuation, columns)
    limits: dict[str, float] = {}
    sides: dict[str, tuple[float, Side]] = {}
    for row, draft in enumerate(model.drafts):
        if draft.side == "link" or draft.side == "pursued":
            continue  # it belongs to nobody
        price = sign * duals[row] * model.worth / model.row_scale[row] if abs(duals[row]) > NOTHING else 0.0
        moved = leverage.get(draft.owner, 1.0) * charges.moved(draft.lever)
        limits[draft.owner] = limits.get(draft.owner, 0.0) + float(price) * moved
        if price:
            sides[draft.owner] = max(sides.get(draft.owner, (0.0, draft.side)), (abs(float(price)), draft.side))
            charges.add(draft, -sign * float(price))
    known = {name: side for name, (_, side) in sides.items()}
    return Prices(limits=limits, sides=known, charges=charges, demand=_demand(model, sign * duals))


def _demand(model: Model, signed: Array) -> Array | None:
    """The prices of the rows that say how much demand there is; never such that more of it is worse."""
    if model.currents is None:
        return None
    found = of_demand(model, signed, model.currents.stock)
    better: Array = np.maximum(found, 0.0) if model.scenario.objective.maximizes else np.minimum(found, 0.0) + 0.0
    return better


def of_demand(model: Model, duals: Array, stock: Index) -> Array:
    """The duals of the rows that say how much demand there is, by column of stock [objective per demand]."""
    prices = np.zeros(len(model.cost))
    for row, draft in enumerate(model.drafts):
        if draft.side == "link" and (column := supplied(draft, stock)) is not None:
            prices[column] = duals[row] * model.worth / model.row_scale[row]
    return prices[stock]


def supplied(draft: Row, stock: Index) -> int | None:
    """The column of some `stock` that a row limits from above; None for any other row."""
    stocks = draft.sum.columns[(draft.sum.values > 0) & np.isin(draft.sum.columns, stock)]
    return int(stocks[0]) if len(stocks) else None


def price_of(model: Model, duals: Array | None, owner: str) -> float | None:
    """∂objective/∂limit of one limit whose rows move with it, each by its lever; None without duals."""
    if duals is None:
        return None
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    own = [(row, draft.lever) for row, draft in enumerate(model.drafts) if draft.owner == owner]
    moved = (duals[row] / model.row_scale[row] * lever for row, lever in own if isinstance(lever, float))
    return sign * model.worth * float(sum(moved)) + 0.0
