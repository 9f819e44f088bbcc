"""The price of a limit where several limits stand together at a plan, so that duals that fit may be anything between.

Told is what the objective gains at first when the limit alone is loosened (law S3): the best step from the plan that
keeps every other limit, by the slopes of the true curves to the side to which each spend moves. Where that frees a
spend at 0 whose curve rises without end there, the gain is infinite.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Row, among
from optimizer.formulation.model import Model
from optimizer.problem.limits import BUDGET, spend_limit
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.fitted import GOOD, MOST, WRONG, accounted, free_cells, movable
from optimizer.search.prices.priced import side_of
from optimizer.search.prices.steps import BESIDE, WHOLE, Steps, cost_of, lever, shut, signed
from optimizer.search.prices.takes import Takes
from optimizer.search.ranges.solved.anew import Named

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
READINGS = 5_000_000  # of spends, over all limits of spends that are loosened
FEWEST = 20  # limits of spends that are, however many spends there are


def loosened(model: Model, columns: Array, valuation: Valuation, unit: float, owner: str) -> float | None:
    """∂objective/∂limit to the side that loosens it, which may be infinite; None where duals tell it, or decisions or
    pools stand beside.

    Where the spends that can move either way determine what each limit is worth, their equations are solved.
    """
    if not _is_plain(model):
        return None
    free = free_cells(model, valuation.spend, unit)
    owners = {draft.owner for draft in model.drafts if draft.side != "link"}
    if owner not in owners or (free.any() and not len(model.tabled) and owners == {owner}):
        return None
    steps = Steps(model, columns, valuation, unit)
    stands = any(model.drafts[row].owner == owner for row in steps.rows)
    if not stands or len(steps.rows) * valuation.spend.size > MOST:
        return None
    told = _by_equations(steps, model, valuation, unit, free, owner)
    return steps.alone(owner) if told is None else told


def more_room(model: Model, columns: Array, duals: Array | None, valuation: Valuation, unit: float) -> Array | None:
    """The duals of a little more room, of the budget first of all; None where those found tell it, or nothing does.

    These tell nothing where no spend can move either way, or rows leave some no room, which have none in the model
    either; nor where they are less than what a spend at its limit would gain: a search that has no choice needs no
    price. Of all duals that fit, what a limit is worth when it is loosened is the least (law S3).
    """
    if duals is None or not _is_plain(model):
        return None
    free = int(free_cells(model, valuation.spend, unit).sum())
    if free and not shut(model, unit).any() and accounted(model, duals, valuation, unit):
        return None
    steps = Steps(model, columns, valuation, unit)
    if not 0 < len(steps.rows) <= MOST / valuation.spend.size:
        return None
    if free >= len(steps.rows) and accounted(model, duals, valuation, unit):
        return None
    told = steps.duals(BUDGET)
    if told is None:
        return None
    new = duals.copy()
    new[steps.rows] = told * model.row_scale[steps.rows]
    return new


def _is_plain(model: Model) -> bool:
    """Whether nothing but spends can move, and curves read them as they are, or carried over."""
    return not len(model.integer) and not len(model.extra) and np.array_equal(model.reads, model.spend)


def each_alone(
    model: Model, columns: Array, valuation: Valuation, unit: float
) -> tuple[dict[Named, float], dict[Named, float]]:
    """By name and side ∂objective/∂limit of each limit that stands, were it alone loosened, infinite where that frees a
    curve that rises without end; none where rows do not move with it. And of spend limits.

    Of two limits that are one, neither is worth loosening.
    """
    steps = Steps(model, columns, valuation, unit)
    most = max(FEWEST, READINGS // valuation.spend.size)
    leverage = {rule.name: rule.leverage(valuation) for rule in model.scenario.rules}
    rows = {(name, side_of(model, name, side)): steps.alone(name) for name, side in steps.limits().items()}
    spends = {
        (spend_limit(model.scenario.tactics[row]), side): steps.spend_alone(row, side)
        for row, side in islice(steps.spend_limits(), most)
    }
    return (
        {named: price * leverage.get(named[0], 1.0) for named, price in rows.items() if price is not None},
        {named: price for named, price in spends.items() if price is not None},
    )


def frees_nothing(model: Model, unit: float) -> set[str]:
    """The limits that leave spends no room, by themselves or with floors: no model says what loosening them brings."""
    roomless = among(model.spend[shut(model, unit)], len(model.cost))
    return {
        draft.owner
        for draft in model.drafts
        if draft.side in ("at_most", "exactly")
        and (own := roomless[draft.sum.columns]).any()
        and (own.all() or bool((draft.sum.values >= 0.0).all()))
        and _is_taken(model, draft, unit)
    }


def _is_taken(model: Model, draft: Row, unit: float) -> bool:
    """Whether what the columns of a row have to be is all that it allows."""
    low = (model.low * model.scale)[draft.sum.columns]
    return float(draft.sum.values @ low) > draft.upper - WHOLE * unit


def _by_equations(
    steps: Steps, model: Model, valuation: Valuation, unit: float, free: Flags, owner: str
) -> float | None:
    """What the spends that can move either way make of it; None where they leave it open."""
    few = BESIDE * unit
    free = free & movable(model, valuation.spend, few)
    if not free.any():
        return None
    drafts = [model.drafts[row] for row in steps.rows]
    takes, cost = Takes(model, valuation), cost_of(model)
    gradient, charged = takes.of(cost)[free], np.array([takes.of(draft.sum)[free] for draft in drafts])
    beside = [replace(valuation, spend=np.maximum(valuation.spend + side, 0.0)) for side in (-few, few)]
    below, above = (Takes(model, own).of(cost)[free] for own in beside)
    duals = _fitting(charged, gradient, np.abs(above - below), steps.low, steps.high)
    if duals is None:
        return None
    return signed(
        model,
        sum(dual * lever(draft) for dual, draft in zip(duals.tolist(), drafts, strict=True) if draft.owner == owner),
    )


def _fitting(charged: Array, gradient: Array, spread: Array, low: Flags, high: Flags) -> Array | None:
    """The one dual of each row with which the spends that can move either way charge what they cost; None if none.

    `spread` is what rounding to money may have made of what each costs: much where next to nothing is spent, and such
    spends say little of the duals.
    """
    size = float(np.abs(gradient).max(initial=0.0))
    weights = 1.0 / np.maximum(GOOD * np.abs(gradient) + spread, WRONG * (size or 1.0))
    sure = charged * weights
    if int(np.linalg.matrix_rank(sure)) < len(charged):
        return None
    duals = np.asarray(np.linalg.lstsq(sure.T, gradient * weights, rcond=None)[0], dtype=np.float64)
    most = GOOD * float(np.abs(duals).max())
    wrong = (low & ~high & (duals < -most)) | (high & ~low & (duals > most))
    fits = (np.abs(gradient - duals @ charged) <= GOOD * size + spread).all()
    return None if wrong.any() or not fits else duals
