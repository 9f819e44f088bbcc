"""The answer to a scenario that nothing satisfies: which limits and goals cannot all hold, and what would mend it."""

from __future__ import annotations

from dataclasses import replace

from optimizer.answers.plan import Conflict
from optimizer.errors import SolverFault
from optimizer.problem.limits import limits_of
from optimizer.problem.scenario import Scenario
from optimizer.search.deadline import Deadline
from optimizer.search.mend import Mending
from optimizer.search.naming import minimal
from optimizer.search.questions import OutOfTimeError, Questions
from optimizer.search.repair import cheapest

MOST_FURTHER = 10  # further conflicts that are looked for


def explain(scenario: Scenario, deadline: Deadline) -> Conflict:
    """The names of limits and goals that conflict, minimal unless time runs out first, and what would mend it."""
    names = limits_of(scenario)
    try:
        asked = Questions(scenario, deadline)
        culprits = minimal(names, asked)
    except (OutOfTimeError, SolverFault):
        detail = "the conflict could not be narrowed down further: it lies among these"
        return Conflict(conflicting=tuple(sorted(names)), minimal=False, detail=detail)
    detail = "these cannot all hold; without any one of them the rest can"
    named = Conflict(conflicting=tuple(sorted(culprits)), minimal=True, detail=detail)
    return _mended(named, asked)


def _mended(named: Conflict, asked: Questions) -> Conflict:
    """The conflict with what would mend it, as far as there is time."""
    alone, complete = Mending(asked).alone(named.conflicting)
    further, known = _further(named.conflicting, asked)
    try:
        together = cheapest(asked, sorted({*named.conflicting, *(name for names in further for name in names)}), alone)
    except (OutOfTimeError, SolverFault):
        together, complete = None, False
    detail = named.detail
    if further:
        detail += "; further limits conflict once these are mended"
    if known and complete and not alone:
        detail += "; no single change lets everything hold"
    if not (known and complete):
        detail += "; there was no time to look for all that would mend it"
    return replace(named, detail=detail, relaxations=alone, cheapest=together, further=further)


def _further(culprits: tuple[str, ...], asked: Questions) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Conflicts left when a culprit, or all of them, are left out; and whether there was time to look for all."""
    names = limits_of(asked.scenario)
    found: list[tuple[str, ...]] = []
    try:
        for culprit in culprits[:MOST_FURTHER]:
            others = [name for name in names if name != culprit]
            if not asked(others):
                found.append(tuple(sorted(minimal(others, asked))))
        rest = [name for name in names if name not in culprits]
        while len(found) < MOST_FURTHER and not asked(rest):
            found.append(tuple(sorted(minimal(rest, asked))))
            rest = [name for name in rest if name not in found[-1]]
    except (OutOfTimeError, SolverFault):
        return tuple(dict.fromkeys(found)), False
    return tuple(dict.fromkeys(found)), True
