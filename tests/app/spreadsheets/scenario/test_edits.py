"""One edit of a good workbook gives another scenario or a refusal, never a failure, and loses no sheet in silence."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import WorkbookError
from app.schemas.scenario import ScenarioIn, scenario_to_wire
from app.spreadsheets.faults import told_by_cell
from app.spreadsheets.scenario.read import opened, scenario_document
from app.spreadsheets.scenario.write import scenario_workbook
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from optimizer.sources.tables import Sheet, Workbook
from tests.app.schemas.generated import scenarios
from tests.app.schemas.samples import WHOLE
from tests.effort import examples

Rows = dict[str, list[list[Any]]]
KEYS, FIRST = 3, 4  # rows


def rows_of(document: dict[str, Any]) -> tuple[Rows, Scenario]:
    """The rows of a workbook, and the scenario that it states."""
    scenario = ScenarioIn.model_validate(document).to_domain()
    book = opened(scenario_workbook(scenario_to_wire(scenario)))
    return {sheet.name: [list(row) for row in sheet.rows] for sheet in book.sheets}, scenario


def read(rows: Rows) -> Scenario:
    """What is read of them."""
    sheets = tuple(Sheet(name=name, rows=tuple(map(tuple, own))) for name, own in rows.items())
    document, places = scenario_document(Workbook(kind="xlsx", sheets=sheets))
    with told_by_cell(places):
        return ScenarioIn.model_validate(document).to_domain()


def faults_of(rows: Rows) -> list[tuple[str, str]]:
    """The codes and cells of the refusal."""
    with pytest.raises(WorkbookError) as caught:
        read(rows)
    return [(fault.code, fault.path) for fault in caught.value.faults]


def stated(rows: Rows, sheet: str) -> bool:
    """Whether the sheet states anything below its keys."""
    return any(cell is not None for row in rows[sheet][FIRST:] for cell in row)


def assert_every_edit_is_answered(document: dict[str, Any], chance: random.Random) -> None:
    """One sheet renamed, one row deleted, one key changed, one cell cleared."""
    good, scenario = rows_of(document)
    for sheet in good:
        if sheet in ("Read me", "Exact numbers"):
            continue
        renamed = {("My own" if name == sheet else name): own for name, own in good.items()}
        if stated(good, sheet):
            with suppress(WorkbookError):
                assert digest(read(renamed)) == digest(scenario), sheet  # Draws whose fields all stand elsewhere
        row = chance.randrange(len(good[sheet]))
        keys = chance.randrange(len(good[sheet][KEYS]))
        for spoilt in (renamed, {name: own for name, own in good.items() if name != sheet},
                       good | {sheet: good[sheet][:row] + good[sheet][row + 1:]},
                       good | {sheet: good[sheet][:KEYS] + good[sheet][FIRST:]},
                       good | {sheet: changed(good[sheet], KEYS, keys, "something")},
                       good | {sheet: changed(good[sheet], row, chance.randrange(2), None)}):  # fmt: skip
            with suppress(WorkbookError):
                read(spoilt)
    assert digest(read(good)) == digest(scenario)


def changed(rows: list[list[Any]], row: int, column: int, value: Any) -> list[list[Any]]:
    """The rows with another cell."""
    new = [[*own] for own in rows]
    if column < len(new[row]):
        new[row][column] = value
    return new


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=examples(8), deadline=None)
@given(scenarios(), st.integers(0, 2**32))
def test_every_edit_is_answered(document: dict[str, Any], seed: int) -> None:
    """Of any workbook."""
    assert_every_edit_is_answered(document, random.Random(seed))


@pytest.mark.deep
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=400, deadline=None)
@given(scenarios(), st.integers(0, 2**32))
def test_every_edit_of_hundreds_is_answered(document: dict[str, Any], seed: int) -> None:
    """The same, hundreds of times."""
    assert_every_edit_is_answered(document, random.Random(seed))


def test_points_and_draws_without_their_curve_are_told_at_their_cell() -> None:
    """The row of Curves is gone, or states nothing, or the whole sheet is gone."""
    good, _ = rows_of(WHOLE)
    for parts in ("Curve points", "Draws"):
        row = next(k for k, own in enumerate(good[parts][FIRST:], FIRST) if own[0] is not None)
        tactic, place = good[parts][row][0], f"'{parts}'!A{row + 1}" if " " in parts else f"{parts}!A{row + 1}"
        blank = [[own[0], *[None] * (len(own) - 1)] if own and own[0] == tactic else own for own in good["Curves"]]
        gone = [own for own in good["Curves"] if not own or own[0] != tactic]
        for spoilt in (good | {"Curves": blank}, good | {"Curves": gone}):
            assert ("missing_row", place) in faults_of(spoilt)
        assert ("missing_row", place) in faults_of({name: own for name, own in good.items() if name != "Curves"})
        found = faults_of(good | {"Curves": good["Curves"][:KEYS] + good["Curves"][FIRST:]})
        assert ("no_headings", "Curves!A1") in found
        assert "missing_row" not in dict(found)


@pytest.mark.parametrize("sheet", ["Goals", "Rules", "Carry-over", "Periods", "Curves", "Over time"])
def test_a_sheet_of_ours_under_another_name_is_refused(sheet: str) -> None:
    """Its content would be lost in silence; beside the sheet itself it is somebody's copy."""
    good, scenario = rows_of(WHOLE)
    found = faults_of({("My own" if name == sheet else name): own for name, own in good.items()})
    assert ("unknown_sheet", "My own") in found
    assert digest(read(good | {"My own": good[sheet]})) == digest(scenario)
