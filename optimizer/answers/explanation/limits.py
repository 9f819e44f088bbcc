"""What binds, and what it costs: the prices of the limits in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from optimizer.answers.explanation.sentence import Said, Sentence, Told, number, say, share, some_of
from optimizer.answers.plan import RuleResult
from optimizer.answers.price import UNTOLD
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.limits import spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import SpendLimits

MOST = 20  # limits told one by one
PER_SHARE = 100  # percentage points in a whole share
MONEY, SHARE = "unit of money", "whole share"  # of a price unit
POINT = "percentage point"


def limits(told: Told) -> Iterator[Sentence]:
    """One sentence a limit that binds, then those that do not."""
    binding = [rule for rule in told.plan.rules if rule.binding]
    for rule in binding[:MOST]:
        yield _told(told, rule)
    if len(binding) > MOST:
        yield say("{names} bind as well.", names=some_of([rule.name for rule in binding[MOST:]]))
    if told.whole_numbers and any(rule.price for rule in binding):
        yield Sentence(text="These prices hold with the chosen on/off decisions fixed.")
    loose = [rule.name for rule in told.plan.rules if not rule.binding]
    if loose:
        yield say("{names} {verb} not bind.", names=some_of(loose), verb="does" if len(loose) == 1 else "do")


def _told(told: Told, rule: RuleResult) -> Sentence:
    if rule.price is None:
        words = "{name}: binds, and its price is {note}." if rule.price_note else "{name}: binds, and has no price."
        return say(words, name=rule.name, **({"note": rule.price_note} if rule.price_note else {}))
    if not rule.price:
        return say("{name}: binds, but a small move of it would change nothing.", name=rule.name)
    step, price = _step(told, rule)
    words = "{name}{side}: raising it by {step} would {change} the {aim} by {price}"
    one_sided = rule.side not in ("at_least", "at_most") or not _has_sides(told, rule)
    side = "" if rule.side is None or one_sided else f" ({rule.side.replace('_', ' ')})"
    change = "raise" if price > 0 else "lower"
    range_, ends = _range(told, rule)
    return say(
        words + range_ + ".", name=rule.name, side=side, step=step, change=change, aim=told.aim,
        price=told.price(abs(price)), **ends,
    )  # fmt: skip


def _has_sides(told: Told, rule: RuleResult) -> bool:
    """A budget and a spend limit have but one side that people speak of, unless both are stated."""
    budget = told.scenario.budget
    limits: dict[str, SpendLimits | BudgetLimit | None] = {"budget": budget.total}
    limits |= {f"budget of {period}": limit for period, limit in budget.by_period}
    limits |= {spend_limit(tactic): tactic.spend for tactic in told.scenario.tactics}
    limit = limits.get(rule.name)
    return limit is None or bool(limit.at_least and limit.at_most is not None and limit.at_least < limit.at_most)


def _step(told: Told, rule: RuleResult) -> tuple[str, float]:
    """By how much the limit is moved, and what that brings."""
    unit = rule.price_unit.rpartition(" per ")[2]
    price = rule.price or 0.0
    match unit:
        case "unit of money":
            each = " in each period" if is_by_period(told.scenario, rule) else ""
            return f"1 {told.scenario.currency}{each}", price
        case "whole share":
            return f"one {POINT}", price / PER_SHARE
        case _:
            return f"one {unit}", price


def is_by_period(scenario: Scenario, rule: RuleResult) -> bool:
    """Whether the limit stands for each of several periods, and its price for all of them at once."""
    return len(scenario.periods) > 1 and rule.name in {spend_limit(tactic) for tactic in scenario.tactics}


class Limit(Protocol):
    """A limit with a price, as a plan tells it."""

    @property
    def price(self) -> float | None: ...
    @property
    def price_unit(self) -> str: ...
    @property
    def price_holds_from(self) -> float | None: ...
    @property
    def price_holds_to(self) -> float | None: ...


def priced_by(rule: Limit) -> tuple[str, float | None]:
    """In what a price is told, and what it is then: a share is moved by percentage points."""
    if not rule.price_unit.endswith(SHARE):
        return rule.price_unit, rule.price
    unit = rule.price_unit.removesuffix(SHARE) + POINT
    return unit, None if rule.price is None else rule.price / PER_SHARE


def held(rule: Limit) -> tuple[float | None, float | None]:
    """Where its price holds; nothing that could be read for money below 0, which is a difference of two sides."""
    low, high = rule.price_holds_from, rule.price_holds_to
    negative = any(end is not None and end < 0.0 for end in (low, high))
    return (None, None) if negative and rule.price_unit.endswith(MONEY) else (low, high)


def _range(told: Told, rule: RuleResult) -> tuple[str, dict[str, Said]]:
    """From where to where the price holds, in the unit of the limit."""
    low, high = held(rule)
    if low is not None and high is not None and low >= high:
        further = rule.price_note is not None and UNTOLD in rule.price_note
        return ", and how far that holds was not worked out" if further else ", which holds at this limit only", {}
    if low is not None and high is not None and _end(told, rule, low).text == _end(told, rule, high).text:
        return ", which holds to 1 % at this limit only", {}
    if low is not None and high is not None:
        return ", which holds to 1 % for limits from {low} to {high}", {
            "low": _end(told, rule, low),
            "high": _end(told, rule, high),
        }
    if low is not None:
        return ", which holds to 1 % for limits from {low} on", {"low": _end(told, rule, low)}
    if high is not None:
        return ", which holds to 1 % for limits up to {high}", {"high": _end(told, rule, high)}
    return "", {}


def _end(told: Told, rule: RuleResult, value: float) -> Said:
    match rule.price_unit.rpartition(" per ")[2]:
        case "unit of money":
            return told.money(value)
        case "whole share":
            return share(value)
        case unit:
            return number(value, unit)
