"""Σ_scope spend = amount: one equality."""

from __future__ import annotations

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Commitment


def write(rule: Commitment, words: Vocabulary) -> None:
    """Write the row of a `commitment` rule."""
    words.draft.add_row(rule.name, words.spent(rule.scope), at_least=rule.amount, at_most=rule.amount)
