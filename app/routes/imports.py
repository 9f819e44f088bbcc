"""/v1/imports: fitted models of other tools as curve sets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from app.charts.curves import picture
from app.errors import NotFoundError
from app.records.callers import Role
from app.routes.callers import needs
from app.routes.manual import problems
from app.routes.state import Imports
from app.routes.uploads import Upload
from app.schemas.import_options import ImportOptionsIn
from app.schemas.imported import ImportedOut
from app.schemas.table_text import csv_text
from app.spreadsheets.book import MEDIA_TYPE as XLSX
from app.spreadsheets.template import template_workbook
from optimizer.sources.table import TEMPLATES, template

router = APIRouter(prefix="/v1/imports", tags=["imports"], dependencies=[needs(Role.viewer)])

BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "data": {"type": "array", "items": {"type": "string", "format": "binary"}},
        },
    }
}
FILES = {"multipart/form-data": FORM, "application/octet-stream": BINARY}
TAKES = {"requestBody": {"required": True, "content": FILES}}


PICTURE: dict[str, Any] = {"description": "The picture.", "content": {"image/svg+xml": BINARY, "image/png": BINARY}}
TABLE: dict[str, Any] = {
    "description": "The table.",
    "content": {"text/csv": {"schema": {"type": "string"}}, XLSX: BINARY},
}


class ImportQuery(ImportOptionsIn):
    """The options of an import."""


@router.post("", summary="Import a file", responses=problems(400, 408, 413, 415, 422, 503), openapi_extra=TAKES)
def import_curves(upload: Upload, query: Annotated[ImportQuery, Query()], imports: Imports) -> ImportedOut:
    """Read the curves of a fitted model (Robyn, Meridian, PyMC-Marketing) or of a table, with a report to check them
    by; budget problems that the file states become scenarios. Send the file as the body, or as the part `file` of a
    form with tables beside it as parts `data`. Nothing is stored: `POST /v1/curve-sets` keeps what is answered
    here, and takes the same files itself."""
    file, *data = upload
    return ImportedOut.of(imports.read(file, query.to_domain(tuple(data))), query.name, query.currency, query.stage)


@router.post(
    "/charts/{form}",
    summary="Draw the curves of a file",
    response_class=Response,
    responses={200: PICTURE, **problems(400, 408, 413, 415, 422, 503)},
    openapi_extra=TAKES,
)
def draw_curves(
    upload: Upload,
    form: Annotated[Literal["svg", "png"], Path(description="svg or png.")],
    query: Annotated[ImportQuery, Query()],
    imports: Imports,
) -> Response:
    """The same import as a picture: a panel for each tactic, the band of its draws, today's spend marked."""
    file, *data = upload
    drawn = picture(imports.read(file, query.to_domain(tuple(data))).report(), form)
    return Response(drawn, media_type="image/svg+xml" if form == "svg" else "image/png")


@router.get(
    "/templates/{name}",
    summary="Download a table's template",
    response_class=Response,
    responses={200: TABLE, **problems(404, 422, 503)},
)
def download_template(name: Annotated[str, Path(description="Which layout; with .xlsx a workbook.")]) -> Response:
    """A table to start from: `parameters`, `parameters_long`, `points`, `points_wide` or `judgements` as CSV, and
    `parameters.xlsx` and the like as a workbook."""
    layout, _, ending = name.partition(".")
    if layout not in TEMPLATES or ending not in ("", "csv", "xlsx"):
        raise NotFoundError("unknown_template", "", "there is no such template", f"use one of {', '.join(TEMPLATES)}")
    attached = {"Content-Disposition": f'attachment; filename="{layout}.{ending or "csv"}"'}
    if ending == "xlsx":
        return Response(template_workbook(layout), media_type=XLSX, headers=attached)
    return Response(csv_text(template(layout)), media_type="text/csv; charset=utf-8", headers=attached)
