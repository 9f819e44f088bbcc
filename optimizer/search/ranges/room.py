"""How far from the plan a moved limit may lead: the stated limits of each spend, and far where there are none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.model import Model
from optimizer.formulation.response import inputs_of
from optimizer.search.ranges.motion import Motion
from optimizer.search.region.hull import Region

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
FAR = 2e3  # times as far as the search looked
SAME = 1e-9  # of what a row adds up: a switch that allows so much was written to allow all
LITTLE = 1e-9  # scaled: up to here a spend is next to nothing
AT_END = 1e-6  # scaled, from a limit: a point of the interior keeps so far off what it should be at
EDGE = 1e-9  # of where a curve bends, within which a plan is on neither side


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Limits of the spends [money], shape (tactics, periods), and the region of inputs to look at."""

    low: Array
    high: Array
    region: Region

    @classmethod
    def usual(cls, model: Model) -> Self:
        """The stated limits; concave curves are read beyond them, which makes their envelopes no worse."""
        low, high = stated(model)
        wide = np.logical_and.reduceat(model.cells.curves.concave, model.cells.first[:-1])[: len(low), None]
        region = _region(model, np.where(wide, 0.0, low), np.where(wide, np.maximum(high, _far(model)), high))
        return cls(low=low, high=high, region=region)

    @classmethod
    def moving(cls, model: Model, motion: Motion) -> Self:
        """The stated limits, but for those of spends that move: they may be as far as can be."""
        low, high = stated(model)
        row = int(np.flatnonzero(model.spend[:, 0] == motion.columns[0])[0])
        low[row] = low[row] if motion.side == "at_most" else 0.0
        high[row] = high[row] if motion.side == "at_least" else np.maximum(motion.limit, _far(model)[row])
        return cls(low=low, high=high, region=_region(model, low, high))

    def off_nothing(self, model: Model, columns: Array) -> Self:
        """The same, curves that are infinitely steep at 0 read just above it where a plan has next to nothing there.

        What they would return at 0 itself no price is, however little is spent.
        """
        cells, region = model.cells, self.region
        none = columns[cells.inputs] <= LITTLE
        if not none.any() or not (none := none & np.isinf(cells.curves.slope(region.low))).any():
            return self
        low = np.where(none, np.minimum(LITTLE * model.scale[cells.inputs], region.high), region.low)
        return replace(self, region=Region(low=low, high=region.high))

    def standing(self, model: Model, columns: Array) -> tuple[Self, Array, Flags, Flags]:
        """The same, each bent curve that reads a spend of its own on the side of its bend where a plan stands.

        Also the plan's columns, and which curves stand beyond their bend, where they are as good as concave, and which
        before it: what is off there, or as far on as it may be, stays, since what is near is no better. What is all but
        there is put there.
        """
        cells, region = model.cells, self.region
        if cells.curves.concave.all():
            return self, columns, (nowhere := np.zeros(len(cells.inputs), dtype=bool)), nowhere
        turn, flat = cells.curves.turns()
        inputs = columns[cells.inputs] * model.scale[cells.inputs]
        own = np.bincount(cells.inputs, minlength=len(model.cost))[cells.inputs] == 1
        own &= among(model.spend, len(model.cost))[cells.inputs] & ~cells.curves.concave
        own[model.tables] = False
        beyond = own & (inputs > flat * (1.0 + EDGE))
        least, most = inputs <= region.low + AT_END * model.scale[cells.inputs], inputs >= region.high * (1.0 - AT_END)
        before = own & (inputs < turn * (1.0 - EDGE))
        ends = np.where(least, region.low, region.high) / model.scale[cells.inputs]
        columns, put = columns.copy(), before & (least | most)
        columns[cells.inputs[put]] = ends[put]
        wide = _region(model, self.low, np.maximum(self.high, _far(model))).high
        low = np.where(beyond, flat, np.where(before, 0.0, region.low))
        high = np.where(beyond, wide, np.where(before, turn, region.high))
        return replace(self, region=Region(low=low, high=high)), columns, beyond, before

    def boxes(self, model: Model, decisions: Array) -> tuple[Array, Array]:
        """The limits of all columns [scaled], whole-number columns fixed at `decisions`."""
        cells = model.cells
        low, high = model.low.copy(), model.high.copy()
        follows = [cells.responses, model.reads.ravel()]  # other columns may have limits that the planner set
        follows += [] if model.currents is None else [model.currents.columns]
        high[np.concatenate([*follows, model.follows])] *= FAR
        low[model.follows] *= FAR
        low[cells.responses] = np.minimum(low[cells.responses], 0.0)
        goals = model.attainments.columns  # attained is 1 at the most, as far as spends may go
        low[goals], high[goals] = FAR * np.minimum(low[goals], 0.0), 1.0 / model.scale[goals]
        low[model.spend], high[model.spend] = self.low / model.scale[model.spend], self.high / model.scale[model.spend]
        carried = cells.inputs[~among(model.spend, len(model.cost))[cells.inputs]]
        low[carried], high[carried] = -np.inf, np.inf
        np.maximum.at(low, cells.inputs, self.region.low / model.scale[cells.inputs])  # one may be read by several
        np.minimum.at(high, cells.inputs, self.region.high / model.scale[cells.inputs])
        low[model.integer] = high[model.integer] = decisions
        return low, high


def allowing(model: Model, decisions: Array) -> tuple[Flags, Flags]:
    """The rows of decisions that leave all that was looked at, from below and from above: switches that are on.

    They were written with the limits of the spends, and do not stop them where those move.
    """
    matrix, taken = model.matrix, np.zeros(len(model.cost))
    taken[model.integer] = decisions
    known = matrix.activity(taken)
    least, most = matrix.ends(*np.where(among(model.integer, len(taken)), 0.0, np.stack([model.low, model.high])))
    size = SAME * np.maximum(np.abs(least), np.abs(most))
    decides = among(matrix.rows[among(model.integer, len(taken))[matrix.columns]], len(known))
    below, above = matrix.lower - known <= least + size, matrix.upper - known >= most - size
    return decides & below, decides & above


def stated(model: Model) -> tuple[Array, Array]:
    """The limits of the spends as the scenario has them, far where there are none [money], shape (tactics, periods).

    What decisions that are made switch off has no room, and what they switch on may have to spend more.
    """
    (least, most), low = model.scenario.own_limits, (model.low * model.scale)[model.spend]
    high = np.minimum(most, _far(model))
    high[among(model.off, len(model.cost))[model.spend]] = 0.0
    return np.where(low > (1.0 + SAME) * least, low, least), high


def _far(model: Model) -> Array:
    far: Array = np.maximum(FAR * (model.high * model.scale)[model.spend], 1e-9)
    return far


def _region(model: Model, low: Array, high: Array) -> Region:
    least, most = inputs_of(model.scenario, low), inputs_of(model.scenario, high)
    times = len(model.cells.inputs) // len(least)  # cells that are read again draw by draw
    return Region(low=np.concatenate([least] * times), high=np.concatenate([most] * times))
