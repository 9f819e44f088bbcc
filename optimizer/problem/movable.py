"""Which sides of a limit may be moved to mend a conflict, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.units import LARGEST

Way = Literal[-1, 0, 1]
MONEY, SHARE, OTHER = "money", "share", "unit of the limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movable:
    """One side of a limit: the field `side` states `value`, and what it forbids is allowed when it moves `way`.

    `way` −1: down, 1: up, 0: either; `least` and `most` are what the field admits. `unit` is money, share, a metric or
    in words. `on_row`: the limit is that of the rows it writes, unit for unit, so that rows may give way in its stead.

    >>> sides_of(70.0, None, MONEY, on_row=True)[0].way
    -1
    """

    side: str
    value: float
    way: Way
    unit: str
    on_row: bool = False
    least: float = -LARGEST
    most: float = LARGEST


def sides_of(
    at_least: float | None,
    at_most: float | None,
    unit: str,
    *,
    on_row: bool,
    least: float = -LARGEST,
    most: float = LARGEST,
) -> tuple[Movable, ...]:
    """The sides of a range: a lower limit gives way downwards, an upper one upwards; those left out are none.

    >>> [side.side for side in sides_of(None, 5.0, SHARE, on_row=False)]
    ['at_most']
    """
    sides: list[Movable] = []
    if at_least is not None:
        sides.append(Movable(side="at_least", value=at_least, way=-1, unit=unit, on_row=on_row, least=least))
    if at_most is not None:
        sides.append(Movable(side="at_most", value=at_most, way=1, unit=unit, on_row=on_row, most=most))
    return tuple(sides)
