"""Where one more unit of money would go, and why some of the budget is left."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Said, Sentence, Told, say, some_of
from optimizer.answers.plan import Allocation

BUDGET = "budget"
NEAR = 0.01  # of a price: slopes of money in whole cents


def next_unit(told: Told) -> Iterator[Sentence]:
    """What one more unit of budget would bring, and the tactics that it would go to, where the figures tell."""
    budget = told.plan.budget
    if budget is None or not budget.price:
        return
    words = "One more {currency} of budget would {change} the {aim} by {price}"
    change = "raise" if budget.price > 0 else "lower"
    parts: dict[str, Said | str] = {"currency": told.scenario.currency, "change": change, "aim": told.aim}
    parts["price"] = told.price(abs(budget.price))
    takers = _tactics([cell for cell in told.plan.allocations if _takes(told, cell, budget.price)])
    if takers:
        yield say(words + "; it would go to {takers}.", **parts, takers=some_of(takers))
    else:
        yield say(words + ".", **parts)


def left_over(told: Told) -> Iterator[Sentence]:
    """How much is left, and what stops each tactic from taking it."""
    totals = told.plan.totals
    if totals is None or totals.unspent is None or totals.unspent <= 0:
        return
    yield say("{unspent} of the budget is left.", unspent=told.money(totals.unspent))
    held = [cell for cell in told.plan.allocations if cell.limited_by]
    stops = sorted({name for cell in held for name in cell.limited_by} - {BUDGET})
    if stops:
        words = "More on {tactics} is stopped by {stops}."
        yield say(words, tactics=some_of(_tactics(held)), stops=some_of(stops))
    free = _tactics([cell for cell in told.plan.allocations if not cell.limited_by])
    if free:
        yield say("More on {tactics} would not pay.", tactics=some_of(free))


def _takes(told: Told, cell: Allocation, price: float) -> bool:
    """Held by the budget alone, and worth what the budget is worth."""
    if told.aim != "revenue" or cell.limited_by != (BUDGET,) or cell.marginal_revenue is None:
        return False
    return abs(cell.marginal_revenue - told.scenario.objective.target_marginal_roi - price) <= NEAR * price


def _tactics(cells: list[Allocation]) -> list[str]:
    return list(dict.fromkeys(cell.tactic for cell in cells))
