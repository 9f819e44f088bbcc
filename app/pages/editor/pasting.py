"""Rows from a spreadsheet, put into a list of the document: the first row says what its columns are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.errors import WorkbookError
from app.pages.editor.address import steps_of, taken
from app.pages.editor.columns import Column, headings, plain
from app.pages.editor.draft import Draft, blank
from app.pages.editor.labels import label, singular
from app.pages.editor.reading import read
from app.pages.editor.view import COLUMNS
from app.spreadsheets.figures import figure, readings, two_readings, unmistakable
from app.validation import Fault
from optimizer.errors import FileError, HeadraceError, ScenarioError
from optimizer.names import tidy
from optimizer.sources.tables.conventions import ASK_THE_TABLE
from optimizer.sources.tables.numbers import NUMERIC, Numbers

PASTED = "pasted"  # the field that rows are pasted into
NAME = "name"
CHOOSE = "choose how numbers are written"

Cells = dict[str, str]  # by the address of the column


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Pasted rows by number, and the heading of each column as it was typed."""

    into: str
    currency: str
    typed: Mapping[str, str]
    rows: Mapping[int, Cells]

    def fault(self, code: str, row: int, address: str, problem: str, remedy: str) -> Fault:
        """What is wrong with a cell."""
        name = self.rows[row].get(NAME, "")
        return Fault(code, PASTED, f"row {row} ({name}), column {self.typed.get(address, address)}: {problem}", remedy)


def pasted(draft: Draft, into: str, text: str, written: str = "") -> Draft:
    """The draft with the rows in it; a row whose name is known changes that entry.

    Numbers are `written` with a decimal point or comma, or as they tell by themselves.
    Nothing is put in unless every row can be read; WorkbookError names the rows and columns that cannot.
    """
    document = draft.document
    sheet = _sheet(into, text, str(document.get("currency") or ""))
    entries = [dict(entry) for entry in document.get(into, []) if not blank(entry, into)]
    opened = draft.opened if len(entries) == len(document.get(into, [])) else _elsewhere(draft.opened, into)
    faults: list[Fault] = []
    known, changed = len(entries), 0
    for number, cells in _read_alike(sheet, written).items():
        place = next((n for n, entry in enumerate(entries) if entry.get(NAME) == cells[NAME]), len(entries))
        before = entries[place] if place < len(entries) else {}
        entry, wrong = _row(before, sheet, cells)
        changed += place < known and entry != before
        entries[place : place + 1] = [entry]
        faults += [_at_row(sheet, number, fault) for fault in wrong]
    if faults:
        raise WorkbookError(faults)
    told = _receipt(into, len(entries) - known, changed, len(sheet.rows))
    return replace(draft, document=document | {into: entries}, opened=opened, told=told)


def _receipt(into: str, added: int, changed: int, rows: int) -> str:
    """What came of the rows: how many entries are new, how many others than before.

    >>> _receipt("goals", 3, 1, 4), _receipt("tactics", 1, 0, 3)
    ('3 goals added, 1 changed', '1 tactic added, 0 changed, 2 as they were')
    """
    same = rows - added - changed
    one = singular(into) if added == 1 else label(into)
    return f"{added} {one} added, {changed} changed" + (f", {same} as they were" if same else "")


