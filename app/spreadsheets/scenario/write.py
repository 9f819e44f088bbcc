"""A scenario's workbook: every sheet with headings for people, keys for the reader, and room to fill in."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.spreadsheets.book import Book, Sheet
from app.spreadsheets.plan.words import tell
from app.spreadsheets.scenario.encode import Page, Row, encode
from app.spreadsheets.scenario.exact import Exact
from app.spreadsheets.scenario.help import describe, label
from app.spreadsheets.scenario.keys import Scalar, Steps, steps_of
from app.spreadsheets.scenario.layout import (
    ALWAYS,
    CHOICES,
    EXACT,
    FLAGS,
    FURTHER,
    PERIODS,
    SCENARIO,
    SERIES,
    TABLES,
    Table,
    kind_of,
)
from optimizer.units import minor_digits

TITLE, ABOUT_ROW, LABELS, KEYS, FIRST = 0, 1, 2, 3, 4  # rows
ROOM = 12  # rows to fill in below the last one
BLANK_ROWS = 200  # below the last row, in which choices are still offered
PARTED = 1000.0  # from here on, thousands are parted
SAMPLE = 500  # rows that say how wide a column is
BY_SHEET = {table.sheet: table for table in TABLES}
ABOUT = {
    SCENARIO: "What is planned as a whole: the aim, the budget, when to stop. Leave empty what you do not state.",
    PERIODS: "The names of the periods, first to last, and limits of the budget in single periods.",
    SERIES: "Lists of numbers: seasonality, earlier spend (adstock.carry_in, newest last), weights, organic demand.",
    FURTHER: "What has no column elsewhere, one field a row. Usually empty.",
}
GUIDE = (
    "Fill in the sheets from left to right. Yellow cells are yours; the small grey row holds the names of the fields: "
    "keep it as it is, and add columns by adding names to it.",
    "A cell that stays empty is left out: its default holds. Notes on the headings say what each field means.",
    "Money is in whole units of the currency, shares are 0 to 1. Names are text: write the period 2027-01 as text.",
    "Lists of names (tactics, periods, blackout, assumptions) stand in one cell, one a line (Alt+Enter in Excel).",
    "Rows and columns may be sorted, widened, coloured; formulas may be used where their values are numbers.",
    "Your own notes may stand on sheets of your own, which are not read.",
    "Send the file back as it is: POST /v1/plans makes a plan of it; POST /v1/scenarios/from-workbook "
    "shows what was read. What is wrong is told by sheet and cell.",
)


def scenario_workbook(document: dict[str, Any]) -> bytes:
    """The XLSX that states the document, a scenario on the wire; `{}` gives the empty template."""
    name = str(document.get("name", "Headrace scenario"))
    book = Book(name, minor_digits(str(document.get("currency", "EUR"))), None)
    _guide(book, name)
    pages = encode(document)
    exact = Exact.of(value for page in pages.values() for row in page.rows for value in row.values())
    for sheet, page in pages.items():
        table = BY_SHEET.get(sheet)
        if page.rows or table is None or sheet in ALWAYS:
            _Filled(book, sheet, page, table, exact).write()
    _list(book, exact)
    book.sheets[SCENARIO].raw.activate()
    return book.bytes()


def _list(book: Book, exact: Exact) -> None:
    """The hidden list of numbers that LibreOffice would cut."""
    if exact.listed:
        sheet = book.sheet(EXACT, [30])
        sheet.row(
            0, ["Numbers of more than 15 digits: where a cell has lost the last ones, these are read."], "subtitle"
        )
        for row, number in enumerate(exact.listed, 1):
            sheet.put(row, 0, repr(number), "text")
        sheet.raw.hide()


def _guide(book: Book, name: str) -> None:
    sheet = book.sheet("Read me", [3, 110], landscape=False)
    sheet.put(0, 0, name, "title")
    sheet.put(1, 0, "A scenario for Headrace", "subtitle")
    for number, line in enumerate(GUIDE, 1):
        sheet.put(number + 2, 0, number, "label", "wrapped")
        tell(sheet, number + 2, line, "wrapped")


class _Filled:
    """One sheet, from its page of cells."""

    def __init__(self, book: Book, name: str, page: Page, table: Table | None, exact: Exact) -> None:
        self._page, self._table, self._exact = page, table, exact
        self._sheet: Sheet = book.sheet(name, [])

    def write(self) -> None:
        """Title, headings, keys, rows, and what helps to fill in more of them."""
        about = self._table.about if self._table else ABOUT[self._sheet.name]
        self._sheet.put(TITLE, 0, self._sheet.name, "title")
        self._sheet.put(ABOUT_ROW, 0, about, "subtitle")
        self._sheet.raw.set_row(LABELS, 32)
        for column, key in enumerate(self._page.keys):
            self._heading(column, key)
        rows = self._page.rows + [{}] * (ROOM if self._sheet.name != SCENARIO else 0)
        for row, cells in enumerate(rows, FIRST):
            for column, key in enumerate(self._page.keys):
                self._cell(row, column, key, cells)
        self._sheet.raw.freeze_panes(FIRST, 1)
        self._sheet.raw.repeat_rows(LABELS, KEYS)
        if self._sheet.name != SCENARIO and self._page.rows:
            self._sheet.raw.autofilter(KEYS, 0, FIRST + len(self._page.rows) - 1, len(self._page.keys) - 1)

    def _heading(self, column: int, key: str) -> None:
        steps = steps_of(key) or (key,)
        self._sheet.put(LABELS, column, label(key), "heading")
        self._sheet.put(KEYS, column, key, "key")
        if words := describe(self._table, steps):
            self._sheet.raw.write_comment(LABELS, column, words, {"x_scale": 2, "y_scale": 1.2})
        look = self._sheet.book.look(*_styles(key))
        self._sheet.raw.set_column(column, column, self._width(key), look)
        self._offer(column, key, steps)

    def _offer(self, column: int, key: str, steps: Steps) -> None:
        """A list to choose from, where there are few values to choose."""
        full = key if self._table is None or self._table.part else ".".join([*map(str, self._table.under), key])
        choices = ("TRUE", "FALSE") if steps[-1] in FLAGS else CHOICES.get(full)
        if choices and self._sheet.name != "Reference plan":
            last = FIRST + len(self._page.rows) + BLANK_ROWS
            self._sheet.raw.data_validation(
                FIRST, column, last, column, {"validate": "list", "source": list(choices), "ignore_blank": True}
            )

    def _cell(self, row: int, column: int, key: str, cells: Row) -> None:
        if self._sheet.name == SCENARIO and key != "value":
            if key == "field":
                self._field(row, str(cells[key]))
            return
        kind = str(cells["field"]) if self._sheet.name == SCENARIO else key
        value = self._exact.cell(cells.get(key))
        styles = ("wrapped",) if isinstance(value, str) else _number_styles(value)
        self._sheet.put(row, column, value, "input", *styles, *_styles(kind))

    def _field(self, row: int, field: str) -> None:
        """A row of the first sheet: the field, its value, and what it means."""
        self._sheet.put(row, 0, field, "label", "text")
        self._sheet.put(row, 2, describe(None, steps_of(field) or (field,)), "subtitle")
        if choices := ("TRUE", "FALSE") if field.split(".")[-1] in FLAGS else CHOICES.get(field):
            self._sheet.raw.data_validation(row, 1, row, 1, {"validate": "list", "source": list(choices)})

    def _width(self, key: str) -> float:
        """Wide enough for the key, the words of the heading and the first rows [characters]."""
        if key == "value":
            return 34.0
        texts = [line for row in self._page.rows[:SAMPLE] if key in row for line in str(row[key]).split("\n")]
        words = label(key).split()
        return max(9.0, min(40.0, 2.0 + max(map(len, [*texts, *words, key[: len(key) * 4 // 5]]))))


@cache
def _styles(key: str) -> tuple[str, ...]:
    """How the cells under a key are formatted: text as text, so that Excel makes no date of 2027-01."""
    steps = steps_of(key) or (key,)
    text = kind_of(steps) in ("text", "names") or key in ("of", "field", "is", "meaning")
    return ("text",) if text else ()


def _number_styles(value: Scalar | None) -> tuple[str, ...]:
    """Thousands are parted, true and false are words in every program; the number itself is what it is."""
    match value:
        case bool():
            return ("flag",)
        case int() | float() if abs(value) >= PARTED:
            return ("number",) if float(value).is_integer() else ("parted",)
        case _:
            return ()
