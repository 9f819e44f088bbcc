"""Curve sets: those that are kept, one with all its curves, and the import of a fitted model."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ValidationError

from app.charts.responses import small_multiples
from app.errors import NotFoundError, Problem, problem_of
from app.pages.curve_view import curves_of, levels_of, points_of
from app.pages.form import PostedOf
from app.pages.picture import Drawing, Look, picture
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.records.callers import Caller
from app.records.named import NamedSelection
from app.records.plans import Selection
from app.routes.state import CurveSets, Imports, Plans
from app.schemas.curve_set import CurveSetIn, FittedIn
from app.schemas.import_options import ImportOptionsIn
from app.schemas.imported import ImportedOut
from app.schemas.named import NamedCurveSetIn
from app.services.named import NamedService
from app.services.plans import PlanService
from optimizer.errors import HeadraceError
from optimizer.sources.table import template

router = APIRouter(route_class=PageRoute)

SHOWN = 50
LAYOUTS = ("parameters", "points", "judgements")
Plan = Annotated[str, Query(max_length=100)]
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
    return _listed(visitor, request, curve_sets, cursor)


@router.post("/curve-sets")
def import_curve_set(
    visitor: Maker,
    request: Request,
    posted: PostedOf,
    query: Annotated[ImportQuery, Query()],
    imports: Imports,
    curve_sets: CurveSets,
) -> Response:
    """Read the file, keep its curves under its name, and show what the import found."""
    data = tuple(file for name, file in posted.files.items() if name == "data")
    try:
        reading = imports.read(posted.file(), query.to_domain(data))
        made = ImportedOut.of(reading, query.name, query.currency, query.stage)
        given = NamedCurveSetIn.model_validate({"curve_set": made.curve_set})
        kept = curve_sets.create(visitor, given.content(given.curve_set.name, made.curve_set))
    except (HeadraceError, ValidationError) as error:
        return _listed(visitor, request, curve_sets, problem=problem_of(error))
    return moved_to(f"/curve-sets/{kept.id}")


def _listed(
    visitor: Caller,
    request: Request,
    curve_sets: NamedService,
    cursor: str | None = None,
    problem: Problem | None = None,
) -> Response:
    """The list with the form of an import, what is wrong with a file above it."""
    found = curve_sets.page(visitor, NamedSelection(), SHOWN, cursor)
    return page(
        request,
        "curve_sets.html",
        status=problem.status if problem else 200,
        title="Curves",
        items=found.items,
        next=found.next,
        faults=problem.errors if problem else (),
        layouts={name: [str(head) for head in template(name)[0]] for name in LAYOUTS},
    )


@router.get("/curve-sets/{curve_set_id}")
def show_curve_set(
    visitor: Reader,
    request: Request,
    curve_set_id: CurveSetId,
    curve_sets: CurveSets,
    plans: Plans,
    curve: Annotated[str | None, Query(max_length=300)] = None,
    plan: Plan = "",
) -> Response:
    """All its curves, and what the import said; or one of them alone, as a table too."""
    head, version = curve_sets.newest(visitor, curve_set_id)
    document: dict[str, Any] = json.loads(version.document)
    held = CurveSetIn.model_validate(document)
    planned = _planned(visitor, plans, plan)
    rows = curves_of(held, planned)
    shown = [row for row in rows if curve is None or row.name == curve]
    if not shown:
        raise NotFoundError("not_found", "", "the set has no curve of this name", "choose one from its list")
    return page(
        request,
        "curve_set.html" if curve is None else "curve.html",
        title=version.name if curve is None else f"{curve}, {version.name}",
        head=head,
        name=version.name,
        rows=rows,
        curves=shown,
        levels=[] if curve is None else levels_of(_named(held, curve)[0], planned.get(curve)),
        plan=plan,
        plans=plans.page(visitor, Selection(), SHOWN).items,
        intervals=any(row.interval for row in shown),
        query={name: text for name, text in (("plan", plan), ("curve", curve)) if text},
        report=document.get("report") or {},
    )


@router.get("/curve-sets/{curve_set_id}/curves.{drawing}")
def draw_curve_set(
    visitor: Reader,
    curve_set_id: CurveSetId,
    drawing: Drawing,
    look: Look,
    curve_sets: CurveSets,
    plans: Plans,
    curve: Annotated[str | None, Query(max_length=300)] = None,
    plan: Plan = "",
) -> Response:
    """Every curve, or one, with the band of its draws, today's spend and a plan's on it."""
    held = CurveSetIn.model_validate(json.loads(curve_sets.newest(visitor, curve_set_id)[1].document))
    values = list(points_of(_named(held, curve), _planned(visitor, plans, plan)))
    drawn = partial(small_multiples, values, currency=held.currency or "", alone=curve is not None)
    return picture(drawn, drawing, look)


def _named(held: CurveSetIn, curve: str | None) -> list[FittedIn]:
    return [fitted for fitted in held.curves if curve is None or fitted.name == curve]


def _planned(visitor: Caller, plans: PlanService, plan: str) -> dict[str, float]:
    """A plan's average spend a period, by tactic; nothing without a plan."""
    if not plan:
        return {}
    stored = plans.candidate(visitor, plan)
    return {row.tactic: row.spend / len(stored.scenario.periods) for row in stored.plan.tactics}
