"""How far limits have to move until everything holds.

Where rows follow the limits, the kept relaxation is asked first: its duals prove a lower bound on the true curves, and
a point of it that keeps everything else is an upper one. Where these do not meet, a certified search over elastic rows
answers. A limit that rows do not follow, such as a share, is closed in on: the plan that misses its rows least says
which limit it keeps; the plan that keeps those rows by most says which limit would do, and so on (Dinkelbach 1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import compress

import numpy as np

from optimizer.formulation.elastic import Giving
from optimizer.problem.limits import limits_of, moved
from optimizer.problem.movable import Movable
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.search.conflicts.forced import Forced
from optimizer.search.conflicts.giving import Given, least_giving, tautest
from optimizer.search.conflicts.questions import OutOfTimeError, Questions
from optimizer.search.conflicts.rough import roughly
from optimizer.search.conflicts.several import enough_together
from optimizer.search.conflicts.switches import KEPT, Array, Broken, Flags, Switches
from optimizer.search.conflicts.whole import keeps_all, mended
from optimizer.search.deadline import Deadline

CLOSE = 1e-6  # relative, by which the bounds of a change may differ
MUCH = 0.9  # of what one limit has to give at the least: where several need less, it is not for the relaxation alone
ALIKE = 1e-3  # of a bound, within which relaxations say the same of one limit and of several
CUT = 1e-6  # of a change, within which the least is known
CLOSINGS = 20
NEAR = 5e-8  # the share by which limits are missed that tangents are left at: the rest is tolerances
SEARCHED = 0.5  # of the time, that a search has to find anything
STILL = 1e-9  # relative, by which a bound that still rises does so
FALLING = 0.9  # of the nearest that a point came to keeping everything, that a nearer one reaches
PATIENCE = 2  # rounds without either, after which tangents have told all they can


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Where a side stands after its change, and the spend of a plan that keeps everything then.

    `least`: it was proved that no smaller change is enough.
    """

    to: float
    spend: Array
    least: bool = True


def least_on_rows(asked: Questions, givings: tuple[Giving, ...], known: Given | None = None) -> Given | None:
    """The least that sides whose rows follow them give way, in all; None when no giving is enough.

    Some giving may be `known` to be enough. Raises OutOfTimeError.
    """
    switches = asked.switches
    others = switches.broken.names - {giving.owner for giving in givings}
    if known is None and asked.known_broken(others) is not None:
        return None
    own = np.array([giving in givings for giving in switches.elastic.givings], dtype=bool)
    looked = _looked(switches, own, soon=known is None and switches.walked)
    if looked.given is not None:
        place = {giving: number for number, giving in enumerate(compress(switches.elastic.givings, own))}
        return replace(looked.given, amounts=looked.given.amounts[[place[giving] for giving in givings]])
    if known is not None and known.relaxed > 0.0:
        return _less_roughly(asked, givings, known, looked)
    if known is None and looked.empty and not asked(others):
        return None
    found = _searched(asked, givings, known)
    if found is None or found.least:
        return found
    bound = max(found.bound, looked.bound)
    return replace(found, bound=bound, relaxed=looked.bound or bound)


def _searched(asked: Questions, givings: tuple[Giving, ...], known: Given | None) -> Given | None:
    """What a search finds; where it finds nothing in its time, less than what some plan of all other limits needs."""
    seconds = asked.deadline.left if known is not None else SEARCHED * asked.deadline.left
    try:
        return least_giving(asked.scenario, givings, asked.deadline.within(seconds), known, asked.less)
    except OutOfTimeError:
        rough = _at_hand(asked, givings)
    return None if rough is None else least_giving(asked.scenario, givings, asked.deadline, rough, asked.less)


def _at_hand(asked: Questions, givings: Sequence[Giving]) -> Given | None:
    """What sides give way by at a plan of all other limits; None when there is none. Raises OutOfTimeError."""
    if not asked(asked.switches.broken.names - {giving.owner for giving in givings}):
        return None
    given = roughly(asked, givings)
    if given is None:
        raise OutOfTimeError
    return given


