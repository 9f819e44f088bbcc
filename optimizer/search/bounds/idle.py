"""Spends that rows leave nothing which only weigh columns against one another: shares that cannot both be kept.

Multipliers y ≥ 0 of rows A·x ≤ limits ≤ 0 prove Σ (y·A)_j·x_j ≤ 0 over x ≥ 0: where no share (y·A)_j is below 0,
every x_j with one above 0 is 0.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Envelope
from optimizer.formulation.directions import Directions, balances
from optimizer.formulation.model import Model
from optimizer.search.bounds.unled import unled

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
MARGIN = 1e-9  # of the terms of a share, above which it is above 0 for certain
UNEVEN = 1e-14  # of them: what the rounding of doubles may have taken from it
SECONDS = 2.0


def closed(model: Model, seconds: float) -> Model | None:
    """The model with columns at 0 that are 0 in every plan, as far as such rows show; None where they show none."""
    nothing = idle(model, seconds)
    if not nothing.any():
        return None
    cells = model.cells
    unread = nothing[cells.inputs]
    nothing[cells.responses[unread]] = True
    read = np.where(unread, cells.low, cells.high)
    return replace(model, high=np.where(nothing, 0.0, model.high), cells=replace(cells, high=read))


def idle(model: Model, seconds: float) -> Flags:
    """Which spends and inputs of curves are 0 in every plan of the model; shape (columns,)."""
    ways = balances(model, _steepest(model))
    sought, multipliers = unled(ways, min(seconds, SECONDS))
    nothing = np.zeros(len(model.high), dtype=np.bool_)
    nothing[ways.columns] = sought & _above_none(ways, multipliers)
    return nothing


def _steepest(model: Model) -> Array:
    """By cell the most that a response is of its input; inf where curves are infinitely steep."""
    cells = model.cells
    envelope = Envelope.above(cells.curves, cells.low, cells.high)
    at, gain = cells.low, envelope.value(cells.low) - cells.zero
    first = np.where(gain > 0.0, np.inf, 0.0)
    np.divide(gain, at, out=first, where=at > 0.0)
    steepest: Array = np.maximum(envelope.slope(at), first) * (1.0 + MARGIN)
    return steepest


def _above_none(ways: Directions, multipliers: Array) -> Flags:
    """The columns whose share is above 0 for certain, where none is below 0."""
    matrix, size = ways.matrix, len(ways.columns)
    shares = matrix.priced(multipliers, size)
    terms = matrix.absolute().priced(multipliers, size)
    above: Flags = shares > MARGIN * terms
    return above & bool((shares >= -UNEVEN * terms).all())
