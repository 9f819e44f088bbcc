"""A metric of a scope stays within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from optimizer.problem.movable import MONEY, Movable, sides_of
from optimizer.problem.rules.base import RangeRule, Rule, beyond
from optimizer.units import KEPT

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRange(RangeRule):
    """at_least ≤ metric(scope) ≤ at_most; the metric is revenue, profit, outcome, spend or a tactic's own.

    >>> MetricRange(name="reach", metric="impressions", at_least=1000.0).metric
    'impressions'
    """

    kind: ClassVar[str] = "metric_range"
    unit: ClassVar[str] = "unit of the metric"
    metric: str

    def check(self, scenario: Scenario) -> None:
        scenario.check_metric(self.metric)
        RangeRule.check(self, scenario)

    def movable(self) -> tuple[Movable, ...]:
        unit = MONEY if self.metric == "spend" else self.metric
        return sides_of(self.at_least, self.at_most, unit, on_row=True)

    def after(self, past: Past) -> tuple[Rule, ...]:
        settled, floor = past.total(self.metric, self.scope), 0.0 if past.never_negative(self.metric) else None
        limits = {side: beyond(getattr(self, side), settled, floor) for side in ("at_least", "at_most")}
        return self.narrowed(past.after(self.scope), **limits)

    def amount(self, valuation: Valuation) -> float:
        return valuation.total(self.metric, self.scope)

    def slack(self, valuation: Valuation) -> float:
        """A limit on outcome that is missed by less than a billionth of itself is kept: curves are not decimals."""
        slack = RangeRule.slack(self, valuation)
        limits = [abs(limit) for limit in (self.at_least, self.at_most) if limit is not None]
        return 0.0 if abs(slack) <= KEPT * max(limits) else slack
