"""Steady prices in columns, for tests that speak of them one by one."""

from optimizer.search.ranges.steady import Steadies


def unknown(_, motions, *__):
    """What tells nothing of any limit."""
    return Steadies.unknown(motions.number)


def each(told):
    """One by one; None where nothing is known."""
    return [told.one(place) for place in range(len(told.price))]
