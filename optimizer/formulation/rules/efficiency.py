"""metric(scope) − at_least · Σ_scope spend ≥ −ahead: one row over spends and responses.

With at_least less the share of it that may be missing: that of what is asked for, however much is spent.
"""

from __future__ import annotations

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Efficiency
from optimizer.units import LEEWAY


def write(rule: Efficiency, words: Vocabulary) -> None:
    """Write the row of an `efficiency` rule."""
    least = rule.at_least - LEEWAY * abs(rule.at_least)
    total = words.metric(rule.metric, rule.scope) - words.spent(rule.scope) * least
    words.draft.add_row(rule.name, total, at_least=-rule.ahead)
