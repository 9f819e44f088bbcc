"""What a table holds: cells in rows, rows in sheets."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from optimizer.errors import FileError

Cell: TypeAlias = str | float | bool | datetime.date | None
Row: TypeAlias = tuple[Cell, ...]


def column_name(position: int) -> str:
    """The letters of a column, as spreadsheets write them.

    >>> column_name(0), column_name(25), column_name(26), column_name(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    left = position + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: its name and its rows from the first on; a blank cell is None, a number a float."""

    name: str
    rows: tuple[Row, ...]

    def place(self, row: int, column: int) -> str:
        """Where a cell stands, as spreadsheets say it; rows and columns count from 0.

        >>> Sheet(name="Plan", rows=()).place(6, 1)
        'Plan!B7'
        """
        return f"{self.name}!{column_name(column)}{row + 1}"

    def cell(self, row: int, column: int) -> Cell:
        """The cell there; outside of the table it is blank."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else None

    def filled(self) -> Iterator[tuple[int, Row]]:
        """The rows that hold anything, each with its position."""
        return ((position, row) for position, row in enumerate(self.rows) if any(cell is not None for cell in row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The sheets of a file; a CSV file has one. `kind` is csv or xlsx."""

    kind: str
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name, whatever its capitals."""
        found = next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)
        if found is None:
            raise FileError("no_such_sheet", name, "is no sheet of the workbook", "add it, or start from the template")
        return found
