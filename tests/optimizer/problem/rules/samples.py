"""One rule of every kind over `tv` and `search`, to be changed by a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optimizer.problem.rules import (
    ActiveCount,
    ActivePeriods,
    ChangeLimit,
    Commitment,
    Efficiency,
    Exclusive,
    Linear,
    MetricRange,
    MinimumIfActive,
    Packages,
    RateCard,
    Requires,
    Rule,
    ShareRange,
    SpendRange,
    Term,
    Tier,
    TurnoverLimit,
)
from optimizer.problem.scope import Scope

TV, SEARCH = Scope(tactics=("tv",)), Scope(tactics=("search",))


def _linear(scope: Scope = TV, **more: Any) -> Linear:
    terms = (Term(scope=scope, coefficient=2.0), Term(scope=SEARCH, coefficient=-1.0))
    return Linear(**{"terms": terms, "at_most": 5.0} | more)


SAMPLES: dict[str, Callable[..., Rule]] = {
    "spend_range": lambda **more: SpendRange(**{"scope": TV, "at_least": 30.0} | more),
    "share_range": lambda **more: ShareRange(**{"scope": TV, "at_most": 0.4} | more),
    "metric_range": lambda **more: MetricRange(**{"metric": "revenue", "scope": TV, "at_most": 40.0} | more),
    "efficiency": lambda **more: Efficiency(**{"at_least": 2.5} | more),
    "linear": _linear,
    "commitment": lambda **more: Commitment(**{"scope": TV, "amount": 20.0} | more),
    "minimum_if_active": lambda **more: MinimumIfActive(**{"scope": TV, "at_least": 30.0} | more),
    "active_count": lambda **more: ActiveCount(**{"scope": TV, "at_most": 0} | more),
    "rate_card": lambda **more: RateCard(**{"scope": TV, "tiers": (Tier(at_least=0.0, price=1.0),)} | more),
    "active_periods": lambda **more: ActivePeriods(**{"scope": TV, "at_most": 0} | more),
    "requires": lambda **more: Requires(**{"scope": TV, "needs": SEARCH} | more),
    "exclusive": lambda **more: Exclusive(**more),
    "packages": lambda **more: Packages(**{"scope": TV, "price": 15.0} | more),
    "turnover_limit": lambda **more: TurnoverLimit(**{"amount": 15.0} | more),
    "change_limit": lambda **more: ChangeLimit(**{"scope": TV, "amount": 10.0, "from_current": True} | more),
}
