"""How a plan stands to each limit: which bind, and what each is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.answers.plan import BudgetResult, RuleResult
from optimizer.answers.price import LITTLE, Price
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation

NEAR = 1e-9  # share of a limit within which it is reached
MONEY = "unit of money"
Prices = dict[str, Price]


def rule_results(
    valuation: Valuation, prices: Prices, limit_prices: Iterable[tuple[str, Price]], unit: float
) -> tuple[RuleResult, ...]:
    """The budget, the periods' budgets, every rule, and the spend limits that bind.

    `limit_prices` are the prices of the spend limits that bind, one a side; `unit` the minor unit of money.
    """
    return (
        *_budgets(valuation, prices, unit),
        *_rules(valuation, prices),
        *_spends(valuation, limit_prices),
    )


def budget_result(valuation: Valuation, prices: Prices, unit: float) -> BudgetResult | None:
    """What one more unit of budget is worth; None without a budget."""
    if valuation.scenario.budget.total is None:
        return None
    told = next(_budgets(valuation, prices, unit))
    return BudgetResult(
        price=told.price,
        price_holds_from=told.price_holds_from,
        price_holds_to=told.price_holds_to,
        price_note=told.price_note,
    )


def _budgets(valuation: Valuation, prices: Prices, unit: float) -> Iterator[RuleResult]:
    budget = valuation.scenario.budget
    limits: list[tuple[str, Scope, BudgetLimit]] = []
    if budget.total is not None:
        limits.append(("budget", Scope(), budget.total))
    limits += [(f"budget of {period}", Scope(periods=(period,)), limit) for period, limit in budget.by_period]
    for name, scope, limit in limits:
        spent = valuation.spent(scope)
        ends = [end for end in (limit.at_least, limit.at_most) if end is not None]
        stands = any(abs(spent - end) < unit * 0.999 for end in ends)
        yield _result(name, prices.get(name), stands, _unit(valuation, MONEY))


def _rules(valuation: Valuation, prices: Prices) -> Iterator[RuleResult]:
    for rule in valuation.scenario.rules:
        price = prices.get(rule.name) if rule.has_price else None
        if price is not None and not price.value and rule.is_decided(valuation):
            price = None  # what binds is on/off: the price of 0 is that of a side which does not
        stands = rule.slack(valuation) <= NEAR * rule.size
        yield _result(rule.name, price, stands, _unit(valuation, rule.limit_unit))


def _spends(valuation: Valuation, limit_prices: Iterable[tuple[str, Price]]) -> Iterator[RuleResult]:
    unit = _unit(valuation, MONEY)
    yield from (_result(name, price, True, unit) for name, price in limit_prices)


def _unit(valuation: Valuation, limit: str) -> str:
    """What a price is told in, of a limit in some unit."""
    aim = valuation.scenario.objective.aim
    return f"{'attainment of goals' if aim == 'goals' else aim} per {limit}"


def _result(name: str, price: Price | None, stands: bool, price_unit: str) -> RuleResult:
    """A limit with its price; one that has a price binds, even where rounding left a little of it.

    Where one that binds is worth nothing at first, its ends say nothing of how far.
    """
    if price is None:
        return RuleResult(name=name, binding=stands, price=None, price_unit=price_unit)
    return RuleResult(
        name=name,
        binding=stands or bool(price.value),
        price=price.value,
        price_unit=price_unit,
        side=price.side,
        price_holds_from=price.holds_from,
        price_holds_to=price.holds_to,
        price_note=LITTLE if stands and price.value == 0.0 else price.note,
    )
