"""The rows of every kind of rule, one kind in one file, as `problem/rules` has them."""

from collections.abc import Callable
from typing import Any

from optimizer.formulation.rules import (
    active_count,
    active_periods,
    change_limit,
    commitment,
    efficiency,
    exclusive,
    linear,
    metric_range,
    minimum_if_active,
    packages,
    rate_card,
    requires,
    share_range,
    spend_range,
    turnover_limit,
)
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Rule

WRITERS: dict[str, Callable[[Any, Vocabulary], None]] = {
    "spend_range": spend_range.write,
    "share_range": share_range.write,
    "metric_range": metric_range.write,
    "efficiency": efficiency.write,
    "change_limit": change_limit.write,
    "turnover_limit": turnover_limit.write,
    "linear": linear.write,
    "commitment": commitment.write,
    "minimum_if_active": minimum_if_active.write,
    "packages": packages.write,
    "rate_card": rate_card.write,
    "active_count": active_count.write,
    "active_periods": active_periods.write,
    "requires": requires.write,
    "exclusive": exclusive.write,
}


def write(rule: Rule, words: Vocabulary) -> None:
    """Write the columns and rows of a rule of any kind."""
    WRITERS[rule.kind](rule, words)
