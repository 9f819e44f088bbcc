"""/v1/actuals and /v1/plans/{id}/variance: what happened, and how a plan stands to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from app.routes.callers import Planner, Viewer
from app.routes.manual import problems
from app.routes.models import ListQuery, next_link
from app.routes.sent import Table, TableQuery, asking, takes_files
from app.routes.state import ActualsOf, Plans, SettingsOf
from app.routes.whole import Whole
from app.schemas.actuals import BOOK, ActualsIn, ActualsOut, Book, UploadedOut, UploadOut, UploadPageOut, VarianceOut
from app.schemas.body import read_json
from app.spreadsheets.actuals import tabled_actuals

router = APIRouter(prefix="/v1", tags=["actuals"], route_class=Whole)

BookQuery = Annotated[Book, Query(description=f"Which book. {BOOK}")]


class ActualsQuery(TableQuery):
    """What is said beside actuals that are a table; a JSON body says it itself."""

    book: Book = Field(default="default", description=f"Files: which book. {BOOK}")
    plan: str | None = Field(
        default=None,
        max_length=100,
        description="Files: the plan whose periods are meant; dates are matched with them.",
    )


class UploadsQuery(ListQuery):
    """Which uploads to list."""

    book: Book = Field(default="default", description=f"Which book. {BOOK}")


@router.post(
    "/actuals",
    status_code=201,
    summary="Upload actuals",
    responses=problems(400, 404, 408, 413, 415, 422, 503),
    openapi_extra=takes_files("xlsx csv", ActualsIn),
)
def upload_actuals(
    caller: Planner,
    sent: Table,
    query: Annotated[ActualsQuery, Query()],
    actuals: ActualsOf,
    plans: Plans,
    settings: SettingsOf,
) -> UploadedOut:
    """What was really spent, and what came of it, by tactic and period. Each period that is named is replaced whole;
    others stay. Earlier uploads stay readable, and the audit tells who sent what. As CSV or on the sheet Actuals of a
    workbook the lines stand in columns tactic, period, spend and outcome, or in one for each period; dates are matched
    with the periods of the `plan`, and lines that match nothing of it are stored and told."""
    if sent.kind != "json":
        scenario = None if query.plan is None else plans.candidate(caller, query.plan).scenario
        with asking(), tabled_actuals(sent.raw, scenario, query.conventions()) as table:
            uploaded = actuals.upload(caller, query.book, table.stated)
            return UploadedOut.against(uploaded, scenario, table.stated)
    query.leave_to_the_body()
    given = ActualsIn.model_validate(read_json(sent.raw, settings.body_limit))
    lines = given.to_domain()
    return UploadedOut.against(actuals.upload(caller, given.book, lines, given.clear), None, lines)


@router.get("/actuals", summary="Read actuals", responses=problems(404, 422, 503))
def read_actuals(
    caller: Viewer,
    actuals: ActualsOf,
    book: BookQuery = "default",
    until: Annotated[str | None, Query(max_length=60, description="As the book was after this upload.")] = None,
) -> ActualsOut:
    """What a book tells, period by period, each as its last upload has it."""
    return ActualsOut.of(book, actuals.read(caller, book, until))


@router.get("/actuals/uploads", summary="List uploads of actuals", responses=problems(422, 503))
def list_uploads(
    caller: Viewer, request: Request, query: Annotated[UploadsQuery, Query()], actuals: ActualsOf
) -> UploadPageOut:
    """Who replaced which periods of a book, newest first."""
    page = actuals.uploads(caller, query.book, query.limit, query.cursor)
    return UploadPageOut(uploads=[UploadOut.of(each) for each in page.items], next=next_link(request, page.next))


@router.get("/plans/{plan_id}/variance", summary="Hold actuals against a plan", responses=problems(404, 422, 503))
def plan_variance(
    caller: Viewer,
    plan_id: Annotated[str, Path(description="The id that POST or the list gave.")],
    actuals: ActualsOf,
    book: BookQuery = "default",
) -> VarianceOut:
    """Spend and outcome by tactic, period and goal, wherever there are actuals: planned, expected on the plan's curves
    for what was really spent, and measured. So a difference is split into other spend and another response."""
    return VarianceOut.of(plan_id, book, actuals.variance(caller, plan_id, book))
