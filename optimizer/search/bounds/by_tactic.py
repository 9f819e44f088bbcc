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
from optimizer.search.bounds.bound import admitted, dual_bound, parts_of, response_prices
from optimizer.search.bounds.climb import Climb, Look
from optimizer.search.bounds.course import Course, most_of
from optimizer.search.bounds.followed import Followed
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Truth
from optimizer.search.region.place import Place
from optimizer.search.region.visit import NOTHING, Visit

Array = NDArray[np.float64]
Index = NDArray[np.intp]
GETS_ON = 0.02  # of what envelopes leave: courses that close less at first prices close little at better ones
HALF = 0.5  # of the time that is left, for a climb
COARSE = 9e-6  # gaps below it are closed sooner by envelopes, which end on the curves
BENT = 0.1  # of the allowed gap: less than that off the curves is not branched on
TOGETHER = 8  # tactics whose weeks are followed together: of more pieces take more memory, and little less time
LITTLE = 5e-6  # of the bound that is aimed at, that all courses together may leave


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


class ByTactic:
    """The bounds of one model, whose limits may change: prices are found once, and then bound every region."""

    def __init__(self, spends: Spends, tactics: tuple[_Tactic, ...]) -> None:
        self._spends, self._tactics = spends, tactics
        self._turn, self._flat = spends.model.cells.curves.turns()
        self._aside = np.concatenate([tactic.rows for tactic in tactics])
        self._model: Model | None = None
        self.leads = False  # whether points to branch on come from here
        self._prices: Array | None = None
        self._followed = [Followed() for _ in tactics]

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
        return cls(spends, tuple(found))

    def visit(self, place: Place, duals: Array) -> Visit:
        """What is proved of every plan within a region and a box, at the best prices on the way from some `duals`.

        Its point is what courses on both sides of the best prices mix to. Where there is none, because several rows are
        priced, the first prices found for a model are kept for its regions; where adstock is not what envelopes leave,
        none are looked for. Plans are looked for near courses.
        """
        if place.model is self._model and not self.leads:
            return NOTHING if self._prices is None else self._alone(self._bounded(self._prices, place))
        first, target, is_first = self._bounded(duals, place), place.aim.target(), place.model is not self._model
        if is_first:
            self._model, self.leads, self._prices = place.model, False, None
            known = dual_bound(place.model, duals, place.hull, place.region, place.box, place.near)
            if first.bound < known + GETS_ON * (target - known):
                return self._alone(first)
        brief = replace(place, deadline=place.deadline.within(HALF * place.deadline.left))
        climb = Climb(place.model.matrix, self._aside, lambda own: self._bounded(own, brief), target)
        sides = climb.run(first)
        if is_first:
            coarse = place.aim.allowed >= COARSE * abs(target)
            self.leads, self._prices = coarse and len(sides) > 1, climb.best.duals
        for side in sides if climb.best.bound < target else ():
            place.aim.seek(place.region, side.columns, side.duals)
        return self._mixed(place, climb.best, climb.mixed(*sides)) if len(sides) > 1 else self._alone(climb.best)

    def _alone(self, best: Look) -> Visit:
        """A bound, and nothing that says where to branch."""
        return replace(NOTHING, bound=best.bound)

    def _mixed(self, place: Place, best: Look, columns: Array) -> Visit:
        """The bound of a look, and columns of which some are off their curves, to branch on."""
        bent = self._bent(place, columns, best.duals)
        if best.bound < place.aim.target() and float(bent.sum()) <= BENT * place.aim.allowed:
            return self._alone(best)
        return Visit(ending="converged", bound=best.bound, columns=columns, duals=self._told(place, best), bent=bent)

    def _told(self, place: Place, best: Look) -> Array:
        """The duals of a look, with those of adstock rows: they follow where inputs are stationary."""
        spends, scale = self._spends, place.model.scale
        money = best.columns[place.model.cells.inputs] * scale[place.model.cells.inputs]
        prices = np.concatenate([best.duals[spends.rows], best.duals[spends.beside.ties]])
        return spends.duals(prices, spends.slopes(money, Truth(place.model)))

    def _bent(self, place: Place, columns: Array, duals: Array) -> Array:
        """By cell [scaled cost] what columns respond more than curves do."""
        model, cells = place.model, place.model.cells
        inputs = place.region.inside(columns[cells.inputs] * model.scale[cells.inputs])
        over = columns[cells.responses] - self._spends.responses(inputs, Truth(model))
        return np.maximum(over, 0.0) * np.abs(response_prices(model, duals))

    def _bounded(self, duals: Array, place: Place) -> Look:
        """The bound of some duals of the rows; those of adstock are not asked for."""
        model, cells = place.model, place.model.cells
        duals = admitted(model, duals)
        duals[self._aside] = 0.0
        parts = parts_of(model, duals, place.hull, place.region, place.box, place.near)
        total = float(parts.rows) + float(parts.columns.sum()) + float(parts.cells.sum())
        columns, inputs = np.where(parts.reduced > 0.0, place.box.low, place.box.high), parts.inputs.copy()
        for tactic, (gain, own) in zip(self._tactics, self._gains(parts.reduced, place), strict=True):
            total -= float(parts.columns[tactic.spends].sum()) + float(parts.cells[tactic.cells].sum()) + gain
            inputs[tactic.cells] = place.region.low[tactic.cells] if own is None else own
            columns[tactic.spends] = tactic.entering(inputs[tactic.cells]) / model.scale[tactic.spends]
        columns[cells.inputs] = inputs / model.scale[cells.inputs]
        columns[cells.responses] = (cells.curves.value(inputs) - cells.zero) / np.where(cells.most > 0, cells.most, 1.0)
        return Look(-np.inf if np.isnan(total) else total, duals, columns)

    def _gains(self, reduced: Array, place: Place) -> list[tuple[float, Array | None]]:
        """The most that each tactic gains at these reduced costs [scaled cost], and inputs [money] that nearly do."""
        enough = LITTLE * abs(place.aim.target()) / len(self._tactics)
        asked = [self._course(tactic, reduced, place) for tactic in self._tactics]
        told = [known.told(course, enough) for known, (course, _) in zip(self._followed, asked, strict=True)]
        new = [number for number, own in enumerate(told) if own is None]
        for few in (new[first : first + TOGETHER] for first in range(0, len(new), TOGETHER)):
            if place.deadline.left <= 0:
                break
            found = most_of([asked[number][0] for number in few], enough)
            for number, (most, inputs) in zip(few, found, strict=True):
                self._followed[number].remember(asked[number][0], most, inputs)
                told[number] = most, inputs
        both = zip(told, asked, strict=True)
        return [(np.inf, None) if own is None else (own[0] + rest, own[1]) for own, (_, rest) in both]

    def _course(self, tactic: _Tactic, reduced: Array, place: Place) -> tuple[Course, float]:
        """A tactic's weeks, and what they gain with nothing spent.

        Responses that nothing wants are left out: they would cost, and are never below 0.
        """
        model, cells, rest = place.model, tactic.cells, np.zeros(len(tactic.cells) - len(tactic.spends))
        scale = model.scale[tactic.spends]
        price = np.concatenate([reduced[tactic.spends] / scale, rest])
        size = np.where(model.cells.most[cells] > 0, model.cells.most[cells], 1.0)
        worth = np.maximum(-reduced[model.cells.responses[cells]], 0.0) / size
        later = tactic.retention * np.append(price[1:], 0.0)
        course = Course(
            curves=model.cells.curves.take(cells),
            turn=self._turn[cells],
            flat=self._flat[cells],
            worth=worth,
            price=(price - later) / tactic.gain,
            low=place.region.low[cells],
            high=place.region.high[cells],
            least=tactic.gain * np.concatenate([place.box.low[tactic.spends] * scale, rest]) + tactic.known,
            most=tactic.gain * np.concatenate([place.box.high[tactic.spends] * scale, rest]) + tactic.known,
            retention=tactic.retention,
        )
        return course, float(price @ tactic.known) / tactic.gain - float(worth @ model.cells.zero[cells])
