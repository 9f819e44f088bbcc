"""at_least ≤ Σ active ≤ at_most over the tactics of a period, or, over all, over what is active in any period.

`active`, `any` and their rows are the vocabulary's; spend ≥ least · active is written where activity is asked for.
"""

from __future__ import annotations

import numpy as np

from optimizer.formulation.draft import Index, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import ActiveCount


def write(rule: ActiveCount, words: Vocabulary) -> None:
    """Write the rows of an `active_count` rule: one a period and side, or one a side."""
    asked = bool(rule.at_least) or rule.minimum is not None
    active = words.active(rule.name, rule.scope, words.least(rule.minimum) if asked else 0.0)
    for columns in _counted(rule, active, words):
        total = Sum(columns=columns, values=np.ones(len(columns)))
        words.draft.add_row(rule.name, total, at_least=rule.at_least, at_most=rule.at_most)


def _counted(rule: ActiveCount, active: Index, words: Vocabulary) -> list[Index]:
    """The columns that are added up, sum by sum."""
    if rule.over_all:
        return [np.array([words.any_of(rule.name, row[row >= 0]) for row in active if (row >= 0).any()])]
    return [column[column >= 0] for column in active.T if (column >= 0).any()]