def _less_roughly(asked: Questions, givings: tuple[Giving, ...], known: Given, looked: _Looked) -> Given:
    """What is roughly known to be enough, or less by sides that the relaxation moves, where it sees less at all."""
    rough = replace(known, least=False, bound=looked.bound)
    if not _sees_less(asked.switches, givings, known, looked):
        return rough
    quick = rough
    if asked.switches.walked:
        quick = enough_together(asked, givings, looked.moved, looked.columns, rough)
        if looked.bound >= MUCH * float(quick.amounts.sum()):
            return quick
    some = [place for place, own in enumerate(givings) if own in looked.moved or known.amounts[place] > 0.0]
    start = replace(known, amounts=known.amounts[some])
    found = least_giving(asked.scenario, [givings[place] for place in some], asked.deadline, start, asked.less)
    if found is None or float(found.amounts.sum()) >= float(quick.amounts.sum()):
        return quick
    amounts = np.zeros(len(givings))
    amounts[some] = found.amounts
    return replace(found, amounts=amounts, least=False, bound=looked.bound)


def _sees_less(switches: Switches, givings: tuple[Giving, ...], known: Given, looked: _Looked) -> bool:
    """Whether the relaxation sees less in several sides than in those that are known to be enough."""
    if not switches.walked:
        return looked.bound < (1.0 - ALIKE) * known.relaxed
    alone = {own for own, amount in zip(givings, known.amounts.tolist(), strict=True) if amount > 0.0}
    if looked.moved.keys() <= alone:
        return False
    if looked.bound < MUCH * known.relaxed:
        return True
    own = np.array([giving in alone for giving in switches.elastic.givings], dtype=bool)
    return looked.bound < (1.0 - ALIKE) * _looked(switches, own).bound


