"""spend = price · pieces, pieces whole: one equality a cell.

Where a curve reads the spend as it is, response ≤ most · pieces makes a second row.

A cell with room for more than `MANY` pieces is left continuous: a relaxation, so that every bound of it holds. Rounding
brings it to whole pieces. Limits of sums of nothing but pieces are whole numbers of what the sum can move by.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import reduce

import numpy as np

from optimizer.formulation.draft import Row, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Packages
from optimizer.units import common_step, exact, tidy

MANY = 1000.0  # pieces, beyond which one of them may be worth no more to a solver than its tolerances


def write(rule: Packages, words: Vocabulary) -> None:
    """Write the columns `pieces_…` and the rows of a `packages` rule."""
    draft = words.draft
    spends = words.spend_columns(rule.scope)
    words.prices.update((spend, exact(rule.price)) for spend in spends.tolist())
    most = np.floor(np.array(draft.high)[spends] / rule.price * (1.0 + 1e-12))
    many = most > words.counted
    words.uncounted.update(spends[many].tolist())
    own = np.broadcast_to(words.scenario.own_limits[1], words.spend.shape)[words.mask(rule.scope) > 0]
    for spend, limit in zip(spends[many].tolist(), own[many].tolist(), strict=True):
        if (last := _whole(limit, exact(rule.price), math.floor)) < limit:
            draft.add_row(rule.name, Sum(columns=np.array([spend]), values=np.ones(1)), at_most=last)
    spends, most = spends[~many], most[~many]
    names = [f"pieces_{len(draft.names) + number}" for number in range(len(spends))]
    pieces = draft.add_columns(names, np.zeros(len(spends)), most, integer=True)
    for spend, count in zip(spends, pieces, strict=True):
        total = Sum(columns=np.array([spend, count]), values=np.array([1.0, -rule.price]))
        draft.add_row(rule.name, total, at_least=0.0, at_most=0.0)
        words.switch(rule.name, int(spend), int(count))


def round_limits(words: Vocabulary) -> None:
    """Move the limits of sums of nothing but pieces to what the sums can reach, where pieces are not counted."""
    rows = words.draft.rows
    for number, row in enumerate(rows if words.uncounted else ()):
        own = row.sum.columns.tolist()
        stated = row.side in ("at_least", "at_most", "exactly")
        if stated and words.uncounted.intersection(own) and words.prices.keys() >= {*own}:
            rows[number] = _rounded(row, words)


def _rounded(row: Row, words: Vocabulary) -> Row:
    """The row with limits at whole numbers of the greatest common divisor of what each piece adds to the sum.

    No sum is between two of these: the row of such an amount is empty.
    """
    terms = zip(row.sum.columns.tolist(), row.sum.values.tolist(), strict=True)
    step = reduce(common_step, (exact(tidy(abs(value))) * words.prices[column] for column, value in terms))
    lower, upper = _whole(row.lower, step, math.ceil), _whole(row.upper, step, math.floor)
    return replace(row, lower=lower, upper=upper)


def _whole(limit: float, step: Fraction, turned: Callable[[Fraction], int]) -> float:
    """The whole number of steps next to a limit; none where there is none."""
    return float(turned(exact(tidy(limit)) / step) * step) if math.isfinite(limit) else limit
