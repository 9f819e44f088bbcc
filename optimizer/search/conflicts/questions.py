"""Can these limits all hold? Asked often, answered from what is known, by the sieve, or by a search."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from copy import copy

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Sum
from optimizer.formulation.margin import Margin
from optimizer.formulation.model import Model, build
from optimizer.formulation.spend import LOOSE, reach
from optimizer.formulation.tighten import tightened
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.limits import limited_to, limits_of
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.forced import Forced
from optimizer.search.conflicts.sieve import Sieve, Verdict
from optimizer.search.conflicts.sums import Sums
from optimizer.search.conflicts.switches import THRIFT, Switches
from optimizer.search.deadline import Deadline
from optimizer.search.search import ANY, Found, search
from optimizer.search.spends.ceiling import first_ceiling
from optimizer.units import LARGEST

Array = NDArray[np.float64]
NEAR = 10.0  # natural scales of a curve within which plans are looked for first
LESS = 1.0  # seconds to look for less than what is known to be enough, for all limits in question together
SEARCH = 10  # questions to the relaxation, that a search counts for
WIDER = 1e3  # times as far as where nothing was found, a spend without limits is followed next, up to all of money
NOTICEABLE = 0.99  # a limit that rows move below this share of itself is worth building again


class OutOfTimeError(Exception):
    """A question was not answered in time."""


def amounts(scenario: Scenario) -> Array:
    """A spend [money] of the order that the scenario speaks of, one a tactic, shape (tactics, 1)."""
    budgets = [scenario.budget.total, *(limit for _, limit in scenario.budget.by_period)]
    stated = [limit.at_most or limit.at_least or 0.0 for limit in budgets if limit is not None]
    own = [
        max(NEAR * tactic.response.natural_scale(), tactic.spend.at_most or tactic.spend.at_least, *stated, 1e-6)
        for tactic in scenario.tactics
    ]
    return np.array(own)[:, None]


def order_of(scenario: Scenario) -> float:
    """A spend [money] that the curves' own scales and the scenario's amounts suggest for a cell, generously."""
    return max(first_ceiling(scenario), float(amounts(scenario).max()))


def anything(scenario: Scenario, most: Array, deadline: Deadline) -> Found:
    """Any plan of a scenario whose spends reach at most `most` [money], shape (tactics, periods) or as it spreads."""
    most = np.minimum(reach(scenario, LARGEST), most)
    thrift = THRIFT * (float(most.sum()) or 1.0)
    return search(narrow(scenario, most, Margin(thrift=thrift)), ANY, deadline, lambda *_: None)


def ceilings(scenario: Scenario, first: float) -> Iterator[Array]:
    """How far spends are followed [money]: to `first`, and ever further up to what the scenario states of them."""
    stated = np.minimum(reach(scenario, LARGEST), LARGEST)
    while True:
        yield np.minimum(stated, first)
        if first >= stated.max():
            return
        first = min(WIDER * first, LARGEST)


def plan_of(scenario: Scenario, deadline: Deadline) -> Array | None:
    """The spend of any plan that a search finds [money], None when none exists. Raises OutOfTimeError.

    Steps keep what is looked for in the sight of the solver's tolerances, which are shares of the furthest spends: a
    point found where the step before was proved to hold none is theirs.
    """
    near = np.minimum(reach(scenario, LARGEST), LOOSE * amounts(scenario))  # all that a budget lets a cell reach
    empty = np.full_like(near, -1.0)  # below any spend: to spend nothing is a plan
    for ceiling in (*_nearer(scenario, near), near, *ceilings(scenario, order_of(scenario))):
        if (ceiling <= empty).all():
            continue
        found = anything(scenario, ceiling, deadline)
        if found.columns is None and not found.proved_empty:
            raise OutOfTimeError
        if found.columns is not None:
            spend: Array = np.maximum((found.columns * found.model.scale)[found.model.spend], 0.0)
            if (spend > empty).any():
                return spend
        empty = np.maximum(empty, ceiling)
    return None


def _nearer(scenario: Scenario, near: Array) -> Iterator[Array]:
    """Steps to amounts that are stated far beyond what curves suggest."""
    first = first_ceiling(scenario)
    while WIDER * first < near.max():
        yield np.minimum(near, first)
        first *= WIDER


def narrow(scenario: Scenario, most: Array, objective: Callable[[Vocabulary], Sum]) -> Model:
    """The model of a scenario, its spends limited by what its rows say of them."""
    model = build(scenario, most, objective)
    less = tightened(model)
    return build(scenario, less, objective) if (less < NOTICEABLE * most).any() else model


class Questions:
    """Questions about one scenario; every plan and every conflict that is found answers later ones too.

    `less` is for how many seconds less is looked for than what is known to be enough to mend the conflict; `sums` tells
    of what tolerances would let pass.
    """

    def __init__(self, scenario: Scenario, deadline: Deadline, sums: Sums | None = None) -> None:
        self.scenario, self.deadline, self.sums = scenario, deadline, sums
        self.switches = Switches(scenario, amounts(scenario), deadline)
        self.less, self.count = LESS, 0  # `count`: of questions that were not known already
        self._forced, self._sieve = Forced.of(scenario), Sieve(self.switches)
        self.plans: list[Array] = []  # spends [money], as they were found
        self._held: list[frozenset[str]] = []
        self._broken: list[tuple[str, ...]] = []
        self._seeming: list[tuple[str, ...]] = []  # what the relaxation cannot hold near by, which was not proved

    def within(self, seconds: float, less: float = LESS) -> Questions:
        """The same questions and all that is known, to be answered within that many seconds from now."""
        sooner = copy(self)
        sooner.deadline, sooner.less = self.deadline.within(seconds), less
        return sooner

    def __call__(self, names: Collection[str]) -> bool:
        """Whether the named limits can all hold; raises OutOfTimeError."""
        return self.conflict(names) is None

    def note(self, spend: Array) -> None:
        """Know a plan, its spend [money]: what it keeps can hold together."""
        self.plans.append(spend)
        self._held.append(self.switches.broken.kept(spend))

    def seems(self, names: Collection[str]) -> bool:
        """Whether the named limits can all hold: a yes is shown by a plan, a no may be what spends near by say.

        It is proved where the limits let spends go further than the relaxation looks.
        """
        return self.seeming(names) is None

    def seeming(self, names: Collection[str]) -> list[str] | None:
        """Those of the named limits that seem not to hold together, those first that matter most; None when all do."""
        asked = frozenset(names)
        near = self.switches.stays_near(asked)
        for ordered in self._seeming if near else ():
            if asked.issuperset(ordered):
                return list(ordered)
        found = self._answer(asked, prove=not near)
        return None if found is None else list(found)

    def conflict(self, names: Collection[str]) -> frozenset[str] | None:
        """Those of the named limits that cannot all hold, few where that shows; None when they all can."""
        found = self._answer(frozenset(names), prove=True)
        return None if found is None else frozenset(found)

    def known_broken(self, names: Collection[str]) -> tuple[str, ...] | None:
        """Those of the named limits that are known to conflict; None where none are. Raises OutOfTimeError."""
        asked = frozenset(names)
        known = next((broken for broken in self._broken if asked.issuperset(broken)), None)
        known = known or self._forced.conflict(asked)
        if known is None and self.sums is not None:
            if self.deadline.left <= 0:
                raise OutOfTimeError
            known = self.sums.conflict(asked)
            self._broken += [] if known is None else [known]
        return known

    def soon(self, names: Collection[str]) -> bool | None:
        """Whether the named limits can all hold; None where only a search would tell. Raises OutOfTimeError."""
        asked = frozenset(names)
        if self.known_broken(asked):
            return False
        return True if any(held >= asked for held in self._held) else self._sieved(asked, prove=True).holds

    def _answer(self, asked: frozenset[str], *, prove: bool) -> tuple[str, ...] | None:
        """Those that cannot all hold, those first that matter most; None when they can."""
        broken = self.known_broken(asked)
        if broken is not None:
            return broken
        if any(held >= asked for held in self._held):
            return None
        verdict = self._sieved(asked, prove=prove)
        if verdict.holds is None:
            return self._searched(asked)
        return None if verdict.holds else tuple(verdict.names)

    def _sieved(self, asked: frozenset[str], *, prove: bool) -> Verdict:
        """What the relaxation says, which is known from here on."""
        if self.deadline.left <= 0:
            raise OutOfTimeError
        self.count += 1
        verdict = self._sieve(asked, prove=prove)
        if verdict.spend is not None:
            self.plans.append(verdict.spend)
            self._held.append(frozenset(verdict.names))
        elif verdict.holds is False:
            (self._broken if prove else self._seeming).append(tuple(verdict.names))
        return verdict

    def _searched(self, names: frozenset[str]) -> tuple[str, ...] | None:
        self.count += SEARCH
        spend = plan_of(limited_to(self.scenario, names), self.deadline)
        if spend is None:
            self._broken.append(tuple(name for name in limits_of(self.scenario) if name in names))
            return self._broken[-1]
        self.plans.append(spend)
        self._held.append(names | self.switches.broken.kept(spend))
        return None
