"""The river: how much demand there is, what is converted of it, and where it is short."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Sentence, Told, number, say, share, some_of
from optimizer.answers.plan import DemandResult

NEARLY = 1e-3  # of the stock, left over when all is converted: rounding spend to money leaves a little


def river(told: Told) -> Iterator[Sentence]:
    """Two or three sentences a pool: what is converted and lost, where it is short, what is left at the end."""
    pools: dict[str, list[DemandResult]] = {}
    for row in told.plan.demand:
        pools.setdefault(row.pool, []).append(row)
    for pool, rows in pools.items():
        yield _converted(pool, rows)
        yield from _short(told, pool, rows)
        yield from _left(told, pool, rows)


def _converted(pool: str, rows: list[DemandResult]) -> Sentence:
    converted, lost = sum(row.converted for row in rows), sum(row.lost for row in rows)
    parts = {"converted": number(converted, "demand"), "lost": number(lost, "demand")}
    words = "{pool}: {converted} of demand is converted"
    if lost <= NEARLY * converted:
        return say(words + ", and none is lost on the way.", pool=pool, converted=parts["converted"])
    return say(words + ", {lost} is lost unconverted.", pool=pool, **parts)


def _short(told: Told, pool: str, rows: list[DemandResult]) -> Iterator[Sentence]:
    dry = [row for row in rows if row.left <= NEARLY * row.stock]
    prices = [row.price for row in dry if row.price]
    if not dry:
        when = " in every period" if len(rows) > 1 else ""
        yield say("{pool}: there is more demand than is converted{when}.", pool=pool, when=when)
    elif len(dry) < len(rows) or len(rows) > 1:
        when = "every period" if len(dry) == len(rows) else some_of([row.period for row in dry])
        yield say("{pool}: all demand is converted in {when}.", pool=pool, when=when)
    else:
        yield say("{pool}: all demand is converted.", pool=pool)
    if prices:
        words = "{pool}: one more unit of demand there would {change} the {aim} by up to {price}."
        most, change = max(prices, key=abs), "raise" if told.scenario.objective.maximizes else "lower"
        yield say(words, pool=pool, change=change, aim=told.aim, price=told.price(abs(most)))


def _left(told: Told, pool: str, rows: list[DemandResult]) -> Iterator[Sentence]:
    last = rows[-1]
    worth = next(each.end_value for each in told.scenario.demand_pools if each.name == pool)
    if last.left > NEARLY * last.stock:
        parts = {"left": number(last.left, "demand"), "part": share(last.left / last.stock)}
        when = f"after {last.period}" if len(rows) > 1 else "at the end"
        words = "{pool}: {left} ({part}) is left {when}, counted at {worth} a unit."
        yield say(words, pool=pool, when=when, worth=told.price(worth), **parts)