def _looked(switches: Switches, own: Flags, *, soon: bool = False) -> _Looked:
    """What the relaxation shows, once more with a little to spare where it came near; `soon`, its first point alone."""
    switches.only(switches.broken.names)
    switches.give(own)
    looked = _look(switches, own, soon=soon)
    if KEPT < looked.off <= CLOSE and looked.given is None:
        switches.clear(1.2 * looked.off)
        again = _look(switches, own, soon=soon)
        looked = replace(again, bound=looked.bound)
    return looked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What the relaxation showed: what is given, proved to be the least; or how near it came, how far it `moved` which
    sides at which `columns` [planner's units], and how much is needed at the least; or that it is `empty`, near by."""

    given: Given | None = None
    moved: dict[Giving, float] = field(default_factory=dict)
    columns: Array = field(default_factory=lambda: np.zeros(0))
    empty: bool = False
    off: float = np.inf
    bound: float = 0.0


def _look(switches: Switches, own: Flags, *, soon: bool) -> _Looked:
    """Sharpen until the bounds meet, or tangents have told all they can."""
    last, nearest, still, seen = -1.0, np.inf, 0, _Looked()
    for outcome, spend in switches.points():
        if spend is None:
            return _Looked(empty=True)
        point = switches.point(outcome)
        given = switches.given(point)
        amounts, off = _needed(switches, given, spend, own)
        total, need = float(amounts.sum()), float(given.sum())
        if off <= KEPT and total <= need * (1.0 + CLOSE) and switches.proved(own, outcome) >= total * (1.0 - CLOSE):
            return _Looked(given=Given(amounts=amounts, spend=spend))
        seen = _Looked(off=off)
        if soon:
            return seen
        rising = need > last * (1.0 + STILL) or off < FALLING * nearest
        still, last, nearest = 0 if rising else still + 1, max(need, last), min(off, nearest)
        if still >= PATIENCE or KEPT < off <= NEAR or switches.bridged(outcome):
            gives = zip(switches.elastic.givings, given.tolist(), strict=True)
            moving = {giving: amount for giving, amount in gives if amount > STILL * need}
            bound = max(switches.proved(own, outcome), 0.0)
            return replace(seen, moved=moving, columns=switches.columns(point), bound=bound)
        switches.charge(own, need)
    return seen


def _needed(switches: Switches, given: Array, spend: Array, own: Flags) -> tuple[Array, float]:
    """What each side gives way by at a spend, and by which share the worst of the other limits is broken."""
    owners = np.array([giving.owner for giving in switches.elastic.givings], dtype=object)
    broken = switches.broken(spend)
    needs = {name: float(given[own & (owners == name)].sum()) for name in set(owners[own].tolist())}
    off = max((share for name, (_, share) in broken.items() if name not in needs), default=0.0)
    return _measured(given, own, owners, needs, broken), off


def _measured(
    given: Array, own: Flags, owners: Array, needs: dict[str, float], broken: dict[str, tuple[float, float]]
) -> Array:
    """What each side gives way by, as the true curves have it."""
    amounts = given.copy()
    for name, need in needs.items():
        measured = broken.get(name, (0.0, 0.0))[0]
        mine = own & (owners == name)
        amounts[mine] *= measured / need if need > 0.0 else 0.0
        if need <= 0.0 < measured:
            amounts[np.flatnonzero(mine)[0]] = measured
    return amounts[own]


def least_off_rows(asked: Questions, name: str, side: Movable) -> Limit | None:
    """Where a side that rows do not follow has to stand at the least; None when moving it is not enough."""
    giving = Giving(owner=name, side=side.side, way=side.way)
    sooner = asked.within(SEARCHED * asked.deadline.left, asked.less)
    keeps = _Keeps(asked.scenario, name, side, sooner.deadline)
    try:
        first = least_giving(asked.scenario, [giving], sooner.deadline, less=asked.less)
        good = keeps.limit(first, side.value)
    except OutOfTimeError:
        given = _at_hand(asked, [giving])
        amount = 0.0 if given is None else float(given.amounts[0])
        return None if given is None else Limit(to=side.value + side.way * amount, spend=given.spend, least=False)
    if first is None or good is None:
        return None
    nearer = moved(asked.scenario, name, side.side, good.to - side.way * CUT * abs(good.to - side.value))
    if Forced.of(nearer).conflict(limits_of(nearer)) is not None:
        return replace(good, least=True)
    try:
        return _closed_in(sooner, keeps, giving, side, first, good)
    except OutOfTimeError:
        return replace(good, least=False)


def _closed_in(asked: Questions, keeps: _Keeps, giving: Giving, side: Movable, first: Given, good: Limit) -> Limit:
    """The least that is found from a good one on. Raises OutOfTimeError."""
    scenario, name = asked.scenario, giving.owner
    cut = CUT * abs(good.to - side.value)
    for _ in range(CLOSINGS):
        eased = moved(scenario, name, side.side, good.to)
        soon = asked.switches.walked
        taut = tautest(eased, giving, float(first.amounts.sum()), asked.deadline, asked.less, soon=soon)
        better = None if taut is None else keeps.tighter(taut.spend, good.to)
        if better is None or side.way * (good.to - better.to) <= cut:
            return replace(good, least=taut is None or taut.least)
        good = better
    return replace(good, least=False)


class _Keeps:
    """Which limit a plan keeps that was found with a side in its way."""

    def __init__(self, scenario: Scenario, name: str, side: Movable, deadline: Deadline) -> None:
        self._scenario, self._name, self._side, self._deadline = scenario, name, side, deadline

    def limit(self, given: Given | None, at: float) -> Limit | None:
        """The nearest stand of the side, from `at` on, at which the plan keeps everything; None when none is seen."""
        if given is None:
            return None
        way = self._side.way
        here = moved(self._scenario, self._name, self._side.side, at)
        measured = Broken(here)(given.spend).get(self._name, (0.0, 0.0))[0]
        for amount in sorted({0.0, measured, float(given.amounts.sum())}):
            to = min(max(at + way * amount, self._side.least), self._side.most)
            after = moved(self._scenario, self._name, self._side.side, to)
            if keeps_all(after, given.spend) or (
                amount == measured > 0.0 and mended(after, given.spend, self._deadline)
            ):
                return Limit(to=to, spend=given.spend)
        return None

    def tighter(self, spend: Array, at: float) -> Limit | None:
        """How far back from `at` the side may stand at a plan that keeps it there with some slack."""
        here = moved(self._scenario, self._name, self._side.side, at)
        [rule] = [own for own in here.rules if own.name == self._name]
        to = at - self._side.way * max(rule.slack(Valuer(here).value(spend)), 0.0)
        kept = keeps_all(moved(self._scenario, self._name, self._side.side, to), spend)
        return Limit(to=to, spend=spend) if kept else None
