"""First steps from a plan: what the best one gains when a limit gives way, and every other limit is kept.

Slopes are those of the true curves, to the side to which each spend moves. One program is asked for all limits: only
what gives way differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.direction import LONGEST, Slopes, Stand, first_step
from optimizer.formulation.draft import Row, Sum, among
from optimizer.formulation.model import Model
from optimizer.formulation.spend import LOOSE
from optimizer.formulation.tighten import NOTHING
from optimizer.problem.side import Side
from optimizer.problem.valuation import Valuation
from optimizer.search.newton.kernel import Kernel
from optimizer.search.prices.fitted import CLOSE, GOOD, standing
from optimizer.search.prices.takes import Takes
from optimizer.solver.highs import Outcome, Program

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.intp]
BESIDE = 2.0  # units of money, at which slopes to either side are read
WHOLE = 0.999  # of a unit of money: less than this from a limit is at it
SECONDS = 1.0
EXACT = (1.0, -1.0)  # an exact limit that cannot be raised is lowered
LITTLE = 1e-3  # of how far a limit gives way, by which the others do: what they are worth comes after what it is
FREED = 1e-6  # of a step, by which a spend must grow to be freed by it


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a limit gives way: by row how far [of the row's largest slope], and by spend [money]; `up` [its unit]."""

    up: float
    rows: Array
    grow: Array
    shrink: Array
    exact: bool = False


