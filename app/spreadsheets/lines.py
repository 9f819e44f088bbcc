"""Tables of lines that people send: proposals and the like, one line a row, or a column for each period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.paths import path_of
from app.spreadsheets.comma_separated import unguarded
from app.validation import Fault
from optimizer.errors import FileError
from optimizer.sources.tables import Conventions, Records, Sheet, Workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What lines are called in the document, and their columns; `wide` is the number that periods may spread out."""

    name: str
    sheet: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    wide: str


PROPOSAL = Kind(
    name="proposal",
    sheet="Proposal",
    texts=("owner", "tactic", "period"),
    numbers=("spend", "expected_outcome"),
    wide="spend",
)


ACTUALS = Kind(
    name="actuals",
    sheet="Actuals",
    texts=("tactic", "period"),
    numbers=("spend", "outcome"),
    wide="spend",
)


@dataclass(slots=True)
class Lines:
    """The lines as objects of the wire, and the cell that states each field."""

    kind: Kind
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
        whole = found.path.rpartition(".")[0]
        cell = self.cells.get(found.path) or self.cells.get(whole)
        if cell is None:
            return found
        name = found.path[len(whole) + 1 :] or self.kind.name
        return Fault(found.code, cell, f"{name}: {found.problem}", found.remedy)


def sheet_of(book: Workbook, kind: Kind) -> Sheet:
    """The sheet that holds the lines: the one of that name, or the only one."""
    return book.sheets[0] if len(book.sheets) == 1 else book.sheet(kind.sheet)


def read_lines(sheet: Sheet, kind: Kind, periods: Sequence[str] | None, conventions: Conventions) -> Lines:
    """The lines of a table in either form; a column that is neither a field nor one of the periods is refused.

    With None, any other column of a table without a column `period` is one.
    """
    records = Records.of(sheet, conventions, texts=kind.texts)
    known = (*kind.texts, *kind.numbers)
    spread = [name for name in records.columns if name and not _is(name, known)]
    for name in spread:
        if records.has("period") or records.has(kind.wide) or (periods is not None and name not in periods):
            place = records.place(records.header, name)
            remedy = f"use {', '.join(known)}, or periods in place of {kind.wide}; or leave it out"
            raise FileError("unknown_column", place, "is a column that is not known here", remedy)
    lines = Lines(kind)
    for row in records.rows:
        if spread:
            for period in spread:
                _add_wide(lines, records, row, period)
        else:
            lines.add({name: _cell(records, row, name, kind) for name in known if records.has(name)})
    return lines


def _add_wide(lines: Lines, records: Records, row: int, period: str) -> None:
    """The line of one period, unless its cell is blank."""
    number = records.number(row, period)
    if number is not None:
        place = records.place(row, period)
        texts = {name: _cell(records, row, name, lines.kind) for name in lines.kind.texts if records.has(name)}
        lines.add(texts | {"period": (period, place), lines.kind.wide: (number, place)})


def _cell(records: Records, row: int, name: str, kind: Kind) -> tuple[Any, str]:
    if name in kind.numbers:
        return records.number(row, name), records.place(row, name)
    text = records.text(row, name)
    return (None if text is None else unguarded(text)), records.place(row, name)


def _is(name: str, known: Sequence[str]) -> bool:
    return name.strip().casefold().replace(" ", "_").replace("-", "_") in known
