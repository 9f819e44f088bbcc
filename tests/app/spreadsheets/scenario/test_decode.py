"""What is wrong with a workbook is told by sheet and cell."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from app.errors import WorkbookError
from app.schemas.scenario import ScenarioIn, scenario_to_wire
from app.spreadsheets.faults import told_by_cell
from app.spreadsheets.scenario.decode import Decoder
from app.spreadsheets.scenario.encode import encode
from app.spreadsheets.scenario.read import opened, scenario_document
from app.spreadsheets.scenario.write import scenario_workbook
from app.validation import Fault
from optimizer.sources.tables import Sheet, Workbook
from tests.app.schemas.samples import WHOLE

Rows = list[list[Any]]
Spoil = Callable[[dict[str, Rows]], object]


def sheets() -> dict[str, Rows]:
    """The rows of a good workbook: a title, the keys in row 2, what is stated from row 3 on."""
    pages = encode(scenario_to_wire(ScenarioIn.model_validate(WHOLE).to_domain()))
    return {name: [["title"], [*page.keys], *([row.get(key) for key in page.keys] for row in page.rows)]
            for name, page in pages.items()}  # fmt: skip


def faults_of(rows: dict[str, Rows]) -> list[Fault]:
    """What the reader and the wire find."""
    decoder = Decoder(rows)
    decoder.read()
    if decoder.faults:
        return decoder.faults
    try:
        with told_by_cell(decoder.places):
            ScenarioIn.model_validate(decoder.document).to_domain()
    except WorkbookError as error:
        return [*error.faults]
    return []


def setting(sheet: str, row: int, key: str, value: Any) -> Spoil:
    """Write into the row (from 1) under the key."""

    def spoil(rows: dict[str, Rows]) -> None:
        rows[sheet][row - 1][rows[sheet][1].index(key)] = value

    return spoil


def adding(sheet: str, *cells: Any) -> Spoil:
    """One more row."""
    return lambda rows: rows[sheet].append([*cells])


def heading(sheet: str, key: str) -> Spoil:
    """One more column, with something in its first row."""

    def spoil(rows: dict[str, Rows]) -> None:
        rows[sheet][1].append(key)
        rows[sheet][2].append(1.0)

    return spoil


def renamed(sheet: str, to: str) -> Spoil:
    """The sheet under another name."""
    return lambda rows: rows.update({to: rows.pop(sheet)})


def test_a_good_workbook_has_no_faults() -> None:
    """Where every test below begins."""
    assert faults_of(sheets()) == []


@pytest.mark.parametrize(
    ("spoil", "code", "cell"),
    [
        (setting("Scenario", 4, "value", 7.5), "wrong_type", "Scenario!B4"),
        (setting("Scenario", 3, "value", None), "missing_field", "Scenario!B3"),
        (setting("Tactics", 3, "stage", "sideways"), "unknown_value", "Tactics!B3"),
        (setting("Tactics", 3, "spend.at_most", "lots"), "not_a_number", "Tactics!E3"),
        (setting("Tactics", 3, "spend.at_most", "1,000"), "ambiguous_number", "Tactics!E3"),
        (setting("Tactics", 3, "spend.at_most", "5 k"), "not_a_number", "Tactics!E3"),
        (setting("Tactics", 4, "name", "other"), "unknown_name", "Curves!A4"),
        (setting("Tactics", 3, "feeds", "nowhere"), "unknown_pool", "Tactics!I3"),
        (setting("Curves", 3, "ceiling", -1.0), "negative", "Curves!C3"),
        (setting("Curves", 3, "ceiling", None), "missing_field", "Curves!C3"),
        (setting("Curves", 3, "family", "hil"), "unknown_family", "Curves!B3"),
        (setting("Curve points", 4, "spend", "x"), "not_a_number", "'Curve points'!B4"),
        (setting("Carry-over", 3, "retention", 2.0), "too_large", "'Carry-over'!C3"),
        (setting("Carry-over", 3, "normalized", "maybe"), "wrong_type", "'Carry-over'!E3"),
        (setting("Periods", 3, "period", datetime.date(2027, 1, 1)), "date_cell", "Periods!A3"),
        (setting("Periods", 3, "period", None), "missing_field", "Periods!A3"),
        (lambda rows: rows["Rules"].pop(1), "no_headings", "Rules!A1"),
        (lambda rows: rows["Goals"].append(rows["Goals"][2]), "duplicate_name", None),
        (adding("Rules", "none", "no_such_rule"), "unknown_rule", None),
        (adding("Curve points", "nobody", 1.0, 2.0), "unknown_name", None),
        (adding("Over time", "tactic", "tv", "a..b", 1.0), "unknown_field", None),
        (adding("Over time", "person", "tv", "seasonality", 1.0), "unknown_value", None),
        (adding("Further fields", "tactic", "tv", "margin", 0.5), "stands_twice", None),
        (adding("Further fields", "tactic", "tv", "new_field", None, "nonsense"), "missing_field", None),
        (heading("Tactics", "no_such_field"), "unknown_field", None),
        (heading("Tactics", "stage"), "duplicate_field", None),
        (heading("Tactics", None), "no_heading", None),
        (heading("Periods", "budget.often"), "unknown_field", None),
        (renamed("Tactics", "Tactic"), "missing_sheet", None),
        (renamed("Rules", "rules "), "unknown_sheet", None),
    ],
)
def test_a_fault_names_its_cell(spoil: Spoil, code: str, cell: str | None) -> None:
    """Code and cell of the first one; every one has a sheet, a problem and a remedy."""
    rows = sheets()
    spoil(rows)
    found = faults_of(rows)
    assert code in [fault.code for fault in found], found
    first = next(fault for fault in found if fault.code == code)
    assert first.path.partition("!")[0].strip("'") in rows or code in ("missing_sheet", "unknown_sheet"), first
    assert cell is None or first.path == cell
    assert first.problem
    assert first.remedy


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """Every curve, limit, carry-over, goal and name, each at its cell: one mending round for all of them."""
    rows = sheets()
    wrong = [
        ("Curves", 3, "ceiling", -1.0), ("Tactics", 3, "spend.at_least", -5.0), ("Carry-over", 3, "retention", 2.0),
        ("Tactics", 4, "spend.at_least", -5.0), ("Curve points", 4, "spend", -1.0),
    ]  # fmt: skip
    for sheet, row, key, value in wrong:
        setting(sheet, row, key, value)(rows)
    found = faults_of(rows)
    assert len({fault.path for fault in found}) == len(found) == len(wrong), found
    rows = sheets()
    for sheet in ("Goals", "Rules"):
        rows[sheet].append(rows[sheet][2])
    assert [fault.code for fault in faults_of(rows)] == ["duplicate_name", "duplicate_name"]


def test_unreadable_cells_do_not_hide_wrong_ones() -> None:
    """A date where a text belongs, and a text where a number belongs, on another sheet."""
    book = opened(scenario_workbook(scenario_to_wire(ScenarioIn.model_validate(WHOLE).to_domain())))
    spoilt = []
    for sheet in book.sheets:
        grid = [list(row) for row in sheet.rows]
        if sheet.name == "Periods":
            grid[4][0] = datetime.date(2027, 1, 1)
        if sheet.name == "Tactics":
            grid[4][grid[3].index("spend.at_most")] = "much"
        spoilt.append(Sheet(name=sheet.name, rows=tuple(map(tuple, grid))))
    with pytest.raises(WorkbookError) as caught:
        scenario_document(Workbook(kind="xlsx", sheets=tuple(spoilt)))
    assert [(fault.code, fault.path) for fault in caught.value.faults] == [
        ("date_cell", "Periods!A5"),
        ("not_a_number", "Tactics!E5"),
    ]


def test_whole_numbers_and_words_are_meant_as_people_write_them() -> None:
    """A period 1 typed as a number is the name "1"; yes is true."""
    rows = sheets()
    setting("Periods", 3, "period", 1.0)(rows)
    setting("Carry-over", 3, "normalized", "yes")(rows)
    assert faults_of(rows) == []


def test_own_sheets_and_moved_rows_change_nothing() -> None:
    """Notes on a sheet of one's own, rows in another order, blank rows between."""
    rows = sheets()
    rows["My sums"] = [["=SUM", 1.0]]
    rows["Curves"] = [*rows["Curves"][:2], [None], *reversed(rows["Curves"][2:])]
    assert faults_of(rows) == []
