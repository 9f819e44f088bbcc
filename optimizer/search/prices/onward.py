"""The price of a limit where several limits stand together at a plan, so that duals that fit may be anything between.

Told is what the objective gains at first when the limit alone is loosened (law S3): the best step from the plan that
keeps every other limit, by the slopes of the true curves to the side to which each spend moves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.direction import Slopes, Stand, first_step
from optimizer.formulation.draft import Sum
from optimizer.formulation.model import Model
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.fitted import GOOD, MOST, free_cells, standing
from optimizer.search.prices.takes import Takes
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
BESIDE = 2.0  # units of money, at which slopes to either side are read
WHOLE = 0.999  # of a unit of money: less than this from a limit is at it
SECONDS = 1.0


def loosened(model: Model, columns: Array, valuation: Valuation, unit: float, owner: str) -> float | None:
    """∂objective/∂limit to the side that loosens it; None where duals tell it, or decisions or pools stand beside.

    Where the spends that can move either way determine what each limit is worth, their equations are solved.
    """
    if len(model.integer) or len(model.extra) or (model.reads != model.spend).any():
        return None
    free = free_cells(model, valuation, unit)
    alone = all(draft.owner == owner or draft.side == "link" for draft in model.drafts)
    if alone and free.any() and not len(model.tabled):
        return None
    rows, low, high = standing(model, columns, valuation, unit)
    owned = [row for row in rows.tolist() if model.drafts[row].owner == owner]
    if not owned or len(rows) * valuation.spend.size > MOST:
        return None
    takes = Takes(model, valuation)
    charged = np.array([takes.of(model.drafts[row].sum)[free] for row in rows])
    if free.any() and int(np.linalg.matrix_rank(charged)) == len(rows):
        duals = _fitting(charged, takes.of(_cost(model))[free], low, high)
        own = [(at, model.drafts[row].lever) for at, row in enumerate(rows.tolist()) if row in owned]
        moved = [float(duals[at]) * lever for at, lever in own if isinstance(lever, float)] if duals is not None else []
        return _signed(model, sum(moved)) if moved else None
    up, down = (
        Takes(model, replace(valuation, spend=np.maximum(valuation.spend + side * BESIDE * unit, 0.0)))
        for side in (1.0, -1.0)
    )

    def slopes(total: Sum) -> Slopes:
        return Slopes(up=up.of(total).ravel(), down=down.of(total).ravel())

    step = max(float(np.abs(slopes(model.drafts[row].sum).up).max(initial=0.0)) for row in owned)
    cost = slopes(_cost(model))
    size = float(max(np.abs(cost.up).max(initial=0.0), np.abs(cost.down).max(initial=0.0)))
    if not step or not size:
        return None
    stands = [
        _stand(slopes(model.drafts[row].sum), at_low, at_high, _gives_way(model, row, owner, step))
        for row, at_low, at_high in zip(rows.tolist(), low.tolist(), high.tolist(), strict=True)
    ]
    scaled = Slopes(up=cost.up / size, down=cost.down / size)
    outcome = Program(first_step(scaled, stands, *_room(valuation, unit))).solve(SECONDS)
    if outcome.ending != "optimal":
        return None
    falls = model.drafts[owned[0]].side == "at_least"  # it is loosened downward
    return _signed(model, outcome.cost * size / step * (-1.0 if falls else 1.0))


def _cost(model: Model) -> Sum:
    """The cost by the columns in the planner's units."""
    return Sum(columns=np.arange(len(model.cost)), values=model.cost / model.scale)


def _signed(model: Model, cost: float) -> float:
    """∂objective/∂limit from ∂cost/∂limit."""
    return (-cost if model.scenario.objective.maximizes else cost) * model.worth + 0.0


def _fitting(charged: Array, gradient: Array, low: Flags, high: Flags) -> Array | None:
    """The one dual of each row with which the spends that can move either way charge what they cost; None if none."""
    duals: Array = np.linalg.lstsq(charged.T, gradient, rcond=None)[0]
    size = float(np.abs(gradient).max(initial=0.0))
    wrong = (low & ~high & (duals < -GOOD * np.abs(duals).max())) | (high & ~low & (duals > GOOD * np.abs(duals).max()))
    return None if wrong.any() or float(np.abs(gradient - duals @ charged).max()) > GOOD * size else duals


def _gives_way(model: Model, row: int, owner: str, step: float) -> float:
    """How far the row's limit moves when the owner's is loosened by one step; down for at_least."""
    draft = model.drafts[row]
    if draft.owner != owner or not isinstance(draft.lever, float):
        return 0.0
    return (-draft.lever if draft.side == "at_least" else draft.lever) * step


def _stand(slopes: Slopes, at_low: bool, at_high: bool, way: float) -> Stand:
    """Scaled so that its largest slope is 1; `way` moves the limits at which it stands."""
    size = float(max(np.abs(slopes.up).max(initial=0.0), np.abs(slopes.down).max(initial=0.0))) or 1.0
    return Stand(
        slopes=Slopes(up=slopes.up / size, down=slopes.down / size),
        lower=way / size if at_low else -np.inf,
        upper=way / size if at_high else np.inf,
    )


def _room(valuation: Valuation, unit: float) -> tuple[Flags, Flags]:
    """Which spends can grow, and which can shrink."""
    tactics, spend = valuation.scenario.tactics, valuation.spend
    high = np.array([[np.inf if tactic.spend.at_most is None else tactic.spend.at_most] for tactic in tactics])
    low = np.array([[tactic.spend.at_least] for tactic in tactics])
    return (spend < high - WHOLE * unit).ravel(), (spend > low + WHOLE * unit).ravel()
