"""Meridian's response curves as a table: spend_multiplier, channel, metric, spend, incremental_outcome; or, as its
charts have them, the metrics as columns mean, ci_lo and ci_hi."""

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
WIDE = ("channel", "spend", "mean")
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
        words = {str(cell).strip().casefold() for cell in header}
        return "spend_multiplier" in words and (set(COLUMNS) <= words or set(WIDE) <= words)

    def read(self, file: File, options: Options) -> Reading:
        """The curves with their intervals; the spend at multiplier 1 is the current one."""
        sheet = read_workbook(file.raw, file.name, options.conventions).sheets[0]
        records = Records.of(sheet, options.conventions, texts=("", "channel", "metric"))
        wide = records.has("mean") and not records.has("metric")
        records.needed(*(WIDE if wide else COLUMNS))
        curves = curves_of(_wide(records) if wide else _channels(records), None)
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


def _wide(records: Records) -> list[Channel]:
    """A row for each point."""
    points: dict[str, list[Point]] = defaultdict(list)
    drawn: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in records.rows:
        channel = records.text(row, "channel")
        spend, mean = records.number(row, "spend"), records.number(row, "mean")
        if channel is None or spend is None or mean is None:
            raise _blank(records, row)
        ends = {side: records.number(row, name) for name, side in METRICS.items() if side != "mean"}
        points[channel].append(Point(spend=spend, mean=mean, **{k: v for k, v in ends.items() if v is not None}))
        drawn[channel].append((records.number(row, "spend_multiplier") or 0.0, spend))
    return [Channel(name=name, points=tuple(own), current=spend_at_one(drawn[name])) for name, own in points.items()]


def _blank(records: Records, row: int) -> FileError:
    return FileError("incomplete_export", records.place(row, "channel"), "is a row with blanks", "export it again")


def _channels(records: Records) -> list[Channel]:
    cells: dict[str, dict[float, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    drawn: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in records.rows:
        channel, metric = records.text(row, "channel"), records.text(row, "metric")
        spend, outcome = records.number(row, "spend"), records.number(row, "incremental_outcome")
        if channel is None or metric is None or spend is None or outcome is None:
            raise _blank(records, row)
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
