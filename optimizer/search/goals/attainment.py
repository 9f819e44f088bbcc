"""Goals by priority: each level is attained as far as those before it allow, and then the cheapest such plan is taken.

Lexicographic: one certified search a level, on the true curves. What a level attained is held in every search after it:
a level attained in full by rows that bind as those of required goals do, any other by one row on its attainment.

Money is rounded after that, which takes a little of each level. Whoever may attain as little at one level may attain
more at the next, near a flat optimum by the root of it: those are bounded again with what is told of earlier ones held.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import BELOW, largest_violation
from optimizer.answers.plan import LevelResult
from optimizer.errors import ScenarioError, SolverFault
from optimizer.formulation.goals import Held, Pursuit
from optimizer.formulation.model import Model, build
from optimizer.formulation.tighten import tightened
from optimizer.problem.attainment import Level, attained, levels_of
from optimizer.problem.goal import Goal
from optimizer.problem.objective import Aim, Objective
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.prices.duals import Prices, prices_of
from optimizer.search.prices.fitted import fitted
from optimizer.search.search import ANY, Found, Report, formulation_of, search
from optimizer.search.spends.within import NOTICEABLE, Watch, by_rows, proof_of_none
from optimizer.units import KEPT

Array = NDArray[np.float64]
SLACK = 1e-9  # share of what a level attained that later ones may take from it: doubles
DIGITS = 1e-15  # of a level's weight: what sums of doubles leave of nothing
NEARLY = 10.0  # gaps, within which what may be attained in full, a level or a goal, is tried once more, in full
HALF = 0.5  # of the gap, to which levels are held where goals are met in full that were all but met
OUTRIGHT = 3.0  # parts of a level's time, of which one is for a plan that meets all of it
DEARER = 1.0 + 1e-6  # no plan that attains as much and costs less spends more than this times the one at hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a level attained on the true curves, and what no plan that holds the earlier levels can pass [1]."""

    level: Level
    attained: float
    bound: float

    @property
    def full(self) -> bool:
        """Whether every goal of the level is met."""
        return self.attained >= self.level.weight * (1.0 - KEPT)

    @property
    def least(self) -> float:
        """What it is to attain in the searches after it [1]; below 0 where what a goal counts is a loss."""
        return self.attained - SLACK * abs(self.attained)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attained:
    """The point found and the model it is rounded by; its cost and bound are those of all levels together, unscaled.

    `priced` is the search of the first level that is not met in full, `pressing` its goals; `dearer` is the share of
    its spend [1] that a plan that attains as much might save, for all that was proved. `again` is the same with what is
    found and proved of each level among all plans that attain no less than it is given [1] of those before it.
    """

    found: Found
    levels: tuple[Reached, ...]
    priced: Found | None
    pressing: tuple[Goal, ...]
    dearer: float
    again: Callable[[Sequence[float]], Attained] | None = None

    @property
    def searched(self) -> Found:
        """The search that prices come from."""
        return self.priced or self.found


def pursue(scenario: Scenario, deadline: Deadline, watch: Watch) -> Attained:
    """Attain soft goals level by level, then spend the least."""
    try:
        course = _Course(scenario, deadline, watch)
    except ScenarioError:
        if (nothing := proof_of_none(scenario, deadline)) is not None:
            return Attained(found=nothing, levels=(), priced=None, pressing=(), dearer=0.0)
        raise
    levels = levels_of(scenario)
    again = len(levels) - 1  # all but the first may be proved once more
    for number, level in enumerate(levels):
        course.attain(level, waiting=len(levels) - number + again)
        if course.last is not None and course.last.columns is None:
            return Attained(found=course.last, levels=(), priced=None, pressing=(), dearer=0.0)
    return course.cheapest()


