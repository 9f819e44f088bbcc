"""The best prices of the rows that groups share: Newton's method on a smooth dual.

    bound(ν) = rest + Σ_k ν_k·limit_k − Σ_g max over choices c of g of gain_c(p),       p = cost − Aᵀν
is concave in ν and has edges wherever two choices of a group gain the same. With ε·log Σ_c e^(gain_c/ε) in place of
each maximum it is smooth, lower by ε·log(choices that count) a group, and its Hessian
    −A·D·Aᵀ − Cov(A·x_c)/ε         D: how fast inputs fall, Cov: over the choices of a group
tells how to weigh choices so that rows are kept in the mean. The bound itself is taken with the true maxima: any ν
proves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.search.groups.choices import Choices, Groups, Reading
from optimizer.search.groups.gains import Gains

Array = NDArray[np.float64]
Index = NDArray[np.intp]
WIDTHS = (16.0, 4.0, 1.0)  # times ε, one after the other
STEPS = 4
SHORTEST = 0.02  # of a step of Newton's
ENOUGH = 0.3  # times ε: less than that another step does not gain
COUNTS = 1e-9  # weight of a choice
RIDGE = 1e-9  # of the diagonal, added to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Groups, their gains, and the rows lower ≤ A·x ≤ upper that are priced.

    `cost` by cell and `take` = A, (rows, cells), both per money with one cell more that is none; `rest` is what all
    else costs.
    """

    groups: Groups
    gains: Gains
    cost: Array
    take: Array
    lower: Array
    upper: Array
    rest: float

    def prices(self, duals: Array) -> Array:
        """What a unit of each input costs beside what rows pay for it."""
        return np.asarray(self.cost - duals @ self.take)

    def admitted(self, duals: Array) -> Array:
        """Duals without the signs that one-sided rows do not admit."""
        duals = np.where(np.isfinite(self.lower), duals, np.minimum(duals, 0.0))
        return np.where(np.isfinite(self.upper), duals, np.maximum(duals, 0.0))

    def limits(self, duals: Array, activity: Array) -> Array:
        """The limits that duals belong to; where there is none, what rows take, as far as they admit it."""
        own = np.where(duals > 0.0, self.lower, self.upper)
        return np.where(duals == 0.0, np.clip(activity, self.lower, self.upper), own)


class Priced(NamedTuple):
    """What some duals prove of choices: a bound, and by choice what it gains; what weight each has of its group's."""

    bound: float
    duals: Array
    reading: Reading
    weights: Array
    best: Array

    def lost(self, choices: Choices) -> Array:
        """How much more than the bound plans with each choice cost."""
        return np.asarray(self.best[choices.group] - self.reading.gain)


    def part(self, which: NDArray[np.bool_]) -> Priced:
        """Of some of the choices."""
        reading = Reading(*(own[which] for own in self.reading))
        return self._replace(reading=reading, weights=self.weights[which])

    def likeliest(self, choices: Choices) -> Index:
        """The choice of most weight of each group, by place."""
        order = np.lexsort((self.weights, choices.group))
        return np.asarray(order[np.flatnonzero(np.diff(choices.group[order], append=-1))])


class _Sight(NamedTuple):
    height: float
    priced: Priced


def proved(problem: Problem, choices: Choices, duals: Array, smooth: float) -> Priced:
    """What duals prove as they are."""
    return _seen(problem, choices, duals, smooth).priced


def priced(problem: Problem, choices: Choices, duals: Array, smooth: float) -> Priced:
    """The best bound on the way to the best duals, from some; `smooth` is ε at the end."""
    for width in WIDTHS:
        best = _climbed(problem, choices, duals, width * smooth)
        choices, duals = choices._replace(price=best.reading.price), best.duals
    return best


def _climbed(problem: Problem, choices: Choices, duals: Array, smooth: float) -> Priced:
    """The same for one ε."""
    now = _seen(problem, choices, duals, smooth)
    best = now.priced
    for _ in range(STEPS):
        choices = choices._replace(price=now.priced.reading.price)
        step, gain = _step(problem, choices, now.priced, smooth)
        moved = None if gain < ENOUGH * smooth else _moved(problem, choices, now, smooth, (step, gain))
        if moved is None:
            break
        now = moved
        best = now.priced if now.priced.bound > best.bound else best
    return best


def _moved(
    problem: Problem, choices: Choices, before: _Sight, smooth: float, way: tuple[Array, float]
) -> _Sight | None:
    """What is seen some part of a step ahead, from where the smooth bound is higher; None where that is nowhere."""
    (step, gain), length, old = way, 1.0, before.priced.duals
    while length > SHORTEST:
        duals = problem.admitted(old + length * step)
        duals = np.where((duals * old < 0.0) & (problem.lower < problem.upper), 0.0, duals)
        now = _seen(problem, choices, duals, smooth)
        if now.height >= before.height + 1e-4 * length * gain:
            return now
        length *= 0.4
    return None


def _seen(problem: Problem, choices: Choices, duals: Array, smooth: float) -> _Sight:
    """The smooth bound and the true one at some duals."""
    reading = choices.read(problem.groups, problem.gains, problem.prices(duals))
    first = np.flatnonzero(np.diff(choices.group, prepend=-1))
    best = np.full(len(problem.groups.members), -np.inf)
    best[choices.group[first]] = np.maximum.reduceat(reading.gain, first)
    raised = np.exp((reading.gain - best[choices.group]) / smooth)
    total = np.ones(len(best))
    total[choices.group[first]] = np.add.reduceat(raised, first)
    paid = np.multiply(duals, problem.limits(duals, np.zeros(len(duals))), out=np.zeros(len(duals)), where=duals != 0.0)
    bound = problem.rest + float(paid.sum()) - float(best.sum())
    height = bound - smooth * float(np.log(total).sum())
    return _Sight(height, Priced(bound, duals, reading, raised / total[choices.group], best))


def _step(problem: Problem, choices: Choices, now: Priced, smooth: float) -> tuple[Array, float]:
    """Newton's, over the duals that are free to move, and what it gains at the slope where it begins."""
    count = np.flatnonzero(now.weights > COUNTS)
    group, weights, (_, at, fall, price) = choices.group[count], now.weights[count], now.reading
    at, fall, price = at[count], fall[count], price[count]
    cells, take = problem.groups.members[group], problem.take
    rows = take.T[cells]  # (choices, members, rows)
    spent, falls = np.einsum("cmk,cm->ck", rows, at), np.einsum("cmk,cm->ck", rows, fall)
    mean = np.zeros((len(now.best), len(take)))
    np.add.at(mean, group, weights[:, None] * spent)
    diagonal = np.bincount(cells.ravel(), (weights[:, None] * fall).ravel(), take.shape[1])
    held = np.sqrt(np.where(price != 0.0, weights / np.maximum(fall.sum(axis=1), 1e-300), 0.0))[:, None] * falls
    apart = np.sqrt(weights / smooth)[:, None] * (spent - mean[group])
    hessian = (take * diagonal) @ take.T - held.T @ held + apart.T @ apart
    slope = problem.limits(now.duals, mean.sum(axis=0)) - mean.sum(axis=0)
    free = (now.duals != 0.0) | (np.abs(slope) > 0.0)
    step = np.zeros(len(take))
    own = hessian[np.ix_(free, free)]
    scale = 1.0 / np.sqrt(np.maximum(np.diag(own), 1e-300))
    even = own * scale[:, None] * scale + RIDGE * np.eye(len(own))
    step[free] = scale * np.linalg.solve(even, scale * slope[free])
    return step, float(step @ slope)
