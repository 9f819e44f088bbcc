"""The same model under other limits: columns, coefficients and scaling stay, so that a program in the solver does too.

Rows        limit of (owner, side) at another amount; every other row as it was
Columns     spends, what curves read and what they yield: no further than the rows then let them, by halves
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from optimizer.formulation.draft import Array, Row, Side
from optimizer.formulation.model import Model
from optimizer.formulation.response import inputs_of
from optimizer.formulation.spend import reach
from optimizer.formulation.tighten import tightened
from optimizer.problem.limits import BUDGET
from optimizer.problem.scenario import Scenario
from optimizer.units import LARGEST

ROOM = 1e-12  # of a response, for the rounding of doubles
Amounts = Mapping[tuple[str, Side], float]  # by owner and side of a limit, in its own unit


def moved(model: Model, scenario: Scenario, amounts: Amounts) -> Model:
    """The model on behalf of `scenario`, which differs from the model's own in these limits only.

    No spend may be allowed more than when the model was built: the columns' limits only come down.
    """
    [own] = limited(model, [scenario], [amounts])
    return _narrowed(own)


def abreast(models: Sequence[Model]) -> Model:
    """One model under the limits of rows that some have which differ in them alone, shape (models, rows)."""
    lower, upper = (np.array([getattr(model.matrix, side) for model in models]) for side in ("lower", "upper"))
    return replace(models[0], matrix=replace(models[0].matrix, lower=lower, upper=upper))


def limited(model: Model, scenarios: Sequence[Scenario], amounts: Sequence[Amounts]) -> list[Model]:
    """The same on behalf of many scenarios, each under amounts of the same limits; its columns as they are."""
    moving = [number for number, row in enumerate(model.drafts) if (row.owner, row.side) in amounts[0]]
    return [_limited(model, scenario, own, moving) for scenario, own in zip(scenarios, amounts, strict=True)]


def _limited(model: Model, scenario: Scenario, amounts: Amounts, moving: Sequence[int]) -> Model:
    rows, lower, upper = list(model.drafts), model.matrix.lower.copy(), model.matrix.upper.copy()
    for number in moving:
        rows[number] = moved = _at(rows[number], amounts[rows[number].owner, rows[number].side])
        lower[number], upper[number] = moved.least / model.row_scale[number], moved.most / model.row_scale[number]
    matrix = replace(model.matrix, lower=lower, upper=upper)
    return replace(model, scenario=scenario, drafts=tuple(rows), matrix=matrix)


def _at(row: Row, amount: float) -> Row:
    amount *= row.lever if isinstance(row.lever, float) else 1.0  # a part of a goal moves in proportion
    return replace(
        row,
        lower=row.lower if row.side == "at_most" else amount,
        upper=row.upper if row.side == "at_least" else amount,
    )


def within(model: Model, most: Array) -> Model:
    """The model with spends up to `most` [money], no further than when it was built, and what curves make of them."""
    own = _up_to(model, most, np.minimum(inputs_of(model.scenario, most), model.cells.high))
    responses = model.cells.responses
    own.high[responses] = np.minimum(own.high[responses], model.high[responses])
    return own


def without_budget(model: Model, scenario: Scenario, charge: float) -> Model:
    """The model on behalf of `scenario`, which has no budget in all and takes as much more for each unit of spend as
    `charge` says [objective per money]: spends go as far as its own limits let them. The budget's rows limit nothing.
    """
    matrix, cost, rows = model.matrix, model.cost.copy(), list(model.drafts)
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    own = model.rows_owned(BUDGET)
    lower[own], upper[own] = -np.inf, np.inf
    for number in own.tolist():
        rows[number] = replace(rows[number], lower=-np.inf, upper=np.inf)
    cost[model.spend] += charge * model.scale[model.spend] / model.worth
    matrix = replace(matrix, lower=lower, upper=upper)
    free = replace(model, scenario=scenario, cost=cost, drafts=tuple(rows), matrix=matrix)
    most = reach(scenario, LARGEST)
    return _up_to(free, most, inputs_of(scenario, most))


def _up_to(model: Model, most: Array, read: Array) -> Model:
    """The model with spends up to `most` [money], and with curves that `read` as much at the most."""
    cells, scale, spend = model.cells, model.scale, model.spend
    read, high = np.maximum(read, cells.low), model.high.copy()
    high[cells.inputs] = read / scale[cells.inputs]
    high[spend] = np.maximum(most / scale[spend], model.low[spend])
    gain = (cells.curves.value(read) - cells.zero) / np.where(cells.most > 0, cells.most, 1.0)
    high[cells.responses] = np.maximum(gain * (1.0 + ROOM), model.low[cells.responses])
    return replace(model, high=high, cells=replace(cells, high=read))


def _narrowed(model: Model) -> Model:
    """Spends halved as often as the rows allow: envelopes are made anew a few times in a sweep, not for each limit."""
    widest = (model.high * model.scale)[model.spend]
    most = _halved(widest, tightened(model))
    return model if np.array_equal(most, widest) else within(model, most)


def _halved(widest: Array, most: Array) -> Array:
    """widest · 2^−k, the least that is not below `most`; 0 where that is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        halvings = np.floor(np.log2(widest / most))
    kept: Array = np.where(most > 0.0, widest * 2.0 ** -np.clip(np.nan_to_num(halvings), 0.0, 1000.0), 0.0)
    return np.minimum(widest, np.maximum(kept, most))