class _Course:
    """The levels attained so far, and the point that attains them."""

    def __init__(self, scenario: Scenario, deadline: Deadline, watch: Watch) -> None:
        self._scenario, self._deadline, self._watch = scenario, deadline, watch
        self._widest = self._most = by_rows(scenario)
        self._whole = sum(level.weight for level in levels_of(scenario))
        self._held: tuple[Held, ...] = ()
        self._met: set[str] = set()
        self._reached: list[Reached] = []
        self._priced: Found | None = None
        self._rounds = self._nodes = self._pieces = 0
        self._stopped = False
        self.last: Found | None = None

    def attain(self, level: Level, waiting: int) -> None:
        """Search one level; what is left of the time is shared with those that wait, and with the spend."""
        model = self._model(self._stated("goals"), Pursuit(now=level, held=self._held))
        if formulation_of(model)[0] != "tangents" and self._attained_outright(level, waiting):
            return
        found = self._search(model, self._scenario.solve.gap, waiting + 1, self._report(level, model))
        if found.columns is not None or self.last is None:
            self.last = found
        if self.last.columns is None:
            return
        reached = self._measured(level, found)
        if self._may_be_full(reached):
            whole = self._in_full(level, waiting + 1)
            if whole.columns is not None:
                self.last, reached = whole, replace(reached, attained=level.weight, bound=level.weight)
        if self._priced is None and not reached.full:
            self._priced = found
        self._reached.append(reached)
        self._hold(reached)

    def _attained_outright(self, level: Level, waiting: int) -> bool:
        """Whether a plan that meets the whole level is found in a part of its time.

        Attainment ends at 1: beside decisions and bent curves a search for more of it is led nowhere by that plateau.
        """
        whole = self._in_full(level, OUTRIGHT * (waiting + 1))
        if whole.columns is not None:
            self.last = whole
            self._reached.append(Reached(level=level, attained=level.weight, bound=level.weight))
            self._hold(self._reached[-1])
        return whole.columns is not None

    def cheapest(self) -> Attained:
        """Spend the least with every level held, in half of the time that is left: questions about goals come after."""
        assert self.last is not None
        self._most = np.minimum(self._most, float(self._spend().sum()) * DEARER)
        model = self._model(self._stated("spend"), Pursuit(held=self._held))
        found = self._search(model, self._scenario.solve.gap, 2, lambda *_: None)
        self.last = self.last if found.columns is None else found
        values = self._met_outright() or [reached.attained for reached in self._reached]
        levels = tuple(replace(each, attained=value) for each, value in zip(self._reached, values, strict=True))
        whole = replace(self.last, model=replace(self.last.model, worth=1.0), duals=None)
        pressing = next((reached.level.goals for reached in self._reached if not reached.full), ())
        spent, least = float(self._spend().sum()), max(found.bound * model.worth, 0.0)
        attained = Attained(
            found=self._together(whole, levels),
            levels=levels,
            priced=self._priced,
            pressing=pressing,
            dearer=max(0.0, 1.0 - least / spent) if spent > 0.0 else 0.0,
        )
        return replace(attained, again=partial(self._again, attained))

    def _again(self, before: Attained, told: Sequence[float]) -> Attained:
        """What was attained, each level found and proved among all plans that attain what is `told` of those before it.

        What is known of a level stands where its search held no more than that; else it is searched once more.
        """
        known, lost = list(before.levels), False
        self._most, self._held, self._met = self._widest, (), set()
        for number, (held, value) in enumerate(zip(self._reached, told, strict=True)):
            if lost and held.bound < held.level.weight:
                known[number] = self._beside(held.level, len(known) - number + 1)
            own = before.levels[number].attained
            self._hold(replace(held, attained=min(value, own)))  # which the point at hand keeps
            lost |= value < held.least
        return replace(before, found=self._together(before.found, known), levels=tuple(known))

    def _beside(self, level: Level, parts: float) -> Reached:
        """What is found and proved of a level beside what is held."""
        model = self._model(self._stated("goals"), Pursuit(now=level, held=self._held))
        found = self._search(model, self._scenario.solve.gap, parts, lambda *_: None)
        if found.columns is None:  # though there is a plan: nothing was proved
            return Reached(level=level, attained=0.0, bound=level.weight)
        return Reached(level=level, attained=-found.cost * model.worth, bound=_proved(level, found))

    def _together(self, found: Found, levels: Sequence[Reached]) -> Found:
        """What was found, with the cost and the bound of all levels together, unscaled, and all the work."""
        return replace(
            found,
            cost=-sum(each.attained for each in levels),
            bound=-sum(max(each.attained, each.bound) for each in levels),
            stopped=self._stopped,
            rounds=self._rounds,
            nodes=self._nodes,
            pieces=self._pieces,
        )

    def _met_outright(self) -> list[float]:
        """What levels attain once goals that are all but met are met, within what was proved; [] where none are.

        A level is told to its gap, and so is a goal in it: at 1 its attainment ends, and a search stops just before.
        """
        gap, valuation = self._scenario.solve.gap, self._valued()
        open_goals = [goal for reached in self._reached if not reached.full for goal in reached.level.goals]
        nearly = {goal.name: attained(goal, valuation) / goal.weight for goal in open_goals}
        nearly = {name: share for name, share in nearly.items() if share >= 1.0 - NEARLY * gap}
        if not any(share < 1.0 - KEPT for share in nearly.values()):
            return []
        found = self._search(self._outright(set(nearly)), ANY, 2, lambda *_: None)
        if found.columns is None:
            return []
        self.last = found
        return [self._value(reached.level) for reached in self._reached]

    def _outright(self, names: set[str]) -> Model:
        """Goals required, and every level held as far as keeps its gap proved: half of it is left to be lost."""
        left = HALF * self._scenario.solve.gap
        least = ((each, min(each.least, each.bound - left * abs(each.bound))) for each in self._reached)
        held = (Held(level=each.level, attained=value) for each, value in least if not each.full)
        return self._model(self._stated("spend", names), Pursuit(held=tuple(held)))

    def _stated(self, aim: Aim, names: Collection[str] = ()) -> Scenario:
        """The scenario with the goals required that are met in full, and those of these names."""
        met = self._met.union(names)
        goals = tuple(replace(goal, required=goal.required or goal.name in met) for goal in self._scenario.goals)
        return replace(self._scenario, goals=goals, objective=Objective(aim=aim))

    def _model(self, scenario: Scenario, pursuit: Pursuit) -> Model:
        model = build(scenario, self._most, pursuit=pursuit)
        less = tightened(model)
        return build(scenario, less, pursuit=pursuit) if (less < NOTICEABLE * self._most).any() else model

    def _search(self, model: Model, gap: float, parts: float, report: Report) -> Found:
        """Search with a share of the time that is left, from the point at hand."""
        share = Deadline.after(self._deadline.left / parts, self._deadline.clock)
        found = search(model, gap, share, report, self._start(model))
        self._stopped |= found.stopped and gap < ANY
        self._rounds, self._nodes = self._rounds + found.rounds, self._nodes + found.nodes
        self._pieces = max(self._pieces, found.pieces)
        return found

    def _start(self, model: Model) -> Array | None:
        """The point at hand in the columns of another model: all but the attainments, which follow from it, agree."""
        if self.last is None or self.last.columns is None:
            return None
        before = self.last.model
        shared = len(before.names) - len(before.attainments.columns)
        start = np.zeros(len(model.names))
        start[:shared] = self._point()[:shared] / model.scale[:shared]
        return start

    def _measured(self, level: Level, found: Found) -> Reached:
        """What the point at hand attains, and what the search proved."""
        bound = _proved(level, found)
        if found is self.last:
            return Reached(level=level, attained=min(bound, -found.cost * found.model.worth), bound=bound)
        value = self._value(level)
        return Reached(level=level, attained=value, bound=max(bound, value))

    def _value(self, level: Level) -> float:
        """What the point at hand attains of a level [1]."""
        return _told(level, self._valued())

    def _valued(self) -> Valuation:
        """The point at hand on the true curves."""
        assert self.last is not None
        currents = self.last.model.currents
        converted = None if currents is None else currents.converted(self._point())
        return Valuer(self._scenario).value(self._spend(), converted, more=False)

    def _may_be_full(self, reached: Reached) -> bool:
        weight = reached.level.weight
        least = weight * (1.0 - NEARLY * self._scenario.solve.gap)
        return least <= reached.attained < weight and reached.bound >= weight * (1.0 - KEPT)

    def _in_full(self, level: Level, parts: float) -> Found:
        """Any plan that meets every goal of the level: a search for attainment ends within its gap, just before."""
        names = [goal.name for goal in level.goals]
        model = self._model(self._stated("spend", names), Pursuit(held=self._held))
        return self._search(model, ANY, parts, lambda *_: None)

    def _hold(self, reached: Reached) -> None:
        if reached.full:
            self._met |= {goal.name for goal in reached.level.goals}
        else:
            self._held = (*self._held, Held(level=reached.level, attained=reached.least))

    def _point(self) -> Array:
        """The point at hand in the planner's units, by column."""
        assert self.last is not None
        assert self.last.columns is not None
        point: Array = self.last.columns * self.last.model.scale
        return point

    def _spend(self) -> Array:
        """Its spend [money], shape (tactics, periods)."""
        assert self.last is not None
        spend: Array = np.maximum(self._point()[self.last.model.spend], 0.0)
        return spend

    def _report(self, level: Level, model: Model) -> Report:
        """Progress in the value of the whole: levels that wait may still attain everything."""
        lost = sum(reached.level.weight - reached.bound for reached in self._reached)
        others = self._whole - lost - level.weight
        value = sum(reached.attained for reached in self._reached)
        before = self._rounds, self._nodes

        def report(rounds: int, nodes: int, cost: float, bound: float) -> None:
            least = max(bound, -level.weight / model.worth) - others / model.worth
            self._watch(model, before[0] + rounds, before[1] + nodes, cost - value / model.worth, least)

        return report


