"""Whether the sheets of a workbook are called as the reader calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from app.spreadsheets.scenario.layout import (
    FURTHER,
    ORDER,
    PERIOD_LIMITS,
    PERIODS,
    SCENARIO,
    SERIES,
    TABLES,
)
from app.validation import Fault

KEYS = 3  # the row of keys, from 0, in a workbook that was made here
TELLING = 2  # keys beside the first, by which a sheet is known
OWN: dict[str, tuple[str, ...]] = {
    PERIODS: ("period", *(f"budget.{side}" for side in PERIOD_LIMITS)),
    **{table.sheet: (table.owner, *table.usual) for table in TABLES},
    SERIES: ("of", "name", "field"),  # before the next, which shares its keys
    FURTHER: ("of", "name", "field", "value", "is"),
}


def sheet_faults(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Iterator[Fault]:
    """A sheet that is missing, one that is almost called like one that is read, and one of ours under another name."""
    if missing := next((name for name in (SCENARIO, "Tactics") if name not in sheets), None):
        yield Fault("missing_sheet", missing, f"there is no sheet {missing}", "start from the template")
    for name, rows in sheets.items():
        if name in ORDER:
            continue
        if alike := get_close_matches(name.strip().lower(), [own.lower() for own in ORDER], 1, 0.85):
            own = next(sheet for sheet in ORDER if sheet.lower() == alike[0])
            yield Fault("unknown_sheet", name, f"is almost called {own}", "call it so, or something quite different")
        elif (ours := _renamed(rows)) is not None and ours not in sheets:
            told = f"has the keys of {ours} in row {KEYS + 1}, and there is no sheet {ours}: it would not be read"
            yield Fault("unknown_sheet", name, told, f"call it {ours}, or clear that row")


def _renamed(rows: Sequence[Sequence[Any]]) -> str | None:
    """The sheet of ours whose keys stand where ours do: the one that shares most of them."""
    keys = rows[KEYS] if len(rows) > KEYS else ()
    shared = {
        sheet: len({*own[1:]} & {key for key in keys if isinstance(key, str)})
        for sheet, own in OWN.items()
        if keys and keys[0] == own[0]
    }
    best = max(shared, key=lambda sheet: shared[sheet], default=None)
    return best if best is not None and shared[best] >= TELLING else None
