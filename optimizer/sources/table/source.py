"""A table → a curve set: which of the layouts each sheet has, and its curves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from optimizer.errors import FileError, Gathering, ScenarioError
from optimizer.sources.curve_set import CurveSet, FittedCurve
from optimizer.sources.options import File, Options
from optimizer.sources.report import Check, Reading
from optimizer.sources.table.columns import FAMILY, TACTIC, texts_of
from optimizer.sources.table.fit import FAMILIES
from optimizer.sources.table.judgements import judged
from optimizer.sources.table.parameters import LONG, curves_of, widened
from optimizer.sources.table.points import OUTCOME, SPEND, Measured, fitted, long_points, tabulated, wide_points
from optimizer.sources.tables import Records, Sheet, read_workbook
from optimizer.sources.tables.package import OLE, ZIP

LAYOUTS = (
    "tactic + family + parameters; tactic + parameter + value; tactic + spend + outcome; "
    "spend + a column for each tactic; tactic + current_spend + judgements"
)
T = TypeVar("T")
ALLOCATOR = ("channels", "initSpendUnit")


class CurveTable:
    """CSV or XLSX of parameters, points or judgements, in the layouts of the templates."""

    name = "table"
    title = "table of curves (CSV or XLSX, see the templates)"

    def claims(self, file: File) -> bool:
        """Any workbook, and any text that no other source claimed."""
        if file.raw.startswith((ZIP, OLE)) or file.suffix in ("csv", "tsv", "txt", "xlsx", "xlsm", "xls"):
            return True
        head = file.raw[:4096]
        return b"\0" not in head and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b"<"))

    def read(self, file: File, options: Options) -> Reading:
        """The curves of every sheet that has a layout."""
        if options.fit is not None and options.fit not in FAMILIES:
            raise ScenarioError(
                "unknown_value", "fit", "is no family that is fitted", f"use one of {', '.join(FAMILIES)}"
            )
        book = read_workbook(file.raw, file.name, options.conventions)
        read = [found for sheet in book.sheets if sheet.rows and (found := _sheet(sheet, options)) is not None]
        if not read:
            raise FileError("unknown_layout", "", "has no table of a layout known here", f"use one of: {LAYOUTS}")
        curves = tuple(curve for made, _ in read for curve in made)
        checks = tuple(check for _, own in read for check in own)
        made = CurveSet(
            name=file.name.rpartition(".")[0] or "table",
            source=self.name,
            version="",
            period="period of the table",
            outcome="outcome",
            curves=curves,
        )
        return Reading(curve_set=made, checks=checks)


def _sheet(sheet: Sheet, options: Options) -> tuple[tuple[FittedCurve, ...], tuple[Check, ...]] | None:
    """The curves of a sheet and the checks of what was fitted; None where it has none of the layouts."""
    header = [str(cell).strip() for cell in next(row for _, row in sheet.filled()) if cell is not None]
    words = {name.casefold().replace(" ", "_").replace("-", "_") for name in header}
    if {name.casefold() for name in ALLOCATOR} <= words:
        told = "is an answer of Robyn's allocator: it has no curve"
        raise FileError("no_curves", sheet.name, told, "send RobynModel-*.json, and this table beside it with --data")
    if {TACTIC, FAMILY} <= words:
        return curves_of(_records(sheet, header, options)), ()
    if set(LONG) <= words:
        long = Records.of(sheet, options.conventions, texts=(TACTIC, "parameter", "value"))
        wide = widened(sheet, long)
        return curves_of(_records(wide, [str(name) for name in wide.rows[0]], options)), ()
    if {TACTIC, SPEND, OUTCOME} <= words:
        return _points(long_points(_records(sheet, header, options)), options)
    if {TACTIC, "saturation"} <= words:
        made = judged(_records(sheet, header, options), options.fit or "adbudg")
        return tuple(curve for curve, _ in made), tuple(check for _, own in made for check in own)
    if SPEND in words and TACTIC not in words and len(header) > 1:
        return _points(wide_points(_records(sheet, header, options)), options)
    return None


def _records(sheet: Sheet, header: list[str], options: Options) -> Records:
    return Records.of(sheet, options.conventions, texts=texts_of(tuple(header)))


def _all(make: Callable[[Measured], T], measured: list[Measured]) -> tuple[T, ...]:
    """What is made of each; what is wrong with any of them is told together."""
    parts = Gathering()
    made = tuple(parts.of(partial(make, own)) for own in measured)
    parts.check()
    return made


def _points(measured: list[Measured], options: Options) -> tuple[tuple[FittedCurve, ...], tuple[Check, ...]]:
    if options.fit is None:
        return _all(tabulated, measured), ()
    made = _all(partial(fitted, family=options.fit), measured)
    return tuple(curve for curve, _ in made), tuple(check for _, own in made for check in own)
