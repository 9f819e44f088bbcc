"""at_least ≤ metric(scope) ≤ at_most: one row a side over spends and responses."""

from __future__ import annotations

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import MetricRange
from optimizer.units import LEEWAY


def write(rule: MetricRange, words: Vocabulary) -> None:
    """Write the rows of a `metric_range` rule."""
    total = words.metric(rule.metric, rule.scope)
    words.draft.add_row(rule.name, total, at_least=rule.at_least, at_most=rule.at_most, leeway=LEEWAY)
