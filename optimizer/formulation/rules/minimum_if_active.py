"""spend ≥ at_least · active and spend ≤ reach · active, active ∈ {0, 1}: two rows a cell.

Where a curve reads the spend as it is, response ≤ most · active makes a third.
"""

from __future__ import annotations

import numpy as np

from optimizer.formulation.draft import Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import MinimumIfActive


def write(rule: MinimumIfActive, words: Vocabulary) -> None:
    """Write the columns `active_…` and the rows of a `minimum_if_active` rule."""
    draft = words.draft
    spends = words.spend_columns(rule.scope)
    names = [f"active_{len(draft.names) + number}" for number in range(len(spends))]
    active = draft.add_columns(names, np.zeros(len(spends)), np.ones(len(spends)), integer=True)
    for spend, switch in zip(spends, active, strict=True):
        columns = np.array([spend, switch])
        most = max(draft.high[spend], rule.at_least)
        draft.add_row(rule.name, Sum(columns=columns, values=np.array([1.0, -rule.at_least])), at_least=0.0)
        draft.add_row(rule.name, Sum(columns=columns, values=np.array([1.0, -most])), at_most=0.0)
        words.switch(rule.name, int(spend), int(switch))
