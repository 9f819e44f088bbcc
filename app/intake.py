"""`headrace import`: a file of another tool in, a curve set out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.terminal import answer, reporting

if TYPE_CHECKING:
    from app.charts.curves import Form
    from app.schemas.import_options import ImportOptionsIn
    from optimizer.sources.options import File
    from optimizer.sources.report import Reading

LARGEST = 1 << 30  # bytes of one file


def import_command(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="An export of a tool, or a table; - for standard input.")
    ] = None,
    data: Annotated[list[str] | None, typer.Option(help="A table beside it: spends, an allocator's answer.")] = None,
    out: Annotated[str | None, typer.Option(help="Write the curve set there, and show the report instead.")] = None,
    scenarios: Annotated[str | None, typer.Option(help="Write the file's budget problems there, as scenarios.")] = None,
    plot: Annotated[str | None, typer.Option(help="Draw the curves there: a name that ends in .svg or .png.")] = None,
    template: Annotated[
        str | None, typer.Option(help="Give a table to start from, and import nothing; --out F.xlsx: as a workbook.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Of the curve set.")] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code.")] = None,
    stage: Annotated[str | None, typer.Option(help="Of every curve: upstream or downstream.")] = None,
    carry_over: Annotated[str, typer.Option(help="steady, kept or window.")] = "steady",
    periods: Annotated[int | None, typer.Option(help="Of the window.")] = None,
    draws: Annotated[int | None, typer.Option(help="Keep at most so many draws.")] = None,
    seed: Annotated[int, typer.Option(help="Of the choice of draws.")] = 0,
    fit: Annotated[str | None, typer.Option(help="hill or adbudg through the points of a table.")] = None,
    decimal: Annotated[str | None, typer.Option(help="point or comma, when nothing in a table says which.")] = None,
    dates: Annotated[str | None, typer.Option(help="day_first or month_first.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="comma, semicolon, tab or bar.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text that is not UTF-8, such as cp1252.")] = None,
) -> None:
    """Import a fitted model (Robyn, Meridian, PyMC-Marketing) or a table of curves; print the curve set as JSON."""
    with reporting():
        from app.schemas.import_options import ImportOptionsIn

        if template is not None:
            _give_template(template, out)
            return
        given = {
            "name": name, "currency": currency, "stage": stage, "carry_over": carry_over, "periods": periods,
            "draws": draws, "seed": seed, "fit": fit, "decimal": decimal, "dates": dates, "delimiter": delimiter,
            "encoding": encoding,
        }  # fmt: skip
        asked = ImportOptionsIn.model_validate({key: value for key, value in given.items() if value is not None})
        reading = _read(asked, file, data or [])
        _write(asked, reading, out, scenarios, plot)


def _give_template(name: str, out: str | None) -> None:
    from app.schemas.table_text import csv_text
    from app.spreadsheets.template import template_workbook
    from optimizer.sources.table import template

    text = csv_text(template(name))
    if out is None:
        sys.stdout.write(text.replace("\r\n", "\n"))
    elif Path(out).suffix.lower() == ".xlsx":
        _save(out, template_workbook(name))
    else:
        _save(out, text.encode())


def _read(asked: ImportOptionsIn, file: str | None, data: list[str]) -> Reading:
    """The import, in a process that may be killed."""
    from app import offline
    from app.services.imports import ImportService
    from optimizer.errors import ScenarioError

    if file is None:
        raise ScenarioError("missing_field", "FILE", "is missing", "name a file, or ask for a template")
    options = asked.to_domain(tuple(map(_file, data)))
    with offline.solver() as solver:
        return ImportService(solver).read(_file(file), options)


def _write(asked: ImportOptionsIn, reading: Reading, out: str | None, scenarios: str | None, plot: str | None) -> None:
    from app.schemas.imported import ImportedOut

    made = ImportedOut.of(reading, asked.name, asked.currency, asked.stage)
    if plot is not None:
        _draw(reading, plot)
    if scenarios is not None:
        _save(scenarios, json.dumps(made.scenarios, indent=2, ensure_ascii=False).encode())
    text = json.dumps(made.curve_set, indent=2, ensure_ascii=False)
    if out is None:
        answer(text)
        return
    _save(out, text.encode())
    from app.tables import show_import

    show_import(reading.report())


def _draw(reading: Reading, name: str) -> None:
    from app.charts.curves import picture
    from optimizer.errors import ScenarioError

    form: Form
    match Path(name).suffix.lower():
        case ".svg":
            form = "svg"
        case ".png":
            form = "png"
        case _:
            raise ScenarioError("unknown_value", "--plot", "ends in neither .svg nor .png", "name such a file")
    _save(name, picture(reading.report(), form))


def _file(name: str) -> File:
    from app.errors import BodyError
    from optimizer.errors import LimitError
    from optimizer.sources.options import File

    try:
        if name == "-":
            raw, name = sys.stdin.buffer.read(LARGEST + 1), ""
        else:
            raw = _bytes(name)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise BodyError("unreadable_file", name, f"cannot be read: {why}", "name a readable file") from None
    if len(raw) > LARGEST:
        raise LimitError("file_too_large", name, f"holds more than {LARGEST:,} bytes", "thin the export")
    return File(name=Path(name).name, raw=raw)


def _bytes(name: str) -> bytes:
    with Path(name).open("rb") as opened:
        return opened.read(LARGEST + 1)


def _save(name: str, content: bytes) -> None:
    from app.errors import BodyError

    try:
        Path(name).write_bytes(content)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise BodyError("unwritable_file", name, f"cannot be written: {why}", "name another file") from None
