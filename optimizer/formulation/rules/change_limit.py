"""|now − before| ≤ amount and ≤ share · before: two rows for each, for every step of every tactic, or of their sum.

    now − (1 + share) · before ≤ amount        (1 − share) · before − now ≤ amount

with share 0 in the rows of the amount and amount 0 in those of the share. Where the spend before the first period is
known, it stands on the right.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.formulation.draft import Index, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.current import current_spend
from optimizer.problem.rules import ChangeLimit
from optimizer.units import tidy

NOTHING = np.zeros(0, dtype=np.intp)


def write(rule: ChangeLimit, words: Vocabulary) -> None:
    """Write the rows of a `change_limit` rule."""
    for before, known, now in _steps(rule, words):
        if rule.amount is not None:
            _write(rule, words, before, known, now, amount=rule.amount)
        if rule.share is not None:
            _write(rule, words, before, known, now, share=rule.share)


def _steps(rule: ChangeLimit, words: Vocabulary) -> Iterator[tuple[Index, float, Index]]:
    """The spend columns before and after each step, and what is known of the spend before [money]."""
    cells = words.mask(rule.scope) > 0
    rows, periods = np.flatnonzero(cells.any(axis=1)), np.asarray(cells.any(axis=0))
    for group in [rows] if rule.together else rows[:, None]:
        if rule.from_current:
            yield NOTHING, float(current_spend(words.scenario)[group].sum()), words.spend[group, 0]
        for period in 1 + np.flatnonzero(periods[:-1] & periods[1:]):
            yield words.spend[group, period - 1], 0.0, words.spend[group, period]


def _write(
    rule: ChangeLimit,
    words: Vocabulary,
    before: Index,
    known: float,
    now: Index,
    *,
    amount: float = 0.0,
    share: float = 0.0,
) -> None:
    old, new = (Sum(columns=columns, values=np.ones(len(columns))) for columns in (before, now))
    up, down = tidy(1.0 + share), tidy(1.0 - share)
    lever = 1.0 if rule.amount is not None else old if len(before) else known
    words.draft.add_row(rule.name, new - old * up, at_most=tidy(amount + up * known), lever=lever)
    words.draft.add_row(rule.name, old * down - new, at_most=tidy(amount - down * known), lever=lever)
