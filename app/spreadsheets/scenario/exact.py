"""Numbers with more digits than a spreadsheet program keeps: LibreOffice saves 15 of up to 17.

A hidden sheet lists them as text; a cell that holds one of them cut to 15 digits is read as the number itself. Where
the cut is that of another number, too, the cell itself holds the number as text, with all its digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

MOST = 50_000  # numbers listed; those beyond are text in their cells
DIGITS = 15  # that every program keeps
HALF_UP = Context(prec=DIGITS, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Exact:
    """The long numbers of a document: those that are `listed`, and those `spelled` as text in their cells."""

    listed: tuple[float, ...]
    spelled: frozenset[float]

    @classmethod
    def of(cls, values: Iterable[Any]) -> Exact:
        """The numbers among the values that 15 digits do not tell.

        >>> Exact.of([0.1, 1 / 3])
        Exact(listed=(0.3333333333333333,), spelled=frozenset())
        >>> Exact.of([0.1 + 0.2, 0.3])
        Exact(listed=(), spelled=frozenset({0.30000000000000004}))
        """
        numbers = {float(value) for value in values if isinstance(value, float | int)}
        taken = Counter(cut for number in numbers for cut in cuts(number))
        long = sorted(number for number in numbers if number not in cuts(number))
        alone = tuple(number for number in long if all(taken[cut] == 1 for cut in cuts(number)))[:MOST]
        return cls(listed=alone, spelled=frozenset(long) - frozenset(alone))

    def cell(self, value: Any) -> Any:
        """What a cell holds of a value."""
        return repr(float(value)) if isinstance(value, float) and value in self.spelled else value


def restored(texts: Iterable[Any]) -> Mapping[float, float]:
    """The listed numbers by what may be left of them in 15 digits.

    >>> restored(["0.3333333333333333"])
    {0.333333333333333: 0.3333333333333333}
    """
    numbers = (float(text) for text in texts if isinstance(text, str) and _is_number(text))
    return {cut: number for number in numbers for cut in cuts(number)}


def spelled(cell: Any) -> Any:
    """The number that a text spells as `Exact.cell` does; anything else as it is.

    >>> spelled("0.30000000000000004"), spelled("0.3"), spelled("1_0")
    (0.30000000000000004, '0.3', '1_0')
    """
    if not isinstance(cell, str) or not _is_number(cell):
        return cell
    number = float(cell)
    return number if repr(number) == cell and number not in cuts(number) else cell


def cuts(number: float) -> set[float]:
    """The number to 15 significant digits: rounded as it is, and as its shortest decimal is, which LibreOffice does.

    >>> sorted(cuts(289293.8170449015))
    [289293.817044901, 289293.817044902]
    """
    return {float(f"{number:.{DIGITS}g}"), float(HALF_UP.plus(Decimal(repr(number))))}


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
