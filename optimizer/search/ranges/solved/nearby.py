"""What would be best if one limit moved: the plan's own neighbourhood as a linear program, solved again and again.

On/off decisions stay as the plan has them. Spends without limits of their own may go far beyond what the search looked
at. A cell whose envelope leaves its curve stays on the piece of the curve where it stands; where the best point leaves
the curves all the same, nothing is told: between an envelope and its curve there is no plan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import SolverFault
from optimizer.formulation.model import Model
from optimizer.search.deadline import Deadline, is_late
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.distances import distances
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown, end_of
from optimizer.search.ranges.room import FAR, Room, allowing
from optimizer.search.ranges.solved.piece import around
from optimizer.search.region.hull import Hull, Region
from optimizer.search.search import Found
from optimizer.solver.highs import Outcome

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
LADDER = (0.8, 0.95, 0.9875, 0.9925, 0.9975, 1.0025, 1.0075, 1.0125, 1.05, 1.25)  # times a slope, for first tangents
BESIDE = (0.6, 0.8, 0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.25, 1.6)  # times an input, where curves are straight
GRAIN = 1.001  # times an input, over which its curve's bend is measured
ROUNDS = 25  # of tangents, after which a price is taken as it is
CLOSE = 1e-8  # scaled: a response this near to its envelope needs no tangent
STEADY = 2e-4  # relative: a price that further tangents move by less is known,
FLAT = 1e-7  # relative: where they no longer move the cost either
OFF = 1e-6  # of the cost, that a point may gain by leaving the curves
SAME = 1e-5  # of the cost: the neighbourhood holds the plan itself, and nothing better
SETTLING = 6  # solves that making room costs
LEAST = 6  # solves below which it is not begun
WITHIN = 0.0088  # relative change within which a price holds: 1 %, less what plans near this one may be off
EDGE = 1e-9  # of a piece, that a limit may pass its end by
NOWHERE = Motion(name="", side="at_most", limit=0.0)
TRIES = 4  # times that cells are put on their pieces


def unhurried(model: Model) -> Relaxation:
    """A relaxation of another model than was searched, to ask what is near a plan: the work is counted, not timed."""
    still = Deadline.after(1.0, lambda: 0.0)
    return Relaxation(model, Incumbent(model), still, model.scenario.solve.gap)


class Nearby:
    """The neighbourhood of what a search found; `effort` is how many programs may be solved from now on."""

    def __init__(self, found: Found, until: Deadline | None = None) -> None:
        assert found.columns is not None
        assert found.relaxation is not None
        self._found, self._model, self._relaxation = found, found.model, found.relaxation
        self._columns, self.effort, self._until = found.columns, 0, until
        cells = self._model.cells
        self._inputs = self._columns[cells.inputs] * self._model.scale[cells.inputs]
        self._usual, self._known = True, False
        self._last: tuple[tuple[str, str, float], float | None] | None = None
        self._bends = len(self._model.two_sided) > 0 or not cells.curves.concave.all()

    def around(self, motion: Motion) -> bool:
        """Make room for a limit to move; whether the plan is the best there where it has not moved yet."""
        usual = self._is_usual(motion)
        if not (usual and self._usual and self._known):
            self.effort -= SETTLING
            if self.effort < LEAST:
                raise Unknown
            self._known, self._usual = False, usual
            self._usable = self._settle(motion)
            self._known = True
        return self._usable

    def best(self) -> tuple[Array, Array] | None:
        """The best point of the neighbourhood, as far as tangents tell, and the duals of the model's rows."""
        self.around(NOWHERE)
        outcome = self._outcome()
        if outcome.row_duals is None:
            return None
        return self._relaxation.point(outcome), outcome.row_duals[: len(self._model.drafts)]

    def _is_usual(self, motion: Motion) -> bool:
        """Whether the usual room has the room that a limit needs: but for spends on bent curves it does."""
        cells = np.isin(self._model.spend, motion.columns).any(axis=1)
        first = self._model.cells.first
        return all(
            bool(self._model.cells.curves.concave[first[row] : first[row + 1]].all()) for row in np.flatnonzero(cells)
        )

    def price(self, motion: Motion, shift: float) -> float | None:
        """∂cost/∂limit [scaled cost per unit] when it has moved; None where there is no plan, or none on the curves."""
        if self._leaves(motion, shift):
            return None
        here = motion.name, motion.side, shift
        if self._last is None or self._last[0] != here:
            self._last = None
            self._move(motion, shift)
            price, _, bent = self._solved(motion)
            self._last = here, None if bent.any() else price
        return self._last[1]

    def end(self, motion: Motion, price: float, sign: float, first: float) -> tuple[float | None, bool]:
        """The shift on one side up to which the price holds, None without end; and whether it goes no further."""
        end, whole = end_of(
            lambda far: self.price(motion, sign * far),
            lambda: sign * self.steady(motion, sign > 0.0),
            price,
            motion.size(self._model, self._columns),
            WITHIN,
            first,
        )
        return None if end is None else sign * end, whole

    def _leaves(self, motion: Motion, shift: float) -> bool:
        """Whether a spend limit is moved beyond the piece of a curve: between an envelope and its curve is no plan."""
        own = np.isin(self._model.cells.inputs, motion.columns)
        low, high = self._region.low[own], self._region.high[own]
        moved, room = motion.limit + shift, EDGE * (high - low)
        return bool(((moved > high + room) | (moved < low - room)).any())

    def rest(self, motion: Motion) -> None:
        """Put the limit back."""
        self._last = None
        self._move(motion, 0.0)

    def steady(self, motion: Motion, up: bool) -> float:
        """How far from its place [its unit] the limit just solved for may go before a dual changes; 0 if not known."""
        low, high, left, right = self._relaxation.program.steady()
        if not len(low):
            return 0.0
        if len(motion.rows) == 1:
            row, lower = motion.rows[0], np.isfinite(self._model.matrix.lower[motion.rows[0]])
            place = self._model.matrix.lower[row] if lower else self._model.matrix.upper[row]
            step = float(motion.lower[0] if lower else motion.upper[0]) - float(
                motion.entry_values @ self._columns[motion.entry_columns]
            )
            return float(((high if up == (step > 0.0) else low)[row] - place) / step) if step else 0.0
        if len(motion.columns) == 1:
            column = self._relaxation.tangents.place[motion.columns[0]]
            return float((right if up else left)[column] / motion.column_move[0] - motion.limit)
        return 0.0

    def _solved(self, motion: Motion) -> tuple[float | None, float, Array]:
        """Price and cost, and by cell what leaving its curve gains, where that matters."""
        relaxation, rows = self._relaxation, len(self._model.drafts)
        before, spent, nothing = np.inf, np.inf, np.zeros(len(self._inputs))
        for _ in range(ROUNDS):
            if self.effort <= 0 or is_late(self._until):
                raise Unknown
            self.effort -= 1
            outcome = self._outcome()
            if outcome.ending == "limit":
                raise Unknown
            if outcome.row_duals is None or outcome.column_duals is None:
                return None, np.inf, nothing
            columns, duals = relaxation.point(outcome), outcome.row_duals[:rows]
            price = motion.price(duals, outcome.column_duals[relaxation.tangents.place], columns)
            known = abs(price - before) <= STEADY * abs(price) and abs(outcome.cost - spent) <= FLAT * abs(spent)
            if known or not relaxation.tangents.tighten(columns, self._hull, self._region, CLOSE):
                break
            before, spent = price, outcome.cost
        if not self._bends:
            return price, outcome.cost, nothing
        bent = distances(relaxation.incumbent, columns, duals, self._hull, self._region)[1]
        matters = float(bent.sum()) > OFF * max(abs(outcome.cost), 1e-12)
        return price, outcome.cost, bent if matters else nothing

    def _outcome(self) -> Outcome:
        """One solve; where the solver fails nothing is known of what is near, and the plan stands."""
        try:
            return self._relaxation.solve()
        except SolverFault as fault:
            raise Unknown from fault

    def _move(self, motion: Motion, shift: float) -> None:
        program, place, matrix = self._relaxation.program, self._relaxation.tangents.place, self._model.matrix
        rows = motion.rows
        lower, upper = matrix.lower[rows] + shift * motion.lower, matrix.upper[rows] + shift * motion.upper
        program.bound_rows(rows, lower, upper)
        for row in np.unique(motion.entry_rows).tolist():
            (columns, each), turned = matrix.row(row), motion.entry_rows == row
            whole = np.bincount(columns, weights=each, minlength=len(self._model.cost))
            values = whole[motion.entry_columns[turned]] + shift * motion.entry_values[turned]
            program.set_values(motion.entry_rows[turned], place[motion.entry_columns[turned]], values)
        if len(motion.columns):
            moved = (motion.limit + shift) * motion.column_move
            low, high = self._low[motion.columns], self._high[motion.columns]
            low = low if motion.side == "at_most" else np.maximum(moved, 0.0)
            program.bound_columns(place[motion.columns], low, high if motion.side == "at_least" else moved)

    def _settle(self, motion: Motion) -> bool:
        """Look around, with every cell that leaves its curve on its piece of it; whether the plan is the best there."""
        model = self._model
        room = Room.usual(model) if self._is_usual(motion) else Room.moving(model, motion)
        curves, region = model.cells.curves, room.region
        straight = np.isin(np.arange(len(self._inputs)), self._model.two_sided)
        pinned = np.zeros(len(self._inputs), dtype=bool)
        for _ in range(TRIES):
            self._enter(room, region)
            self._move(motion, 0.0)
            _, cost, bent = self._solved(motion)
            off = (bent > 0.0) & ~pinned
            if not off.any():
                return abs(cost - self._found.cost) <= max(SAME, 2.0 * self._model.scenario.solve.gap) * abs(
                    self._found.cost
                )
            pinned |= off
            region = around(curves, region, self._inputs, pinned, straight)
        return False

    def _enter(self, room: Room, region: Region) -> None:
        model, relaxation = self._model, self._relaxation
        self._region, self._hull = region, Hull(model, region)
        relaxation.tangents.enter(region)
        inside = Room(low=room.low, high=room.high, region=region)
        decisions = np.rint(self._columns[model.integer])
        self._low, self._high = inside.boxes(model, decisions)
        self._open(decisions)
        relaxation.program.bound_columns(relaxation.tangents.place, self._low, self._high)
        every, two = np.arange(len(self._inputs)), model.two_sided
        for points in self._ladder():
            relaxation.tangents.add_above(every, points, self._hull, region)
            relaxation.tangents.add_below(two, points[two], self._hull, region)

    def _open(self, decisions: Array) -> None:
        """Switches that are on stop no spend whose limit moves, nor what stands for a part of it."""
        model, matrix = self._model, self._model.matrix
        below, above = allowing(model, decisions)
        parts = np.intersect1d(model.extra, matrix.columns[above[matrix.rows]])
        self._high[parts] *= FAR
        rows = np.flatnonzero(below | above)
        lower, upper = np.where(below, -np.inf, matrix.lower)[rows], np.where(above, np.inf, matrix.upper)[rows]
        self._relaxation.program.bound_rows(rows, lower, upper)

    def _ladder(self) -> list[Array]:
        """Inputs for the first tangents: where slopes are about so many times the plan's, as on a power curve."""
        region = self._region
        here = region.inside(self._inputs)
        with np.errstate(all="ignore"):
            bend = np.log(self._hull.slope(region.inside(here * GRAIN)) / self._hull.slope(here)) / np.log(GRAIN)
            rungs = [here * np.exp(np.clip(np.log(factor) / bend, -20.0, 20.0)) for factor in LADDER]
        usable = np.isfinite(bend) & (bend < 0.0)
        apart = zip(rungs, BESIDE, strict=True)
        return [here, region.high, *(region.inside(np.where(usable, rung, here * beside)) for rung, beside in apart)]
