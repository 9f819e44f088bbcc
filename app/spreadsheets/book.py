"""One workbook in the making: text stays text, numbers keep every bit, and the same content gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from app.spreadsheets.style import STYLES, money_look
from optimizer.errors import LimitError

MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1_048_576, 16_384, 32_767  # what a worksheet holds
RISKY = ("=", "+", "-", "@")  # what a person's edit of the cell would make a formula of
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula of ours, with the value that it has."""

    text: str
    value: float | str


Value = str | float | int | bool | Formula | None


class ExactSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet that writes doubles to the last bit, where XlsxWriter's own cuts them to 16 digits."""

    def _xml_number_element(self, number: float, attributes: Iterable[tuple[str, object]] = ()) -> None:
        written = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{written}><v>{number!r}</v></c>")


class Book:
    """A workbook. `digits` are those of its money after the point."""

    def __init__(self, title: str, digits: int, created: datetime | None) -> None:
        self._buffer = io.BytesIO()
        self._book = Workbook(self._buffer, {"in_memory": True})
        self._book.set_calc_mode("auto")
        self._book.set_properties(
            {"title": title[:255], "comments": "Made by Headrace", "created": created or datetime(2000, 1, 1)}
        )
        self._looks = STYLES | {"money": {"num_format": money_look(digits)}}
        self._formats: dict[tuple[str, ...], Format] = {}
        self.sheets: dict[str, Sheet] = {}

    def sheet(self, name: str, widths: Sequence[float], *, landscape: bool = True) -> Sheet:
        """A new sheet, whose name is one of ours, set up for printing one page wide."""
        raw = self._book.add_worksheet(name, worksheet_class=ExactSheet)
        raw.hide_gridlines(2)
        raw.set_paper(9)
        raw.fit_to_pages(1, 0)
        raw.set_footer("&L&F&C&A&R&P / &N")
        if landscape:
            raw.set_landscape()
        for column, width in enumerate(widths):
            raw.set_column(column, column, width)
        self.sheets[name] = Sheet(self, raw, name)
        return self.sheets[name]

    def look(self, *styles: str) -> Format:
        """The format that the styles make together; later ones win."""
        if styles not in self._formats:
            merged = {name: value for style in styles for name, value in self._looks[style].items()}
            self._formats[styles] = self._book.add_format(merged)
        return self._formats[styles]

    def quoted(self, *styles: str) -> Format:
        """The same for text that begins like a formula: it stays text when a person edits it."""
        key = (*styles, "'")
        if key not in self._formats:
            merged = {name: value for style in styles for name, value in self._looks[style].items()}
            self._formats[key] = self._book.add_format(merged | {"quote_prefix": True})
        return self._formats[key]

    def chart(self, kind: Mapping[str, str]) -> Chart:
        """A native chart."""
        return self._book.add_chart(dict(kind))

    def bytes(self) -> bytes:
        """The finished workbook."""
        self._book.close()
        return self._buffer.getvalue()


class Sheet:
    """One worksheet of ours. Rows and columns count from 0."""

    def __init__(self, book: Book, raw: Any, name: str) -> None:
        self.book, self.raw, self.name = book, raw, name

    def put(self, row: int, column: int, value: Value, *styles: str) -> None:
        """One cell; None leaves it empty."""
        if row >= MOST_ROWS or column >= MOST_COLUMNS:
            raise too_large()
        look = self.book.look(*styles) if styles else None
        match value:
            case None:
                self.raw.write_blank(row, column, None, look)
            case bool():
                self.raw.write_boolean(row, column, value, look)
            case int() | float():
                self.raw.write_number(row, column, _double(value), look)
            case Formula():
                self.raw.write_formula(row, column, value.text, look, value.value)
            case str():
                self._text(row, column, value, styles)

    def row(self, row: int, values: Iterable[Value], *styles: str, start: int = 0) -> None:
        """Cells side by side, all in one style."""
        for column, value in enumerate(values, start):
            self.put(row, column, value, *styles)

    def merged(self, row: int, first: int, last: int, text: str, *styles: str, height: float | None = None) -> None:
        """A text across columns, in a row of that height [points]."""
        self.raw.merge_range(row, first, row, last, "", self.book.look(*styles))
        self._text(row, first, text, styles)
        if height is not None:
            self.raw.set_row(row, height)

    def area(self, top: int, left: int, bottom: int, right: int) -> list[Any]:
        """A range of this sheet as charts name it."""
        return [self.name, top, left, bottom, right]

    def _text(self, row: int, column: int, text: str, styles: tuple[str, ...]) -> None:
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - 1] + "…"
        risky = text.startswith(RISKY)
        look = self.book.quoted(*styles) if risky else self.book.look(*styles) if styles else None
        self.raw.write_string(row, column, text, look)


def too_large() -> LimitError:
    """What is asked for has more rows or columns than a worksheet."""
    return LimitError(
        "too_large_for_a_workbook",
        "",
        f"needs more than the {MOST_ROWS} rows or {MOST_COLUMNS} columns of a worksheet",
        "take it as JSON or CSV, or make it smaller",
    )


def cell(row: int, column: int) -> str:
    """The name of a cell.

    >>> cell(0, 0), cell(9, 27)
    ('A1', 'AB10')
    """
    name: str = xl_rowcol_to_cell(row, column)
    return name


def fixed(row: int, column: int) -> str:
    """The same, staying where it is when a formula is copied.

    >>> fixed(0, 0)
    '$A$1'
    """
    name: str = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
    return name


def span(top: int, left: int, bottom: int, right: int) -> str:
    """The name of a range.

    >>> span(1, 0, 3, 1)
    'A2:B4'
    """
    return f"{cell(top, left)}:{cell(bottom, right)}"


def _double(value: float) -> float | int:
    """A whole number stays one as far as a double holds it."""
    exact = float(value)
    return int(exact) if exact.is_integer() and abs(exact) < 2**53 and str(exact) != "-0.0" else exact
