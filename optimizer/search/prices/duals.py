"""What each limit is worth: the duals of the rows, in the planner's units, as derivatives of the objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack
from optimizer.formulation.draft import Row, Sum
from optimizer.formulation.model import Model
from optimizer.formulation.response import inputs_of
from optimizer.problem.rules.rate_card import media_rate
from optimizer.problem.side import Side
from optimizer.problem.valuation import Valuation
from optimizer.search.newton.kernel import Kernel

Array = NDArray[np.float64]
NOTHING = 1e-9  # a scaled dual below this is no price


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """By name ∂objective/∂limit [objective per unit of the limit]; and by cell what one more unit of money costs there.

    `sides[name]` is the side of the rows that the price comes from, for prices other than 0.

    `charges[name]`, shape (tactics, periods), is what the limit takes from a unit of spend in each cell [objective per
    money]; positive where it stops the cell from growing. `demand`, shape (pools, periods), is what one more unit of
    demand is worth [objective per demand]; None without pools.
    """

    limits: dict[str, float]
    charges: dict[str, Array]
    sides: dict[str, Side]
    demand: Array | None = None


def prices_of(model: Model, duals: Array | None, valuation: Valuation) -> Prices:
    """Read the prices off the duals at the plan."""
    if duals is None:
        return Prices(limits={}, charges={}, sides={})
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    leverage = {rule.name: rule.leverage(valuation) for rule in model.scenario.rules}
    takes = Takes(model, valuation)
    limits: dict[str, float] = {}
    charges: dict[str, Array] = {}
    sides: dict[str, tuple[float, Side]] = {}
    for row, draft in enumerate(model.drafts):
        if draft.side == "link" or draft.side == "pursued":
            continue  # it belongs to nobody
        price = sign * duals[row] * model.worth / model.row_scale[row] if abs(duals[row]) > NOTHING else 0.0
        moved = leverage.get(draft.owner, 1.0) * takes.moved(draft.lever)
        limits[draft.owner] = limits.get(draft.owner, 0.0) + float(price) * moved
        if price:
            sides[draft.owner] = max(sides.get(draft.owner, (0.0, draft.side)), (abs(float(price)), draft.side))
            before = charges.get(draft.owner, np.zeros(model.spend.shape))
            charges[draft.owner] = before - sign * price * takes.of(draft.sum)
    known = {name: side for name, (_, side) in sides.items()}
    return Prices(limits=limits, charges=charges, sides=known, demand=_demand(model, sign * duals))


def _demand(model: Model, signed: Array) -> Array | None:
    """The prices of the rows that say how much demand there is."""
    if model.currents is None:
        return None
    prices = np.zeros(len(model.cost))
    for row, draft in enumerate(model.drafts):
        if draft.side == "link" and (column := supplied(draft, model)) is not None:
            prices[column] = signed[row] * model.worth / model.row_scale[row]
    found: Array = np.maximum(prices[model.currents.stock], 0.0)
    return found


def supplied(draft: Row, model: Model) -> int | None:
    """The stock column that a row limits from above; None for any other row."""
    assert model.currents is not None
    stocks = draft.sum.columns[(draft.sum.values > 0) & np.isin(draft.sum.columns, model.currents.stock)]
    return int(stocks[0]) if len(stocks) else None


def price_of(model: Model, duals: Array | None, owner: str) -> float | None:
    """∂objective/∂limit of one limit whose rows move with it, each by its lever; None without duals."""
    if duals is None:
        return None
    sign = -1.0 if model.scenario.objective.maximizes else 1.0
    own = [(row, draft.lever) for row, draft in enumerate(model.drafts) if draft.owner == owner]
    moved = (duals[row] / model.row_scale[row] * lever for row, lever in own if isinstance(lever, float))
    return sign * model.worth * float(sum(moved)) + 0.0


class Takes:
    """By cell, ∂row/∂spend at the plan [units of the row per money]: directly, and through the curves.

    These are the model's, unless other `curves` are read in the same cells.
    """

    def __init__(self, model: Model, valuation: Valuation, curves: CurveStack | None = None) -> None:
        self._model, self._kernel = model, Kernel.of(model)
        self._buys = media_rate(model.scenario, valuation.spend)
        slopes = (curves or model.cells.curves).slope(inputs_of(model.scenario, valuation.spend))
        self._slopes = np.where(np.isfinite(slopes), slopes, 0.0)
        self._spend = np.zeros(len(model.cost))
        self._spend[model.spend] = valuation.spend

    def moved(self, lever: Sum | float) -> float:
        """How far a lever moves a row's limit at the plan; one that is a sum speaks of spends."""
        return float(lever.values @ self._spend[lever.columns]) if isinstance(lever, Sum) else lever

    def of(self, row: Sum) -> Array:
        model, cells = self._model, self._model.cells
        whole = np.zeros(len(model.cost))
        whole[row.columns] = row.values
        through = whole[cells.responses] * self._slopes * model.scale[cells.inputs]
        pulled = self._kernel.pulled(model, through, len(whole)) / model.scale
        direct = np.where(model.reads == model.spend, 0.0, pulled[model.reads] * self._buys)
        taken: Array = (whole + pulled)[model.spend] + direct
        return taken
