"""The small integer program that mends a rounding: whole minor units, every limit kept.

Sets        cells with a spend of `base` whole minor units
Columns     step_j ∈ {−s … s}   minor units added to spend column j
            drift_j             what the steps do to column j: an adstocked input, … [minor units]; of demand, and of
                                what goals attain, in what a minor unit brings at the most
    fall_j              ≥ −step, −drift of the input of response j, a table that bends down there  [minor units]
            total_k             what the steps do to a sum that rows have multiples of [minor units]
Rows        every row without on/off columns, at its distance from the limit; curves by their slope, and what they
            fall more steeply than that
Objective   the model's own, by the slope at the base; where goals are pursued, what they attain comes first
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pulp

from optimizer.formulation.draft import Array, Index, Row, Sum
from optimizer.formulation.model import Model, attach, expression
from optimizer.formulation.response import inputs_of
from optimizer.problem.valuation import Valuation
from optimizer.units import apart, exact, tidy, weighed

NEXT = 1e-2  # of what a level weighs, the one after it does
FAR, LEAST = 1e4, 1e6  # what an input may drift: times the steps, and minor units at the least
SAFETY = 1e-7  # minor units by which a limit is kept, against the rounding of doubles
COARSE = 1e4  # parts of a minor unit, up to which a row's activity is known to be a whole number of them
NEARLY = 1e-3  # of such a part, or of a minor unit, within which a whole number of them is reached


class Mending(NamedTuple):
    """The program; what 1 of its objective is worth [objective]: what a minor unit brings at the most; and by column
    of the model what 1 of its step or drift is [planner's units]."""

    problem: pulp.LpProblem
    brings: float
    sizes: Array


def mending(model: Model, valued: Valuation, low: Array, high: Array, unit: float, steps: int) -> Mending:
    """The program for a valued spend within limits [money], shaped like the spend, and a minor unit [money]."""
    problem, base = pulp.LpProblem("mend", pulp.LpMinimize), valued.spend
    least = np.ceil(np.clip((low - base) / unit, -steps, 0.0) - NEARLY).ravel()
    most = np.floor(np.clip((high - base) / unit, 0.0, steps) + NEARLY).ravel()
    inputs = inputs_of(model.scenario, base)
    measures = _measures(model)
    point = _settled(model, valued, inputs, measures)
    readings = _readings(model, inputs, unit)
    columns = _columns(problem, model, (least, most), point, readings, unit, max(FAR * steps, LEAST))
    _add_totals(problem, model, columns)
    counted = np.concatenate([model.spend.ravel(), np.array(list(measures), dtype=np.intp)])
    held = _held(model)
    total, size = _total(columns, readings, _objective(model, [model.drafts[number].sum for number in held]))
    problem.setObjective(total)
    brings = size * unit * model.worth
    for number, row in enumerate(model.drafts):
        if number not in held and _continuous(model, row):
            total, size = _total(columns, readings, row.total)
            grain = _grain(row.sum.values) if np.isin(row.sum.columns, counted).all() else 0.0
            lower, upper = _room(*_left(row, point, model.spend, unit), grain, size)
            _limit(problem, total, lower, upper, f"row_{number}")
    return Mending(problem, brings, readings.slopes * unit)


def missing(model: Model, valued: Valuation, unit: float) -> float:
    """What a valued spend misses limits by, in all [minor units of the column that moves each row the most].

    Rows with on/off columns, and those that only say what columns are, are left out.
    """
    inputs = inputs_of(model.scenario, valued.spend)
    point, readings = _settled(model, valued, inputs, _measures(model)), _readings(model, inputs, unit)
    missed = 0.0
    for row in model.drafts:
        if row.side in ("link", "pursued") or not _continuous(model, row):
            continue
        lower, upper = _left(row, point, model.spend, unit)
        if lower > 0.0 or upper < 0.0:
            size = float(np.abs(_moved(row.sum, readings).values).max(initial=0.0))
            missed += max(lower, -upper) / size if size else 0.0
    return missed


def _continuous(model: Model, row: Row) -> bool:
    return not np.isin(row.sum.columns, model.integer).any()


def _columns(
    problem: pulp.LpProblem,
    model: Model,
    steps: tuple[Array, Array],
    own: Array,
    readings: _Readings,
    unit: float,
    far: float,
) -> dict[int, pulp.LpVariable]:
    columns: dict[int, pulp.LpVariable] = {}
    for cell, column in enumerate(model.spend.ravel().tolist()):
        columns[column] = problem.add_variable(f"step_{column}", *(float(end[cell]) for end in steps), "Integer")
    for column in np.setdiff1d(model.cells.inputs, model.spend).tolist():
        columns[column] = problem.add_variable(f"drift_{column}", -far, far)
    for column in np.flatnonzero(readings.falls).tolist():
        columns[column] = problem.add_variable(f"fall_{column}", 0.0, far)
        problem.addConstraint(columns[column] + columns[int(readings.reads[column])] >= 0.0, f"fall_{column}")
    low, high, sizes = model.low * model.scale, model.high * model.scale, readings.slopes * unit
    for column in [*model.extra.tolist(), *model.attainments.columns.tolist()]:
        room = np.clip((np.array([low[column], high[column]]) - own[column]) / sizes[column], -far, far)
        columns[column] = problem.add_variable(f"drift_{column}", *sorted(room.tolist()))
    attach(problem, columns.values())
    return columns


def _add_totals(problem: pulp.LpProblem, model: Model, columns: dict[int, pulp.LpVariable]) -> None:
    """The sums that rows have multiples of, each a column of its own, by their identity beyond the model's columns."""
    totals = {id(total): total for row in model.drafts for total, _ in row.total.multiples}
    for number, (known, total) in enumerate(totals.items()):
        steps = [columns[column] for column in total.columns.tolist()]
        low, high = (sum(getattr(step, side) for step in steps) for side in ("lowBound", "upBound"))
        columns[known] = problem.add_variable(f"total_{number}", low, high)
        whole = expression([*steps, columns[known]], np.arange(len(steps) + 1), np.append(total.values, -1.0))
        problem.addConstraint(whole == 0.0, f"total_{number}")


def _measures(model: Model) -> dict[int, Row]:
    """By further column that a rule measures spend by, the row that says how large it is at the least."""
    measures: dict[int, Row] = {}
    for row in model.drafts if len(model.extra) else ():
        if row.side == "at_least" and row.lever == 0.0:
            own = np.isin(row.sum.columns, model.extra)
            if own.sum() == 1 and float(row.sum.values[own][0]) > 0.0:
                measures[int(row.sum.columns[own][0])] = row
    return measures


def _settled(model: Model, valued: Valuation, inputs: Array, measures: dict[int, Row]) -> Array:
    """The columns [planner's units] that a spend leads to on the true curves; on/off columns are left at 0."""
    point = np.zeros(len(model.cost))
    point[model.spend] = valued.spend
    point[model.cells.inputs] = inputs
    point[model.cells.responses] = model.cells.curves.value(inputs) - model.cells.zero
    for follower in model.followers:
        point[follower.columns] = follower.value(valued.spend)
    if model.currents is not None and valued.flow is not None:
        model.currents.settle(point, valued.flow)
    for column, row in measures.items():
        value = float(row.sum.values[row.sum.columns == column][0])
        point[column] = max(0.0, (row.lower - float(row.sum.values @ point[row.sum.columns])) / value)
    for column, number in _ties(model):
        tie = model.drafts[number].sum
        low, high = model.low[column] * model.scale[column], model.high[column] * model.scale[column]
        point[column] = min(max(float(tie.values @ point[tie.columns]) / _target(model, column, number), low), high)
    return point


def _ties(model: Model) -> list[tuple[int, int]]:
    """The columns that say what goals attain, each with the number of its row."""
    ties = model.attainments
    return list(zip(ties.columns.tolist(), ties.rows.tolist(), strict=True))


def _target(model: Model, column: int, number: int) -> float:
    """What all of a goal is, of which a column says how much is attained."""
    row = model.drafts[number].sum
    return -float(row.values[row.columns == column][0])


def _objective(model: Model, levels: list[Sum]) -> Sum:
    """What is made small: the cost; where goals are pursued, what the levels attain before it, turned."""
    cost = Sum(columns=np.arange(len(model.cost)), values=model.cost / model.scale)
    ties = model.attainments
    if ties.objective is not None:
        return ties.objective * -1.0
    if not levels:
        return cost
    before = sum((level * -(NEXT**number) for number, level in enumerate(levels)), cost * 0.0).merged()
    targets = [float(model.drafts[row].sum.values.min()) for row in ties.rows.tolist()]
    return before + cost * (NEXT ** len(levels) / -min(targets))


def _held(model: Model) -> list[int]:
    """The rows that say what a level attained before."""
    ties = model.attainments.columns
    links = (number for number, row in enumerate(model.drafts) if row.side == "link" and len(ties))
    return [number for number in links if np.isin(model.drafts[number].sum.columns, ties).any()]


class _Readings(NamedTuple):
    """By column: the column whose step or drift moves it, by how much, and how much more where that is below 0."""

    reads: Index
    slopes: Array
    falls: Array


def _readings(model: Model, inputs: Array, unit: float) -> _Readings:
    """A response by its curve's slope, or to either side where a table bends down.

    What responses alone lead to moves by the steepest slope: in minor units it may be a billion times as much.
    """
    cells = model.cells
    reads, slopes = np.arange(len(model.cost)), np.ones(len(model.cost))
    reads[cells.responses] = cells.inputs
    steep = cells.curves.slope(inputs)
    slopes[cells.responses] = np.where(np.isfinite(steep), steep, 0.0)
    most = float(slopes[cells.responses].max(initial=0.0)) or 1.0
    if model.currents is not None:
        slopes[model.currents.columns] = most
    ties = model.attainments
    slopes[ties.columns] = most / np.array([_target(model, *tie) for tie in _ties(model)])
    falls, own = np.zeros(len(slopes)), model.tables
    before = cells.curves.take(own).slope(np.maximum(inputs[own] - unit, 0.0))
    falls[cells.responses[own]] = np.maximum(before - slopes[cells.responses[own]], 0.0)
    return _Readings(reads, slopes, falls)


def _total(
    columns: dict[int, pulp.LpVariable], readings: _Readings, total: Sum
) -> tuple[pulp.LpAffineExpression, float]:
    """The sum in steps, divided by its largest coefficient, and that coefficient."""
    moved = _moved(total, readings)
    values = np.append(moved.values, [times for _, times in total.multiples])
    names = [*moved.columns.tolist(), *(id(whole) for whole, _ in total.multiples)]
    size = float(np.abs(values).max(initial=0.0)) or 1.0
    known = np.array([name in columns for name in names], dtype=bool)
    variables = [columns[name] for name in names if name in columns] or list(columns.values())
    return expression(variables, np.arange(known.sum()), values[known] / size), size


def _moved(total: Sum, readings: _Readings) -> Sum:
    """The sum by what moves it: steps of spends, drifts of inputs, falls of tables."""
    reads, slopes, falls = (own[total.columns] for own in readings)
    steeper = falls > 0.0
    return Sum(
        columns=np.append(reads, total.columns[steeper]),
        values=np.append(slopes * total.values, (-falls * total.values)[steeper]),
    ).merged()


def _grain(values: Array) -> float:
    """What the sum of whole numbers times `values` is a whole number of; 0.0 where that is next to nothing."""
    denominator = math.lcm(*(exact(tidy(value)).denominator for value in np.unique(values).tolist()))
    return 1.0 / denominator if denominator * float(np.abs(values).max(initial=0.0)) <= COARSE else 0.0


def _left(row: Row, point: Array, spends: Index, unit: float) -> tuple[float, float]:
    """How far the limits of a row are from a point [minor units]; what is spent is counted without rounding."""
    total = row.sum
    own = np.isin(total.columns, spends)
    spent = weighed(total.values[own], np.rint(point[total.columns[own]] / unit).astype(np.int64))
    rest = float(total.values[~own] @ point[total.columns[~own]]) / unit
    return apart(row.least, unit, spent) - rest, apart(row.most, unit, spent) - rest


def _room(lower: float, upper: float, grain: float, size: float) -> tuple[float, float]:
    """How far a row divided by `size` may move, with room for the rounding of doubles.

    A sum of whole grains reaches its limit; one that runs through a curve, or is too fine to tell, stays inside it;
    or where it is, if that is the very limit: nothing spent yields nothing.
    """
    if lower == upper:
        return lower / size - SAFETY, upper / size + SAFETY
    if grain == 0.0:
        return lower / size + SAFETY * (lower != 0.0), upper / size - SAFETY * (upper != 0.0)
    least, most = np.ceil(lower / grain - NEARLY) * grain, np.floor(upper / grain + NEARLY) * grain
    return float(least) / size - SAFETY, float(most) / size + SAFETY


def _limit(problem: pulp.LpProblem, total: pulp.LpAffineExpression, lower: float, upper: float, name: str) -> None:
    if np.isfinite(lower):
        problem.addConstraint(total >= lower, f"{name}_low")
    if np.isfinite(upper):
        problem.addConstraint(total <= upper, f"{name}_high")
