"""A scenario's workbook, read behind the guard: the scenario, or what is wrong with which cell."""

from __future__ import annotations

from typing import Any

from app.schemas.scenario import ScenarioIn
from app.spreadsheets.faults import WorkbookError, told_by_cell
from app.spreadsheets.scenario.decode import Decoder
from app.spreadsheets.scenario.places import Places
from app.validation import Fault
from optimizer.errors import FileError
from optimizer.problem.scenario import Scenario
from optimizer.sources.tables import Workbook, read_workbook

FOLLOWING = ("missing_field", "too_few", "unknown_field")


def read_scenario_workbook(raw: bytes) -> Scenario:
    """The scenario that a workbook states by itself: it names nothing that is stored.

    Errors: FileError where it is no workbook of this layout, WorkbookError with the cells that are wrong.
    """
    document, places = scenario_document(opened(raw))
    with told_by_cell(places):
        return ScenarioIn.model_validate(document).to_domain()


def opened(raw: bytes) -> Workbook:
    """The workbook's cells, their texts with every blank."""
    book = read_workbook(raw, "workbook.xlsx", trim=False)
    if book.kind != "xlsx":
        raise FileError("not_a_workbook", "", "is no XLSX workbook", "start from the template")
    return book


def scenario_document(book: Workbook) -> tuple[dict[str, Any], Places]:
    """The document that the sheets state, and which cell states which of its fields."""
    decoder = Decoder({sheet.name: sheet.rows for sheet in book.sheets})
    decoder.read()
    if decoder.faults:
        raise WorkbookError([*decoder.faults, *_more(decoder)])
    return decoder.document, decoder.places


def _more(decoder: Decoder) -> list[Fault]:
    """What else is wrong with single cells; what may only follow from the faults that are known is not told."""
    told = {fault.path for fault in decoder.faults}
    try:
        with told_by_cell(decoder.places):
            ScenarioIn.model_validate(decoder.document)
    except WorkbookError as error:
        return [fault for fault in error.faults if fault.code not in FOLLOWING and fault.path not in told]
    return []
