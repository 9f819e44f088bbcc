"""One linear relaxation of a scenario, built once, each of whose limits can be switched off or left to give way."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import violations
from optimizer.formulation.draft import Sum, among
from optimizer.formulation.elastic import Elastic, givings_of
from optimizer.formulation.margin import Margin
from optimizer.formulation.model import build
from optimizer.formulation.spend import reach
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.budget import Budget
from optimizer.problem.limits import BUDGET, limits_of, period_budget, spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import SpendLimits
from optimizer.problem.valuation import Valuer
from optimizer.search.conflicts.dive import dive
from optimizer.search.conflicts.far import BESIDE, Far
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import can_follow
from optimizer.search.nodes.distances import distances
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.search import ANY
from optimizer.solver.highs import Outcome
from optimizer.units import LARGEST

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
THRIFT = 100.0  # whole budgets that a whole margin may cost
ABOUT = 1.01  # times as far, that limits may let a spend go
ROUNDS = 40  # of tangents, after which a search does better
LOOSE = 0.03  # of what envelopes bridge, that tangents may leave loose
FEW = 100  # cells, up to which tangents are as quick as anything
KEPT = 1e-9  # share of a limit by which a point may miss it: doubles


class Broken:
    """Which limits of a scenario a spend breaks on the true curves, and by how much."""

    def __init__(self, scenario: Scenario) -> None:
        self._valuer, self.names = Valuer(scenario), frozenset(limits_of(scenario))

    def __call__(self, spend: Array) -> dict[str, tuple[float, float]]:
        """By how much each limit is broken [units of the limit; share of it]; those kept are left out."""
        return {name: (amount, share) for name, amount, share in violations(self._valuer.value(spend))}

    def kept(self, spend: Array) -> frozenset[str]:
        """The limits that a spend keeps, but for the rounding of doubles."""
        return self.names - {name for name, (_, share) in self(spend).items() if share > KEPT}


@dataclass(frozen=True, slots=True)
class _Everything:
    margin: Margin
    elastic: Elastic

    def __call__(self, words: Vocabulary) -> Sum:
        total = self.margin(words)
        self.elastic(words)
        return total


class Switches:
    """The relaxation, with spends up to `near` [money] of shape (tactics, 1); what it proves is proved further out."""

    def __init__(self, scenario: Scenario, near: Array, deadline: Deadline) -> None:
        self.scenario, self.broken = scenario, Broken(scenario)
        free = SpendLimits(at_most=LARGEST)  # no limit but money's own: without any, not every objective can be stated
        self._loose = replace(scenario, tactics=tuple(replace(tactic, spend=free) for tactic in scenario.tactics))
        self._all_near = most = np.repeat(near, len(scenario.periods), axis=1)
        self.elastic = Elastic(scenario, givings_of(scenario, limits_of(scenario)))
        margin = Margin(thrift=THRIFT * (float(most.sum()) or 1.0), limited=scenario)
        self._objective = _Everything(margin, self.elastic)
        self.model = build(self._loose, most, self._objective, counted=np.inf)  # its rows, however far spends go
        self._fars: dict[bytes, Far] = {}
        self._relaxation = Relaxation(self.model, Incumbent(self.model), deadline, ANY)
        self._gives = self.elastic.places(self.model)
        owners = [row.owner if row.side != "link" else "" for row in self.model.drafts]
        self.owners = np.array(owners, dtype=object)
        self.always = np.array([owner not in self.broken.names for owner in owners], dtype=bool)
        self._standing, self._easy = np.ones(len(owners), dtype=bool), np.zeros(len(owners), dtype=bool)
        self.give(self.own([]))

    @property
    def near(self) -> frozenset[str]:
        """The limits that say by themselves how far spends go."""
        scenario = self.scenario
        budgets = {BUDGET, *(period_budget(period) for period, _ in scenario.budget.by_period)}
        return self.broken.names & (budgets | {spend_limit(tactic) for tactic in scenario.tactics})

    @property
    def walked(self) -> bool:
        """Whether an interior-point method does what these rounds of tangents do, and sooner: on many bent cells."""
        model = self.model
        whole = len(model.integer) or len(model.two_sided) or bool(model.cells.curves.concave.all())
        return not whole and len(model.cells.inputs) > FEW and can_follow(model)

    @cached_property
    def distances(self) -> Array:
        """How far each row's limit is from where nothing near by breaks it [scaled]."""
        model, matrix = self.model, self.model.matrix
        gives = among(self._gives, len(model.cost))
        least, most = matrix.ends(*(np.where(gives, 0.0, limit) for limit in (model.low, model.high)))
        off = np.where(np.isfinite(matrix.lower), matrix.lower - least, most - matrix.upper)
        return np.asarray(np.maximum(off, 0.0))

    @property
    def most(self) -> Array:
        """How far each side can give way near by [units of the limit]."""
        return np.asarray((self.model.high * self.model.scale)[self._gives])

    def stays_near(self, names: Collection[str]) -> bool:
        """Whether the named limits keep spends about as near as the relaxation looks."""
        return bool((self._most(names) <= ABOUT * self._all_near).all())

    def only(self, names: Collection[str]) -> Flags:
        """Switch on just the rows of the named limits, and those that hold by definition; which these are."""
        matrix, chosen = self.model.matrix, set(names)
        on: Flags = self.always | np.array([owner in chosen for owner in self.owners], dtype=bool)
        lower, upper = np.where(on, matrix.lower, -np.inf), np.where(on, matrix.upper, np.inf)
        self._relaxation.program.bound_rows(np.arange(len(on)), lower, upper)
        self._standing = on
        return on

    def give(self, own: Flags) -> None:
        """Let some sides give way, each unit at the same cost, and nothing else cost; all others stand."""
        program, place, model = self._relaxation.program, self._relaxation.tangents.place, self.model
        self.charge(own, float(model.scale[self._gives[own]].max(initial=0.0)))
        easy = {giving.owner for giving, gives in zip(self.elastic.givings, own, strict=True) if gives}
        self._easy = np.array([owner in easy for owner in self.owners], dtype=bool)
        nothing = np.zeros(len(own))
        program.bound_columns(place[self._gives], nothing, np.where(own, model.high[self._gives], nothing))
        self._program_margin(0.0, 0.0 if own.any() else 1.0)

    def charge(self, own: Flags, unit: float) -> None:
        """Let so much giving cost 1 [units of the limits]: of about what is given, duals are as accurate as can be."""
        cost = np.zeros(len(self.model.cost)) if own.any() else self.model.cost.copy()
        self._unit = unit or 1.0
        cost[self._gives[own]] = self.model.scale[self._gives[own]] / self._unit
        self._relaxation.program.price_columns(self._relaxation.tangents.place, cost)

    def own(self, names: Collection[str]) -> Flags:
        """Which of the givings are those of the named limits."""
        return np.array([giving.owner in names for giving in self.elastic.givings], dtype=bool)

    def clear(self, margin: float) -> None:
        """Keep clear of limits that run through curves by a share of each, as long as a limit gives way."""
        self._program_margin(margin, margin)

    def _program_margin(self, low: float, high: float) -> None:
        place = self._relaxation.tangents.place[len(self.model.names) - len(self._gives) - BESIDE]
        self._relaxation.program.bound_columns(np.array([place]), np.array([low]), np.array([high]))

    def points(self) -> Iterator[tuple[Outcome, Array | None]]:
        """Solve and sharpen by turns: each outcome, and its spend [money] where there is a point."""
        relaxation, before = self._relaxation, np.zeros(0)
        relaxation.tangents.enter(relaxation.root)
        for _ in range(ROUNDS):
            outcome = relaxation.solve()
            if outcome.columns is None:
                yield outcome, None
                return
            point = relaxation.point(outcome)
            yield outcome, self._spend(point)
            if np.array_equal(point, before) or not relaxation.tangents.tighten(
                point, relaxation.hull, relaxation.root
            ):
                return
            relaxation.tangents.tighten(self._levelled(point), relaxation.hull, relaxation.root)
            before = point

    def bridged(self, outcome: Outcome) -> bool:
        """Whether what an outcome's point is off the curves by is envelopes, hardly tangents: no more of these help."""
        if outcome.row_duals is None:
            return False
        relaxation, rows = self._relaxation, len(self.owners)
        loose, bent = distances(
            relaxation.incumbent, relaxation.point(outcome), outcome.row_duals[:rows], relaxation.hull, relaxation.root
        )
        return float(loose.sum()) < LOOSE * float(bent.sum())

    def _levelled(self, point: Array) -> Array:
        """The point with each tactic's periods alike: those of one curve would change places, tangent for tangent."""
        cells, scale, point = self.model.cells, self.model.scale, point.copy()
        for columns, size in ((cells.inputs, scale[cells.inputs]), (cells.responses, scale[cells.responses])):
            for first, last in pairwise(cells.first.tolist()):
                own = columns[first:last]
                point[own] = float((point[own] * size[first:last]).mean()) / size[first:last]
        return point

    def dives(self, outcome: Outcome) -> Iterator[tuple[Array, Array]]:
        """Columns and spends on from an outcome, where envelopes bridge less and less: none of them proves anything."""
        for point in dive(self._relaxation, self._relaxation.point(outcome), self._standing & ~self._easy):
            yield point, self._spend(point)

    def _spend(self, point: Array) -> Array:
        spend: Array = np.maximum((point * self.model.scale)[self.model.spend], 0.0)
        return spend

    def proved(self, own: Flags, outcome: Outcome) -> float:
        """How far sides must give way at the least, in all: proved on the true curves, without the solver.

        The outcome is one since they were last charged.
        """
        if outcome.row_duals is None:
            return 0.0
        owners = {giving.owner for giving, gives in zip(self.elastic.givings, own, strict=True) if gives}
        far, unit = self._far(self._most(self.broken.names - owners)), self._unit
        return far.given(self._on(far, outcome.row_duals) * unit, own)

    def missed(self, names: Collection[str], multipliers: Array) -> tuple[float, float]:
        """By how much the named limits' rows miss in their sum by multipliers [scaled], and the size of its terms.

        Proved of every plan that keeps those limits, as far as money goes, on the true curves and without the solver.
        """
        most = self._most(names)
        far = self._far(self._most([])).within(most) or self._far(most)
        return far.missed(self._on(far, multipliers))

    def _most(self, names: Collection[str]) -> Array:
        """How far spends go [money] under the named limits."""
        whole, kept = self.scenario.budget, frozenset(names)
        by_period = tuple(entry for entry in whole.by_period if period_budget(entry[0]) in kept)
        budgets = self._loose.under(Budget(total=whole.total if BUDGET in kept else None, by_period=by_period))
        stated = np.array([spend_limit(tactic) in kept for tactic in self.scenario.tactics])[:, None]
        return np.minimum(reach(budgets, LARGEST), np.where(stated, self.scenario.own_limits[1], LARGEST))

    def _far(self, most: Array) -> Far:
        key = most.tobytes()
        if key not in self._fars:
            self._fars[key] = Far(self._loose, most, self._objective, self.elastic)
        return self._fars[key]

    def point(self, outcome: Outcome) -> Array:
        """The columns of an outcome."""
        return self._relaxation.point(outcome)

    def columns(self, point: Array) -> Array:
        """Those of a point [planner's units] that any model of the scenario has: what gives way comes after them."""
        return np.asarray((point * self.model.scale)[: len(self.model.names) - len(self._gives) - BESIDE])

    def given(self, point: Array) -> Array:
        """By how much each side gives way at a point [units of the limit]."""
        return self.elastic.given(self.model, point)

    def ray(self) -> Array | None:
        """Multipliers of the rows [scaled] that prove an infeasible outcome, if they do."""
        multipliers = self._relaxation.program.ray()
        return None if multipliers is None else multipliers[: len(self.owners)]

    def _on(self, far: Far, duals: Array) -> Array:
        """Multipliers of rows as a far model scales them."""
        rescaled: Array = duals[: len(self.owners)] / self.model.row_scale * far.row_scale
        return rescaled
