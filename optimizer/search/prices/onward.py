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
from optimizer.search.prices.fitted import MOST, free_cells, standing
from optimizer.search.prices.takes import Takes
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
BESIDE = 2.0  # units of money, at which slopes to either side are read
WHOLE = 0.999  # of a unit of money: less than this from a limit is at it
SECONDS = 1.0


def loosened(model: Model, columns: Array, valuation: Valuation, unit: float, owner: str) -> float | None:
    """∂objective/∂limit to the side that loosens it; None where duals tell it, or decisions and pools stand beside."""
    if len(model.integer) or len(model.extra) or (model.reads != model.spend).any():
        return None
    free = free_cells(model, valuation, unit)
    if free.any() and all(draft.owner == owner or draft.side == "link" for draft in model.drafts):
        return None
    rows, low, high = standing(model, columns, valuation, unit)
    owned = [row for row in rows.tolist() if model.drafts[row].owner == owner]
    if not owned or len(rows) * valuation.spend.size > MOST or _is_unique(model, rows, valuation, free):
        return None
    up, down = (
        Takes(model, replace(valuation, spend=np.maximum(valuation.spend + side * BESIDE * unit, 0.0)))
        for side in (1.0, -1.0)
    )

    def slopes(total: Sum) -> Slopes:
        return Slopes(up=up.of(total).ravel(), down=down.of(total).ravel())

    step = max(float(np.abs(slopes(model.drafts[row].sum).up).max(initial=0.0)) for row in owned)
    cost = slopes(Sum(columns=np.arange(len(model.cost)), values=model.cost / model.scale))
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
    gained = -outcome.cost * size * model.worth / step
    falls = model.drafts[owned[0]].side == "at_least"  # it is loosened downward
    return (gained if model.scenario.objective.maximizes else -gained) * (-1.0 if falls else 1.0) + 0.0


def _is_unique(model: Model, rows: NDArray[np.intp], valuation: Valuation, free: Flags) -> bool:
    """Whether the spends that can move either way determine what each row is worth."""
    takes = Takes(model, valuation)
    charged = np.array([takes.of(model.drafts[row].sum)[free] / model.row_scale[row] for row in rows])
    return bool(free.any()) and int(np.linalg.matrix_rank(charged)) == len(rows)


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
