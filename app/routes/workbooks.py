"""Workbooks and CSV of what else is JSON: the same addresses, ending in .xlsx or .csv."""

from __future__ import annotations

import json
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response

from app.records.moments import made_at
from app.routes.callers import Viewer
from app.routes.comparisons import Common, PlanIds
from app.routes.documents import text_of
from app.routes.manual import problems, sends
from app.routes.plans import PlanId
from app.routes.sent import Workbook, gives, takes_files
from app.routes.state import Plans, Scenarios
from app.schemas.scenario import ScenarioIn, scenario_to_wire
from app.spreadsheets import comma_separated
from app.spreadsheets.book import MEDIA_TYPE as XLSX
from app.spreadsheets.comma_separated import long_csv, wide_csv
from app.spreadsheets.comparison import comparison_workbook
from app.spreadsheets.plan import Origin, plan_workbook
from app.spreadsheets.scenario.write import scenario_workbook

router = APIRouter(prefix="/v1", tags=["workbooks"])

ScenarioId = Annotated[str, Path(description="The id of a stored scenario.")]
Form = Annotated[
    Literal["long", "wide"], Query(description="long: a row for each cell; wide: a column for each period.")
]


@router.get(
    "/plans/{plan_id}.xlsx",
    summary="Read a plan as a workbook",
    response_class=Response,
    responses=problems(404, 413, 503) | gives(XLSX, "The plan."),
)
def read_plan_workbook(caller: Viewer, plan_id: PlanId, plans: Plans) -> Response:
    """The plan for people and finance systems: summary with the certificate in words, allocation with live totals,
    goals, limits with prices, demand, curves with charts, explanation, provenance."""
    found = plans.candidate(caller, plan_id)
    origin = Origin(id=plan_id, created=made_at(plan_id))
    return _file(plan_workbook(found.scenario, found.plan, origin), XLSX, f"{found.scenario.name}.xlsx")


@router.get(
    "/plans/{plan_id}.csv",
    summary="Read a plan's allocation as CSV",
    response_class=Response,
    responses=problems(404, 422, 503) | gives(comma_separated.BARE_TYPE, "The allocation."),
)
def read_plan_csv(caller: Viewer, plan_id: PlanId, plans: Plans, form: Form = "long") -> Response:
    """The allocation, in UTF-8 with a byte order mark. Text that begins with = + - @ has an apostrophe in front,
    so that no spreadsheet takes it for a formula."""
    found = plans.candidate(caller, plan_id)
    text = long_csv(found.plan) if form == "long" else wide_csv(found.scenario, found.plan)
    return _file(text.encode(), comma_separated.MEDIA_TYPE, f"{found.scenario.name}.csv")


@router.get(
    "/plans/{plan_id}/scenario.xlsx",
    summary="Read a plan's scenario as a workbook",
    response_class=Response,
    responses=problems(404, 413, 503) | gives(XLSX, "The scenario, filled in."),
)
def read_plan_scenario_workbook(caller: Viewer, plan_id: PlanId, plans: Plans) -> Response:
    """The scenario to be edited in Excel or LibreOffice and sent to POST /v1/plans again: sent back as it is, it is the
    same scenario to the last bit."""
    found = plans.candidate(caller, plan_id)
    return _file(scenario_workbook(scenario_to_wire(found.scenario)), XLSX, f"{found.scenario.name}, scenario.xlsx")


@router.get(
    "/scenarios/template.xlsx",
    summary="Get an empty scenario workbook",
    response_class=Response,
    responses=problems(503) | gives(XLSX, "The template."),
)
def read_template(caller: Viewer) -> Response:
    """A workbook to fill in: every sheet with its headings, notes on what each field means, lists to choose from."""
    del caller
    return _file(scenario_workbook({}), XLSX, "scenario.xlsx")


@router.get(
    "/scenarios/{scenario_id}.xlsx",
    summary="Read a stored scenario as a workbook",
    response_class=Response,
    responses=problems(404, 413, 503) | gives(XLSX, "The scenario, filled in."),
)
def read_scenario_workbook(caller: Viewer, scenario_id: ScenarioId, scenarios: Scenarios) -> Response:
    """The newest version as it was stored, to be edited in Excel or LibreOffice: what it names by name stays a name."""
    _, newest = scenarios.newest(caller, scenario_id)
    return _file(scenario_workbook(json.loads(newest.document)), XLSX, f"{newest.name}, scenario.xlsx")


@router.get(
    "/comparisons.xlsx",
    summary="Compare plans in a workbook",
    response_class=Response,
    responses=problems(404, 422, 503) | gives(XLSX, "The comparison."),
)
def compare_plans_workbook(caller: Viewer, ids: PlanIds, plans: Plans, common: Common = None) -> Response:
    """Plans side by side: totals, allocations, goals, limits and scenarios, with differences as live formulas."""
    found = plans.compare(caller, ids.split(","), common)
    candidates = [plans.candidate(caller, label) for label in found.labels]
    names = {own.label: own.scenario.name for own in candidates}
    digits = max(own.scenario.money_digits for own in candidates)
    return _file(comparison_workbook(found, names, digits), XLSX, "comparison.xlsx")


@router.post(
    "/scenarios/from-workbook",
    summary="Read a scenario from a workbook",
    responses=problems(408, 413, 415, 422, 503)
    | {200: {"description": "A document for POST /v1/plans.", "content": {}}},
    openapi_extra=takes_files("xlsx") | sends(ScenarioIn),
)
def read_workbook(caller: Viewer, sent: Workbook, scenarios: Scenarios) -> Response:
    """The scenario that the workbook states, as JSON, to be solved or stored; here nothing is. What is wrong is told by
    sheet and cell."""
    with sent.document(0) as document:
        scenarios.stated(caller, document)
    return Response(text_of(document), media_type="application/json")


def _file(content: bytes, media: str, name: str) -> Response:
    """A file to be saved under that name."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in " .-_,") else "_" for letter in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media, headers={"Content-Disposition": disposition})
