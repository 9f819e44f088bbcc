"""A scenario's document as rows of named cells, sheet by sheet: all of it, whatever it states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.spreadsheets.book import LONGEST_TEXT
from app.spreadsheets.scenario.keys import Scalar, Steps, key_of, leaves, scalars
from app.spreadsheets.scenario.layout import (
    FURTHER,
    PERIOD_LIMITS,
    PERIODS,
    SCENARIO,
    SCENARIO_FIELDS,
    SERIES,
    TABLES,
    Table,
    kind_of,
)

MOST_KEYS = 200  # columns of a sheet; fields beyond them stand on the sheet of further fields
MOST_NUMBERS = 4_000  # of a list on one row
EMPTY: dict[str, Any] = {"null": None, "empty list": [], "empty object": {}}  # by the word for it

Row = dict[str, Scalar]


@dataclass(slots=True)
class Page:
    """The cells of one sheet: the keys of its columns in order, and its rows."""

    keys: list[str]
    rows: list[Row] = field(default_factory=list)

    def takes(self, key: str) -> bool:
        """Whether there is a column for the key, or room for one more."""
        if key not in self.keys:
            if len(self.keys) >= MOST_KEYS:
                return False
            self.keys.append(key)
        return True


def encode(document: dict[str, Any]) -> dict[str, Page]:
    """Every sheet of the workbook that states the document, in their order; `document` is a scenario on the wire."""
    pages = {
        SCENARIO: Page(["field", "value", "meaning"]),
        PERIODS: Page(["period", *(f"budget.{side}" for side in PERIOD_LIMITS)]),
        **{table.sheet: Page([table.owner, *table.usual]) for table in TABLES},
        SERIES: Page(["of", "name", "field"]),
        FURTHER: Page(["of", "name", "field", "value", "is"]),
    }
    writer = Encoder(pages)
    own = {name: value for name, value in document.items() if name not in {table.list for table in TABLES}}
    writer.scenario(own)
    for table in TABLES:
        if not table.under:
            for item in document.get(table.list, ()):
                writer.item(table, item)
    return pages


class Encoder:
    """Puts every field of a document into a cell of one of the pages."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self._pages = pages

    def scenario(self, own: dict[str, Any]) -> None:
        """What is stated of the scenario as a whole, and the budgets of its periods."""
        by_period = dict(own.get("budget", {}).get("by_period", {}))
        for name in own.pop("periods", None) or ():
            limits = by_period.get(name) and by_period.pop(name)
            stated = {f"budget.{side}": value for side, value in (limits or {}).items()}
            self._pages[PERIODS].rows.append({"period": name, **stated})
        if "budget" in own:
            total = {side: value for side, value in own["budget"].items() if side != "by_period"}
            own["budget"] = total | ({"by_period": by_period} if by_period else {})
        left = {key_of(steps): (steps, value) for steps, value in leaves(own) if steps and steps != ("budget",)}
        for key in SCENARIO_FIELDS:
            self._pages[SCENARIO].rows.append({"field": key} | ({"value": left.pop(key)[1]} if key in left else {}))
        for steps, value in left.values():
            self._further("scenario", "", steps, value)

    def item(self, home: Table, item: dict[str, Any]) -> None:
        """One tactic, goal, rule, pool or event."""
        rest = dict(item)
        name = str(rest.pop("name", ""))
        elsewhere = [table for table in TABLES if table.list == home.list and table.under]
        parts = [(table, taken) for table in elsewhere if table.part and (taken := _take(rest, table))]
        inner = [(table, rest.pop(str(table.under[0]), None)) for table in elsewhere if not table.part]
        self._row(home, name, rest)
        for table, value in inner:
            if value is not None:
                self._row(table, name, value)
        for table, entries in parts:
            for position, entry in enumerate(entries):
                self._row(table, name, entry, position)

    def _row(self, table: Table, name: str, value: dict[str, Any], position: int | None = None) -> None:
        row: Row = {table.owner: name}
        page = self._pages[table.sheet]
        before = table.under if position is None else (*table.under, position)
        for steps, leaf in leaves(value):
            if not steps or leaf == table.given.get(key_of(steps)):
                continue
            if (shown := _shown(steps, leaf)) is not None and page.takes(key_of(steps)):
                row[key_of(steps)] = shown
            else:
                self._aside(table.item, name, (*before, *steps), leaf)
        page.rows.append(row)

    def _aside(self, item: str, name: str, steps: Steps, leaf: Any) -> None:
        """What fits no column: numbers over time, and whatever else there is."""
        if isinstance(leaf, list) and 0 < len(leaf) <= MOST_NUMBERS and all(map(_number, leaf)):
            page, numbers = self._pages[SERIES], {str(place): value for place, value in enumerate(leaf, 1)}
            page.keys += [*numbers][len(page.keys) - 3 :]
            page.rows.append({"of": item, "name": name, "field": key_of(steps), **numbers})
        else:
            self._further(item, name, steps, leaf)

    def _further(self, item: str, name: str, steps: Steps, leaf: Any) -> None:
        for place, value in scalars(leaf, steps):
            words = next((word for word, empty in EMPTY.items() if not _single(value) and value == empty), None)
            held: Row = {"value": value} if words is None else {"is": words}
            owner: Row = {"name": name} if name else {}
            self._pages[FURTHER].rows.append({"of": item, **owner, "field": key_of(place), **held})


def _take(rest: dict[str, Any], table: Table) -> list[dict[str, Any]]:
    """The entries of the table's list, taken out of the item; none where they are no such entries."""
    *way, last = table.under
    holder = rest
    for step in way:
        inner = holder.get(str(step))
        if not isinstance(inner, dict):
            return []
        holder[str(step)] = inner = dict(inner)
        holder = inner
    entries = holder.get(str(last))
    if not isinstance(entries, list) or not entries:
        return []
    if table.pairs:
        entries = [dict(zip(table.usual, entry, strict=False)) for entry in entries]
    del holder[str(last)]
    return entries


def _shown(steps: Steps, leaf: Any) -> Scalar | None:
    """The cell that holds the leaf; None where no single cell can."""
    if kind_of(steps) == "names":
        joined = "\n".join(leaf) if isinstance(leaf, list) and leaf else ""
        return joined if joined and len(joined) <= LONGEST_TEXT else None
    return leaf if _single(leaf) else None


def _single(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
