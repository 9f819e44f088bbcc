"""What the buttons of the form do to the document: add, remove, open, close, paste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.pages.editor.address import put, steps_of, taken
from app.pages.editor.reading import read
from app.pages.editor.view import COLUMNS
from optimizer.errors import ScenarioError

OPEN = "open:"
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
            return pasted(draft, form.get("into", "tactics"), form.get("pasted", ""))
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


def pasted(draft: Draft, into: str, text: str) -> Draft:
    """Rows from a spreadsheet: the first names the fields; a row whose name is known changes that entry."""
    lines = [line for line in text.splitlines() if line.strip()]
    if into not in COLUMNS or len(lines) < 2:
        raise ScenarioError(
            "nothing_pasted", "", "holds no rows", "copy a row of field names and rows of values below it"
        )
    split = "\t" if "\t" in lines[0] else ";" if ";" in lines[0] else ","
    header = [cell.strip().lower().replace(" ", "_") for cell in lines[0].split(split)]
    if "name" not in header:
        raise ScenarioError("no_names", "", "has no column of names", "name one column `name`")
    document = draft.document
    entries = [dict(entry) for entry in document.get(into, [])]
    for line in lines[1:]:
        cells = dict(zip(header, (cell.strip() for cell in line.split(split)), strict=False))
        place = next((n for n, entry in enumerate(entries) if entry.get("name") == cells["name"]), len(entries))
        entries[place : place + 1] = [_row(entries[place] if place < len(entries) else {}, into, cells)]
    return replace(draft, document=document | {into: entries})


def _row(entry: dict[str, Any], into: str, cells: Mapping[str, str]) -> dict[str, Any]:
    stated = {f"{into}[0].{column}": text for column, text in cells.items() if text}
    fresh = read(stated)
    for fault in fresh.faults:
        raise fault
    found: dict[str, Any] = _merged(entry, fresh.document[into][0])
    return found


def _merged(old: Any, new: Any) -> Any:
    """The old with what the new states."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {name: _merged(old.get(name), held) for name, held in new.items()}
    return new
