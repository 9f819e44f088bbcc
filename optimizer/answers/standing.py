"""How a plan stands to each limit: which bind, and what each is worth."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.plan import BudgetResult, RuleResult
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation

NEAR = 1e-9  # share of a limit within which it is reached


def rule_results(
    valuation: Valuation, prices: dict[str, float], limit_prices: dict[str, float], unit: float
) -> tuple[RuleResult, ...]:
    """The budget, the periods' budgets, every rule, and the spend limits that bind.

    `limit_prices` are the prices of the spend limits that bind; `unit` the minor unit of money.
    """
    return (
        *_budgets(valuation, prices, unit),
        *_rules(valuation, prices),
        *(
            RuleResult(name=name, binding=True, price=price, price_unit=_unit(valuation, "unit of money"))
            for name, price in limit_prices.items()
        ),
    )


def budget_result(valuation: Valuation, prices: dict[str, float]) -> BudgetResult | None:
    """What one more unit of budget is worth; None without a budget."""
    if valuation.scenario.budget.total is None:
        return None
    return BudgetResult(price=prices.get("budget"), price_holds_from=None, price_holds_to=None)


def _budgets(valuation: Valuation, prices: dict[str, float], unit: float) -> Iterator[RuleResult]:
    budget = valuation.scenario.budget
    limits: list[tuple[str, Scope, BudgetLimit]] = []
    if budget.total is not None:
        limits.append(("budget", Scope(), budget.total))
    limits += [(f"budget of {period}", Scope(periods=(period,)), limit) for period, limit in budget.by_period]
    for name, scope, limit in limits:
        spent = valuation.spent(scope)
        ends = [end for end in (limit.at_least, limit.at_most) if end is not None]
        yield RuleResult(
            name=name,
            binding=any(abs(spent - end) < unit * 0.999 for end in ends) or bool(prices.get(name)),
            price=prices.get(name),
            price_unit=_unit(valuation, "unit of money"),
        )


def _rules(valuation: Valuation, prices: dict[str, float]) -> Iterator[RuleResult]:
    for rule in valuation.scenario.rules:
        price = prices.get(rule.name) if rule.has_price else None
        yield RuleResult(
            name=rule.name,
            binding=rule.slack(valuation) <= NEAR * rule.size or bool(price),
            price=price,
            price_unit=_unit(valuation, rule.limit_unit),
        )


def _unit(valuation: Valuation, of: str) -> str:
    aim = valuation.scenario.objective.aim
    return f"{'attainment of goals' if aim == 'goals' else aim} per {of}"
