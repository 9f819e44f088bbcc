"""metric(scope) − at_least · Σ_scope spend ≥ −ahead: one row over spends and responses."""

from __future__ import annotations

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Efficiency


def write(rule: Efficiency, words: Vocabulary) -> None:
    """Write the row of an `efficiency` rule."""
    total = words.metric(rule.metric, rule.scope) - words.spent(rule.scope) * rule.at_least
    words.draft.add_row(rule.name, total, at_least=-rule.ahead)
