"""Plans by exchange: from one choice of each group to better ones, those of a few groups at a time.

Near the best duals of one choice of each group the dual is a paraboloid. If choices F take the place of those of their
groups, plans are worth about
    Σ_F gain_c − gain_now  −  ½·d·H⁻¹·d          d: what the priced rows then take more, H: the Hessian
more: what one of them takes too much, another may take too little.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.choices import Choices
from optimizer.search.groups.pricing import FLAT, Priced, Problem, alone, hessian, taken
from optimizer.search.newton.rows import parts

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Seek = Callable[[Choices, Priced], None]  # for a plan near one choice of each group
TURNS = 30
NEAR = 200.0  # times ε: choices that lose no more are looked at
LIKELY = 600  # of them, at the most
MORE = 6  # that are added to one
TRIED = 12  # exchanges, the likeliest
AT_ONCE = 60_000  # numbers of pairs of them that are worked out together
RIDGE = 1e-9  # the least curvature, of the largest


class Plans:
    """Looks for plans among choices: `seek` is asked once near each that should cost less than `enough`."""

    def __init__(self, problem: Problem, enough: Callable[[], float], seek: Seek) -> None:
        self._problem, self._enough, self._seek = problem, enough, seek
        self._best: _Whole | None = None
        self._sought: set[bytes] = set()
        self._known: Choices | None = None
        self._looks = 0

    def look(self, choices: Choices, found: Priced) -> None:
        """Look near the likeliest choices; at times, and at first, bettered by exchange, as is the best one so far."""
        now = self._rounded(choices, found)
        often, self._looks = self._looks & (self._looks - 1), self._looks + 1
        if not often:
            starts = [now] if self._best is None else [now, self._alone(self._best.choices, self._best.known.duals)]
            now = self._exchanged(self._near(choices, found), min(starts, key=lambda own: own.known.bound))
        if self._best is None or now.known.bound < self._best.known.bound:
            self._best = now
        own = now.choices.sides.tobytes()
        if now.known.bound < self._enough() and own not in self._sought:
            self._sought.add(own)
            self._seek(now.choices, now.known)

    def _near(self, choices: Choices, found: Priced) -> Choices:
        """Those that lose little, and all that did when they were looked at before."""
        near = choices._replace(price=found.reading.price).part(found.lost(choices) < NEAR * self._problem.smooth)
        own = near.resolved(self._problem.groups, self._problem.gains, self._problem.prices(found.duals))
        self._known = own if self._known is None else self._known.joined(own)
        return self._known

    def _rounded(self, choices: Choices, found: Priced) -> _Whole:
        """The likeliest choice of each group."""
        likeliest = choices._replace(price=found.reading.price).part(found.likeliest(choices))
        now = likeliest.resolved(self._problem.groups, self._problem.gains, self._problem.prices(found.duals))
        return self._alone(now, found.duals)

    def _exchanged(self, choices: Choices, now: _Whole) -> _Whole:
        """Better and better ones, while there is one among the likeliest exchanges."""
        for _ in range(TURNS):
            for places in _likeliest(self._problem, choices, now):
                sides, price, groups = now.choices.sides.copy(), now.choices.price.copy(), choices.group[places]
                sides[groups], price[groups] = choices.sides[places], choices.price[places]
                other = self._alone(Choices(now.choices.group, sides, price), now.known.duals)
                if other.known.bound < now.known.bound:
                    now = other
                    break
            else:
                break
        return now

    def _alone(self, choices: Choices, duals: Array) -> _Whole:
        known = alone(self._problem, choices, duals)
        return _Whole(choices._replace(price=known.reading.price), known)


class _Whole(NamedTuple):
    """One choice of each group, and what is proved of plans with these."""

    choices: Choices
    known: Priced


def _likeliest(problem: Problem, choices: Choices, now: _Whole) -> list[Index]:
    """Places of choices that together are likely to be better than those of their groups, the likeliest first."""
    gain, away = _changes(problem, choices, *now)
    each = gain - 0.5 * (away**2).sum(axis=1)
    others = np.flatnonzero((choices.sides != now.choices.sides[choices.group]).any(axis=1))
    order = others[np.argsort(-each[others], kind="stable")[:LIKELY]]
    each, group, cross = each[order], choices.group[order], away[order] @ away[order].T
    every = np.arange(len(order))
    found: list[tuple[float, Index]] = []
    for some in parts(len(order), len(order), AT_ONCE):
        sets, total, added = every[some, None], each[some], each - cross[some]
        added[group[some, None] == group] = -np.inf
        found += zip(total.tolist(), sets, strict=True)
        for _ in range(MORE):
            best = added.argmax(axis=1)
            total = total + added[every[: len(best)], best]
            sets = np.column_stack([sets, best])
            added -= cross[best]
            added[group[best, None] == group] = -np.inf
            found += zip(total.tolist(), sets, strict=True)
    found.sort(key=lambda own: -own[0])
    likely: dict[bytes, Index] = {}
    for own, places in found:
        if len(likely) == TRIED or not own > 0.0:
            break
        likely.setdefault(np.sort(places).tobytes(), order[places])
    return list(likely.values())


def _changes(problem: Problem, choices: Choices, now: Choices, known: Priced) -> tuple[Array, Array]:
    """How much more choices gain than those of their groups, and what rows take more, times the root of H⁻¹."""
    reading = choices.read(problem.groups, problem.gains, problem.prices(known.duals))
    free = known.duals != 0.0
    spent, falls = taken(problem, now, known.reading)
    own = hessian(problem, now, known.reading, np.ones(len(now.group)), falls)[np.ix_(free, free)]
    scale = 1.0 / np.sqrt(np.maximum(np.diag(own), max(FLAT * float(np.diag(own).max(initial=0.0)), 1e-100)))
    bends, along = np.linalg.eigh(own * scale[:, None] * scale)
    more = (taken(problem, choices, reading)[0] - spent[choices.group])[:, free] * scale
    return reading.gain - known.reading.gain[choices.group], more @ along / np.sqrt(np.maximum(bends, RIDGE))
