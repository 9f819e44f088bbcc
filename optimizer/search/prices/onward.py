"""The price of a limit where several limits stand together at a plan, so that duals that fit may be anything between.

Told is what the objective gains at first when the limit alone is loosened (law S3): the best step from the plan that
keeps every other limit, by the slopes of the true curves to the side to which each spend moves. Where that frees a
spend at 0 whose curve rises without end there, the gain is infinite.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.direction import Slopes, Stand, first_step
from optimizer.formulation.draft import Row, Sum, among
from optimizer.formulation.model import Model
from optimizer.problem.limits import BUDGET, spend_limit
from optimizer.problem.side import Side
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.fitted import GOOD, MOST, WRONG, free_cells, movable, standing
from optimizer.search.prices.takes import Takes
from optimizer.search.ranges.solved.anew import Named
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.intp]
BESIDE = 2.0  # units of money, at which slopes to either side are read
WHOLE = 0.999  # of a unit of money: less than this from a limit is at it
SECONDS = 1.0
FREED = 1e-6  # of a step, by which a spend must grow to be freed by it


def loosened(model: Model, columns: Array, valuation: Valuation, unit: float, owner: str) -> float | None:
    """∂objective/∂limit to the side that loosens it, which may be infinite; None where duals tell it, or decisions or
    pools stand beside.

    Where the spends that can move either way determine what each limit is worth, their equations are solved.
    """
    if len(model.integer) or len(model.extra) or (model.reads != model.spend).any():
        return None
    free, owners = free_cells(model, valuation, unit), {draft.owner for draft in model.drafts if draft.side != "link"}
    if owner not in owners or (free.any() and not len(model.tabled) and owners == {owner}):
        return None
    rows, low, high = standing(model, columns, valuation, unit)
    if not any(model.drafts[row].owner == owner for row in rows) or len(rows) * valuation.spend.size > MOST:
        return None
    here = _Here(model, valuation, unit, owner, rows, low, high)
    told = here.by_equations(free)
    return here.by_a_step() if told is None else told


def more_budget(model: Model, columns: Array, duals: Array | None, valuation: Valuation, unit: float) -> Array | None:
    """The duals of more budget, where the budget itself leaves some spend no room; None where those found tell it.

    Such a spend has no room in the model either, so that nothing near the plan says what it would bring (law S3).
    """
    if duals is None or len(model.integer) or len(model.extra) or (model.reads != model.spend).any():
        return None
    if not shut(model, unit).any():
        return None
    rows, low, high = standing(model, columns, valuation, unit)
    few = free_cells(model, valuation, unit).sum() < len(rows) <= MOST / valuation.spend.size
    if not few or not any(model.drafts[row].owner == BUDGET for row in rows):
        return None
    told = _Here(model, valuation, unit, BUDGET, rows, low, high).duals()
    if told is None:
        return None
    new = duals.copy()
    new[rows] = told * model.row_scale[rows]
    return new


def each_alone(model: Model, columns: Array, valuation: Valuation, unit: float) -> dict[str, float]:
    """By name ∂objective/∂limit of each limit that stands, were it alone loosened, infinite where that frees a curve
    that rises without end; none where rows do not move with it.

    Of two limits that are one, neither is worth loosening.
    """
    rows, low, high = standing(model, columns, valuation, unit)
    owners = {model.drafts[row].owner for row in rows}
    simple = {name for name in owners if all(_lever(own) for own in model.drafts if own.owner == name)}
    steps = {name: _Here(model, valuation, unit, name, rows, low, high).by_a_step() for name in sorted(simple)}
    moved = {rule.name: rule.leverage(valuation) for rule in model.scenario.rules}
    return {name: price * moved.get(name, 1.0) for name, price in steps.items() if price is not None}


def each_spend_alone(
    model: Model, columns: Array, valuation: Valuation, unit: float, limits: Iterable[Named]
) -> dict[Named, float]:
    """The same for spend limits, by name and side: of the spends that stand at them."""
    rows, low, high = standing(model, columns, valuation, unit)
    steps = {
        (name, side): _Here(model, valuation, unit, name, rows, low, high, side).by_a_step() for name, side in limits
    }
    return {named: price for named, price in steps.items() if price is not None}


def frees_nothing(model: Model, unit: float) -> set[str]:
    """The limits that leave spends no room, by themselves or with floors: no model says what loosening them brings."""
    roomless = among(model.spend[shut(model, unit)], len(model.cost))
    return {
        draft.owner
        for draft in model.drafts
        if draft.side in ("at_most", "exactly")
        and (own := roomless[draft.sum.columns]).any()
        and (own.all() or bool((draft.sum.values >= 0.0).all()))
        and _is_taken(model, draft, unit)
    }


def _is_taken(model: Model, draft: Row, unit: float) -> bool:
    """Whether what the columns of a row have to be is all that it allows."""
    low = (model.low * model.scale)[draft.sum.columns]
    return float(draft.sum.values @ low) > draft.upper - WHOLE * unit


def shut(model: Model, unit: float) -> Flags:
    """The spends that rows leave no room, though their own limits would; shape (tactics, periods)."""
    least, most = model.scenario.own_limits
    room: Array = ((model.high - model.low) * model.scale)[model.spend]
    return np.asarray((least != most) & (room < WHOLE * unit))


class _Here:
    """A plan and the rows that stand at a limit there; `low` and `high` say at which, `side` that the owner is a spend
    limit."""

    def __init__(
        self,
        model: Model,
        valuation: Valuation,
        unit: float,
        owner: str,
        rows: Index,
        low: Flags,
        high: Flags,
        side: Side | None = None,
    ) -> None:
        self._model, self._valuation, self._unit, self._owner = model, valuation, unit, owner
        self._drafts, self._low, self._high = [model.drafts[row] for row in rows], low, high
        self._side, own = side, np.array([[spend_limit(tactic) == owner] for tactic in model.scenario.tactics])
        above, below = (room.reshape(valuation.spend.shape) for room in _room(valuation, unit))
        self._held = (own & ((below if side == "at_least" else above) == 0.0)).ravel().astype(np.float64)

    def by_equations(self, free: Flags) -> float | None:
        """What the spends that can move either way make of it; None where they leave it open."""
        spend, few = self._valuation.spend, BESIDE * self._unit
        free = free & movable(self._model, spend, few)
        if not free.any():
            return None
        takes, cost = Takes(self._model, self._valuation), _cost(self._model)
        gradient, charged = takes.of(cost)[free], np.array([takes.of(draft.sum)[free] for draft in self._drafts])
        beside = [replace(self._valuation, spend=np.maximum(spend + side, 0.0)) for side in (-few, few)]
        below, above = (Takes(self._model, own).of(cost)[free] for own in beside)
        duals = _fitting(charged, gradient, np.abs(above - below), self._low, self._high)
        if duals is None:
            return None
        own = zip(duals.tolist(), self._drafts, strict=True)
        return _signed(self._model, sum(dual * _lever(draft) for dual, draft in own if draft.owner == self._owner))

    def by_a_step(self) -> float | None:
        """What the best step gains when the limit gives way, beyond what rounding to money has left without it."""
        step = self._length()
        scaled, size = _scaled(self._slopes(_cost(self._model)))
        falls = (self._side or self._own()[0].side) == "at_least"  # it is loosened downward
        if self._frees(step):
            return _signed(self._model, np.inf if falls else -np.inf)
        if not step or not size:
            return None
        further, still = self._cost_of(scaled, step), self._cost_of(scaled, 0.0)
        if further is None or still is None:
            return None
        return _signed(self._model, (further - still) * size / step * (-1.0 if falls else 1.0))

    def _frees(self, step: float) -> bool:
        """Whether a spend without room, whose curve rises without end, grows when the limit gives way."""
        endless = self._endless.ravel().astype(np.float64)
        if not step or not endless.any():
            return False
        growth = Slopes(up=-endless, down=np.zeros(len(endless)))
        grown = self._cost_of(growth, step), self._cost_of(growth, 0.0)
        return None not in grown and min(grown[0] or 0.0, 0.0) < min(grown[1] or 0.0, 0.0) - FREED * step

    @cached_property
    def _endless(self) -> Flags:
        """The spends that rows leave no room at a place where the objective rises without end, and no row does."""
        takes = Takes(self._model, self._valuation)
        endless = takes.endless(_cost(self._model)) & shut(self._model, self._unit)
        for draft in self._drafts:
            endless &= ~takes.endless(draft.sum)
        return endless

    def duals(self) -> Array | None:
        """∂cost/∂limit of each row when the limit gives way; None where nothing can move."""
        scaled, size = _scaled(self._slopes(_cost(self._model)))
        length = self._length()
        grow, shrink = _room(self._valuation, self._unit)
        if not (length and size and (grow.any() or shrink.any())):
            return None
        stands = self._stands(length)
        found = Program(first_step(scaled, stands, grow, shrink)).solve(SECONDS).row_duals
        if found is None:
            return None
        of_row = [row for row, own in enumerate(stands) for end in (own.upper, own.lower) if np.isfinite(end)]
        sizes = np.array([_size(self._slopes(draft.sum)) for draft in self._drafts])
        duals: Array = np.bincount(of_row, weights=found, minlength=len(stands)) * size / sizes
        return duals

    def _own(self) -> list[Row]:
        return [draft for draft in self._drafts if draft.owner == self._owner]

    def _length(self) -> float:
        """By how much the limit gives way: the most that a unit of money takes of it."""
        if self._side is not None:
            return 1.0
        return max(float(np.abs(self._slopes(draft.sum).up).max(initial=0.0)) for draft in self._own())

    def _cost_of(self, cost: Slopes, length: float) -> float | None:
        """The least cost when the limit gives way so far."""
        grow, shrink = self._room(length)
        if not (grow.any() or shrink.any()):
            return 0.0
        outcome = Program(first_step(cost, self._stands(length), grow, shrink)).solve(SECONDS)
        return outcome.cost if outcome.ending == "optimal" else None

    def _room(self, length: float) -> tuple[Array, Array]:
        """How far each spend can grow, and how far it can shrink, when the limit gives way so far."""
        grow, shrink = _room(self._valuation, self._unit)
        given = length * self._held
        return (grow, shrink + given) if self._side == "at_least" else (grow + given, shrink)

    def _stands(self, length: float) -> list[Stand]:
        rows = [
            _stand(self._slopes(draft.sum), at_low, at_high, self._gives_way(draft, length))
            for draft, at_low, at_high in zip(self._drafts, self._low, self._high, strict=True)
        ]
        return rows + (self._raised(length) if self._side == "exactly" else [])

    def _raised(self, length: float) -> list[Stand]:
        """Spends that are to stand at a limit follow it."""
        each = np.diag(self._held)[self._held > 0.0]
        return [Stand(slopes=Slopes(up=own, down=own), lower=length, upper=length) for own in each]

    def _gives_way(self, draft: Row, length: float) -> float:
        """How far the row's limit moves when the owner's is loosened so far; down for at_least."""
        if draft.owner != self._owner:
            return 0.0
        return (-1.0 if draft.side == "at_least" else 1.0) * _lever(draft) * length

    def _slopes(self, total: Sum) -> Slopes:
        return Slopes(up=self._beside[0].of(total).ravel(), down=self._beside[1].of(total).ravel())

    @cached_property
    def _beside(self) -> tuple[Takes, Takes]:
        """The slopes above the plan's spends, and below: a little beside those that a table reads, or a curve
        that rises without end there, since rounding may have brought them to such a place.
        """
        spend, takes = self._valuation.spend, Takes(self._model, self._valuation)
        beside = np.where(
            np.isin(self._model.spend, self._model.tabled) | takes.endless(_cost(self._model)), BESIDE, 0.0
        )
        up, down = (np.maximum(spend + side * beside * self._unit, 0.0) for side in (1.0, -1.0))
        above, below = (Takes(self._model, replace(self._valuation, spend=own)) for own in (up, down))
        return above, below


def _lever(draft: Row) -> float:
    """How far the row's limit moves with its owner's; a sum of spends is no limit that a frontier moves."""
    return draft.lever if isinstance(draft.lever, float) else 0.0


def _cost(model: Model) -> Sum:
    """The cost by the columns in the planner's units."""
    return Sum(columns=np.arange(len(model.cost)), values=model.cost / model.scale)


