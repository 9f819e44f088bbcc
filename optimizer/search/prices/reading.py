"""Where the slopes of a plan are read for its prices, and how far beside, lest rounding to money hide a table's point.

A spend that stood at a point of its table may stand up to two units beside it once it is rounded, so slopes are read
two units to either side. Where a piece of a table is but a few units wide that leads past it, or past the next one:
there slopes are read where the spend stood before it was rounded, and a small part of the narrowest piece beside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.curves import Array
from optimizer.curves.tabulated import Tabulated
from optimizer.formulation.decisions import settled
from optimizer.formulation.model import Model
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer

PART = 1e-3  # of the narrowest piece, that a unit is at the most
LEAST = 1e-8  # of the largest spend, that it is at the least: points of searches are no nearer
NEAR = 1.0  # units, within which every spend is that which was rounded


class Reading(NamedTuple):
    """The spend at which slopes are read, valued, and a unit of money that is small beside any piece of a table."""

    valuation: Valuation
    unit: float


def reading(model: Model, columns: Array, whole: Valuation, valuer: Valuer, unit: float) -> Reading:
    """Where slopes are read for a plan in whole units of money that a point [scaled] led to."""
    fine = max(PART * narrowest(model.scenario), LEAST * float(whole.spend.max(initial=0.0)))
    if unit <= fine:
        return Reading(whole, unit)
    ideal = settled(model, columns)[1]
    rounded = (np.abs(ideal - whole.spend) <= NEAR * unit).all()
    return Reading(valuer.value(ideal) if rounded and whole.flow is None else whole, fine)


def narrowest(scenario: Scenario) -> float:
    """The width of the narrowest piece of all tables [money], infinite without one."""
    width = np.inf
    for group in scenario.curves.groups:
        own = group.members
        if isinstance(own.shape, Tabulated):
            points = np.asarray(own.shape.points, dtype=np.float64)[..., 0]
            pieces = np.diff(points, prepend=0.0) * own.input_scale[:, None, None]
            width = min(width, float(pieces[pieces > 0.0].min(initial=np.inf)))
    return width
