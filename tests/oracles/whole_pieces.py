"""The best plan in whole pieces of one price on concave curves, by what each piece is worth: no solver, whole numbers.

On a concave curve no piece is worth more than the one before it, so that the best N pieces of all cells together are
the N that are worth most, as long as no cell may have more than its own most. Numbers of pieces are found by halves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Curve = Callable[[float], float]


def best_pieces(curves: Sequence[Curve], price: float, pieces: int, most: Sequence[int] = ()) -> list[int]:
    """How many pieces each cell gets of `pieces` in all, no more than its `most`."""
    caps = [min(pieces, own) for own in most] or [pieces] * len(curves)
    low, high = 0.0, max(_gain(curve, price, 1) for curve in curves) + 1.0
    for _ in range(200):
        worth = 0.5 * (low + high)
        taken = sum(_worth_so_much(*one, price, worth) for one in zip(curves, caps, strict=True))
        low, high = (worth, high) if taken > pieces else (low, worth)
    counts = [_worth_so_much(*one, price, high) for one in zip(curves, caps, strict=True)]
    left = min(pieces, sum(caps)) - sum(counts)
    for cell, cap in enumerate(caps):  # pieces of the very same worth, wherever there is room
        more = min(left, cap - counts[cell], _worth_so_much(curves[cell], cap, price, low) - counts[cell])
        counts[cell], left = counts[cell] + more, left - more
    return counts


def worth_of(curves: Sequence[Curve], price: float, counts: Sequence[int]) -> float:
    """What so many pieces bring."""
    return sum(curve(count * price) for curve, count in zip(curves, counts, strict=True))


def _gain(curve: Curve, price: float, piece: int) -> float:
    return curve(piece * price) - curve((piece - 1) * price)


def _worth_so_much(curve: Curve, most: int, price: float, worth: float) -> int:
    """The last piece that is worth so much or more."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _gain(curve, price, middle) >= worth else (low, middle - 1)
    return low
