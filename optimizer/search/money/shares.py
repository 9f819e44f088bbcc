"""Shares of a whole in whole minor units: of which wholes they can be kept at all, and a spend of such a whole.

A whole W and its part are whole numbers of units, so at_least · W ≤ part ≤ at_most · W can be kept just where
⌈at_least · W⌉ ≤ ⌊at_most · W⌋. With a share p/q that is given exactly, W has to be a multiple of q.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from optimizer.problem.rules import ShareRange
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation
from optimizer.search.money.remainder import largest_remainder
from optimizer.units import exact, tidy, units_above, units_below

Array = NDArray[np.float64]
Units = NDArray[np.int64]
Flags = NDArray[np.bool_]
LONG = 10**9  # of a share's decimals, beyond which it is one that was worked out
NEARLY = 1e-7  # units by which such a share of a whole may be off
DIGITS = 4e-16  # of the whole: doubles
FAR = 10**18  # units: more than there are
MOST = 2_000_000  # wholes that are looked at


def can_keep(valuation: Valuation, digits: int, steps: int) -> bool:
    """Whether cells that move by at most so many units of 10^−digits may keep each share, as far as its whole says."""
    for rule in _shares(valuation.scenario):
        cells = valuation.scenario.cells(rule.of)
        reach = steps * int(cells.sum())
        now = round(valuation.spent(rule.of) * 10.0**digits)
        least, most = max(0, now - reach), now + reach
        if cells.all():
            least, most = _within_budget(valuation.scenario, digits, least, most)
        if most - least < MOST and not _kept(rule, np.arange(least, most + 1)).any():
            return False
    return True


def in_shares(valuation: Valuation, ideal: Array, least: Units, most: Units, digits: int, steps: int) -> Units | None:
    """Units [10^−digits] near `ideal`, within [least, most] of each cell, whose whole lets every share be kept.

    The nearest such whole to that of a valued spend: below it, or above where spend is to be small. None where shares
    are not of everything, overlap or stand beside budgets of periods, and where no whole within `steps` a cell does.
    """
    scenario, rules = valuation.scenario, _shares(valuation.scenario)
    parts = [scenario.cells(rule.scope) for rule in rules]
    plain = all(scenario.cells(rule.of).all() for rule in rules) and not scenario.budget.by_period
    if not parts or not plain or (np.sum(parts, axis=0) > 1).any():
        return None
    now, reach = round(valuation.spent() * 10.0**digits), min(steps * ideal.size, MOST)
    ends = (now - reach, now) if scenario.objective.maximizes else (now, now + reach)
    first, last = _within_budget(scenario, digits, max(0, ends[0]), ends[1])
    wholes = np.arange(first, last + 1)
    kept = wholes[reduce(np.logical_and, (_kept(rule, wholes) for rule in rules))]
    if not len(kept):
        return None
    place = len(kept) - 1 if scenario.objective.maximizes else 0
    rest = ~np.any(parts, axis=0)
    groups = [*parts, rest] if rest.any() else parts
    floor = np.array([least[own].sum() for own in groups])
    ceiling = np.array([most[own].sum() for own in groups])
    for number, rule in enumerate(rules):
        low, high = _part(rule, kept[place : place + 1])
        floor[number], ceiling[number] = max(floor[number], low[0]), min(ceiling[number], high[0])
    sums = np.array([ideal[own].sum() for own in groups])
    by_group = largest_remainder(sums, floor, np.maximum(floor, ceiling), int(kept[place]))
    units = np.zeros(ideal.shape, dtype=np.int64)
    for own, total in zip(groups, by_group.tolist(), strict=True):
        units[own] = largest_remainder(ideal[own], least[own], most[own], total)
    return units


def _shares(scenario: Scenario) -> list[ShareRange]:
    return [rule for rule in scenario.rules if isinstance(rule, ShareRange)]


def _within_budget(scenario: Scenario, digits: int, least: int, most: int) -> tuple[int, int]:
    """The units from `least` to `most` that the budget allows of everything."""
    total = scenario.budget.total
    if total is None:
        return least, most
    low = least if total.at_least is None else max(least, units_above(total.at_least, digits))
    high = most if total.at_most is None else min(most, units_below(total.at_most, digits))
    return low, high


def _part(rule: ShareRange, wholes: Units) -> tuple[Units, Units]:
    """The least and the most whole part of each whole."""
    low = _covering(rule.at_least or 0.0, wholes)
    return low, np.full(len(wholes), FAR) if rule.at_most is None else -_covering(-rule.at_most, wholes)


def _covering(share: float, wholes: Units) -> Units:
    """⌈share · whole⌉ of each whole, in the largest whole numbers that it takes."""
    own = exact(tidy(share))
    if own.denominator > LONG:  # a third is what a double can tell of it
        return np.ceil(share * wholes - NEARLY - DIGITS * wholes).astype(np.int64)
    count = wholes if abs(own.numerator) * int(wholes.max(initial=0)) < FAR else wholes.astype(object)
    least: Units = np.clip(-(-own.numerator * count // own.denominator), -FAR, FAR).astype(np.int64)
    return least


def _kept(rule: ShareRange, wholes: Units) -> Flags:
    low, high = _part(rule, wholes)
    return np.asarray(low <= high)
