"""What happened, against a plan: uploaded as a table, shown by tactic, period and goal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from app.charts.variance import VARIANCE_CHARTS
from app.errors import NotFoundError, problem_of
from app.pages.form import Form, PostedOf, decimal_of
from app.pages.picture import Drawing, Look, picture
from app.pages.plan_view import MOST_ROWS
from app.pages.receipts import Receipt, example_of
from app.pages.render import moved_to, page
from app.pages.replacing import Doubt, mark
from app.pages.route import PageRoute
from app.pages.rows import told_by_row
from app.pages.visitors import Maker, Reader
from app.records.callers import Caller
from app.records.proposals import Decimal
from app.routes.state import ActualsOf, Plans
from app.schemas.actuals import Book
from app.services.actuals import ActualService
from app.services.plans import PlanService
from app.spreadsheets.actuals import tabled_actuals
from app.spreadsheets.lines import ACTUALS, text_of
from app.validation import Fault, placed
from optimizer.errors import HeadraceError
from optimizer.sources.tables import Conventions

router = APIRouter(route_class=PageRoute)

PlanId = Annotated[str, Path(max_length=100)]
BookOf = Annotated[str, Query(max_length=100)]
BOOK: TypeAdapter[str] = TypeAdapter(Book)


@router.get("/plans/{plan_id}/actuals")
def show_variance(
    visitor: Reader,
    request: Request,
    plan_id: PlanId,
    actuals: ActualsOf,
    plans: Plans,
    book: BookOf = "default",
    put: BookOf = "",
    decimal: Decimal = "point",
) -> Response:
    """Spend and outcome by tactic, period and goal: planned, expected for what was spent, and measured.

    `put` names an upload that was just put in, whose numbers were read with this `decimal` sign.
    """
    receipt = Receipt.of_upload(actuals.read(visitor, book), put, decimal) if put else None
    return _shown(visitor, request, plan_id, actuals, plans, book, receipt=receipt)


@router.post("/plans/{plan_id}/actuals")
def upload_actuals(
    visitor: Maker, request: Request, plan_id: PlanId, posted: PostedOf, actuals: ActualsOf, plans: Plans
) -> Response:
    """The lines of a file or of the field into a book; asked first where they match nothing or replace figures."""
    form = dict(posted.fields)
    file = posted.files.get("file")
    raw = file.raw if file else form.get("lines", "").encode()
    try:
        with placed("book"):
            book = BOOK.validate_python(form.get("book") or "default", strict=True)
        written = Conventions(decimal=decimal_of(form))
        if file:
            form["lines"] = text_of(raw, ACTUALS, written)  # to be looked at, and sent again
        scenario = plans.candidate(visitor, plan_id).scenario
        with tabled_actuals(raw, scenario, written) as table:
            doubt = Doubt.of(scenario, actuals.read(visitor, book), table.stated)
            if doubt and form.get("sure") != mark(form):
                read = Receipt.of_lines(table.stated, table.decimal)
                return _shown(visitor, request, plan_id, actuals, plans, book, form, doubt=doubt, receipt=read)
            put = actuals.upload(visitor, book, table.stated)
    except (HeadraceError, ValidationError) as error:
        faults = told_by_row(problem_of(error).errors)
        return _shown(visitor, request, plan_id, actuals, plans, form.get("book", "default"), form, faults)
    told = {"book": book, "put": put.id, "decimal": table.decimal}
    return moved_to(f"/plans/{plan_id}/actuals?{urlencode(told)}")


@router.get("/plans/{plan_id}/actuals/{chart}.{drawing}")
def draw_variance(
    visitor: Reader,
    plan_id: PlanId,
    chart: str,
    drawing: Drawing,
    look: Look,
    actuals: ActualsOf,
    book: BookOf = "default",
) -> Response:
    """Planned and actual figures of each tactic, period or goal."""
    if chart not in VARIANCE_CHARTS:
        raise NotFoundError("not_found", "", "actuals have no such chart", "go back to the plan")
    return picture(partial(VARIANCE_CHARTS[chart], actuals.variance(visitor, plan_id, book)), drawing, look)


def _shown(
    visitor: Caller,
    request: Request,
    plan_id: str,
    actuals: ActualService,
    plans: PlanService,
    book: str,
    form: Form | None = None,
    faults: Sequence[Fault] = (),
    doubt: Doubt | None = None,
    receipt: Receipt | None = None,
) -> Response:
    scenario = plans.candidate(visitor, plan_id).scenario
    found = actuals.variance(visitor, plan_id, book)
    return page(
        request,
        "actuals.html",
        status=422 if faults else 200,
        title=f"{scenario.name}, actuals",
        id=plan_id,
        book=book,
        scenario=scenario,
        found=found,
        most_rows=MOST_ROWS,
        lines=(form or {}).get("lines", ""),
        decimal=(form or {}).get("decimal", ""),
        faults=faults,
        doubt=doubt,
        receipt=receipt,
        example=example_of(ACTUALS, scenario, decimal_of(form or {})),
        sure=mark(form or {}),
    )
