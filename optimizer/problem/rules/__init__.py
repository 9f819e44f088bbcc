"""Every kind of rule, one kind in one file. A new kind is its file, its line here and its rows in formulation."""

from optimizer.problem.rules.active_count import ActiveCount
from optimizer.problem.rules.active_periods import ActivePeriods
from optimizer.problem.rules.base import RangeRule, Rule
from optimizer.problem.rules.change_limit import ChangeLimit
from optimizer.problem.rules.commitment import Commitment
from optimizer.problem.rules.efficiency import Efficiency
from optimizer.problem.rules.exclusive import Exclusive
from optimizer.problem.rules.linear import Linear, Term
from optimizer.problem.rules.metric_range import MetricRange
from optimizer.problem.rules.minimum_if_active import MinimumIfActive
from optimizer.problem.rules.packages import Packages
from optimizer.problem.rules.rate_card import RateCard, Tier
from optimizer.problem.rules.requires import Requires
from optimizer.problem.rules.share_range import ShareRange
from optimizer.problem.rules.spend_range import SpendRange
from optimizer.problem.rules.turnover_limit import ReferenceLine, TurnoverLimit

RULES: dict[str, type[Rule]] = {
    rule.kind: rule
    for rule in (
        SpendRange,
        ShareRange,
        MetricRange,
        Efficiency,
        ChangeLimit,
        TurnoverLimit,
        Linear,
        Commitment,
        MinimumIfActive,
        Packages,
        ActiveCount,
        RateCard,
        ActivePeriods,
        Requires,
        Exclusive,
    )
}

__all__ = [
    "RULES",
    "ActiveCount",
    "ActivePeriods",
    "ChangeLimit",
    "Commitment",
    "Efficiency",
    "Exclusive",
    "Linear",
    "MetricRange",
    "MinimumIfActive",
    "Packages",
    "RangeRule",
    "RateCard",
    "ReferenceLine",
    "Requires",
    "Rule",
    "ShareRange",
    "SpendRange",
    "Term",
    "Tier",
    "TurnoverLimit",
]