def _signed(model: Model, cost: float) -> float:
    """∂objective/∂limit from ∂cost/∂limit."""
    return (-cost if model.scenario.objective.maximizes else cost) * model.worth + 0.0


def _fitting(charged: Array, gradient: Array, spread: Array, low: Flags, high: Flags) -> Array | None:
    """The one dual of each row with which the spends that can move either way charge what they cost; None if none.

    `spread` is what rounding to money may have made of what each costs: much where next to nothing is spent, and such
    spends say little of the duals.
    """
    size = float(np.abs(gradient).max(initial=0.0))
    weights = 1.0 / np.maximum(GOOD * np.abs(gradient) + spread, WRONG * (size or 1.0))
    sure = charged * weights
    if int(np.linalg.matrix_rank(sure)) < len(charged):
        return None
    duals = np.asarray(np.linalg.lstsq(sure.T, gradient * weights, rcond=None)[0], dtype=np.float64)
    most = GOOD * float(np.abs(duals).max())
    wrong = (low & ~high & (duals < -most)) | (high & ~low & (duals > most))
    fits = (np.abs(gradient - duals @ charged) <= GOOD * size + spread).all()
    return None if wrong.any() or not fits else duals


def _stand(slopes: Slopes, at_low: bool, at_high: bool, way: float) -> Stand:
    """Scaled so that its largest slope is 1; `way` moves the limits at which it stands."""
    size = _size(slopes)
    return Stand(
        slopes=Slopes(up=slopes.up / size, down=slopes.down / size),
        lower=way / size if at_low else -np.inf,
        upper=way / size if at_high else np.inf,
    )


def _size(slopes: Slopes) -> float:
    """The largest slope, or 1 where there is none."""
    return _largest(slopes) or 1.0


def _largest(slopes: Slopes) -> float:
    return float(max(np.abs(slopes.up).max(initial=0.0), np.abs(slopes.down).max(initial=0.0)))


def _scaled(slopes: Slopes) -> tuple[Slopes, float]:
    """Their largest is 1; and what it was, 0 where there is none."""
    size = _size(slopes)
    return Slopes(up=slopes.up / size, down=slopes.down / size), _largest(slopes)


def _room(valuation: Valuation, unit: float) -> tuple[Array, Array]:
    """How far each spend can grow, and how far it can shrink [money]; not at all within a unit of its limit."""
    low, high = valuation.scenario.own_limits
    above, below = (high - valuation.spend).ravel(), (valuation.spend - low).ravel()
    return np.where(above > WHOLE * unit, above, 0.0), np.where(below > WHOLE * unit, below, 0.0)
