"""A table with a header: its columns by name, its rows as records."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from optimizer.errors import FileError
from optimizer.sources.tables.cells import Cell, Row, Sheet
from optimizer.sources.tables.conventions import Conventions
from optimizer.sources.tables.dates import Dates
from optimizer.sources.tables.numbers import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The rows below a header row.

    `header` is the position of that row, `columns` are its words as written; lookups take them whatever their capitals,
    with blanks for underscores. `rows` are positions in the sheet. All columns of numbers follow one convention.
    """

    sheet: Sheet
    header: int
    columns: tuple[str, ...]
    rows: tuple[int, ...]
    conventions: Conventions
    numbers: Numbers
    _places: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, sheet: Sheet, conventions: Conventions, texts: Sequence[str] = ()) -> Records:
        """The table whose first row that holds anything is the header; `texts` names columns that hold no numbers.

        A cell under no column is refused, save in the first, where R and pandas write the names of rows.
        """
        filled = list(sheet.filled())
        if not filled:
            raise FileError("empty_file", sheet.name, "holds no table", "put a header and rows into it")
        header, names = filled[0]
        columns = _columns(sheet, header, names)
        places = {_key(name): column for column, name in enumerate(columns) if name}
        rows = tuple(position for position, _ in filled[1:])
        _check_surplus(sheet, columns, filled[1:])
        plain = {_key(text) for text in texts}
        numeric = [column for name, column in places.items() if name not in plain]
        cells = ((sheet.place(row, column), sheet.cell(row, column)) for row in rows for column in numeric)
        return cls(
            sheet=sheet,
            header=header,
            columns=columns,
            rows=rows,
            conventions=conventions,
            numbers=Numbers.of(cells, conventions),
            _places=places,
        )

    def has(self, column: str) -> bool:
        """Whether the header names the column."""
        return _key(column) in self._places

    def cell(self, row: int, column: str) -> Cell:
        """What stands there; None where it is blank or there is no such column."""
        place = self._places.get(_key(column))
        return None if place is None else self.sheet.cell(row, place)

    def place(self, row: int, column: str) -> str:
        """Where it stands, for people."""
        return self.sheet.place(row, self._places.get(_key(column), 0))

    def number(self, row: int, column: str) -> float | None:
        """The number there; None where it is blank."""
        cell = self.cell(row, column)
        return None if cell is None else self.numbers.read(cell, self.place(row, column))

    def text(self, row: int, column: str) -> str | None:
        """The text there; a whole number is taken as it is written, None where it is blank."""
        match self.cell(row, column):
            case None:
                return None
            case str(text):
                return text
            case bool():
                raise FileError("wrong_type", self.place(row, column), "is true or false", "write a text")
            case float(number):
                return f"{number:.15g}"
            case day:
                return day.isoformat()

    def dates(self, column: str) -> Iterator[datetime.date]:
        """The days in a column, row by row."""
        cells = [(self.place(row, column), self.cell(row, column)) for row in self.rows]
        reading = Dates.of(cells, self.conventions)
        return (reading.read(cell, place) for place, cell in cells)

    def needed(self, *columns: str) -> None:
        """Refuse a table that lacks one of the columns."""
        for column in columns:
            if not self.has(column):
                raise FileError(
                    "missing_column", column, "is no column of the table", "add it, or start from the template"
                )


def _columns(sheet: Sheet, header: int, names: Sequence[Cell]) -> tuple[str, ...]:
    columns = tuple("" if name is None else _word(name) for name in names)
    keys: set[str] = set()
    for position, name in enumerate(columns):
        if name and _key(name) in keys:
            raise FileError(
                "duplicate_column", sheet.place(header, position), "names a column twice", "keep one of them"
            )
        keys.add(_key(name))
    return columns


def _check_surplus(sheet: Sheet, columns: tuple[str, ...], filled: Sequence[tuple[int, Row]]) -> None:
    """Refuse what would be lost in silence: 12,34 in a file with commas is 12 and a surplus 34."""
    nameless = {column for column, name in enumerate(columns) if column and not name}
    for row, cells in filled:
        for column in (*sorted(nameless), *range(len(columns), len(cells))):
            if sheet.cell(row, column) is not None:
                told = "stands under no column; a comma in a number?"
                remedy = "put quotation marks around such a number, give the column a heading, or clear the cell"
                raise FileError("no_heading", sheet.place(row, column), told, remedy)


def _word(name: Cell) -> str:
    """A column's name; a year that a spreadsheet holds as a number is written without its point."""
    if isinstance(name, float) and name.is_integer():
        return str(int(name))
    return str(name).strip()


def _key(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")
