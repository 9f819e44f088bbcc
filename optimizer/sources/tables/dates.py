"""Dates as people write them, read in one order that the whole column agrees with."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimizer.errors import FileError
from optimizer.sources.tables.cells import Cell
from optimizer.sources.tables.conventions import DATE_ORDERS, Conventions, DateOrder

YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The order of a column of dates."""

    order: DateOrder | None

    @classmethod
    def of(cls, cells: Iterable[tuple[str, Cell]], conventions: Conventions) -> Dates:
        """The order that all cells, each with its place, agree with; asked for when both would do and differ.

        >>> Dates.of([("A1", "03/04/2026"), ("A2", "25/04/2026")], Conventions()).order
        'day_first'
        """
        known = next((order for order in DATE_ORDERS if order == conventions.dates), None)
        if known is not None:
            return cls(order=known)
        possible: Sequence[DateOrder] = DATE_ORDERS
        ambiguous = ""
        for place, cell in cells:
            if not isinstance(cell, str) or not YEAR_LAST.fullmatch(cell):
                continue
            readings = {order: day for order in DATE_ORDERS if (day := _year_last(cell, order)) is not None}
            if readings and not set(possible) & set(readings):
                raise FileError("mixed_dates", place, "is in another order than those above", "write all dates alike")
            possible = [order for order in possible if order in readings] or possible
            if len(set(readings.values())) > 1:
                ambiguous = ambiguous or place
        if len(possible) > 1 and ambiguous:
            told = "can be read day first or month first, and nothing in the column says which"
            raise FileError("ambiguous_date", ambiguous, told, "say which: day_first or month_first")
        return cls(order=possible[0])

    def read(self, cell: Cell, place: str) -> datetime.date:
        """The day in a cell.

        >>> Dates(order="day_first").read("3.4.2026", "A1")
        datetime.date(2026, 4, 3)
        """
        day = cell if isinstance(cell, datetime.date) else self._read(cell) if isinstance(cell, str) else None
        if day is None:
            raise FileError("not_a_date", place, "is not a date", "write it as 2026-04-30")
        return day

    def _read(self, text: str) -> datetime.date | None:
        found = YEAR_FIRST.fullmatch(text)
        if found is not None:
            return _day(int(found[1]), int(found[3]), int(found[4]))
        return None if self.order is None else _year_last(text, self.order)


def _year_last(text: str, order: DateOrder) -> datetime.date | None:
    found = YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    day, month = (first, second) if order == "day_first" else (second, first)
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
