"""Choices of a group that leave members open, taken apart where that hides what the group may spend.

What is open is on its better side, at one price of the group for all its members. Where that price turns a member, the
choice gains less on either side: it is taken apart there. All choices of a group together are every one that there is,
most of them never written out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.choices import Choices
from optimizer.search.groups.gains import EITHER, OFF, ON
from optimizer.search.groups.pricing import COUNTS, WIDTHS, Priced, Problem, priced, proved

Array = NDArray[np.float64]
Index = NDArray[np.intp]
LOOSE = 0.2  # of ε, that choices may gain too much


def unwritten(problem: Problem, price: Array) -> Choices:
    """One choice a group, which leaves all members open; at prices of the groups."""
    every = np.full(problem.groups.members.shape, EITHER, dtype=np.intp)
    return Choices(np.arange(len(every)), every, price)


def settled(problem: Problem, choices: Choices, duals: Array, enough: float) -> tuple[Choices, Priced]:
    """Choices at their best duals, taken apart until that matters no more, or as much as is `enough` is proved."""
    found = priced(problem, choices, duals, enough)
    while found.bound < enough and (more := _divided(problem, choices, found)) is not None:
        while more is not None:
            choices, found = more, proved(problem, more, found.duals)
            more = _divided(problem, choices, found)
        found = priced(problem, choices._replace(price=found.reading.price), found.duals, enough, WIDTHS[1:])
    return choices._replace(price=found.reading.price), found


def _divided(problem: Problem, choices: Choices, found: Priced) -> Choices | None:
    """Choices, those that count and gain too much apart; None where none do."""
    places = np.flatnonzero(found.weights > COUNTS)
    loose, members = _loose(problem, choices.part(places), found.part(places))
    some = loose * found.weights[places] > LOOSE * problem.smooth
    if not some.any():
        return None
    return choices._replace(price=found.reading.price).divided(places[some], members[some])


def _loose(problem: Problem, choices: Choices, found: Priced) -> tuple[Array, Index]:
    """By choice, how much less it gains with each open member on the side that it stands on; and the least clear."""
    groups, reading = problem.groups, found.reading
    open_ = (choices.sides == EITHER) & groups.bent[choices.group]
    sides = np.where(open_, np.where(reading.on > 0.5, ON, OFF), choices.sides)
    whole = Choices(choices.group, sides, reading.price).read(groups, problem.gains, problem.prices(found.duals))
    clear = np.where(open_, np.abs(reading.on - 0.5), np.inf)
    return np.where(open_.any(axis=1), reading.gain - whole.gain, 0.0), clear.argmin(axis=1)
