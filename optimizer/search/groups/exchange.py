"""Plans by exchange: from one choice of each group to better ones, those of a few groups at a time.

Near the best duals of one choice of each group the dual is a paraboloid. If choices F take the place of those of their
groups, plans are worth about
    Σ_F gain_c − gain_now  −  ½·d·H⁻¹·d          d: what the priced rows then take more, H: the Hessian
more: what one of them takes too much, another may take too little.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.choices import Choices
from optimizer.search.groups.pricing import NEAR, Priced, Problem, alone, hessian, taken

Array = NDArray[np.float64]
Index = NDArray[np.intp]
TURNS = 30
LIKELY = 400  # choices that are looked at together
MORE = 4  # that are added to one
TRIED = 8  # exchanges, the likeliest
RIDGE = 1e-9  # of the diagonal, added to it


def exchanged(problem: Problem, choices: Choices, found: Priced) -> tuple[Choices, Priced]:
    """One choice of each group, beginning with the likeliest, and what is proved of plans with these."""
    near = found.lost(choices) < NEAR * problem.smooth
    choices, found = choices._replace(price=found.reading.price).part(near), found.part(near)
    now, known = rounded(problem, choices, found)
    choices = choices.resolved(problem.groups, problem.gains, problem.prices(found.duals))
    for _ in range(TURNS):
        for places in _likeliest(problem, choices, now, known):
            sides, price, groups = now.sides.copy(), known.reading.price.copy(), choices.group[places]
            sides[groups], price[groups] = choices.sides[places], choices.price[places]
            other = Choices(now.group, sides, price)
            better = alone(problem, other, known.duals)
            if better.bound < known.bound:
                now, known = other, better
                break
        else:
            break
    return now, known


def rounded(problem: Problem, choices: Choices, found: Priced) -> tuple[Choices, Priced]:
    """The likeliest choice of each group, and what is proved of plans with these."""
    likeliest = choices._replace(price=found.reading.price).part(found.likeliest(choices))
    now = likeliest.resolved(problem.groups, problem.gains, problem.prices(found.duals))
    return now, alone(problem, now, found.duals)


def _likeliest(problem: Problem, choices: Choices, now: Choices, known: Priced) -> list[Index]:
    """Places of choices that together are likely to be better than those of their groups, the likeliest first."""
    gain, away = _changes(problem, choices, now, known)
    each = gain - 0.5 * (away**2).sum(axis=1)
    others = np.flatnonzero((choices.sides != now.sides[choices.group]).any(axis=1))
    order = others[np.argsort(-each[others], kind="stable")[:LIKELY]]
    each, group, cross = each[order], choices.group[order], away[order] @ away[order].T
    every = np.arange(len(order))
    sets, total, added = every[:, None], each, np.where(group[:, None] == group, -np.inf, each - cross)
    found = [(float(own), places) for own, places in zip(total, sets, strict=True)]
    for _ in range(MORE if len(order) else 0):
        best = added.argmax(axis=1)
        total = total + added[every, best]
        sets = np.column_stack([sets, best])
        added = np.where(group[best][:, None] == group, -np.inf, added - cross[best])
        found += [(float(own), places) for own, places in zip(total, sets, strict=True)]
    found.sort(key=lambda own: -own[0])
    likely: dict[bytes, Index] = {}
    for own, places in found:
        if len(likely) == TRIED or not own > 0.0:
            break
        likely.setdefault(np.sort(places).tobytes(), order[places])
    return list(likely.values())


def _changes(problem: Problem, choices: Choices, now: Choices, known: Priced) -> tuple[Array, Array]:
    """How much more choices gain than those of their groups, and L⁻¹ of what rows take more, where H = L·Lᵀ."""
    reading = choices.read(problem.groups, problem.gains, problem.prices(known.duals))
    free = known.duals != 0.0
    spent, falls = taken(problem, now, known.reading)
    own = hessian(problem, now, known.reading, np.ones(len(now.group)), falls)[np.ix_(free, free)]
    scale = 1.0 / np.sqrt(np.maximum(np.diag(own), 1e-300))
    lower = np.linalg.cholesky(own * scale[:, None] * scale + RIDGE * np.eye(len(own)))
    more = (taken(problem, choices, reading)[0] - spent[choices.group])[:, free] * scale
    return reading.gain - known.reading.gain[choices.group], np.linalg.solve(lower, more.T).T
