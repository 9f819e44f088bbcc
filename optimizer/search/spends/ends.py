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
from optimizer.search.bounds.unled import unled
from optimizer.units import LARGEST

Array = NDArray[np.float64]
OPEN = 0.1 * LARGEST  # a column that may reach this is taken to have no limit
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
        ends = np.minimum(ends, _ended(model, _ways(model, near, far)))
    return ends


def _ended(model: Model, ways: Directions) -> Array:
    """What the duals of the spends that no direction leads on prove; inf of the others."""
    spends, multipliers = unled(ways, SECONDS)
    ends = np.full(model.spend.shape, np.inf)
    if spends.any():
        ways = replace(ways, sought=spends)
        ends[np.isin(model.spend, ways.columns[spends])] = _proved(model, ways, multipliers)
    return ends


def _ways(model: Model, near: Model, far: float) -> Directions:
    """The rows over what is open, and the curves by their slopes far out."""
    cells = model.cells
    at = np.clip(far * _scales(model), cells.low, cells.high)
    envelope = Envelope.above(cells.curves, cells.low, cells.high)
    slopes, values = envelope.slope(at), envelope.value(at) - cells.zero
    return directions(model, near, slopes, values - np.where(np.isfinite(slopes), slopes, 0.0) * at)


def _proved(model: Model, ways: Directions, multipliers: Array) -> float:
    """What the sum of spends does not exceed [money] by multipliers of the rows; inf where they prove nothing."""
    short = ways.sought - ways.matrix.priced(multipliers, len(ways.columns))
    missing = float(short[ways.sought].max())
    if missing > SHORT:
        return np.inf
    high, low = ((end * model.scale)[ways.columns] for end in (model.high, model.low))
    others = float((np.maximum(short, 0.0) * high)[~ways.sought].sum()) + float((np.minimum(short, 0.0) * low).sum())
    terms = float(multipliers @ np.abs(ways.matrix.upper))
    total = float(multipliers @ ways.matrix.upper) + others + SAFETY * terms
    return max(total / (1.0 - max(missing, 0.0)), 0.0)


def _scales(model: Model) -> Array:
    stretches = np.diff(model.cells.first)  # of a tactic that is read again, one more
    return np.repeat(np.resize(model.scenario.scales, len(stretches)), stretches)
