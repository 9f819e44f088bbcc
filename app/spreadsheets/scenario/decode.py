"""The rows of a scenario's workbook as the document that they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from app.paths import path_of
from app.spreadsheets.figures import only_reading
from app.spreadsheets.flags import FLAGS
from app.spreadsheets.scenario.encode import EMPTY
from app.spreadsheets.scenario.exact import restored, spelled
from app.spreadsheets.scenario.help import label
from app.spreadsheets.scenario.keys import Steps, put, steps_of
from app.spreadsheets.scenario.layout import (
    BY_ITEM,
    EXACT,
    FURTHER,
    PERIOD_LIMITS,
    PERIODS,
    SCENARIO,
    SERIES,
    TABLES,
    Table,
    kind_of,
)
from app.spreadsheets.scenario.places import Place, Places
from app.spreadsheets.scenario.sheets import sheet_faults
from app.validation import Fault
from optimizer.errors import ScenarioError

HEADINGS_WITHIN = 20  # rows from the top in which the row of keys must stand

Cell = Any  # str, float, int, bool, None, or a date
Sheets = Mapping[str, Sequence[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row that states something: its cells by key, and where the row stands."""

    place: Place
    values: dict[str, Cell]
    columns: dict[str, int]

    def at(self, key: str) -> Place:
        """The cell under a key."""
        return Place(self.place.sheet, self.place.row, self.columns.get(key, self.place.column))


