"""On which cell to branch: where the bound rises most on the side on which it rises less.

With a cell of a group on, plans take d more of the priced rows than the mean of the choices does. Near the best duals
the bound is a paraboloid, so that it rises by about
    ½·d·H⁻¹·d          H: the Hessian of the smooth dual without what the group's own choices bend it
on that side. The group's own part is P·(1−P)/ε along the difference, which one division takes out (Sherman–Morrison).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.choices import Choices
from optimizer.search.groups.gains import EITHER, OFF, ON
from optimizer.search.groups.pricing import FLAT, RIDGE, Priced, Problem, bend_of
from optimizer.search.newton.rows import parts

Array = NDArray[np.float64]
Index = NDArray[np.intp]
SURE = 1e-6  # chance below which a cell is on one side
AT_ONCE = 200_000  # numbers of groups' members in rows that are worked out together
OWN = 1e-3  # of a difference's length, the least that is left without the group's own part


def parted(problem: Problem, choices: Choices, now: Priced) -> list[Choices] | None:
    """Choices with a cell on and with it off; None where no cell is undecided."""
    score = _rises(problem, choices, now)
    group, member = np.unravel_index(int(score.argmax()), score.shape)
    if score[group, member] <= 0.0:
        return None
    where = int(group), int(member)
    return [choices.with_side(problem.groups, problem.gains, where, side) for side in (ON, OFF)]


class _Sides(NamedTuple):
    """By choice and member how likely it is on, where it is open by prices, and how much more it takes then."""

    on: Array
    more: Array

    @classmethod
    def of(cls, problem: Problem, choices: Choices, now: Priced) -> _Sides:
        gains, cells = problem.gains, problem.groups.members[choices.group]
        bent = problem.groups.bent[choices.group]
        open_ = (choices.sides == EITHER) & bent
        prices = (problem.prices(now.duals)[cells] + now.reading.price[:, None])[open_]
        more, which = np.zeros(cells.shape), cells[open_]
        more[open_] = gains.read(which, np.full(which.shape, ON), prices)[1] - gains.off(which, prices)[1]
        kind = gains.kind[gains.rows(cells, choices.sides)]
        return cls(np.where(open_, now.reading.on, kind == ON) * bent, more)


def _rises(problem: Problem, choices: Choices, now: Priced) -> Array:
    """By group and member, about by how much the bound rises at the least where it is branched on."""
    bend, every = bend_of(problem, choices, now, problem.smooth), problem.groups.members
    choices, now = choices.part(bend.some), now.part(bend.some)
    score, first = np.zeros(every.shape), np.searchsorted(choices.group, np.arange(len(every) + 1))
    for some in parts(len(every), every.shape[1] * len(problem.take), AT_ONCE):
        ends = first[some.start : some.stop + 1]
        here, ends = slice(*ends[[0, -1]].tolist()), ends - ends[0]
        on, more = _Sides.of(problem, choices.part(here), now.part(here))
        likely, spent = now.weights[here, None] * on, bend.spent[here]
        unlikely = now.weights[here, None] - likely
        up, down = likely * (1.0 - on) * more, unlikely * on * more
        chance = np.array([likely[slice(*own)].sum(axis=0) for own in pairwise(ends)])
        unsure, away = (chance > SURE) & (chance < 1.0 - SURE), []
        for group in np.flatnonzero(unsure.any(axis=1)).tolist():
            own, open_, even = slice(*ends[group : group + 2]), unsure[group], chance[group, unsure[group], None]
            take = problem.take.columns(every[some.start + group, open_]).T
            high = likely[own, open_].T @ spent[own] + up[own, open_].sum(axis=0)[:, None] * take
            low = unlikely[own, open_].T @ spent[own] - down[own, open_].sum(axis=0)[:, None] * take
            away.append(high / even - low / (1.0 - even))
        even = chance[unsure]
        if not len(even):
            continue
        length = _length(bend.hessian, np.concatenate(away), now.duals != 0.0)
        length /= np.maximum(1.0 - even * (1.0 - even) / problem.smooth * length, OWN)
        score[some][unsure] = length * np.minimum(even, 1.0 - even) ** 2
    return score


def _length(hessian: Array, away: Array, free: NDArray[np.bool_]) -> Array:
    """d·H⁻¹·d of differences, over the rows that have a price."""
    away, whole = away[:, free], hessian[np.ix_(free, free)]
    bends = np.diag(whole)
    scale = 1.0 / np.sqrt(np.maximum(bends, max(FLAT * float(bends.max(initial=0.0)), 1e-100)))
    away, even = away * scale, whole * scale[:, None] * scale + RIDGE * np.eye(len(whole))
    return np.asarray((away * np.linalg.solve(even, away.T).T).sum(axis=1))
