"""Actuals as a table: what was really spent, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.schemas.actuals import ActualsIn
from app.spreadsheets.faults import told_by_cell
from app.spreadsheets.lines import ACTUALS, Tabled, read_lines, sheet_of
from app.spreadsheets.periods import Calendar
from optimizer.problem.actuals import Actual
from optimizer.problem.scenario import Scenario
from optimizer.sources.tables import Conventions, read_workbook


@contextmanager
def tabled_actuals(
    raw: bytes, scenario: Scenario | None, conventions: Conventions
) -> Iterator[Tabled[tuple[Actual, ...]]]:
    """The lines of a CSV file or workbook, long or with a column for each period; errors in the block name cells.

    The `scenario` is the one that is meant, whose periods, tactics and currency the cells are matched with.
    """
    sheet = sheet_of(read_workbook(raw, conventions=conventions), ACTUALS)
    periods = () if scenario is None else scenario.periods
    lines = read_lines(sheet, ACTUALS, Calendar(periods), conventions, scenario)
    with told_by_cell(lines):
        stated = ActualsIn.model_validate({"actuals": lines.rows}).to_domain()
        yield Tabled(stated=stated, decimal=lines.decimal)
