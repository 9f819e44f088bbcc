"""What a scope yields is at least so many times what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from optimizer.errors import ScenarioError
from optimizer.problem.movable import Movable, sides_of
from optimizer.problem.rules.base import Rule, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import KEPT, number

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency(Rule):
    """metric(scope) + ahead ≥ at_least · Σ_scope spend: a floor on return per money.

    Fields: at_least is the least return [metric per money];
    metric is what is returned: revenue, profit, outcome or a metric of the tactics;
    ahead is what counts beforehand, or below 0 has to be made up for [metric]: what earlier periods returned beyond
    their own floor.

    >>> Efficiency(name="brand ROI", at_least=1.5).metric
    'revenue'
    """

    kind: ClassVar[str] = "efficiency"
    unit: ClassVar[str] = "unit of ROI"
    at_least: float
    metric: str = "revenue"
    scope: Scope = field(default_factory=Scope)
    ahead: float = 0.0

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        number(self.at_least, "at_least", least=-1e9, most=1e9)
        number(self.ahead, "ahead")
        if self.metric == "spend":
            raise ScenarioError(
                "constant_ratio", "metric", "is always 1 per unit of spend", "name what the spend should yield"
            )

    @property
    def size(self) -> float:
        return abs(self.at_least) or 1.0

    def check(self, scenario: Scenario) -> None:
        scenario.check_metric(self.metric)
        check_scope(self.scope, "scope", scenario)

    def movable(self) -> tuple[Movable, ...]:
        return sides_of(self.at_least, None, f"{self.metric} per unit of money", on_row=False, least=-1e9)

    def after(self, past: Past) -> tuple[Rule, ...]:
        earned = past.total(self.metric, self.scope) - self.at_least * past.spent(self.scope)
        return self.narrowed(past.after(self.scope), ahead=self.ahead + earned)

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def leverage(self, valuation: Valuation) -> float:
        return valuation.spent(self.scope)

    def slack(self, valuation: Valuation) -> float:
        """Measured in the metric, and told per unit of spend where there is any."""
        spent = valuation.spent(self.scope)
        asked = self.at_least * spent
        over = valuation.total(self.metric, self.scope) + self.ahead - asked
        if abs(over) <= KEPT * max(abs(asked), abs(self.ahead)):
            return 0.0
        return over / spent if spent > 0 else over
