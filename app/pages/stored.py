"""Scenarios under names: the list of them, and one to edit, keep as a new version and plan."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ValidationError

from app.errors import StaleError, problem_of
from app.pages.editor.draft import Draft
from app.pages.form import Form, FormOf, PostedOf, version_in
from app.pages.ordering import Orders
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.scenarios import Beside, editor, pressed
from app.pages.visitors import Maker, Reader
from app.records.named import Content, Expected, Head, NamedSelection
from app.routes.sent import Sent
from app.routes.state import Scenarios, SettingsOf
from app.schemas.named import NamedScenarioIn
from app.validation import Fault
from optimizer.errors import HeadraceError
from optimizer.names import tidy

router = APIRouter(route_class=PageRoute)

SHOWN = 50
WORKBOOK = "From a workbook"
ScenarioId = Annotated[str, Path(max_length=100)]


@router.get("/scenarios")
def list_scenarios(
    visitor: Reader,
    request: Request,
    scenarios: Scenarios,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    search: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    """What is stored, the newest first."""
    found = scenarios.page(visitor, NamedSelection(search=search or None), SHOWN, cursor)
    return page(request, "scenarios.html", title="Scenarios", items=found.items, next=found.next, search=search or "")


@router.post("/scenarios/new")
def begin_or_keep(
    visitor: Maker, request: Request, form: FormOf, orders: Orders, scenarios: Scenarios, settings: SettingsOf
) -> Response:
    """The pressed button of a form for what is not stored yet: change it, plan it, or keep it under its name."""
    press = pressed(visitor, form, orders, scenarios, settings.body_limit)
    beside = Beside.of(form, press.emptied)
    if press.document is None:
        return press.to or editor(request, press.draft, press.faults, beside=beside)
    try:
        return moved_to(f"/scenarios/{scenarios.create(visitor, _content(press.document, form)).id}")
    except (HeadraceError, ValidationError) as error:
        return editor(request, press.draft, problem_of(error).errors, beside=beside)


@router.get("/scenarios/from-workbook")
def ask_for_workbook(visitor: Maker, request: Request) -> Response:
    """The form for a workbook that states a scenario."""
    del visitor
    return page(request, "from_workbook.html", title=WORKBOOK, faults=())


@router.post("/scenarios/from-workbook")
def take_workbook(visitor: Maker, request: Request, posted: PostedOf, scenarios: Scenarios) -> Response:
    """The scenario of a workbook in the form, where it can be planned and kept; what is wrong is told by its cell."""
    try:
        with Sent("xlsx", posted.file().raw).document(0) as document:
            scenarios.stated(visitor, document)
    except (HeadraceError, ValidationError) as error:
        problem = problem_of(error)
        told: dict[str, Any] = {"faults": problem.errors, "more": problem.more}
        return page(request, "from_workbook.html", status=422, title=WORKBOOK, **told)
    return editor(request, Draft(document=document))


@router.get("/scenarios/{scenario_id}")
def edit(visitor: Reader, request: Request, scenario_id: ScenarioId, scenarios: Scenarios) -> Response:
    """The newest version in the form."""
    head, version = scenarios.newest(visitor, scenario_id)
    return editor(
        request,
        Draft(document=json.loads(version.document)),
        address=f"/scenarios/{scenario_id}",
        version=head.version,
        beside=Beside(notes=version.notes, tags="\n".join(version.tags)),
        versions=scenarios.versions(visitor, scenario_id, None, SHOWN).items,
    )


@router.post("/scenarios/{scenario_id}")
def change(
    visitor: Maker,
    request: Request,
    scenario_id: ScenarioId,
    form: FormOf,
    orders: Orders,
    scenarios: Scenarios,
    settings: SettingsOf,
) -> Response:
    """The pressed button of the form for what is stored: to keep it adds a version after the one that was opened."""
    version = version_in(form, "version") or 0
    began = (scenario_id, version) if version else None
    press = pressed(visitor, form, orders, scenarios, settings.body_limit, began)
    shown = partial(
        editor,
        request,
        press.draft,
        address=f"/scenarios/{scenario_id}",
        beside=Beside.of(form, press.emptied),
        versions=scenarios.versions(visitor, scenario_id, None, SHOWN).items,
    )
    if press.document is None:
        return press.to or shown(press.faults, version=version)
    try:
        expected = Expected(versions=frozenset({version}))
        scenarios.change(visitor, scenario_id, _content(press.document, form), expected)
        return moved_to(f"/scenarios/{scenario_id}")
    except StaleError as error:  # the next press keeps it after the newest, which the page names
        newest = scenarios.newest(visitor, scenario_id)[0]
        return shown([_overtaken(error, newest)], version=newest.version, status=412)
    except (HeadraceError, ValidationError) as error:
        return shown(problem_of(error).errors, version=version)


def _overtaken(error: StaleError, newest: Head) -> Fault:
    """Who was faster, and the way on."""
    problem = f"{newest.changed_by} kept version {newest.version} meanwhile; yours is still in this form"
    return Fault(error.code, "", problem, "compare it with that version, then keep yours after it")


def _content(document: dict[str, Any], form: Form) -> Content:
    """The version that is kept, with the notes and tags of the form."""
    tags = [tag for line in form.get("tags", "").splitlines() if (tag := tidy(line))]
    given = NamedScenarioIn.model_validate({"scenario": document, "notes": form.get("notes", ""), "tags": tags})
    return given.content(given.scenario.name, document)
