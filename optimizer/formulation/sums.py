"""Limits of sums of spends, and how far a spend is from keeping them all, as a linear program.

Sets        ranges r of cells, each with lower_r ≤ Σ_r spend ≤ upper_r; groups g of cells that are in the same ranges
Columns     step_g ∈ [Σ_g low − near, Σ_g high − near]      what is added to the spends `near`      [minor units]
            missing_k ≥ 0                                   what side k of a range misses           [minor units]
Rows        side_k:  Σ_g⊂r step_g + missing_k ≥ lower_r − Σ_r near, or the same of an upper limit, turned
Objective   minimise Σ missing_k

Around spends that miss limits by a few units, numbers are as small as what is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.formulation.model import attach, expression
from optimizer.problem.limits import BUDGET, period_budget
from optimizer.problem.rules import Commitment, SpendRange
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import EVERYTHING, Scope
from optimizer.units import exact

Fractions = NDArray[np.object_]
Side = tuple[int, int]  # the number of a range; 1 for its lower limit, −1 for its upper one


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """lower ≤ Σ_cells spend ≤ upper [money], None where there is no such limit; cells are flags, (tactics, periods)."""

    name: str
    cells: NDArray[np.bool_]
    lower: Fraction | None
    upper: Fraction | None


def ranges_of(scenario: Scenario) -> Iterator[Range]:
    """The limits of sums that count each spend as it is: budgets, `spend_range`, `commitment`."""
    total, by_period = scenario.budget.total, scenario.budget.by_period
    limits = [] if total is None else [(BUDGET, EVERYTHING, total.at_least, total.at_most)]
    limits += [
        (period_budget(period), Scope(periods=(period,)), own.at_least, own.at_most) for period, own in by_period
    ]
    for rule in scenario.rules:
        match rule:
            case SpendRange():
                limits.append((rule.name, rule.scope, rule.at_least, rule.at_most))
            case Commitment():
                limits.append((rule.name, rule.scope, rule.amount, rule.amount))
    for name, scope, least, most in limits:
        lower, upper = (None if limit is None else exact(limit) for limit in (least, most))
        yield Range(name=name, cells=scenario.cells(scope), lower=lower, upper=upper)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Cells that are in the same ranges: `inside` has a row a range and a column a group, `of` the group of each cell.

    `low`, `high`, `near` are sums over each group [money]; high is None where some cell has no limit.
    """

    inside: NDArray[np.bool_]
    of: NDArray[np.intp]
    low: list[Fraction]
    high: list[Fraction | None]
    near: list[Fraction]

    @classmethod
    def make(cls, ranges: Sequence[Range], low: Fractions, high: Fractions, near: Fractions) -> Self:
        """The groups of cells with limits and spends [money] of shape (tactics, periods); `high` may hold None."""
        cells = np.array([own.cells.ravel() for own in ranges])
        inside, of = np.unique(cells, axis=1, return_inverse=True)
        members = [np.flatnonzero(of.ravel() == group) for group in range(inside.shape[1])]
        tops = [high.ravel()[own].tolist() for own in members]
        return cls(
            inside=inside,
            of=of.reshape(near.shape),
            low=[sum(low.ravel()[own].tolist(), Fraction(0)) for own in members],
            high=[None if None in own else sum(own, Fraction(0)) for own in tops],
            near=[sum(near.ravel()[own].tolist(), Fraction(0)) for own in members],
        )


def missing(ranges: Sequence[Range], groups: Groups, unit: Fraction) -> tuple[pulp.LpProblem, list[Side]]:
    """The program, and which side of which range each of its rows is."""
    problem = pulp.LpProblem("sums", pulp.LpMinimize)
    ends = zip(groups.low, groups.high, groups.near, strict=True)
    columns = [
        problem.add_variable(
            f"step_{group}", float((low - near) / unit), None if high is None else float((high - near) / unit)
        )
        for group, (low, high, near) in enumerate(ends)
    ]
    limits = [
        ((number, way), limit)
        for number, own in enumerate(ranges)
        for way, limit in ((1, own.lower), (-1, own.upper))
        if limit is not None
    ]
    short = [problem.add_variable(f"missing_{side}", 0.0) for side in range(len(limits))]
    every = [*columns, *short]
    attach(problem, every)
    problem.setObjective(expression(short, np.arange(len(short)), np.ones(len(short))))
    for side, ((number, way), limit) in enumerate(limits):
        own = np.flatnonzero(groups.inside[number])
        total = expression(every, np.append(own, len(columns) + side), np.append(np.full(len(own), float(way)), 1.0))
        off = limit - sum((groups.near[group] for group in own.tolist()), Fraction(0))
        problem.addConstraint(total >= way * float(off / unit), f"side_{side}")
    return problem, [side for side, _ in limits]