class Decoder:
    """Reads sheet after sheet into one document; what cannot be meant is collected as faults."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets
        self.document: dict[str, Any] = {}
        self.places = Places()
        self.faults: list[Fault] = []
        self._index: dict[tuple[str, str], int] = {}
        self._unread: set[str] = set()  # sheets without headings
        self._parted: dict[Steps, tuple[Table, Line]] = {}  # what has entries of a table, each with its first
        self._exact = restored(row[0] for row in sheets.get(EXACT, ()) if row)

    def read(self) -> None:
        """Everything, in an order in which items come before their parts."""
        self.faults += sheet_faults(self._sheets)
        for table in TABLES:
            if not table.under:
                self.places.note((table.list,), Place(table.sheet, 0, 0))
        self._scenario()
        self._periods()
        for table in sorted(TABLES, key=lambda table: bool(table.under)):
            for line in self._lines(table.sheet, table.owner):
                self._line(table, line)
        for line in self._lines(SERIES, "of"):
            self._series(line)
        for line in self._lines(FURTHER, "of"):
            self._further(line)
        for owner, (table, line) in self._parted.items():
            self._check_home(owner, table, line)

    def _scenario(self) -> None:
        for line in self._lines(SCENARIO, "field"):
            steps = steps_of(str(line.values.get("field", "")))
            if not steps:
                self.faults.append(
                    Fault("unknown_field", str(line.at("field")), "names no field", "use a field that the template has")
                )
            elif "value" in line.values:
                self._set(steps, line.values["value"], line.at("value"))
            else:
                self.places.note(steps, line.at("value"))
                self.places.note(steps[:1], line.at("value"))

    def _periods(self) -> None:
        limits = {f"budget.{side}": side for side in PERIOD_LIMITS}
        for line in self._lines(PERIODS, "period"):
            name = line.values.pop("period", None)
            if name is None:
                self.faults.append(Fault("missing_field", str(line.at("period")), "is empty", "name the period"))
                continue
            self._set(("periods", self._length(("periods",))), name, line.at("period"), ("name",))
            for key, value in line.values.items():
                if key in limits:
                    self._set(("budget", "by_period", str(_text(name)), limits[key]), value, line.at(key))
                else:
                    self.faults.append(
                        Fault("unknown_field", str(line.at(key)), "is no limit of a period", f"use {', '.join(limits)}")
                    )

    def _line(self, table: Table, line: Line) -> None:
        base = self._base(table, line)
        if base is None:
            return
        self.places.note_row(base, line.place, line.columns)
        if table.pairs:
            pair = [self._number(line.values.pop(key, None), key, line.at(key)) for key in table.usual]
            self._begin(base, pair, line.place)
            for position, key in enumerate(table.usual):
                self.places.note((*base, position), line.at(key))
        for key, value in line.values.items():
            steps = steps_of(key)
            if steps is None:
                self.faults.append(
                    Fault(
                        "unknown_field",
                        str(line.at(key)),
                        "stands under a heading that names no field",
                        "mend the heading",
                    )
                )
            elif key != table.owner or not table.under:
                self._set((*base, *steps), value, line.at(key), steps)
        for key, value in table.given.items():
            put(self.document, (*base, key), value)

    def _base(self, table: Table, line: Line) -> Steps | None:
        """Where the row's fields go; a new item or entry is begun for it."""
        if not table.under:
            items = self.document.setdefault(table.list, [])
            items.append({})
            self._index.setdefault((table.item, str(_text(line.values.get("name")))), len(items) - 1)
            return (table.list, len(items) - 1)
        owner = self._owner(table.item, line, table.owner)
        if owner is None:
            return None
        base = (*owner, *table.under)
        if not table.part:
            return base
        self._parted.setdefault((*owner, *table.under), (table, line))
        entry = (*base, self._length(base))
        if not table.pairs:
            self._begin(entry, {}, line.place)
        return entry

    def _owner(self, item: str, line: Line, key: str) -> Steps | None:
        """The item that the row belongs to."""
        home = BY_ITEM[item]
        position = self._index.get((item, str(_text(line.values.get(key)))))
        if position is None:
            problem = f"names no {item} of the sheet {home.sheet}"
            self.faults.append(
                Fault("unknown_name", str(line.at(key)), problem, f"use a name that stands on {home.sheet}")
            )
            return None
        return (home.list, position)

    def _length(self, steps: Steps) -> int:
        here = self._found(steps)
        return len(here) if isinstance(here, list) else 0

    def _found(self, steps: Steps) -> Any:
        """What the document states there so far; None for nothing."""
        here: Any = self.document
        for step in steps:
            match here, step:
                case dict(), str():
                    here = here.get(step)
                case list(), int() if step < len(here):
                    here = here[step]
                case _:
                    return None
        return here

    def _check_home(self, at: Steps, table: Table, line: Line) -> None:
        """Entries of a curve are nothing without the curve, which another sheet states."""
        home = next((own for own in TABLES if own.list == table.list and own.under == table.under[:-1]), None)
        if home is None or not home.under or home.sheet in self._unread:
            return
        stated = self._found(at[:-1])
        if isinstance(stated, dict) and stated.keys() <= {own.under[-1] for own in TABLES if own.part}:
            name = _text(line.values.get(table.owner))
            remedy = f"state it on {home.sheet}, or clear what belongs to it here"
            problem = f"{table.item} {name} has no row in {home.sheet} that states anything"
            self.faults.append(Fault("missing_row", str(line.at(table.owner)), problem, remedy))

    def _series(self, line: Line) -> None:
        base, numbers = self._named(line), [key for key in line.columns if key.isdecimal()]
        if base is None:
            return
        given = [key for key in numbers if key in line.values]
        last = numbers.index(given[-1]) + 1 if given else 0
        for position, key in enumerate(numbers[:last]):
            self._set((*base, position), line.values.get(key), line.at(key))

    def _further(self, line: Line) -> None:
        base = self._named(line)
        if base is None:
            return
        if "value" in line.values:
            self._set(base, line.values["value"], line.at("value"))
        elif (word := line.values.get("is")) in EMPTY:
            empty = EMPTY[word]
            self._place(base, type(empty)() if empty is not None else None, line.at("is"))
        else:
            remedy = f"give a value, or one of {', '.join(EMPTY)} under `is`"
            self.faults.append(Fault("missing_field", str(line.at("value")), "states nothing", remedy))

    def _named(self, line: Line) -> Steps | None:
        """The place in the document that a row names by `of`, `name` and `field`."""
        item, steps = line.values.get("of"), steps_of(str(line.values.get("field", "")))
        if not steps:
            self.faults.append(
                Fault("unknown_field", str(line.at("field")), "names no field", "use the manual's names")
            )
            return None
        if item == "scenario":
            return steps
        if item not in BY_ITEM:
            known = ", ".join(["scenario", *BY_ITEM])
            self.faults.append(Fault("unknown_value", str(line.at("of")), "is not known here", f"use one of {known}"))
            return None
        owner = self._owner(item, line, "name")
        return None if owner is None else (*owner, *steps)

    def _set(self, steps: Steps, value: Cell, place: Place, within: Steps = ()) -> None:
        """The cell's value into the document, read as what the field holds."""
        if isinstance(value, date | time | timedelta):
            remedy = "format the cell as text and write it again"
            self.faults.append(Fault("date_cell", str(place), "holds a date where a number or a text belongs", remedy))
            return
        match kind_of(within or steps):
            case "names":
                value = [_text(value)] if not isinstance(value, str) else value.split("\n")
                for position in range(len(value)):
                    self.places.note((*steps, position), place)
            case "text":
                value = _text(value)
            case "flag":
                value = _flag(value)
            case _:
                value = self._number(value, path_of(within or steps), place)
        self._place(steps, value, place)

    def _number(self, cell: Cell, field: str, place: Place) -> Any:
        """Spreadsheets know doubles only: a whole number is one again, and a long one has all its digits.

        A number that was typed as text is read where it can mean one only.
        """
        cell = spelled(cell)
        if isinstance(cell, str):
            try:
                cell = only_reading(cell, field, str(self.document.get("currency") or ""))
            except ScenarioError as error:
                told = f"{field if place.sheet == SCENARIO else label(field)}: {error.problem}"
                self.faults.append(Fault(error.code, str(place), told, error.remedy))
        if not isinstance(cell, float):
            return cell
        number = self._exact.get(cell, cell)
        return int(number) if number.is_integer() and abs(number) < 2**53 and str(number) != "-0.0" else number

    def _place(self, steps: Steps, value: Any, place: Place) -> None:
        self.places.note(steps, place)
        self._begin(steps, value, place)

    def _begin(self, steps: Steps, value: Any, place: Place) -> None:
        if not put(self.document, steps, value):
            problem = "states what another cell states, or has a position that is out of order"
            self.faults.append(Fault("stands_twice", str(place), problem, "state it once, positions from 0 up"))

    def _lines(self, sheet: str, first: str) -> Iterator[Line]:
        """The rows below the headings; none where there is no such sheet."""
        rows = self._sheets.get(sheet, ())
        top = next((k for k, row in enumerate(rows[:HEADINGS_WITHIN]) if row and row[0] == first), None)
        if top is None:
            if any(_filled(cell) for row in rows for cell in row):
                self._unread.add(sheet)
                problem = f"has no row of headings: none of the first {HEADINGS_WITHIN} rows begins with {first}"
                self.faults.append(
                    Fault("no_headings", str(Place(sheet, 0, 0)), problem, "copy the headings from the template")
                )
            return
        keys = {column: str(_text(key)) for column, key in enumerate(rows[top]) if _filled(key)}
        columns: dict[str, int] = {}
        for column, key in keys.items():
            if columns.setdefault(key, column) != column:
                self.faults.append(
                    Fault(
                        "duplicate_field", str(Place(sheet, top, column)), "is a heading that stands twice", "keep one"
                    )
                )
        for row, cells in enumerate(rows[top + 1 :], top + 1):
            filled = {column: cell for column, cell in enumerate(cells) if _filled(cell)}
            if not filled:
                continue
            for column in filled.keys() - keys.keys():
                self.faults.append(
                    Fault(
                        "no_heading", str(Place(sheet, row, column)), "stands under no heading", "give its column one"
                    )
                )
            values = {keys[column]: cell for column, cell in filled.items() if column in keys}
            yield Line(Place(sheet, row, 0), values, columns)


def _filled(cell: Cell) -> bool:
    return cell is not None and cell != ""


def _flag(cell: Cell) -> Any:
    """Words for true and false, and the 1 and 0 that some programs save in their place."""
    if isinstance(cell, str):
        return FLAGS.get(cell.strip().casefold(), cell)
    return bool(cell) if isinstance(cell, float) and cell in (0.0, 1.0) else cell


def _text(cell: Cell) -> Any:
    """A whole number where a name belongs is meant as its digits."""
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return str(int(cell)) if number and float(cell).is_integer() else cell
