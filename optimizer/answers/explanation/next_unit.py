"""Where one more unit of money would go, and why some of the budget is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.answers.explanation.sentence import Said, Sentence, Told, say, some_of
from optimizer.answers.plan import Allocation, NextUse, Plan
from optimizer.problem.limits import BUDGET
from optimizer.wording import percent_up

NEAR = 0.01  # of a price: slopes of money in whole cents
MOST = 3  # uses beyond the budget's own that are told


def next_unit(told: Told) -> Iterator[Sentence]:
    """What one more unit of budget would bring and where it would go, and where limits keep more from being gained."""
    budget = told.plan.budget
    price = budget.price if budget is not None else None
    if price:
        words = "One more {currency} of budget would {change} the {aim} by {price}"
        change = "raise" if price > 0 else "lower"
        parts: dict[str, Said | str] = {"currency": told.scenario.currency, "change": change, "aim": told.aim}
        parts["price"] = told.price(abs(price))
        takers = _tactics(_takers(told, price))
        if takers:
            yield say(words + "; it would go to {takers}.", **parts, takers=some_of(takers))
        else:
            yield say(words + ".", **parts)
    yield from _uneven(told, price)
    yield from _beyond(told, price or 0.0)


def left_over(told: Told) -> Iterator[Sentence]:
    """How much is left, what stops it from being spent, and where more would not pay."""
    totals = told.plan.totals
    if totals is None or totals.unspent is None or not told.plan.unspent_because:
        return
    yield say("{unspent} of the budget is left.", unspent=told.money(totals.unspent))
    known = {BUDGET} | {rule.name for rule in told.plan.rules} | {goal.name for goal in told.plan.goals}
    stops = [name for name in told.plan.unspent_because if name in known]
    held = _tactics([cell for cell in told.plan.allocations if set(cell.limited_by) & set(stops)])
    if held:
        words = "More on {tactics} would pay and is stopped by {stops}."
        yield say(words, tactics=some_of(held), stops=some_of(stops))
    if told.aim == "spend":
        yield Sentence(text="What is asked for takes no more.")
    idle = [row.tactic for row in told.plan.tactics if row.tactic not in held and _is_idle(told, row.tactic)]
    if idle:
        yield say("More on {tactics} would not pay.", tactics=some_of(idle))


def _is_idle(told: Told, tactic: str) -> bool:
    """Whether it is known that the next unit of money adds nothing in any period."""
    gains = [told.gain(cell) for cell in told.plan.allocations if cell.tactic == tactic]
    return all(gain is not None and gain <= 0.0 for gain in gains)


def _takers(told: Told, price: float) -> list[NextUse]:
    """The cells that are worth what the budget is worth; of these, those that no limit keeps up, where there are any.

    What a limit keeps up gains by relieving it: the money saved there goes to the others all the same.
    """
    takers = [use for use in told.plan.next_best if _takes(use, price)]
    kept_up = {(cell.tactic, cell.period) for cell in told.plan.allocations if cell.held_by}
    free = [use for use in takers if use.limited_by == (BUDGET,) and (use.tactic, use.period) not in kept_up]
    return free or takers


def _takes(use: NextUse, price: float) -> bool:
    """Held by the budget, and worth what the budget is worth."""
    return BUDGET in use.limited_by and abs(use.gain - price) <= NEAR * abs(price)


def uneven(plan: Plan) -> NextUse | None:
    """The best use that only the budget stops, where it gains more than the budget is told to be worth."""
    price = plan.budget.price if plan.budget is not None else None
    free = [use for use in plan.next_best if use.limited_by == (BUDGET,)]
    if not price or not free:
        return None
    best = max(free, key=lambda use: use.gain)
    return best if best.gain > price + NEAR * abs(price) else None


def _uneven(told: Told, price: float | None) -> Iterator[Sentence]:
    """A plan proved to a gap only may have spends of unequal gains."""
    use, gap = uneven(told.plan), told.plan.gap
    if use is None or gap is None or price is None:
        return
    where = use.tactic if len(told.scenario.periods) == 1 else f"{use.tactic} in {use.period}"
    words = "{where} would gain {gain} from one more {currency}, more than the price of the budget says"
    words += ": the plan is proved to within {gap}, and spends are evened out no further than that."
    yield say(
        words,
        where=where,
        gain=told.price(use.gain),
        currency=told.scenario.currency,
        gap=Said(gap, "1", percent_up(gap)),
    )


def _beyond(told: Told, price: float) -> Iterator[Sentence]:
    """What would gain more than the budget's own money does, were it not for a limit."""
    better = [use for use in told.plan.next_best if use.gain > (1 + NEAR) * price and set(use.limited_by) - {BUDGET}]
    seen: dict[str, NextUse] = {}
    for use in better:
        seen.setdefault(use.tactic, use)
    for use in list(seen.values())[:MOST]:
        stops = [name for name in use.limited_by if name != BUDGET]
        where = use.tactic if len(told.scenario.periods) == 1 else f"{use.tactic} in {use.period}"
        words = "{where} would gain {gain} from one more {currency}, but for {stops}."
        parts: dict[str, Said | str] = {"gain": told.price(use.gain), "currency": told.scenario.currency}
        yield say(words, where=where, stops=some_of(stops), **parts)


def _tactics(uses: Sequence[NextUse | Allocation]) -> list[str]:
    return list(dict.fromkeys(use.tactic for use in uses))
