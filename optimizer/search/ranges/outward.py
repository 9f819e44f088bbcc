"""From where a price is known outward to where it changes: few looks, each of which may cost a solve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from optimizer.search.ranges.motion import Motion

LEAST = 0.25  # of the first step: straight pieces that are shorter belong to a curve
MOST = 10.0  # times as far, from one step to the next
AIM = 0.97  # of the way to where the change is expected to be reached
SAFE = 0.97  # of the way to an end that was interpolated
ENDLESS = 1e3  # sizes of a limit, beyond which no end is looked for
ENOUGH = 5e-3  # of the way to an end, within which it is known
NUDGE = 1e-7  # of a limit's size: just beyond where a straight piece ends
NEAR = 3.0  # times the change that is looked for: less is a curve that bends, more a kink
FLAT = 0.01  # of the change that is looked for: less between two looks is a stair, not a bend
NARROW = 0.2  # of the way, within which a curve is as good as straight
ASKS = 2  # times that the end of a straight piece is asked for: stairs have too many
STEPS = 40


class Unknown(Exception):
    """What was asked cannot be told, or not with the work that it may cost."""


Look = Callable[[float], float | None]  # a distance → the relative change there; None where nothing holds any more
Straight = Callable[[float], float]  # a distance → how far from the start the piece goes on on which it stands


class Neighbourhood(Protocol):
    """What tells the worth of limits where one of them has moved; `effort` is how much work it may do from now on."""

    effort: int

    def around(self, motion: Motion) -> bool:
        """Whether something can be told of a limit."""
        ...

    def price(self, motion: Motion, shift: float) -> float | None:
        """∂cost/∂limit [scaled cost per unit] when it has moved; None where there is no plan."""
        ...

    def end(self, motion: Motion, price: float, sign: float, first: float) -> tuple[float | None, bool]:
        """The shift on one side up to which the price holds, None without end; and whether it goes no further.

        It is looked for at a distance of `first` to begin with.
        """
        ...

    def rest(self, motion: Motion) -> None:
        """Put the limit back."""
        ...


def end_of(
    prices: Callable[[float], float | None],
    steady: Callable[[], float],
    price: float,
    size: float,
    within: float,
    first: float,
) -> tuple[float | None, bool]:
    """How far a price changes by no more than a share, and whether it is known to go no further.

    `prices` tells the price at a distance, `steady` how far the piece goes on that was asked for last.
    """
    certain = 0.0

    def look(far: float) -> float | None:
        nonlocal certain
        found = prices(far)
        change = None if found is None else (found - price) / abs(price)
        if change is not None and abs(change) <= within:
            certain = max(certain, far)
        return change

    def straight(far: float) -> float:
        prices(far)
        return steady()

    try:
        return furthest(look, straight, size, within, first), True
    except Unknown:
        return certain, False


def furthest(look: Look, straight: Straight, size: float, within: float, first: float) -> float | None:
    """The largest distance at which the change is `within`; None where there is no end.

    >>> bends = furthest(lambda far: 0.5 * far, lambda far: far, 1.0, 0.01, 0.02)
    >>> round(bends, 4), furthest(lambda far: 0.0, lambda far: far, 1.0, 0.01, 0.02)
    (0.02, None)
    >>> furthest(lambda far: 0.0 if far <= 0.6 else 0.5, lambda far: 0.6, 1.0, 0.01, 0.02)
    0.6
    """
    edge, nudge = straight(0.0), NUDGE * size
    good, change, probe = 0.0, 0.0, first
    if edge >= LEAST * probe:
        probe = min(edge + nudge, ENDLESS * size)
        if (found := look(probe)) is None or abs(found) > within:
            before = max(edge - nudge, 0.0)
            inside = look(before)
            if inside is not None and abs(inside) <= within:
                return edge
            return _between(look, straight, (good, change), (before, inside), nudge, within)
        good, change, probe = probe, abs(found), min(max(2.0 * probe, first), ENDLESS * size)
        if good >= ENDLESS * size:
            return None
    while True:
        found = look(probe)
        if found is None or abs(found) > within:
            return _between(look, straight, (good, change), (probe, found), nudge, within)
        if probe >= ENDLESS * size:
            return None
        rate = (abs(found) - change) / (probe - good)
        good, change = probe, abs(found)
        ahead = AIM * (within - change) / rate if rate > 0.0 else float("inf")
        probe = min(good + min(max(ahead, 0.1 * good), (MOST - 1.0) * good), ENDLESS * size)


def _between(
    look: Look,
    straight: Straight,
    inside: tuple[float, float],
    outside: tuple[float, float | None],
    nudge: float,
    within: float,
) -> float:
    """The end between a distance where the change is small and one where it is not."""
    (good, change), (bad, beyond) = inside, outside
    stairs, edge, asked = False, None, 0
    for _ in range(STEPS):
        width = bad - good
        if width <= ENOUGH * bad:
            break
        bends = not stairs and beyond is not None and abs(beyond) <= NEAR * within
        middle = good + 0.5 * width
        if bends and beyond is not None:
            middle = good + min(0.95, max(0.05, SAFE * (within - change) / (abs(beyond) - change))) * width
        elif edge is not None and edge - 2.0 * nudge <= good < edge:
            middle = edge + nudge  # it holds just before the edge: if not just beyond it, this is the end
        elif asked < ASKS:
            edge, asked = straight(good), asked + 1
            middle = edge - nudge if good < edge - nudge < bad else middle
        found = look(middle)
        if found is not None and abs(found) <= within:
            flat = abs(found) - change <= FLAT * within
            if bends and not flat and width <= NARROW * bad:
                return middle
            stairs |= bends and flat
            good, change = middle, abs(found)
        else:
            if edge is not None and middle == edge + nudge:
                return edge
            stairs |= bends and found is not None and abs(beyond or 0.0) - abs(found) <= FLAT * within
            bad, beyond = middle, found
    return good