class Steps:
    """A plan, and the rows that stand at a limit there: `rows` of the model, at their lower limit or at their upper."""

    def __init__(self, model: Model, columns: Array, valuation: Valuation, unit: float) -> None:
        self._model, self._valuation, self._unit = model, valuation, unit
        self.rows, self.low, self.high = standing(model, columns, valuation, unit)
        self._drafts = [model.drafts[row] for row in self.rows]
        self._grow, self._shrink = (room.ravel() for room in _room(valuation, unit))

    def limits(self) -> dict[str, Side]:
        """The limits whose rows stand and move with them, and the side of the first of these; by name."""
        drafts = self._model.drafts
        fixed = {draft.owner for draft in drafts if draft.side in ("link", "pursued") or not lever(draft)}
        sides: dict[str, Side] = {}
        for draft in self._drafts:
            if draft.owner not in fixed and draft.side != "link" and draft.side != "pursued":
                sides.setdefault(draft.owner, draft.side)
        return dict(sorted(sides.items()))

    def spend_limits(self) -> Iterator[tuple[int, Side]]:
        """The spend limits at which spends stand, by tactic and side."""
        least, most = self._model.scenario.own_limits
        shape = self._model.spend.shape
        full, empty = ((~room).reshape(shape).any(axis=1) for room in (self._grow, self._shrink))
        pinned, floor = (least == most)[:, 0], (least > 0.0)[:, 0]
        sides: dict[Side, Flags] = {
            "at_least": empty & floor & ~pinned,
            "at_most": full & ~(pinned & floor),
            "exactly": pinned & floor,
        }
        for row in range(shape[0]):
            yield from ((row, side) for side, stands in sides.items() if stands[row])

    def alone(self, owner: str) -> float | None:
        """What the best step gains when a limit alone gives way, beyond what rounding to money has left without it.

        Infinite where that frees a spend whose curve rises without end; None where it cannot be told.
        """
        own = np.array([draft.owner == owner for draft in self._drafts])
        length = max(_largest(slopes.up) for slopes, mine in zip(self._slopes, own.tolist(), strict=True) if mine)
        levers = np.array([lever(draft) for draft in self._drafts]) * own * length / self._sizes
        first = next(draft.side for draft in self._drafts if draft.owner == owner)
        signs = EXACT if first == "exactly" else (1.0,)
        up = -length if first == "at_least" else length
        return self._gained(self._way(up * sign, levers * self._signs(sign)) for sign in signs)

    def spend_alone(self, row: int, side: Side) -> float | None:
        """The same of a tactic's spend limit: spends that stand there have a unit of money more, or are to use it."""
        own = np.repeat(np.arange(len(self._model.spend)) == row, self._model.spend.shape[1])
        held = (own & ~(self._shrink if side == "at_least" else self._grow)).astype(np.float64)
        rows, none = np.zeros(len(self._drafts)), np.zeros(len(held))
        signs = {"at_most": (1.0,), "at_least": (-1.0,), "exactly": EXACT}[side]
        return self._gained(
            Way(
                up=sign,
                rows=rows,
                grow=held if sign > 0.0 else none,
                shrink=none if sign > 0.0 else held,
                exact=side == "exactly",
            )
            for sign in signs
        )

    def _gained(self, ways: Iterable[Way]) -> float | None:
        for way in ways:
            if self._frees(way):
                return signed(self._model, -np.inf * way.up)
            further, still = self._least(way), self._still
            if way.up and self._size and further is not None and still is not None:
                return signed(self._model, (further - still) * self._size / way.up)
        return None

    def duals(self, owner: str) -> Array | None:
        """∂cost/∂limit of each row when all give way, others little beside the owner's; None where nothing can move, or
        something gains without that.
        """
        free, still = self._grow.any() or self._shrink.any(), self._still
        if not free or not self._size or still is None or still < -GOOD * LONGEST:
            return None
        own = np.array([draft.owner == owner for draft in self._drafts])
        for beside, sign in product((LITTLE, 0.0, 1.0), (1.0, -1.0)):
            rows = self._signs(sign) * np.where(own, 1.0, beside)
            found = self._solved(self._way(sign, rows)).row_duals
            if found is not None:
                return np.asarray(found[: len(rows)] * self._size / self._sizes)
        return None

    def _way(self, up: float, rows: Array) -> Way:
        none = np.zeros(len(self._grow))
        return Way(up=up, rows=rows, grow=none, shrink=none)

    def _signs(self, exact: float) -> Array:
        """The side to which each row is loosened; what holds by definition is not."""
        signs = {"at_least": -1.0, "at_most": 1.0, "exactly": exact}
        return np.array([signs.get(draft.side, 0.0) for draft in self._drafts])

    @property
    def _nothing(self) -> Way:
        """No limit gives way."""
        return self._way(0.0, np.zeros(len(self._drafts)))

    @cached_property
    def _still(self) -> float | None:
        return self._least(self._nothing)

    def _least(self, way: Way) -> float | None:
        """The least cost of a step [of the largest slope]."""
        if not (self._grow.any() or self._shrink.any() or way.grow.any() or way.shrink.any()):
            return 0.0
        found = self._solved(way)
        return found.cost if found.ending == "optimal" else None

    def _solved(self, way: Way) -> Outcome:
        found = [self._moving(way, *room) for room in self._rooms]
        return min(found, key=lambda own: own.cost if own.ending == "optimal" else np.inf)

    @cached_property
    def _rooms(self) -> list[tuple[Flags, Flags]]:
        """The spends that can grow and those that can shrink, in turn: one that stands where its table bends up does
        not do both, for that would bring what neither does.
        """
        model, kernel, (above, below) = self._model, Kernel.of(self._model), self._beside
        own = np.intersect1d(model.tables, kernel.plain)
        up = own[(above.slopes - below.slopes)[own] > CLOSE * np.abs(above.slopes[own])]
        either = among(model.cells.inputs[up], len(model.cost))[model.spend.ravel()] & self._grow & self._shrink
        if not either.any():
            return [(self._grow, self._shrink)]
        return [(self._grow, self._shrink & ~either), (self._grow & ~either, self._shrink)]

    def _moving(self, way: Way, growing: Flags, shrinking: Flags) -> Outcome:
        program, (grow, shrink) = self._program
        program.bound_rows(
            np.arange(len(self._drafts)),
            np.where(self.low, way.rows, -np.inf),
            np.where(self.high, way.rows, np.inf),
        )
        for columns, free, given in ((grow, growing, way.grow), (shrink, shrinking, way.shrink)):
            least = given if way.exact else np.zeros(len(given))
            program.bound_columns(columns, least, np.where(free, LONGEST, given))
        return program.solve(SECONDS)

    @cached_property
    def _program(self) -> tuple[Program, tuple[Index, Index]]:
        """The program, and its columns by which spends grow and shrink."""
        stands = [
            Stand(slopes=_scaled(own, size), low=low, high=high)
            for own, size, low, high in zip(
                self._slopes, self._sizes.tolist(), self.low.tolist(), self.high.tolist(), strict=True
            )
        ]
        program = Program(first_step(self._costs, stands, self._grow, self._shrink, self._bent[1]))
        cells = range(len(self._grow))
        grow, shrink = (np.array([program.place[f"{name}_{cell}"] for cell in cells]) for name in ("grow", "shrink"))
        return program, (grow, shrink)

    def _frees(self, way: Way) -> bool:
        """Whether a spend without room, whose curve rises without end, grows when the limit gives way."""
        endless = self._endless.ravel().astype(np.float64)
        if not way.up or not endless.any():
            return False
        program, (grow, shrink) = self._program
        meets = np.array([program.place[f"meet_{number}"] for number in range(len(self._costs.both))], dtype=np.intp)
        moves, none = np.concatenate([grow, shrink, meets]), np.zeros(len(endless) + len(meets))
        program.price_columns(moves, np.concatenate([-endless, none]))
        grown, before = (self._least(own) for own in (way, self._nothing))
        program.price_columns(moves, np.concatenate([self._costs.up, -self._costs.down, self._costs.both]))
        return None not in (grown, before) and (grown or 0.0) < (before or 0.0) - FREED * abs(way.up)

    @cached_property
    def _endless(self) -> Flags:
        """The spends that rows leave no room at a place where the objective rises without end, and no row does."""
        takes = Takes(self._model, self._valuation)
        endless = takes.endless(cost_of(self._model)) & shut(self._model, self._unit)
        for draft in self._drafts:
            endless &= ~takes.endless(draft.sum)
        return endless

    @cached_property
    def _slopes(self) -> list[Slopes]:
        return [self._read(draft.sum) for draft in self._drafts]

    @cached_property
    def _sizes(self) -> Array:
        """The largest slope of each row, or 1 where it has none."""
        return np.array([max(_largest(own.up), _largest(own.down)) or 1.0 for own in self._slopes])

    @cached_property
    def _size(self) -> float:
        """The largest slope of the cost."""
        cost = self._read(cost_of(self._model))
        return max(_largest(cost.up), _largest(cost.down))

    @cached_property
    def _costs(self) -> Slopes:
        return _scaled(self._read(cost_of(self._model)), self._size or 1.0)

    def _read(self, total: Sum) -> Slopes:
        above, below = self._beside
        bent, whole = self._bent[0], np.zeros(len(self._model.cost))
        whole[total.columns] = total.values
        both = whole[self._model.cells.responses[bent]] * (below.slopes - above.slopes)[bent]
        return Slopes(up=above.of(total).ravel(), down=below.of(total).ravel(), both=both)

    @cached_property
    def _bent(self) -> tuple[Index, Array]:
        """The cells in which a table is read where it bends down, of spends that are carried over, and how much of each
        spend is read there, shape (cells, spends).
        """
        model, kernel, (above, below) = self._model, Kernel.of(self._model), self._beside
        carried = ~among(kernel.plain, len(model.cells.inputs)) & among(model.tables, len(model.cells.inputs))
        bent = np.flatnonzero(carried & (below.slopes - above.slopes > CLOSE * np.abs(below.slopes)))
        one = np.zeros((len(bent), len(carried)))
        one[np.arange(len(bent)), bent] = model.scale[model.cells.inputs[bent]]
        return bent, (kernel.pulled(model, one, len(model.cost)) / model.scale)[:, model.spend.ravel()]

    @cached_property
    def _beside(self) -> tuple[Takes, Takes]:
        """The slopes above the plan's spends, and below: a little beside those that a table reads, or a curve
        that rises without end there, since rounding may have brought them to such a place.
        """
        spend, takes = self._valuation.spend, Takes(self._model, self._valuation)
        beside = np.where(
            among(self._model.tabled, len(self._model.cost))[self._model.spend] | takes.endless(cost_of(self._model)),
            BESIDE,
            0.0,
        )
        up, down = (np.maximum(spend + side * beside * self._unit, 0.0) for side in (1.0, -1.0))
        above, below = (Takes(self._model, replace(self._valuation, spend=own)) for own in (up, down))
        return above, below


