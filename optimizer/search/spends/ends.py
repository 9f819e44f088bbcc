"""What rows together limit spends to, where none of them does by itself.

Where no direction leads some of them on without end, the duals y ≥ 0 of the program of directions prove
Σ spend ≤ y·limits, as each spend's share of y·A is 1 or more: no solver's word is taken, the shares are summed anew.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Envelope
from optimizer.formulation.directions import Directions, directions
from optimizer.formulation.model import Model
from optimizer.solver.highs import Program
from optimizer.units import LARGEST

Array = NDArray[np.float64]
OPEN = 0.1 * LARGEST  # a column that may reach this is taken to have no limit
ENDLESS = 1e-6  # of a step, above which a direction takes a spend along
SHORT = 0.5  # of a spend's share, that rounding may have taken
SECONDS = 2.0
SAFETY = 1e-9  # relative, against the rounding of doubles
FAR = (1e3, 1e9)  # natural scales of a curve, out of which its slope is read


def ended(model: Model, near: Model) -> Array:
    """What each spend does not exceed [money] in any plan, shape (tactics, periods); inf where the rows do not show it.

    `near` is the same model of spends that reach less far: what they reach there is no end of theirs.
    """
    ends = np.full(model.spend.shape, np.inf)
    for far in FAR:
        ways = _ways(model, near, far)
        if ways is not None and ways.spends.any():
            ends = np.minimum(ends, _ended(model, ways))
    return ends


def _ended(model: Model, ways: Directions) -> Array:
    """Spends that some direction leads on are left out, until none does."""
    program, place = _program(ways)
    while ways.spends.any():
        program.price_columns(place, -ways.spends.astype(np.float64))
        outcome = program.solve(SECONDS)
        if outcome.columns is None or outcome.row_duals is None:
            break
        endless = ways.spends & (outcome.columns[place] > ENDLESS)
        if not endless.any():
            bound = _proved(model, ways, outcome.row_duals)
            return np.where(np.isin(model.spend, ways.columns[ways.spends]), bound, np.inf)
        ways = replace(ways, spends=ways.spends & ~endless)
    return np.full(model.spend.shape, np.inf)


def _program(ways: Directions) -> tuple[Program, NDArray[np.intp]]:
    """The program of the directions, and where their steps stand in it."""
    program, matrix = Program(ways.steps()), ways.matrix
    position = {name: column for column, name in enumerate(program.order)}
    place = np.array([position[name] for name in ways.names], dtype=np.intp)
    starts = np.searchsorted(matrix.rows, np.arange(len(matrix.upper)))
    none = np.zeros(len(matrix.upper))
    program.add_rows(matrix.lower, none, starts, place[matrix.columns], matrix.values)
    return program, place


def _ways(model: Model, near: Model, far: float) -> Directions | None:
    """The rows over what is open; None where a curve has no slope far out."""
    cells = model.cells
    at = np.clip(far * _scales(model), cells.low, cells.high)
    envelope = Envelope.above(cells.curves, cells.low, cells.high)
    slopes, values = envelope.slope(at), envelope.value(at) - cells.zero
    if not np.isfinite(slopes).all():
        return None
    return directions(model, near, slopes, values - slopes * at)


def _proved(model: Model, ways: Directions, duals: Array) -> float:
    """What the sum of spends does not exceed [money] by multipliers of the rows; inf where they prove nothing."""
    multipliers = np.maximum(-duals, 0.0)
    short = ways.spends - ways.matrix.priced(multipliers, len(ways.columns))
    missing = float(short[ways.spends].max())
    if missing > SHORT:
        return np.inf
    high, low = ((end * model.scale)[ways.columns] for end in (model.high, model.low))
    others = float((np.maximum(short, 0.0) * high)[~ways.spends].sum()) + float((np.minimum(short, 0.0) * low).sum())
    terms = float(multipliers @ np.abs(ways.matrix.upper))
    total = float(multipliers @ ways.matrix.upper) + others + SAFETY * terms
    return max(total / (1.0 - max(missing, 0.0)), 0.0)


def _scales(model: Model) -> Array:
    scales = np.array([tactic.response.natural_scale() for tactic in model.scenario.tactics])
    stretches = np.diff(model.cells.first)  # of a tactic that is read again, one more
    return np.repeat(np.resize(scales, len(stretches)), stretches)
