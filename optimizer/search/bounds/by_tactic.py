"""A bound by tactic: at given prices of the rows, the weeks of each tactic that carries over are maximised exactly.

`dual_bound` prices adstock too, week by week, so that each curve is taken at its envelope. Here adstock is kept: the
minimum of a tactic is that of all its weeks together on its true curve (`course`). What is left between such a bound
and the best plan comes from the rows alone, of which there are few (Lagrange; Geoffrion 1974).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.bounds.bound import admitted, dual_bound, parts_of, priced_limits
from optimizer.search.bounds.course import Course, most_of
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Region
from optimizer.search.region.place import Place

Array = NDArray[np.float64]
Index = NDArray[np.intp]
STEPS = 12  # of the prices, uphill
HALF = 0.5  # of the time that is left, for them
GETS_ON = 0.02  # of what envelopes leave: courses that close less at first prices close little at better ones
LITTLE = 5e-6  # of the bound that is aimed at, that all courses together may leave
MOST_KNOWN = 5000  # courses that are remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tactic:
    """Cells, spends and adstock rows of a tactic by number; input_t = θ · input_t−1 + gain · spend_t + known_t."""

    cells: Index
    spends: Index
    rows: Index
    retention: float
    gain: float
    known: Array

    def entering(self, inputs: Array) -> Array:
        """The spends [money] that lead to inputs [money]."""
        kept = self.retention * np.concatenate([[0.0], inputs[:-1]])
        return np.asarray((inputs - kept - self.known)[: len(self.spends)] / self.gain)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounded:
    """A bound [scaled cost], the duals that prove it, and the columns that attain its minimum."""

    bound: float
    duals: Array
    columns: Array


class ByTactic:
    """The bounds of one model, whose limits may change: prices are found once, and then bound every region."""

    def __init__(self, model: Model, tactics: tuple[_Tactic, ...]) -> None:
        self._tactics = tactics
        self._turn, self._flat = model.cells.curves.turns()
        self._aside = np.concatenate([tactic.rows for tactic in tactics])
        self._priced: Model | None = None
        self._prices: Array | None = None
        self._known: dict[tuple[int, bytes], tuple[float, Array | None]] = {}

    @classmethod
    def of(cls, spends: Spends) -> ByTactic | None:
        """Where each spend is read once, every adstock is a recursion, and outcome is nowhere unwanted; else None."""
        model = spends.model
        tactics = model.scenario.tactics
        once = len(model.cells.first) == len(tactics) + 1
        place = np.searchsorted(model.cells.first, [block.cells[0] for block in spends.kernel.blocks], side="right") - 1
        adstocks = [tactics[row].carry_over.adstock for row in place.tolist()] if once else []
        if not adstocks or len(model.two_sided) or any(adstock.recursion is None for adstock in adstocks):
            return None
        found = []
        for block, adstock in zip(spends.kernel.blocks, adstocks, strict=True):
            retention = adstock.recursion or 0.0
            without = spends.kernel.constant[block.cells] * spends.scale[block.cells]
            known = without - retention * np.concatenate([[0.0], without[:-1]])
            found.append(
                _Tactic(
                    cells=block.cells,
                    spends=block.spend,
                    rows=block.rows,
                    retention=retention,
                    gain=float(adstock.spread(1)[0]),
                    known=known,
                )
            )
        return cls(model, tuple(found))

    def bound(self, place: Place, duals: Array) -> tuple[float, tuple[Region, Array] | None]:
        """A lower bound on the cost of every plan within a region and a box; −∞ when time is up.

        The first time for a model prices are found for it, from its relaxation's `duals`, and columns near the minimum.
        Where adstock is not what envelopes leave, neither then nor later: −∞.
        """
        if place.model is self._priced:
            return -np.inf if self._prices is None else self._bounded(self._prices, place).bound, None
        self._priced, self._prices = place.model, None
        first = self._bounded(duals, place)
        known = dual_bound(place.model, duals, place.hull, place.region, place.box, place.near)
        if first.bound < known + GETS_ON * (place.target - known):
            return first.bound, None
        deadline = place.deadline
        best = self._climbed(first, replace(place, deadline=deadline.within(HALF * deadline.left)))
        self._prices = best.duals
        return best.bound, (place.region, best.columns)

    def _climbed(self, first: _Bounded, place: Place) -> _Bounded:
        """The best bound on the way uphill from a first one, which ends at the target, or after so many steps.

        Steps are Polyak's: as long as they would be if the bound were as steep up to the target.
        """
        matrix = place.model.matrix
        best = now = first
        for _ in range(STEPS):
            activity = matrix.activity(now.columns)
            short, over = np.maximum(matrix.lower - activity, 0.0), np.maximum(activity - matrix.upper, 0.0)
            uphill = np.where(now.duals == 0.0, short - over, priced_limits(place.model, now.duals) - activity)
            uphill[self._aside] = 0.0
            steep = float(uphill @ uphill)
            if not (-np.inf < now.bound < place.target and steep > 0.0):
                break
            now = self._bounded(now.duals + (place.target - now.bound) / steep * uphill, place)
            best = now if now.bound > best.bound else best
        return best

    def _bounded(self, duals: Array, place: Place) -> _Bounded:
        """The bound of some duals of the rows; those of adstock are not asked for."""
        model, cells = place.model, place.model.cells
        duals = admitted(model, duals)
        duals[self._aside] = 0.0
        parts = parts_of(model, duals, place.hull, place.region, place.box, place.near)
        total = float(parts.rows) + float(parts.columns.sum()) + float(parts.cells.sum())
        columns, inputs = np.where(parts.reduced > 0.0, place.box.low, place.box.high), parts.inputs.copy()
        for number, tactic in enumerate(self._tactics):
            total -= float(parts.columns[tactic.spends].sum()) + float(parts.cells[tactic.cells].sum())
            gain, own = self._gain(number, parts.reduced, place)
            total -= gain
            inputs[tactic.cells] = place.region.low[tactic.cells] if own is None else own
            columns[tactic.spends] = tactic.entering(inputs[tactic.cells]) / model.scale[tactic.spends]
        columns[cells.inputs] = inputs / model.scale[cells.inputs]
        columns[cells.responses] = (cells.curves.value(inputs) - cells.zero) / np.where(cells.most > 0, cells.most, 1.0)
        return _Bounded(bound=-np.inf if np.isnan(total) else total, duals=duals, columns=columns)

    def _gain(self, number: int, reduced: Array, place: Place) -> tuple[float, Array | None]:
        """The most that a tactic gains at these reduced costs [scaled cost], and inputs [money] that nearly do.

        Responses that nothing wants are left out: they would cost, and are never below 0.
        """
        tactic, model = self._tactics[number], place.model
        cells, rest = tactic.cells, np.zeros(len(tactic.cells) - len(tactic.spends))
        scale = model.scale[tactic.spends]
        price = np.concatenate([reduced[tactic.spends] / scale, rest])
        size = np.where(model.cells.most[cells] > 0, model.cells.most[cells], 1.0)
        worth = np.maximum(-reduced[model.cells.responses[cells]], 0.0) / size
        later = tactic.retention * np.append(price[1:], 0.0)
        numbers = {
            "worth": worth,
            "price": (price - later) / tactic.gain,
            "low": place.region.low[cells],
            "high": place.region.high[cells],
            "least": tactic.gain * np.concatenate([place.box.low[tactic.spends] * scale, rest]) + tactic.known,
            "most": tactic.gain * np.concatenate([place.box.high[tactic.spends] * scale, rest]) + tactic.known,
        }
        key = number, b"".join(own.tobytes() for own in numbers.values())
        if key not in self._known:
            if place.deadline.left <= 0:
                return np.inf, None
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            course = Course(
                curves=model.cells.curves.take(cells),
                turn=self._turn[cells],
                flat=self._flat[cells],
                retention=tactic.retention,
                **numbers,
            )
            self._known[key] = most_of(course, LITTLE * abs(place.target) / len(self._tactics))
        gain, inputs = self._known[key]
        known = float(price @ tactic.known) / tactic.gain - float(worth @ model.cells.zero[cells])
        return gain + known, inputs
