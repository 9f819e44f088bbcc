"""spend = price · pieces, pieces whole: one equality a cell.

Where a curve reads the spend as it is, response ≤ most · pieces makes a second row.
"""

from __future__ import annotations

import numpy as np

from optimizer.formulation.draft import Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Packages


def write(rule: Packages, words: Vocabulary) -> None:
    """Write the columns `pieces_…` and the rows of a `packages` rule."""
    draft = words.draft
    spends = words.spend_columns(rule.scope)
    names = [f"pieces_{len(draft.names) + number}" for number in range(len(spends))]
    most = np.floor(np.array(draft.high)[spends] / rule.price * (1.0 + 1e-12))
    pieces = draft.add_columns(names, np.zeros(len(spends)), most, integer=True)
    for spend, count in zip(spends, pieces, strict=True):
        total = Sum(columns=np.array([spend, count]), values=np.array([1.0, -rule.price]))
        draft.add_row(rule.name, total, at_least=0.0, at_most=0.0)
        words.switch(rule.name, int(spend), int(count))