def _proved(level: Level, found: Found) -> float:
    """What a search for a level proved that none attains more of [1]."""
    bound = min(level.weight, -found.bound * found.model.worth)
    return bound if abs(bound) > DIGITS * level.weight else 0.0


def beside_told(reached: Attained, valuation: Valuation) -> Attained:
    """What was attained, where later levels are proved among all plans that attain what is told of earlier ones.

    Its cost is that of the best such plans that were found: what a level lost beside them, rounding took.
    """
    assert reached.again is not None
    return reached.again([_told(each.level, valuation) for each in reached.levels])


def level_results(levels: Sequence[Reached], valuation: Valuation) -> tuple[LevelResult, ...]:
    """What each level attains on the rounded money, beside what was proved; never a bound that the plan beats.

    Errors: SolverFault where a plan that keeps every limit beats a level's bound by more than doubles explain.
    """
    held, results = largest_violation(valuation) == 0.0, []
    for each in levels:
        level, value = each.level, _told(each.level, valuation)
        if held and value > each.bound + BELOW * level.weight:
            raise SolverFault("bound_broken", "", "the plan is better than its bound", "report the scenario")
        shortfall, bound = level.weight - value, level.weight - max(each.bound, value)
        results.append(
            LevelResult(
                priority=level.priority,
                goals=tuple(goal.name for goal in level.goals),
                weight=level.weight,
                shortfall=shortfall + 0.0,
                bound=bound + 0.0,
                gap=(shortfall - bound) / level.weight,
            )
        )
    return tuple(results)


def _told(level: Level, valuation: Valuation) -> float:
    """What a plan attains of a level [1]."""
    return math.fsum(attained(goal, valuation) for goal in level.goals)


def prices_of_level(reached: Attained, valuation: Valuation) -> Prices:
    """∂attainment/∂limit of the first level that is not met in full; 0 for every limit where all goals are met."""
    if reached.priced is not None and reached.priced.columns is not None:
        model, columns = reached.priced.model, reached.priced.columns
        spend = np.maximum((columns * model.scale)[model.spend], 0.0)
        there = Valuer(model.scenario).value(spend)  # the plan attains as much, but may spend less on it
        return prices_of(model, fitted(model, columns, reached.priced.duals, there, 0.0), valuation, columns)
    rows = (row for row in reached.found.model.drafts if row.side not in ("link", "pursued"))
    return Prices(limits={row.owner: 0.0 for row in rows}, sides={})
