"""Tables of lines that people send: proposals and the like, one line a row, or a column for each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from app.paths import at, path_of
from app.records.proposals import Decimal
from app.spreadsheets.comma_separated import unguarded
from app.spreadsheets.figures import figure, unmistakable
from app.spreadsheets.periods import Calendar
from app.validation import Fault
from optimizer.errors import FileError, Gathering
from optimizer.names import alike
from optimizer.problem.scenario import Scenario
from optimizer.sources.tables import Cell, Conventions, Records, Sheet, Workbook, read_workbook

T = TypeVar("T")
TACTIC = "tactic"  # the column that no table of lines can do without


USUAL = {  # what people call columns, by the names of their fields
    "owner": ("team", "who"),
    "tactic": ("channel",),
    "period": ("month", "week", "quarter"),
    "spend": ("amount", "cost"),
    "outcome": ("result",),
    "expected_outcome": ("expected", "expectation", "expected_result", "outcome", "result"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What lines are called in the document, and their columns; `wide` is the number that periods may spread out.

    `beyond` where lines may speak of periods that the scenario does not have.
    """

    name: str
    sheet: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    wide: str
    beyond: bool


PROPOSAL = Kind(
    name="proposal",
    sheet="Proposal",
    texts=("owner", "tactic", "period"),
    numbers=("spend", "expected_outcome"),
    wide="spend",
    beyond=False,
)


ACTUALS = Kind(
    name="actuals",
    sheet="Actuals",
    texts=("tactic", "period"),
    numbers=("spend", "outcome"),
    wide="spend",
    beyond=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabled(Generic[T]):
    """What a table states, and how its numbers were read: with a decimal point or comma."""

    stated: T
    decimal: Decimal


@dataclass(slots=True)
class Lines:
    """The lines as objects of the wire, the cell that states each field, and how the numbers were read."""

    kind: Kind
    decimal: Decimal = "point"
    rows: list[dict[str, Any]] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)

    def add(self, row: dict[str, tuple[Any, str]]) -> None:
        """One line: each field with its value and cell; empty ones are left out."""
        for name, (_, cell) in row.items():
            self.cells[path_of([self.kind.name, len(self.rows), name])] = cell
        self.cells[path_of([self.kind.name, len(self.rows)])] = next(cell for _, cell in row.values())
        self.rows.append({name: value for name, (value, _) in row.items() if value is not None})

    def fault(self, found: Fault) -> Fault:
        """The same fault, told of its cell."""
        whole, _, name = found.path.rpartition(".")
        cell = self.cells.get(found.path) or self.cells.get(whole)
        if cell is None:
            return found
        return Fault(found.code, cell, f"{name}: {found.problem}" if whole else found.problem, found.remedy)


def sheet_of(book: Workbook, kind: Kind) -> Sheet:
    """The sheet that holds the lines: the one of that name, or the only one."""
    return book.sheets[0] if len(book.sheets) == 1 else book.sheet(kind.sheet)


def text_of(raw: bytes, kind: Kind, conventions: Conventions) -> str:
    """The table of a CSV file or workbook as text with tabs, as a spreadsheet of these conventions would paste it."""
    sheet = sheet_of(read_workbook(raw, conventions=conventions), kind)
    mark = "," if conventions.decimal == "comma" else "."
    return "\n".join("\t".join(_typed(cell, mark) for cell in row) for row in sheet.rows)


