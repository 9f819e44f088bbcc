"""The spend that the model was fitted on, row by row, from the export or from a table beside it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from optimizer.curves import Array
from optimizer.errors import FileError
from optimizer.sources.document import Node
from optimizer.sources.options import Options
from optimizer.sources.tables import Records, read_workbook

ASK = "export it with robyn_write(…, add_data = TRUE), or give the spend table with --data"
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The columns of the raw data, oldest row first; the model was fitted on rows start to end, end excluded.

    `added` is the row from which the export sums responses: the first that a refresh added, else the start.
    """

    columns: dict[str, Array]
    rows: int
    start: int
    end: int
    added: int

    def column(self, name: str) -> Array:
        """One column; it must be there."""
        if name not in self.columns:
            raise FileError("missing_column", name, "is no column of the raw data", ASK)
        return self.columns[name]

    def window(self, series: Array) -> Array:
        """The rows that the model was fitted on."""
        return series[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    """Columns in the order of time, and the day of each row; None where the export has no dates."""

    columns: dict[str, Array]
    days: list[datetime.date] | None


def history_of(export: Node, options: Options, wanted: tuple[str, ...]) -> History:
    """The raw data of an export, or of the first spend table among the options; only the columns that are wanted."""
    inputs = export.at("InputCollect")
    rows = export.find("Extras", "raw_data")
    raw = _from_rows(rows, inputs, wanted) if rows is not None else _from_tables(inputs, options, wanted)
    if raw is None:
        raise FileError("no_raw_data", "Extras.raw_data", "is missing: without the spend there is no curve", ASK)
    length = min(map(len, raw.columns.values()), default=0)
    start = inputs.at("rollingWindowStartWhich").whole() - 1
    end = inputs.at("rollingWindowEndWhich").whole()
    if not 0 <= start < end <= length:
        told = f"holds {length} rows, and the model's window is rows {start + 1} to {end}"
        raise FileError("no_raw_data", "raw_data", told, "give the whole table that the model was fitted on")
    return History(columns=raw.columns, rows=length, start=start, end=end, added=_added(inputs, raw.days, start, end))


def _added(inputs: Node, days: list[datetime.date] | None, start: int, end: int) -> int:
    """The row of `refreshAddedStart`; the window's start where there is none in it.

    Source: Robyn `model_decomp`: decompAgg is xDecompAggRF, the sum from that day on.
    """
    stated = inputs.find("refreshAddedStart")
    if stated is None or days is None:
        return start
    day = stated.text()[:10]
    return next((row for row in range(start, end) if days[row].isoformat() == day), start)


def _from_rows(rows: Node, inputs: Node, wanted: tuple[str, ...]) -> _Raw:
    items = rows.items()
    if len(items) > MOST_ROWS:
        raise FileError("incomplete_export", rows.path, f"holds more than {MOST_ROWS} rows", "export fewer")
    present = {name for name in wanted for row in items if row.find(name) is not None}
    columns = {name: np.array([_spent(row, name) for row in items]) for name in present}
    date = inputs.find("date_var")
    days = [_day(None if date is None else row.find(date.text())) for row in items]
    known = [day for day in days if day is not None]
    return _ordered(columns, known) if len(known) == len(days) else _Raw(columns=columns, days=None)


def _ordered(columns: dict[str, Array], days: list[datetime.date]) -> _Raw:
    order = np.argsort(np.array([day.toordinal() for day in days]), kind="stable")
    return _Raw(
        columns={name: values[order] for name, values in columns.items()}, days=[days[row] for row in order.tolist()]
    )


def _day(cell: Node | None) -> datetime.date | None:
    """The day in a cell, as R writes it; None for anything else."""
    try:
        return datetime.date.fromisoformat(str(cell.value)[:10]) if cell is not None else None
    except ValueError:
        return None


def _spent(row: Node, name: str) -> float:
    """R leaves out what is missing, and Robyn fits no model on a column with gaps."""
    cell = row.find(name)
    if cell is None:
        told = "is missing, and a gap is not the same as no spend"
        raise FileError("missing_field", f"{row.path}.{name[:60]}", told, "write 0 where nothing was spent")
    value = cell.number()
    if value < 0.0:
        raise FileError("negative", cell.path, "is below 0", "correct the spend, and fit the model again")
    return value


def _from_tables(inputs: Node, options: Options, wanted: tuple[str, ...]) -> _Raw | None:
    date = inputs.at("date_var").text()
    for file in options.data:
        sheet = read_workbook(file.raw, file.name, options.conventions).sheets[0]
        records = Records.of(sheet, options.conventions, texts=(date,))
        if records.has(date) and any(map(records.has, wanted)):
            columns = {name: _column(records, name) for name in wanted if records.has(name)}
            return _ordered(columns, list(records.dates(date)))
    return None


def _column(records: Records, name: str) -> Array:
    return np.array([_stated(records, row, name) for row in records.rows])


def _stated(records: Records, row: int, name: str) -> float:
    value, place = records.number(row, name), records.place(row, name)
    if value is None:
        told = "is blank, and a gap is not the same as no spend"
        raise FileError("missing_field", place, told, "write 0 where nothing was spent")
    if value < 0.0:
        raise FileError("negative", place, "is below 0", "correct the spend")
    return value
