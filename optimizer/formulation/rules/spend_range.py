"""at_least ≤ Σ_scope spend ≤ at_most: one row a side."""

from __future__ import annotations

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import SpendRange


def write(rule: SpendRange, words: Vocabulary) -> None:
    """Write the rows of a `spend_range` rule."""
    words.draft.add_row(rule.name, words.spent(rule.scope), at_least=rule.at_least, at_most=rule.at_most)