def _typed(cell: Cell, mark: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return unmistakable(repr(cell)).replace(".", mark)
    return " ".join(str(cell).split())


def read_lines(
    sheet: Sheet,
    kind: Kind,
    calendar: Calendar,
    conventions: Conventions,
    scenario: Scenario | None = None,
) -> Lines:
    """The lines of a table in either form; a column that is neither a field nor one of the periods is refused.

    Where the `scenario` is known, amounts may have its currency beside them, and a tactic is meant by what looks like
    its name. All cells that cannot be read are told together.
    """
    headed = _headed(sheet, kind)
    bare = headed if scenario is None else _bare(headed, kind, scenario.currency)
    records = Records.of(bare, conventions, texts=kind.texts)
    _check_headings(records, kind)
    decimal: Decimal = "comma" if records.numbers.decimal == "comma" else "point"
    table, parts = _Table(records, kind, calendar, Lines(kind, decimal), _tactics(scenario)), Gathering()
    spread = _spread(table, parts)
    parts.check()
    for row in records.rows:
        with parts.part():
            if spread:
                for column, period in spread.items():
                    table.add_wide(row, column, period)
            else:
                table.add(row)
    parts.check()
    return table.lines


def _headed(sheet: Sheet, kind: Kind) -> Sheet:
    """The same with usual words in its header as the names of fields, unless the field's own name stands there, too."""
    header, names = next(iter(sheet.filled()), (0, ()))
    known = (*kind.texts, *kind.numbers)
    words = [_key(name) if isinstance(name, str) else "" for name in names]
    meant = {word: field for field in known if field not in words for word in USUAL.get(field, ()) if word not in known}
    headed = [meant.get(word, name) for word, name in zip(words, names, strict=True)]
    return replace(sheet, rows=(*sheet.rows[:header], tuple(headed), *sheet.rows[header + 1 :])) if names else sheet


def _bare(sheet: Sheet, kind: Kind, currency: str) -> Sheet:
    """The same without the currency beside numbers, below the header and outside of columns of texts."""
    header, names = next(iter(sheet.filled()), (0, ()))
    numeric = [column for column, name in enumerate(names) if not _is(str(name or ""), kind.texts)]
    parts, rows = Gathering(), list(sheet.rows)
    for position in range(header + 1, len(rows)):
        cells = list(rows[position])
        for column in numeric:
            cell = sheet.cell(position, column)
            if isinstance(cell, str):
                with parts.part(), at(sheet.place(position, column)):
                    cells[column] = figure(cell, "", currency).digits
        rows[position] = tuple(cells)
    parts.check()
    return replace(sheet, rows=tuple(rows))


def _check_headings(records: Records, kind: Kind) -> None:
    """Refuse a table whose first row is one of values."""
    if not records.has(TACTIC):
        told = f"is read as headings, and none of them is {TACTIC}"
        remedy = f"put a row of headings above: {', '.join((*kind.texts, *kind.numbers))}"
        raise FileError("missing_column", records.place(records.header, TACTIC), told, remedy)


def _spread(table: _Table, parts: Gathering) -> dict[str, str]:
    """The columns that are periods, each with its period."""
    records, kind = table.records, table.kind
    known = (*kind.texts, *kind.numbers)
    spread: dict[str, str] = {}
    for position, column in enumerate(records.columns):
        if not column or _is(column, known):
            continue
        head, place = records.sheet.cell(records.header, position), records.place(records.header, column)
        with parts.part():
            if records.has("period") or records.has(kind.wide) or not table.calendar.knows(head, kind.beyond):
                remedy = f"use {', '.join(known)}, or periods in place of {kind.wide}; or leave it out"
                raise FileError("unknown_column", place, "is a column that is not known here", remedy)
            spread[column] = table.calendar.name(head, place)
    return spread


@dataclass(frozen=True, slots=True)
class _Table:
    """A table on the way to its lines."""

    records: Records
    kind: Kind
    calendar: Calendar
    lines: Lines
    tactics: Mapping[str, str]  # the names of the scenario, by what they look like

    def add(self, row: int) -> None:
        """The line of a row."""
        known = (*self.kind.texts, *self.kind.numbers)
        self.lines.add({name: self._cell(row, name) for name in known if self.records.has(name)})

    def add_wide(self, row: int, column: str, period: str) -> None:
        """The line of one period, unless its cell is blank."""
        number = self.records.number(row, column)
        if number is not None:
            place = self.records.place(row, column)
            texts = {name: self._cell(row, name) for name in self.kind.texts if self.records.has(name)}
            self.lines.add(texts | {"period": (period, place), self.kind.wide: (number, place)})

    def _cell(self, row: int, name: str) -> tuple[Any, str]:
        place = self.records.place(row, name)
        if name in self.kind.numbers:
            return self.records.number(row, name), place
        cell = self.records.cell(row, name)
        if name == "period" and cell is not None and not isinstance(cell, bool):
            return self.calendar.name(unguarded(cell) if isinstance(cell, str) else cell, place), place
        text = self.records.text(row, name)
        stated = None if text is None else unguarded(text)
        return self.tactics.get(alike(stated), stated) if stated and name == TACTIC else stated, place


def _tactics(scenario: Scenario | None) -> Mapping[str, str]:
    return {} if scenario is None else {alike(tactic.name): tactic.name for tactic in scenario.tactics}


def _is(name: str, known: Sequence[str]) -> bool:
    return _key(name) in known


def _key(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")
