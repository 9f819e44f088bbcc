"""Which cell states which field, so that errors speak of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.paths import path_of
from app.spreadsheets.book import cell
from app.spreadsheets.scenario.help import label
from app.validation import Fault

TYPED = "type a number into the cell"
LAST_STEP = re.compile(r"(?:\.?([^.\[\]]+)|\[\d+\])$")


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: its sheet, row and column from 0."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        """As a formula would name it.

        >>> str(Place("Curves", 6, 3)), str(Place("Demand pools", 0, 0))
        ('Curves!D7', "'Demand pools'!A1")
        """
        sheet = self.sheet if self.sheet.isalnum() else "'" + self.sheet.replace("'", "''") + "'"
        return f"{sheet}!{cell(self.row, self.column)}"


@dataclass(slots=True)
class Places:
    """Fields and the cells that state them, and rows with their columns for fields that no cell states."""

    cells: dict[str, Place] = field(default_factory=dict)
    rows: dict[str, tuple[Place, Mapping[str, int]]] = field(default_factory=dict)

    def note(self, steps: Iterable[str | int], place: Place) -> None:
        """The field at the steps is stated there."""
        self.cells.setdefault(path_of(steps), place)

    def note_row(self, steps: Iterable[str | int], place: Place, columns: Mapping[str, int]) -> None:
        """The fields below the steps are stated in that row, each under the column of its key."""
        self.rows.setdefault(path_of(steps), (place, columns))

    def find(self, path: str) -> Place | None:
        """The cell of the field, or of the row or field that it belongs to; None where nothing is known of it."""
        rest = ""
        while path:
            if not rest and path in self.cells:
                return self.cells[path]
            if path in self.rows:
                place, columns = self.rows[path]
                return Place(place.sheet, place.row, columns.get(rest, place.column))
            if path in self.cells:
                return self.cells[path]
            shorter = LAST_STEP.sub("", path)
            if shorter == path:
                return None
            rest = path[len(shorter) :].removeprefix(".") + (f".{rest}" if rest and rest[0] != "[" else rest)
            path = shorter
        return None

    def heading(self, path: str) -> str:
        """The words above the column that states a field; the field itself where it has no column of its own."""
        above = path
        while above := LAST_STEP.sub("", above):
            key = path[len(above) :].removeprefix(".")
            if above in self.rows and key in self.rows[above][1]:
                return label(key)
            if LAST_STEP.sub("", above) == above:
                break
        return path

    def fault(self, found: Fault) -> Fault:
        """The same fault, told of its cell; of the document where no cell is to blame."""
        place = self.find(found.path)
        if place is None:
            return found
        remedy = TYPED if found.code == "not_a_number" else found.remedy
        return Fault(found.code, str(place), f"{self.heading(found.path)}: {found.problem}", remedy)
