"""XLSX → cells, after the guard."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any

from optimizer.errors import FileError, Gathering, HeadraceError
from optimizer.sources.tables.cells import Cell, Row, Sheet, Workbook
from optimizer.sources.tables.limits import Limits, too_large
from optimizer.sources.tables.text import plain_text


def read_xlsx(checked: bytes, limits: Limits, trim: bool = True) -> Workbook:
    """The sheets of a workbook that passed the guard; a formula is the value it was saved with."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        if len(book.sheet_names) > limits.sheets:
            raise too_large("", "sheets", limits.sheets)
        raw = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, ValueError, OSError, KeyError):
        raise FileError("damaged_file", "", "cannot be read as a workbook", "save it again as XLSX") from None
    return Workbook(kind="xlsx", sheets=tuple(_sheet(name, rows, limits, trim) for name, rows in raw))


def _sheet(name: str, rows: Sequence[Sequence[Any]], limits: Limits, trim: bool) -> Sheet:
    title = plain_text(name, "", limits)
    empty = Sheet(name=title, rows=())
    try:
        cells = [
            tuple(_cell(value, empty, (row, column), limits, trim) for column, value in enumerate(values))
            for row, values in enumerate(rows)
        ]
    except FileError:
        raise _all_faults(rows, empty, limits) from None
    return Sheet(name=title, rows=_trimmed(cells))


def _all_faults(rows: Sequence[Sequence[Any]], sheet: Sheet, limits: Limits) -> HeadraceError:
    """Every cell that cannot be read, together."""
    parts = Gathering()
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            with parts.part():
                _cell(value, sheet, (row, column), limits, True)
    return parts.together()


def _cell(value: Any, sheet: Sheet, at: tuple[int, int], limits: Limits, trim: bool) -> Cell:
    match value:
        case str():
            return plain_text(value, sheet.place(*at), limits, trim) or None
        case bool() | None:
            return value
        case int() | float():
            if not math.isfinite(value):
                raise FileError("not_finite", sheet.place(*at), "is not a finite number", "give a finite number")
            return float(value)
        case datetime.datetime() if value.time() == datetime.time():
            return value.date()
        case datetime.date():
            return value
        case _:
            raise FileError("unreadable_cell", sheet.place(*at), "is a time of day", "give a date, a number or text")


def _trimmed(rows: list[Row]) -> tuple[Row, ...]:
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return tuple(rows)