def _sheet(into: str, text: str, currency: str) -> _Sheet:
    """The rows as they were pasted; refused without rows or names, and where a name or a heading stands twice."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if into not in COLUMNS or len(lines) < 2:
        raise _fault("nothing_pasted", "holds no rows", "copy a row of headings and rows of values below it")
    first = lines[0][1]
    split = "\t" if "\t" in first else ";" if ";" in first else ","
    heads = [tidy(cell) for cell in first.split(split)]
    columns = [_column(into, head) for head in heads]
    if NAME not in [column.address for column in columns]:
        raise _fault("no_names", "has no column of names", "name one column `name`")
    typed: dict[str, str] = {}
    for column, head in zip(columns, heads, strict=True):
        if column.address and typed.setdefault(column.address, head) is not head:
            told = f"has two columns that mean the same field, {typed[column.address]} and {head}"
            raise _fault("duplicate_field", told, "keep one of them")
    rows = {number: _cells(columns, line.split(split)) for number, line in lines[1:]}
    _once(rows)
    return _Sheet(into=into, currency=currency, typed=typed, rows=rows)


def _column(into: str, head: str) -> Column:
    return headings(into).get(plain(head)) or Column(address=head.lower().replace(" ", "_"))


def _cells(columns: list[Column], cells: list[str]) -> Cells:
    given = zip(columns, map(tidy, cells), strict=False)
    return {NAME: ""} | {column.address: column.cell(text) for column, text in given}


def _once(rows: Mapping[int, Cells]) -> None:
    seen: dict[str, int] = {}
    for number, cells in rows.items():
        before = seen.setdefault(cells[NAME], number)
        if before != number:
            told = f"row {number} repeats {cells[NAME]}, which row {before} names"
            raise _fault("duplicate_name", told, "keep one of them")


def _elsewhere(opened: frozenset[str], into: str) -> frozenset[str]:
    """What is open in other lists: the entries of this one have other addresses now."""
    return frozenset(address for address in opened if not address.startswith(f"{into}["))


def _read_alike(sheet: _Sheet, written: str) -> dict[int, Cells]:
    """The rows with their numbers written in one way: that on which all of them agree, as in any table."""
    figures = dict(_figures(sheet))
    cells = [(f"row {row}, column {sheet.typed[column]}", own) for (row, column), (own, _) in figures.items()]
    try:
        numbers = Numbers.of(cells, replace(ASK_THE_TABLE, decimal=written or None))
    except FileError as error:
        if error.code == "ambiguous_number":
            raise WorkbookError(list(_asked(sheet, figures, None))) from None
        raise _fault(error.code, f"{error.path}: {error.problem}", f"{error.remedy}, or {CHOOSE}") from None
    if not written and (asked := list(_asked(sheet, figures, numbers))):
        raise WorkbookError(asked)
    return {
        row: {
            column: _written(numbers, *figures[row, column]) if (row, column) in figures else text
            for column, text in cells.items()
        }
        for row, cells in sheet.rows.items()
    }


def _figures(sheet: _Sheet) -> Iterator[tuple[tuple[int, str], tuple[str, bool]]]:
    """The digits of each cell that holds a number, and whether it is per cent."""
    for row, cells in sheet.rows.items():
        for column, text in cells.items():
            if column == NAME or not column:
                continue
            try:
                found = figure(text, column, sheet.currency)
            except ScenarioError:
                continue  # told with its row when that is read
            if NUMERIC.fullmatch(found.digits):
                yield (row, column), (found.digits, found.hundredths)


def _asked(
    sheet: _Sheet, figures: Mapping[tuple[int, str], tuple[str, bool]], numbers: Numbers | None
) -> Iterator[Fault]:
    """The cells that can be read in two ways: all where nothing settles it, else those that would be the smaller one.

    A point between thousands is settled by a decimal comma elsewhere; a number of three decimals may as well be one
    that somebody else wrote.
    """
    for (row, column), (digits, _) in figures.items():
        values = readings(digits)
        if len(values) > 1 and (numbers is None or numbers.read(digits, "") == values[0]):
            error = two_readings(values, f"{CHOOSE}, or write ")
            yield sheet.fault(error.code, row, column, error.problem, error.remedy)


def _written(numbers: Numbers, digits: str, hundredths: bool) -> str:
    """The number with a point that cannot be mistaken; a list of numbers and what is none stay as they are."""
    try:
        value = numbers.read(digits, "")
    except FileError:
        return digits
    return unmistakable(repr(value / 100 if hundredths else value))


def _row(entry: dict[str, Any], sheet: _Sheet, cells: Cells) -> tuple[dict[str, Any], list[HeadraceError]]:
    """The entry with what the row states, and what is wrong with the rest of the row."""
    into = sheet.into
    stated = {f"{into}[0].{column}": text for column, text in cells.items() if text and column}
    whole = {f"{into}[0]": json.dumps(entry)} if entry else {}
    fresh = read({"currency": sheet.currency} | whole | stated)
    told = {fault.path for fault in fresh.faults}
    missing = [address for address in stated if address not in told and not _stands(fresh.document, address)]
    unknown = [
        ScenarioError("unknown_field", address, "is no field of it", "correct or omit it") for address in missing
    ]
    made: dict[str, Any] = fresh.document.get(into, [{}])[0]
    return made, [*fresh.faults, *unknown]


def _stands(document: dict[str, Any], address: str) -> bool:
    try:
        return taken(document, steps_of(address)) is not None
    except ScenarioError:
        return False


def _at_row(sheet: _Sheet, number: int, fault: HeadraceError) -> Fault:
    column = fault.path.removeprefix(f"{sheet.into}[0].")
    return sheet.fault(fault.code, number, column, fault.problem, fault.remedy)


def _fault(code: str, problem: str, remedy: str) -> WorkbookError:
    return WorkbookError([Fault(code, PASTED, problem, remedy)])
