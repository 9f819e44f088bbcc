"""any(scope) ≤ Σ active(needs), or Σ spend(needs) ≥ minimum · any(scope): one row a period, or one over all.

`any` is 1 where any cell of the scope is active; it and `active` are the vocabulary's.
"""

from __future__ import annotations

import numpy as np

from optimizer.formulation.draft import Index, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Requires


def write(rule: Requires, words: Vocabulary) -> None:
    """Write the rows of a `requires` rule."""
    asking = words.active(rule.name, rule.scope)
    if rule.minimum is None:
        needed, amount = words.active(rule.name, rule.needs, words.least(None)), 1.0
    else:
        needed, amount = np.where(words.mask(rule.needs) > 0, words.spend, -1), rule.minimum
    pairs = [(asking.ravel(), needed.ravel())] if rule.over_all else zip(asking.T, needed.T, strict=True)
    for asks, needs in pairs:
        _ask(rule.name, words, asks[asks >= 0], needs[needs >= 0], amount)


def _ask(owner: str, words: Vocabulary, asks: Index, needs: Index, amount: float) -> None:
    """Σ needs ≥ amount · any of asks."""
    if len(asks):
        columns = np.append(needs, words.any_of(owner, asks))
        total = Sum(columns=columns, values=np.append(np.ones(len(needs)), -amount))
        words.draft.add_row(owner, total, at_least=0.0)
