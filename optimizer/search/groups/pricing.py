"""The best prices of the rows that groups share: Newton's method on a smooth dual.

    bound(ν) = rest + Σ_k ν_k·limit_k − Σ_g max over choices c of g of gain_c(p),       p = cost − Aᵀν
is concave in ν and has edges wherever two choices of a group gain the same. With ε·log Σ_c e^(gain_c/ε) in place of
each maximum it is smooth, lower by ε·log(choices that count) a group, and its Hessian
    −A·D·Aᵀ − Cov(A·x_c)/ε         D: how fast inputs fall, Cov: over the choices of a group
tells how to weigh choices so that rows are kept in the mean. The bound itself is taken with the true maxima: any ν
proves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.matrix import summed
from optimizer.search.groups.choices import Choices, Groups, Reading
from optimizer.search.groups.gains import Gains
from optimizer.search.newton.rows import Rows, parts
from optimizer.search.newton.uphill import uphill

Array = NDArray[np.float64]
Index = NDArray[np.intp]
WIDTHS = (8.0, 1.0)  # times ε, one after the other
STEPS, LONG = 4, 20
ROUNDS = 4  # of looking at all choices
NEAR = 60.0  # times ε: choices that lose no more are looked at on the way
SHORTER, SHORTEST = 0.16, 0.002  # of a step of Newton's: edges may stand close by
ENOUGH = 0.3  # times ε: less than that another step does not gain
COUNTS = 1e-9  # weight of a choice
AT_ONCE = 10_000  # members of choices whose rows are worked out together
FLAT = 1e-12  # of the largest curvature: the least that counts
RIDGE = 1e-9  # of the diagonal, added to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Groups, their gains, and the rows lower ≤ A·x ≤ upper that are priced.

    `cost` by cell and `take` = A, both per money with one cell more that is none; `rest` is what all else costs,
    `smooth` is ε.
    """

    groups: Groups
    gains: Gains
    cost: Array
    take: Rows
    lower: Array
    upper: Array
    rest: float
    smooth: float

    def prices(self, duals: Array) -> Array:
        """What a unit of each input costs beside what rows pay for it."""
        return np.asarray(self.cost - self.take.pulled(duals))

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

    def part(self, which: NDArray[np.bool_] | Index | slice) -> Priced:
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


def proved(problem: Problem, choices: Choices, duals: Array) -> Priced:
    """What duals prove as they are."""
    return _seen(problem, choices, duals, problem.smooth).priced


def alone(problem: Problem, choices: Choices, duals: Array) -> Priced:
    """The best bound on the way to the best duals of one choice of each group."""
    return _climbed(problem, choices, duals, problem.smooth, LONG)


def priced(
    problem: Problem, choices: Choices, duals: Array, enough: float = np.inf, widths: Sequence[float] = WIDTHS
) -> Priced:
    """The best bound on the way to the best duals, from some; no better one is sought than `enough`.

    Most choices matter nowhere on the way: they are left out of it until it is seen that they do.
    """
    best = now = proved(problem, choices, duals)
    near = np.zeros(len(choices.group), dtype=np.bool_)
    for _ in range(ROUNDS if np.isfinite(now.bound) else 0):
        near |= now.lost(choices) < NEAR * problem.smooth
        prices, duals, some = now.reading.price.copy(), now.duals, choices.part(near)
        for width in widths:
            some = some._replace(price=prices[near])
            found = _climbed(problem, some, duals, width * problem.smooth, STEPS, enough)
            prices[near], duals = found.reading.price, found.duals
        now = proved(problem, choices._replace(price=prices), found.duals)
        best = now if now.bound > best.bound else best
        if now.bound >= min(enough, found.bound - ENOUGH * problem.smooth):
            break
    return best


def _climbed(
    problem: Problem, choices: Choices, duals: Array, smooth: float, steps: int = STEPS, enough: float = np.inf
) -> Priced:
    """The same for one ε."""
    now = _seen(problem, choices, duals, smooth)
    best = now.priced
    for _ in range(steps):
        if best.bound >= enough:
            break
        choices = choices._replace(price=now.priced.reading.price)
        step, slope = _step(problem, choices, now.priced, smooth)
        gain = float(step @ slope)
        moved = None if gain < ENOUGH * smooth else _moved(problem, choices, now, smooth, (step, gain))
        if moved is None:  # what holds may be the groups' own prices, which move once a look
            moved = _seen(problem, choices, now.priced.duals, smooth)
            if moved.height < now.height + ENOUGH * smooth:
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
        length *= SHORTER
    return None


