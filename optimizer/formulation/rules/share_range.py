"""Σ_scope spend − share · Σ_of spend ≥ 0 (at_least) and ≤ 0 (at_most): one row a side."""

from __future__ import annotations

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import ShareRange


def write(rule: ShareRange, words: Vocabulary) -> None:
    """Write the rows of a `share_range` rule."""
    part, whole = words.total(rule.scope), words.total(rule.of)
    if rule.at_least is not None and rule.at_least == rule.at_most:
        words.draft.add_row(rule.name, part - whole * rule.at_least, at_least=0.0, at_most=0.0)
        return
    if rule.at_least is not None:
        words.draft.add_row(rule.name, part - whole * rule.at_least, at_least=0.0)
    if rule.at_most is not None:
        words.draft.add_row(rule.name, part - whole * rule.at_most, at_most=0.0)
