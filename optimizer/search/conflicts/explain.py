"""The answer to a scenario that nothing satisfies: which limits and goals cannot all hold, and what would mend it."""

from __future__ import annotations

from dataclasses import replace

from optimizer.answers.mending import repair
from optimizer.answers.plan import Conflict
from optimizer.errors import SolverFault
from optimizer.problem.limits import limits_of
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.mend import Mending, at_least
from optimizer.search.conflicts.naming import minimal
from optimizer.search.conflicts.questions import LESS, OutOfTimeError, Questions
from optimizer.search.conflicts.repair import cheapest
from optimizer.search.conflicts.rough import rough_repair
from optimizer.search.conflicts.sums import Sums
from optimizer.search.deadline import Deadline
from optimizer.wording import any_of, cannot_hold, listed

MOST_FURTHER = 10  # further conflicts that are looked for
EFFORT = 2400  # cells in questions to the relaxation, after which no more of them are
BESIDE = 1.0  # seconds for these, and as many for the cheapest of several changes once some change is known
SHARE = 0.1  # of the time left, up to which both may take as long as naming and pricing did


def explain(scenario: Scenario, deadline: Deadline, sums: Sums | None = None) -> Conflict:
    """The names of limits and goals that conflict, minimal unless time runs out first, and what would mend it.

    `sums`, where it proved the conflict.
    """
    named, asked = _asked(scenario, deadline, sums)
    if named.minimal and asked is not None:
        return _mended(named, asked)
    known = None if asked is None else rough_repair(scenario, asked.plans, deadline)
    return replace(named, cheapest=known)


def names_alone(scenario: Scenario, deadline: Deadline) -> Conflict:
    """The same without what would mend it, which takes many times as long."""
    return _asked(scenario, deadline, None)[0]


def _asked(scenario: Scenario, deadline: Deadline, sums: Sums | None) -> tuple[Conflict, Questions | None]:
    """The names, and what was asked to find them; of all limits where that did not end."""
    names, asked = limits_of(scenario), None
    try:
        asked = Questions(scenario, deadline, sums)
        culprits = minimal(names, asked)
        if not culprits:
            raise OutOfTimeError  # a plan was found, which tolerances let pass
    except (OutOfTimeError, SolverFault):
        detail = "the conflict could not be narrowed down further: it lies among these"
        return Conflict(conflicting=tuple(sorted(names)), minimal=False, detail=detail), asked
    count = len(culprits)
    these = "this" if count == 1 else "these"
    detail = f"{these} {cannot_hold(count)}; without {any_of(count)} the rest can"
    return Conflict(conflicting=tuple(sorted(culprits)), minimal=True, detail=detail), asked


def _mended(named: Conflict, asked: Questions) -> Conflict:
    """The conflict with what would mend it, as far as there is time; what is good to know beside takes no longer."""
    alone = Mending(asked).alone(named.conflicting)
    beside = max(BESIDE, min(asked.deadline.spent, SHARE * asked.deadline.left))
    further, known = _further(named.conflicting, asked.within(beside))
    suspects = limits_of(asked.scenario) if further or not known else named.conflicting
    try:
        sooner = asked.within(beside, LESS / (len(named.conflicting) + 1)) if alone.changes else asked
        together, least = cheapest(sooner, suspects, alone)
    except (OutOfTimeError, SolverFault):
        together, least = repair(asked.scenario, alone.changes[:1]) if alone.changes else None, 0.0
    if together is None:
        together, least = rough_repair(asked.scenario, asked.plans, asked.deadline), 0.0
    told = [named.detail]
    told += ["further limits conflict once these are mended"] if further else []
    told += ["no single change lets everything hold"] if alone.complete and not alone.changes else []
    told += [] if alone.complete else ["there was no time to look for all that would mend it"]
    told += [] if least is None else [at_least("changes of several limits may take less money", least, "")]
    told += [f"a smaller change may do of {listed(alone.rough)}"] if alone.rough else []
    told += [] if known else ["not all further conflicts were looked for"]
    return replace(named, detail="; ".join(told), relaxations=alone.changes, cheapest=together, further=further)


def _further(culprits: tuple[str, ...], asked: Questions) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Conflicts left when a culprit, or all of them, are left out; and whether all were looked for.

    One is looked for however many questions that takes, more of them only up to `EFFORT`.
    """
    names, cells = limits_of(asked.scenario), asked.switches.model.spend.size
    most = asked.count + EFFORT // cells
    found: list[tuple[str, ...]] = []
    try:
        for culprit in culprits[:MOST_FURTHER]:
            others = [name for name in names if name != culprit]
            if not asked.seems(others):
                if found and asked.count >= most:
                    return tuple(dict.fromkeys(found)), False
                found += _named(others, asked)
        rest = [name for name in names if name not in culprits]
        while not asked(rest):
            if len(found) >= MOST_FURTHER or (found and asked.count >= most):
                return tuple(dict.fromkeys(found)), False
            found += _named(rest, asked)
            rest = [name for name in rest if name not in found[-1]]
    except (OutOfTimeError, SolverFault):
        return tuple(dict.fromkeys(found)), False
    return tuple(dict.fromkeys(found)), len(culprits) <= MOST_FURTHER


def _named(names: list[str], asked: Questions) -> list[tuple[str, ...]]:
    """A minimal conflict among names, if they cannot all hold."""
    named = minimal(names, asked)
    return [tuple(sorted(named))] if named else []
