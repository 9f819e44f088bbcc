"""Stating a scenario: one form for all of it, from nothing, from a plan, from an example or from a pasted document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from app.errors import problem_of
from app.examples import document as example
from app.pages.editor.acts import OPEN, Draft, acted
from app.pages.editor.reading import read
from app.pages.editor.view import COLUMNS, tree
from app.pages.form import Form
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Maker
from app.records.callers import Caller
from app.records.named import Version
from app.routes.state import Plans
from app.schemas.body import read_json
from app.services.plans import PlanService
from app.services.scenarios import ScenarioService
from app.validation import Fault
from optimizer.errors import HeadraceError

router = APIRouter(route_class=PageRoute)

EMPTY: dict[str, Any] = {
    "name": "",
    "currency": "EUR",
    "objective": {"maximize": "revenue"},
    "tactics": [{"name": "", "stage": "upstream", "response": {"family": "hill"}}],
}
MOST_OPENED = 8  # entries opened because something in them is wrong


@router.get("/scenarios/new")
def begin(
    visitor: Maker,
    request: Request,
    plans: Plans,
    plan: Annotated[str | None, Query(max_length=100)] = None,
    key: Annotated[str | None, Query(alias="example", max_length=100)] = None,
) -> Response:
    """The form: empty, or as a plan's scenario or an example states it."""
    if plan is not None:
        return editor(request, Draft(document=json.loads(plans.scenario(visitor, plan))))
    if key is not None:
        return editor(request, Draft(document=json.loads(example(key))))
    return editor(request, Draft(document=EMPTY, opened=frozenset({"tactics[0]"})))


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a pressed button leads to: another page, the form again, or, where `document` is given, keeping that."""

    draft: Draft
    faults: Sequence[Fault] = ()
    to: Response | None = None
    document: dict[str, Any] | None = None


def pressed(visitor: Caller, form: Form, plans: PlanService, scenarios: ScenarioService, limit: int) -> Press:
    """What the pressed button says: `solve` makes the plan, `keep` checks what is to be kept; faults are shown."""
    draft, faults = _draft(form, limit)
    act = form.get("do", "solve")
    try:
        if faults or act not in ("solve", "keep"):
            return Press(draft=acted(draft, act, form), faults=faults)
        document = read_json(json.dumps(draft.document).encode(), limit)
        if act == "keep":
            scenarios.check(visitor, document)
            return Press(draft=draft, document=document)
        stated = scenarios.stated(visitor, document)
        return Press(
            draft=draft, to=moved_to(f"/plans/{plans.make(visitor, stated.scenario, origin=stated.origin).id}")
        )
    except (HeadraceError, ValidationError) as error:
        return Press(draft=draft, faults=[*faults, *problem_of(error).errors])


def _draft(form: Form, limit: int) -> tuple[Draft, list[Fault]]:
    """The document that the form holds, whole or field by field."""
    if form.get("do") == "document":
        return Draft(document=read_json(form.get("document", "").encode(), limit)), []
    found = read(form)
    opened = frozenset(name.removeprefix(OPEN) for name in form if name.startswith(OPEN))
    faults = [Fault(fault.code, fault.path, fault.problem, fault.remedy) for fault in found.faults]
    return Draft(document=found.document, opened=opened, unread=found.unread), faults


def editor(
    request: Request,
    draft: Draft,
    faults: Sequence[Fault] = (),
    *,
    address: str = "/scenarios/new",
    version: int = 0,
    notes: str = "",
    tags: Sequence[str] = (),
    versions: Sequence[Version] = (),
    pasted: str = "",
) -> Response:
    """The form with the draft in it; `version` is the one that was opened, 0 of what is not stored."""
    faults = [replace(fault, path=fault.path.removeprefix("scenario.")) for fault in faults]
    wrong = [_entry_of(fault.path) for fault in faults]
    opened = draft.opened | frozenset([entry for entry in wrong if entry][:MOST_OPENED])
    words = {fault.path: f"{fault.problem}: {fault.remedy}" for fault in faults}
    return page(
        request,
        "scenario.html",
        status=422 if faults else 200,
        title=draft.document.get("name") or "New scenario",
        nodes=tree(draft.document, words, opened, draft.unread),
        faults=faults,
        opened=sorted(opened),
        lists=sorted(COLUMNS),
        address=address,
        version=version,
        notes=notes,
        tags=tags,
        versions=versions,
        pasted=pasted if faults else "",
    )


def _entry_of(path: str) -> str:
    """The entry of a list that a path leads into.

    >>> _entry_of("tactics[3].response.shape"), _entry_of("name")
    ('tactics[3]', '')
    """
    head, bracket, _ = path.partition("]")
    return head + bracket if head.partition("[")[0] in COLUMNS and bracket else ""