def shut(model: Model, unit: float) -> Flags:
    """The spends that rows leave no room, though their own limits would; shape (tactics, periods)."""
    least, most = model.scenario.own_limits
    room: Array = ((model.high - model.low) * model.scale)[model.spend]
    return np.asarray((least != most) & (room < max(WHOLE * unit, LOOSE * NOTHING / WHOLE)))


def lever(draft: Row) -> float:
    """How far the row's limit moves with its owner's; a sum of spends is no limit that a frontier moves."""
    return draft.lever if isinstance(draft.lever, float) else 0.0


def cost_of(model: Model) -> Sum:
    """The cost by the columns in the planner's units."""
    return Sum(columns=np.arange(len(model.cost)), values=model.cost / model.scale)


def signed(model: Model, cost: float) -> float:
    """∂objective/∂limit from ∂cost/∂limit."""
    return (-cost if model.scenario.objective.maximizes else cost) * model.worth + 0.0


def _scaled(slopes: Slopes, size: float) -> Slopes:
    return Slopes(up=slopes.up / size, down=slopes.down / size, both=slopes.both / size)


def _largest(slopes: Array) -> float:
    return float(np.abs(slopes).max(initial=0.0))


def _room(valuation: Valuation, unit: float) -> tuple[Flags, Flags]:
    """The spends that can grow, and those that can shrink: they are not within a unit of their limit."""
    low, high = valuation.scenario.own_limits
    return high - valuation.spend > WHOLE * unit, valuation.spend - low > WHOLE * unit
