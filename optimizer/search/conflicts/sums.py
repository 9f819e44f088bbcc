"""Limits of sums of spends that cannot all hold, told to the last digit.

With multipliers y_r of limits lower_r ≤ Σ_r spend ≤ upper_r, of which a cell j has c_j = Σ_r∋j y_r, none is kept if

    Σ_r y_r · (lower_r where y_r > 0, upper_r where y_r < 0) > Σ_j c_j · (high_j where c_j > 0, low_j where c_j < 0)

(Farkas 1902). A solver's tolerances are shares of the amounts, which let a cent in ten million pass. It is asked for
multipliers only, in minor units around spends that miss limits by a few; what they prove is reckoned in fractions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.sums import Fractions, Groups, Range, missing, ranges_of
from optimizer.problem.limits import spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.solver.highs import Program
from optimizer.units import exact

Array = NDArray[np.float64]
SECONDS = 1.0  # for one question
COARSE = 1000  # the largest denominator of a multiplier


class Sums:
    """Asks whether limits of sums of spends can hold, near spends [money] that keep them but for a little."""

    def __init__(self, scenario: Scenario, near: Array) -> None:
        self._ranges = tuple(ranges_of(scenario))
        self._owners = [spend_limit(tactic) for tactic in scenario.tactics]
        self._low = [exact(own.spend.at_least) for own in scenario.tactics]
        self._high = [None if own.spend.at_most is None else exact(own.spend.at_most) for own in scenario.tactics]
        self._near = np.array([[exact(spend) for spend in row] for row in near.tolist()], dtype=object)
        self._unit = exact(scenario.minor_unit)

    def conflict(self, names: Collection[str]) -> tuple[str, ...] | None:
        """Those of the named limits that were proved not to hold together, none of them idle; None without a proof."""
        proof = self._proof(frozenset(names))
        if proof is None:
            return None
        kept = [own.name for own, by in zip(proof.ranges, proof.multipliers, strict=True) if by]
        return (*kept, *self._needed(names, proof))

    def gives(self, names: Collection[str], owner: str, way: int) -> float | None:
        """How far one of the named limits has to move one way, −1 down, for a proof that they conflict to fail [money].

        None where there is no proof, or none that this changes.
        """
        proof = self._proof(frozenset(names))
        if proof is None:
            return None
        pulls = [by for own, by in zip(proof.ranges, proof.multipliers, strict=True) if own.name == owner]
        if owner in self._owners:
            own = proof.groups.of[self._owners.index(owner)].tolist()
            pulls += [-proof.by_group[group] for group in own]
        pull = sum(abs(by) for by in pulls if by * way < 0)
        return float(proof.short / pull) if pull else None

    def _proof(self, names: Collection[str]) -> _Proof | None:
        """Multipliers that prove that the named limits cannot hold together, as few as do; None where none do."""
        ranges = [own for own in self._ranges if own.name in names]
        if not ranges:
            return None
        groups = Groups.make(ranges, *self._ends(names), self._near)
        multipliers = self._multipliers(ranges, groups)
        if _short(ranges, groups, multipliers) <= 0:
            return None
        for number in range(len(ranges)):
            others = [by if other != number else Fraction(0) for other, by in enumerate(multipliers)]
            if any(others) and _short(ranges, groups, others) > 0:
                multipliers = others
        return _Proof(ranges, groups, multipliers, _by_group(groups, multipliers), _short(ranges, groups, multipliers))

    def _ends(self, names: Collection[str]) -> tuple[Fractions, Fractions]:
        """The least and the most of each cell [money] by those of the spend limits that are named; None without end."""
        named = [owner in names for owner in self._owners]
        low = [own if known else Fraction(0) for own, known in zip(self._low, named, strict=True)]
        high = [own if known else None for own, known in zip(self._high, named, strict=True)]
        shape = self._near.shape
        spread = [np.repeat(np.array(end, dtype=object)[:, None], shape[1], axis=1) for end in (low, high)]
        return spread[0], spread[1]

    def _multipliers(self, ranges: Sequence[Range], groups: Groups) -> list[Fraction]:
        """What all ranges together miss at the least, by a unit of each of them; 0 where the solver does not tell."""
        problem, sides = missing(ranges, groups, self._unit)
        duals, found = Program(problem).solve(SECONDS).row_duals, [Fraction(0)] * len(ranges)
        for (number, way), dual in zip(sides, () if duals is None else duals.tolist(), strict=duals is not None):
            found[number] += way * Fraction(dual).limit_denominator(COARSE)
        return found

    def _needed(self, names: Collection[str], proof: _Proof) -> list[str]:
        """The spend limits that a proof needs; without one that is but a floor, less is missing, if anything."""
        needed, less, short = list[str](), list[tuple[Fraction, str]](), proof.short
        for owner, low, groups in zip(self._owners, self._low, proof.groups.of.tolist(), strict=True):
            gives = -sum(min(proof.by_group[group], Fraction(0)) for group in groups) * low
            if owner in names and any(proof.by_group[group] > 0 for group in groups):
                needed.append(owner)
            elif owner in names and gives:
                less.append((gives, owner))
        for gives, owner in sorted(less):
            if gives < short:
                short -= gives
            else:
                needed.append(owner)
        return needed


class _Proof(NamedTuple):
    """Multipliers of ranges, what they come to for each group of cells, and by how much [money] the ranges miss."""

    ranges: list[Range]
    groups: Groups
    multipliers: list[Fraction]
    by_group: list[Fraction]
    short: Fraction


def _by_group(groups: Groups, multipliers: Sequence[Fraction]) -> list[Fraction]:
    columns = groups.inside.T.tolist()
    return [sum((by for by, own in zip(multipliers, column, strict=True) if own), Fraction(0)) for column in columns]


def _short(ranges: Sequence[Range], groups: Groups, multipliers: Sequence[Fraction]) -> Fraction:
    """By how much [money] the multipliers prove that the ranges cannot all be kept; not above 0 where they do not."""
    short = Fraction(0)
    for own, by in zip(ranges, multipliers, strict=True):
        limit = own.lower if by > 0 else own.upper
        if by and limit is None:
            return Fraction(0)
        short += by * (limit or 0)
    for by, low, high in zip(_by_group(groups, multipliers), groups.low, groups.high, strict=True):
        if by > 0 and high is None:
            return Fraction(0)
        short -= by * (low if by < 0 else high or 0)
    return short
