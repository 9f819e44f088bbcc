"""Numbers as people write them, read under one convention that the whole table agrees with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.errors import FileError
from optimizer.sources.tables.cells import Cell
from optimizer.sources.tables.conventions import DECIMALS, Conventions

BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"})
DIGITS = r"(?:\d+|[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+)"
EXPONENT = r"(?:[eE][+-]?\d{1,3})?"


def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    grouped = DIGITS.format(thousands=thousands)
    return re.compile(rf"[+-]?(?:{grouped}(?:{re.escape(decimal)}\d*)?|{re.escape(decimal)}\d+){EXPONENT}", re.ASCII)


READINGS = {
    "point": [_pattern(".", ","), _pattern(".", " "), _pattern(".", "'")],
    "comma": [_pattern(",", r"\."), _pattern(",", " "), _pattern(",", "'")],
}
NUMERIC = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The convention of a table: `decimal` is point or comma."""

    decimal: str

    @classmethod
    def of(cls, cells: Iterable[tuple[str, Cell]], conventions: Conventions) -> Numbers:
        """The convention that all cells, each with its place, agree with; asked for when both would do and differ.

        >>> Numbers.of([("A1", "1.234,5"), ("A2", "7,25")], Conventions()).decimal
        'comma'
        """
        if conventions.decimal is not None:
            return cls(decimal=conventions.decimal)
        possible, ambiguous, against = set(DECIMALS), "", ""
        for place, cell in cells:
            if not isinstance(cell, str) or not NUMERIC.fullmatch(_plain(cell)):
                continue
            readings = {name: value for name in DECIMALS if (value := _read(cell, name)) is not None}
            if readings and not possible & set(readings):
                raise FileError(
                    "mixed_numbers", place, f"writes numbers another way than {against}", "write all numbers alike"
                )
            if 0 < len(readings) < len(possible):
                possible, against = possible & set(readings), place
            if len(set(readings.values())) > 1:
                ambiguous = ambiguous or place
        return cls(decimal=_decided(possible, ambiguous))

    def read(self, cell: Cell, place: str) -> float:
        """The number in a cell; text is read under the convention.

        >>> Numbers(decimal="comma").read("1 234,5", "A1")
        1234.5
        """
        value = _read(cell, self.decimal) if isinstance(cell, str) else cell
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FileError("not_a_number", place, "is not a number", "give a plain number")
        if not abs(value) <= 1e300:
            raise FileError("not_finite", place, "is not a finite number", "give a finite number")
        return float(value)


def _decided(possible: set[str], ambiguous: str) -> str:
    if len(possible) == 1:
        return next(iter(possible))
    if ambiguous:
        told = "can be read with a decimal point or a decimal comma, and nothing in the table says which"
        raise FileError("ambiguous_number", ambiguous, told, "say which: decimal point or comma")
    return "point"


def _plain(text: str) -> str:
    return text.strip().translate(BLANKS)


def _read(text: str, decimal: str) -> float | None:
    """The number under that convention, or None where it is none."""
    plain = _plain(text)
    if not any(pattern.fullmatch(plain) for pattern in READINGS[decimal]):
        return None
    groups = "," if decimal == "point" else "."
    bare = plain.replace(" ", "").replace("'", "").replace(groups, "")
    return float(bare.replace(DECIMALS[decimal], "."))
