"""Numbers with more digits than a spreadsheet program keeps: LibreOffice saves 15 of up to 17.

A hidden sheet lists them as text; a cell that holds one of them cut to 15 digits is read as the number itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

MOST = 50_000  # numbers listed; any beyond them keep 15 digits when LibreOffice saves them
HALF_UP = Context(prec=15, rounding=ROUND_HALF_UP)


def long_numbers(values: Iterable[Any]) -> list[str]:
    """The numbers that 15 digits do not tell, as text; those left out that would be taken for another of the values.

    >>> long_numbers([0.1, 1 / 3]), long_numbers([0.1 + 0.2, 0.3])
    (['0.3333333333333333'], [])
    """
    numbers = {float(value) for value in values if isinstance(value, float | int)}
    taken = Counter(cut for number in numbers for cut in cuts(number))
    long = (number for number in numbers if number not in cuts(number))
    return sorted(repr(number) for number in long if all(taken[cut] == 1 for cut in cuts(number)))[:MOST]


def restored(texts: Iterable[Any]) -> Mapping[float, float]:
    """The listed numbers by what may be left of them in 15 digits.

    >>> restored(["0.3333333333333333"])
    {0.333333333333333: 0.3333333333333333}
    """
    numbers = (float(text) for text in texts if isinstance(text, str) and _is_number(text))
    return {cut: number for number in numbers for cut in cuts(number)}


def cuts(number: float) -> set[float]:
    """The number to 15 significant digits: rounded as it is, and as its shortest decimal is, which LibreOffice does.

    >>> sorted(cuts(289293.8170449015))
    [289293.817044901, 289293.817044902]
    """
    return {float(f"{number:.15g}"), float(HALF_UP.plus(Decimal(repr(number))))}


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