def _seen(problem: Problem, choices: Choices, duals: Array, smooth: float) -> _Sight:
    """The smooth bound and the true one at some duals."""
    reading = choices.read(problem.groups, problem.gains, problem.prices(duals), smooth)
    first = np.flatnonzero(np.diff(choices.group, prepend=-1))
    own = choices.group[first]
    best, soft = (np.full(len(problem.groups.members), -np.inf) for _ in range(2))
    best[own] = np.maximum.reduceat(reading.gain, first)
    soft[own] = np.maximum.reduceat(reading.soft, first)
    raised = np.exp((reading.soft - soft[choices.group]) / smooth)
    total = np.ones(len(best))
    total[own] = np.add.reduceat(raised, first)
    paid = np.multiply(duals, problem.limits(duals, np.zeros(len(duals))), out=np.zeros(len(duals)), where=duals != 0.0)
    weights = raised / total[choices.group]
    rest = problem.rest + float(paid.sum())
    bound = rest - float(best.sum())
    bound = -np.inf if np.isnan(bound) else bound
    height = rest - float(soft.sum()) - smooth * float(np.log(total).sum())
    height = -np.inf if np.isnan(height) else height
    return _Sight(height, Priced(bound, duals, reading, weights, best))


class Bend(NamedTuple):
    """By choice that counts what it takes of the priced rows; what all take in the mean, and the negative Hessian."""

    some: NDArray[np.bool_]
    spent: Array
    mean: Array
    hessian: Array


def bend_of(problem: Problem, choices: Choices, now: Priced, smooth: float) -> Bend:
    """How the smooth dual bends."""
    some = now.weights > COUNTS
    choices, now = choices.part(some), now.part(some)
    spent, falls = taken(problem, choices, now.reading)
    mean = np.zeros((len(now.best), len(problem.take)))
    np.add.at(mean, choices.group, now.weights[:, None] * spent)
    whole = hessian(problem, choices, now.reading, now.weights, falls)
    apart = spent - mean[choices.group]
    apart *= np.sqrt(now.weights / smooth)[:, None]
    return Bend(some, spent, mean, whole + apart.T @ apart)


def _step(problem: Problem, choices: Choices, now: Priced, smooth: float) -> tuple[Array, Array]:
    """Newton's, and the slope where it begins."""
    bend = bend_of(problem, choices, now, smooth)
    whole, mean = bend.hessian, bend.mean
    slope = problem.limits(now.duals, mean.sum(axis=0)) - mean.sum(axis=0)
    bends = np.diag(whole)
    scale = 1.0 / np.sqrt(np.maximum(bends, max(FLAT * float(bends.max(initial=0.0)), 1e-100)))
    even = whole * scale[:, None] * scale + RIDGE * np.eye(len(whole))
    step = scale * _signed(problem, now.duals / scale, even, scale * slope)
    far = float(np.abs(problem.take.pulled(step)).max()) / (float(problem.groups.usual.mean()) or 1.0)
    return step / max(1.0, far), slope


def _signed(problem: Problem, duals: Array, hessian: Array, slope: Array) -> Array:
    """Newton's step to the best duals that keep their sign: some end at 0, those that are 0 may leave."""
    sign, step = np.where(duals != 0.0, np.sign(duals), np.sign(slope)), np.zeros(len(slope))
    may = np.flatnonzero(sign)
    kept = np.where(problem.lower < problem.upper, sign, 0.0)[may]
    low, high = np.where(kept > 0.0, -duals[may], -np.inf), np.where(kept < 0.0, -duals[may], np.inf)
    try:
        step[may] = uphill(hessian[np.ix_(may, may)], slope[may], low, high, ridge=0.0)
    except np.linalg.LinAlgError:  # rows that nothing tells apart
        return np.zeros(len(slope))
    return step


def taken(problem: Problem, choices: Choices, reading: Reading) -> tuple[Array, Array]:
    """What each choice takes of the priced rows, and how fast that falls with the price of its group."""
    cells, count = problem.groups.members[choices.group], len(choices.group)
    spent, falls = np.empty((2, count, len(problem.take)))
    for some in parts(count, cells.shape[1], AT_ONCE):
        way, spend = np.repeat(np.arange(len(cells[some])), cells.shape[1]), cells[some].ravel()
        for found, own in ((spent, reading.at), (falls, reading.fall)):
            found[some] = problem.take.asked(own[some].ravel(), way, spend, len(cells[some]))
    return spent, falls


def hessian(problem: Problem, choices: Choices, reading: Reading, weights: Array, falls: Array) -> Array:
    """A·D·Aᵀ of choices with weights; the group's own price takes up part of it where there is one.

    Where it takes up all of it the rest is rounding, of either sign: it counts as `FLAT` of the whole.
    """
    cells, take = problem.groups.members[choices.group], problem.take
    diagonal = summed(cells.ravel(), (weights[:, None] * reading.fall).ravel(), take.shape[1])
    own = np.where(reading.price != 0.0, weights / np.maximum(reading.fall.sum(axis=1), 1e-300), 0.0)
    held = np.sqrt(own)[:, None] * falls
    whole = take.squared(diagonal[None])[0]
    return np.asarray(whole - held.T @ held + FLAT * np.diag(np.diag(whole)))
