"""Meridian's response curves as CSV: spend_multiplier, channel, metric, spend, incremental_outcome."""

from __future__ import annotations

from collections import defaultdict

from optimizer.errors import FileError, HeadraceError
from optimizer.sources.curve_set import CurveSet
from optimizer.sources.meridian.points import Channel, Point, curves_of, spend_at_one
from optimizer.sources.options import File, Options
from optimizer.sources.report import Reading
from optimizer.sources.tables import Records, read_workbook
from optimizer.sources.tables.package import ZIP

COLUMNS = ("channel", "metric", "spend", "incremental_outcome")
METRICS = {"mean": "mean", "ci_lo": "low", "ci_hi": "high"}


class MeridianTable:
    """The table of `Analyzer.response_curves()`, one row for each channel, multiplier and metric."""

    name = "meridian"
    title = "Meridian response curves as CSV or XLSX"

    def claims(self, file: File) -> bool:
        """A table with Meridian's columns."""
        try:
            sheet = read_workbook(file.raw if file.raw.startswith(ZIP) else _head(file.raw)).sheets[0]
        except HeadraceError:
            return False
        header = next((row for _, row in sheet.filled()), ())
        return {"spend_multiplier", *COLUMNS} <= {str(cell).strip().casefold() for cell in header}

    def read(self, file: File, options: Options) -> Reading:
        """The curves with their intervals; the spend at multiplier 1 is the current one."""
        sheet = read_workbook(file.raw, file.name, options.conventions).sheets[0]
        records = Records.of(sheet, options.conventions, texts=("", "channel", "metric"))
        records.needed(*COLUMNS)
        curves = curves_of(_channels(records), None)
        made = CurveSet(
            name="Meridian response curves",
            source=self.name,
            version="",
            period="the whole interval of the export",
            outcome="incremental outcome",
            curves=curves,
        )
        return Reading(curve_set=made)


def _head(raw: bytes) -> bytes:
    """The first lines of a text."""
    return raw[:4096].rpartition(b"\n")[0] or raw[:4096]


def _channels(records: Records) -> list[Channel]:
    cells: dict[str, dict[float, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    drawn: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in records.rows:
        channel, metric = records.text(row, "channel"), records.text(row, "metric")
        spend, outcome = records.number(row, "spend"), records.number(row, "incremental_outcome")
        if channel is None or metric is None or spend is None or outcome is None:
            raise FileError(
                "incomplete_export", records.place(row, "channel"), "is a row with blanks", "export it again"
            )
        if metric in METRICS:
            cells[channel][spend][METRICS[metric]] = outcome
        drawn[channel].append((records.number(row, "spend_multiplier") or 0.0, spend))
    return [
        Channel(
            name=channel,
            points=tuple(Point(spend=spend, **seen) for spend, seen in points.items() if "mean" in seen),
            current=spend_at_one(drawn[channel]),
        )
        for channel, points in cells.items()
    ]
