"""What the buttons of the form do to the document: add, remove, open, close, paste."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.errors import WorkbookError
from app.pages.editor.address import put, steps_of, taken
from app.pages.editor.reading import read, unmistakable
from app.pages.editor.view import COLUMNS
from app.validation import Fault
from optimizer.errors import FileError, HeadraceError, ScenarioError
from optimizer.sources.tables.conventions import ASK_THE_TABLE
from optimizer.sources.tables.numbers import NUMERIC, Numbers

OPEN = "open:"
PASTED = "pasted"  # the field that rows are pasted into
FRESH: Mapping[str, Mapping[str, Any]] = {
    "tactics": {"name": "", "stage": "upstream", "response": {"family": "hill"}},
    "goals": {"name": "", "metric": "revenue"},
    "rules": {"rule": "spend_range", "name": ""},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The document under way, which of its entries are shown open, and what was typed that could not be read."""

    document: dict[str, Any]
    opened: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)


def acted(draft: Draft, act: str, form: Mapping[str, str]) -> Draft:
    """The draft after the button `act`, written as a verb and an address."""
    verb, _, address = act.partition(" ")
    match verb:
        case "add":
            return _added(draft, address)
        case "remove":
            return _removed(draft, address)
        case "open":
            return replace(draft, opened=draft.opened | {address})
        case "close":
            return replace(draft, opened=draft.opened - {address})
        case "paste":
            return pasted(draft, form.get("into", "tactics"), form.get("pasted", ""), form.get("written", ""))
        case _:
            return draft


def _added(draft: Draft, address: str) -> Draft:
    held = taken(draft.document, steps_of(address))
    if isinstance(held, dict):
        return replace(draft, document=put(draft.document, steps_of(address), held | {f"new {len(held) + 1}": {}}))
    number = len(held) if isinstance(held, list) else 0
    if held is None and address.rsplit(".", 1)[-1] in ("by_period", "metrics"):
        return replace(draft, document=put(draft.document, steps_of(address), {"new": {}}))
    where = f"{address}[{number}]"
    document = put(draft.document, steps_of(where), dict(FRESH.get(address, {})))
    return replace(draft, document=document, opened=draft.opened | {where})


def _removed(draft: Draft, address: str) -> Draft:
    *above, last = steps_of(address)
    held = taken(draft.document, tuple(above))
    if isinstance(held, dict):
        kept: Any = {name: own for number, (name, own) in enumerate(held.items()) if number != last}
    else:
        kept = [own for number, own in enumerate(held or []) if number != last]
    shifted = address.rpartition("[")[0] + "["  # entries behind it have other addresses now
    unread = {own: text for own, text in draft.unread.items() if not own.startswith(shifted)}
    return Draft(document=put(draft.document, tuple(above), kept), unread=unread)


def pasted(draft: Draft, into: str, text: str, written: str = "") -> Draft:
    """Rows from a spreadsheet: the first names the fields; a row whose name is known changes that entry.

    Numbers are `written` with a decimal point or comma, or as they tell by themselves.
    Nothing is put in unless every row can be read; WorkbookError names the rows and columns that cannot.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if into not in COLUMNS or len(lines) < 2:
        raise _paste_fault("nothing_pasted", "holds no rows", "copy a row of field names and rows of values below it")
    first = lines[0][1]
    split = "\t" if "\t" in first else ";" if ";" in first else ","
    header = [cell.strip().lower().replace(" ", "_") for cell in first.split(split)]
    if "name" not in header:
        raise _paste_fault("no_names", "has no column of names", "name one column `name`")
    document = draft.document
    entries = [dict(entry) for entry in document.get(into, []) if not _blank(entry, into)]
    opened = draft.opened if len(entries) == len(document.get(into, [])) else _elsewhere(draft.opened, into)
    faults: list[Fault] = []
    rows = {number: _cells(header, line.split(split)) for number, line in lines[1:]}
    seen: dict[str, int] = {}
    for number, cells in _read_alike(rows, written).items():
        before = seen.setdefault(cells["name"], number)
        if before != number:
            raise _paste_fault(
                "duplicate_name", f"row {number} repeats {cells['name']}, which row {before} names", "keep one of them"
            )
        place = next((n for n, entry in enumerate(entries) if entry.get("name") == cells["name"]), len(entries))
        entry, wrong = _row(entries[place] if place < len(entries) else {}, into, cells)
        entries[place : place + 1] = [entry]
        faults += [_at_row(number, cells["name"], into, fault) for fault in wrong]
    if faults:
        raise WorkbookError(faults)
    return replace(draft, document=document | {into: entries}, opened=opened)


def _blank(entry: Any, into: str) -> bool:
    """Whether nothing was put into an entry since it was added."""
    stated = {name: value for name, value in entry.items() if value != ""}
    return stated == {name: value for name, value in FRESH.get(into, {}).items() if value != ""}


def _elsewhere(opened: frozenset[str], into: str) -> frozenset[str]:
    """What is open in other lists: the entries of this one have other addresses now."""
    return frozenset(address for address in opened if not address.startswith(f"{into}["))


def _cells(header: list[str], cells: list[str]) -> dict[str, str]:
    return {"name": ""} | dict(zip(header, (cell.strip() for cell in cells), strict=False))


def _read_alike(rows: Mapping[int, Mapping[str, str]], written: str) -> dict[int, dict[str, str]]:
    """The rows with their numbers written in one way: that on which all of them agree, as in any table."""
    told = {
        (number, column): text
        for number, cells in rows.items()
        for column, text in cells.items()
        if column != "name" and NUMERIC.fullmatch(text)
    }
    try:
        cells = [(f"row {row}, column {column}", text) for (row, column), text in told.items()]
        numbers = Numbers.of(cells, replace(ASK_THE_TABLE, decimal=written or None))
    except FileError as error:
        raise _paste_fault(error.code, f"{error.path}: {error.problem}", error.remedy) from None
    return {
        row: {column: _written(numbers, text) if (row, column) in told else text for column, text in cells.items()}
        for row, cells in rows.items()
    }


def _written(numbers: Numbers, text: str) -> str:
    """The number with a point that cannot be mistaken; a list of numbers and what is none stay as they are."""
    try:
        return unmistakable(repr(numbers.read(text, "")))
    except FileError:
        return text


def _row(entry: dict[str, Any], into: str, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[HeadraceError]]:
    """The entry with what the row states, and what is wrong with the rest of the row."""
    stated = {f"{into}[0].{column}": text for column, text in cells.items() if text and column}
    whole = {f"{into}[0]": json.dumps(entry)} if entry else {}
    fresh = read(whole | stated)
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


def _at_row(number: int, name: str, into: str, fault: HeadraceError) -> Fault:
    column = fault.path.removeprefix(f"{into}[0].")
    return Fault(fault.code, PASTED, f"row {number} ({name}), column {column}: {fault.problem}", fault.remedy)


def _paste_fault(code: str, problem: str, remedy: str) -> WorkbookError:
    return WorkbookError([Fault(code, PASTED, problem, remedy)])
