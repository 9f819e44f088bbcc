"""Curve sets: those that are kept, one with all its curves, and the import of a fitted model."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.charts.responses import small_multiples
from app.charts.theme import Mode
from app.pages.curve_view import curves_of, points_of
from app.pages.origin import same_origin
from app.pages.picture import Drawing, picture
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.records.named import NamedSelection
from app.routes.state import CurveSets, Imports
from app.routes.uploads import Upload
from app.schemas.curve_set import CurveSetIn
from app.schemas.import_options import ImportOptionsIn
from app.schemas.imported import ImportedOut
from app.schemas.named import NamedCurveSetIn

router = APIRouter(route_class=PageRoute)

SHOWN = 50
CurveSetId = Annotated[str, Path(max_length=100)]


class ImportQuery(ImportOptionsIn):
    """The options of an import, as the form's address states them."""


@router.get("/curve-sets")
def list_curve_sets(
    visitor: Reader,
    request: Request,
    curve_sets: CurveSets,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """What is kept, the newest first, and the way to import more."""
    found = curve_sets.page(visitor, NamedSelection(), SHOWN, cursor)
    return page(request, "curve_sets.html", title="Curves", items=found.items, next=found.next)


@router.post("/curve-sets", dependencies=[Depends(same_origin)])
def import_curve_set(
    visitor: Maker,
    upload: Upload,
    query: Annotated[ImportQuery, Query()],
    imports: Imports,
    curve_sets: CurveSets,
) -> Response:
    """Read the file, keep its curves under its name, and show what the import found."""
    file, *data = upload
    reading = imports.read(file, query.to_domain(tuple(data)))
    made = ImportedOut.of(reading, query.name, query.currency, query.stage)
    given = NamedCurveSetIn.model_validate({"curve_set": made.curve_set})
    return moved_to(f"/curve-sets/{curve_sets.create(visitor, given.content(given.curve_set.name, made.curve_set)).id}")


@router.get("/curve-sets/{curve_set_id}")
def show_curve_set(visitor: Reader, request: Request, curve_set_id: CurveSetId, curve_sets: CurveSets) -> Response:
    """All its curves, and what the import said."""
    head, version = curve_sets.newest(visitor, curve_set_id)
    document: dict[str, Any] = json.loads(version.document)
    rows = curves_of(CurveSetIn.model_validate(document))
    return page(
        request,
        "curve_set.html",
        title=version.name,
        head=head,
        curves=rows,
        intervals=any(row.interval for row in rows),
        report=document.get("report") or {},
    )


@router.get("/curve-sets/{curve_set_id}/curves.{drawing}")
def draw_curve_set(
    visitor: Reader,
    curve_set_id: CurveSetId,
    drawing: Drawing,
    curve_sets: CurveSets,
    theme: Annotated[Mode, Query()] = "light",
) -> Response:
    """Every curve, with the band of its draws and today's spend on it."""
    held = CurveSetIn.model_validate(json.loads(curve_sets.newest(visitor, curve_set_id)[1].document))
    return picture(partial(small_multiples, list(points_of(held)), currency=held.currency or ""), drawing, theme)
