"""Actuals as a table: what was really spent, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.schemas.actuals import ActualsIn
from app.spreadsheets.faults import told_by_cell
from app.spreadsheets.lines import ACTUALS, Tabled, read_lines, sheet_of
from app.spreadsheets.periods import Calendar
from optimizer.problem.actuals import Actual
from optimizer.sources.tables import Conventions, read_workbook


@contextmanager
def tabled_actuals(
    raw: bytes, periods: Sequence[str], conventions: Conventions, currency: str | None = None
) -> Iterator[Tabled[tuple[Actual, ...]]]:
    """The lines of a CSV file or workbook, long or with a column for each period; errors in the block name cells.

    `periods` and `currency` are those of the scenario that is meant, which dates and amounts are matched with; none
    where none is named.
    """
    sheet = sheet_of(read_workbook(raw, conventions=conventions), ACTUALS)
    lines = read_lines(sheet, ACTUALS, Calendar(periods), conventions, currency)
    with told_by_cell(lines):
        stated = ActualsIn.model_validate({"actuals": lines.rows}).to_domain()
        yield Tabled(stated=stated, decimal=lines.decimal)
