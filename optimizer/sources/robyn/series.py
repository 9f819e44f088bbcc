"""The spend that the model was fitted on, row by row, from the export or from a table beside it."""

from __future__ import annotations

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
    """The columns of the raw data, oldest row first; the model was fitted on rows start to end, end excluded."""

    columns: dict[str, Array]
    rows: int
    start: int
    end: int

    def column(self, name: str) -> Array:
        """One column; it must be there."""
        if name not in self.columns:
            raise FileError("missing_column", name, "is no column of the raw data", ASK)
        return self.columns[name]

    def window(self, series: Array) -> Array:
        """The rows that the model was fitted on."""
        return series[self.start : self.end]


def history_of(export: Node, options: Options, wanted: tuple[str, ...]) -> History:
    """The raw data of an export, or of the first spend table among the options; only the columns that are wanted."""
    inputs = export.at("InputCollect")
    rows = export.find("Extras", "raw_data")
    columns = _from_rows(rows, wanted) if rows is not None else _from_tables(inputs, options, wanted)
    if columns is None:
        raise FileError("no_raw_data", "Extras.raw_data", "is missing: without the spend there is no curve", ASK)
    length = min(map(len, columns.values()), default=0)
    start = inputs.at("rollingWindowStartWhich").whole() - 1
    end = inputs.at("rollingWindowEndWhich").whole()
    if not 0 <= start < end <= length:
        told = f"holds {length} rows, and the model's window ends at row {end}"
        raise FileError("no_raw_data", "raw_data", told, "give the whole table that the model was fitted on")
    return History(columns=columns, rows=length, start=start, end=end)


def _from_rows(rows: Node, wanted: tuple[str, ...]) -> dict[str, Array]:
    items = rows.items()
    if len(items) > MOST_ROWS:
        raise FileError("incomplete_export", rows.path, f"holds more than {MOST_ROWS} rows", "export fewer")
    present = {name for name in wanted for row in items if row.find(name) is not None}
    return {name: np.array([_spent(row.find(name)) for row in items]) for name in present}


def _spent(cell: Node | None) -> float:
    """R leaves out what is missing; no spend is 0."""
    value = 0.0 if cell is None else cell.number()
    if value < 0.0:
        path = "" if cell is None else cell.path
        raise FileError("negative", path, "is below 0", "correct the spend, and fit the model again")
    return value


def _from_tables(inputs: Node, options: Options, wanted: tuple[str, ...]) -> dict[str, Array] | None:
    date = inputs.at("date_var").text()
    for file in options.data:
        sheet = read_workbook(file.raw, file.name, options.conventions).sheets[0]
        records = Records.of(sheet, options.conventions, texts=(date,))
        if records.has(date) and any(map(records.has, wanted)):
            order = np.argsort(np.array([day.toordinal() for day in records.dates(date)]), kind="stable")
            return {name: _column(records, name)[order] for name in wanted if records.has(name)}
    return None


def _column(records: Records, name: str) -> Array:
    cells = [(row, records.number(row, name)) for row in records.rows]
    for row, value in cells:
        if value is not None and value < 0.0:
            raise FileError("negative", records.place(row, name), "is below 0", "correct the spend")
    return np.array([value or 0.0 for _, value in cells])
