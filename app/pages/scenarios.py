"""Stating a scenario: one form for all of it, from nothing, from a plan, from an example or from a pasted document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from app.errors import problem_of
from app.examples import EXAMPLES
from app.examples import document as example
from app.pages.beginnings import EMPTY, with_curves
from app.pages.difference_words import field_place
from app.pages.editor.acts import acted
from app.pages.editor.draft import OPEN, Draft
from app.pages.editor.pasting import PASTED
from app.pages.editor.reading import read
from app.pages.editor.suggestions import suggestions
from app.pages.editor.view import COLUMNS, tree
from app.pages.form import Form
from app.pages.ordering import Ordering, new_token
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.stored_curves import stored_curves
from app.pages.visitors import Maker
from app.records.callers import Caller
from app.records.named import Version
from app.routes.state import CurveSets, Plans
from app.schemas.body import read_json
from app.schemas.curve_set import CurveSetIn
from app.schemas.scenario import ScenarioIn
from app.services.scenarios import ScenarioService
from app.validation import Fault, faults_of
from optimizer.errors import HeadraceError
from optimizer.problem.catalogue import CATALOGUE

router = APIRouter(route_class=PageRoute)

NEW = "/scenarios/new"
DOCUMENT = "document"  # the field that a whole scenario is pasted into
UNSHOWN = (
    "wrong_type",
    "unknown_field",
    "unknown_family",
    "unknown_rule",
)  # no field of the form shows what they are about
WAITING = Fault("not_shown_yet", DOCUMENT, "is not in the form yet", "press *Show it in the form*, or empty the box")
ABOUT = {
    "tactics": "What money is spent on: upstream builds demand, downstream converts it.",
    "goals": "What the whole, or a part of it, is to reach.",
    "rules": "What spend and activity have to keep to.",
    "demand_pools": "Stocks of demand that upstream tactics fill and downstream tactics convert; needed for that only.",
    "events": "What lifts responses for a while: a launch, a feast, a strike.",
}
MOST_OPENED = 8  # entries opened because something in them is wrong


@router.get(NEW)
def begin(
    visitor: Maker,
    request: Request,
    plans: Plans,
    curve_sets: CurveSets,
    plan: Annotated[str | None, Query(max_length=100)] = None,
    curves: Annotated[str | None, Query(max_length=100)] = None,
    key: Annotated[str | None, Query(alias="example", max_length=100)] = None,
) -> Response:
    """The form: empty, as a plan's scenario or an example states it, or with the curves of a stored set."""
    if plan is not None:
        return editor(request, Draft(document=json.loads(plans.scenario(visitor, plan))))
    if key is not None:
        return editor(request, Draft(document=json.loads(example(key))))
    if curves is not None:
        version = curve_sets.newest(visitor, curves)[1]
        held = CurveSetIn.model_validate(json.loads(version.document))
        return editor(request, Draft(document=with_curves(version.name, held)))
    return editor(request, Draft(document=EMPTY, opened=frozenset({"tactics[0]"})))


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a pressed button leads to: another page, the form again, or, where `document` is given, keeping that.

    `emptied` is the box whose text was put into the form.
    """

    draft: Draft
    faults: Sequence[Fault] = ()
    to: Response | None = None
    document: dict[str, Any] | None = None
    emptied: str = ""


def pressed(
    visitor: Caller,
    form: Form,
    orders: Ordering,
    scenarios: ScenarioService,
    limit: int,
    opened: tuple[str, int] | None = None,
) -> Press:
    """What the pressed button says: `solve` makes the plan, `keep` checks what is to be kept; faults are shown.

    `opened` is the stored scenario, and the version of it, that the form began with: its plan can be its baseline.
    Both put rows that wait in their box into the form first, so that what is planned or kept is all that was typed.
    """
    draft, faults = _draft(form)
    act = form.get("do", "solve")
    emptied = ""
    try:
        if act == DOCUMENT:
            document, wrong = stated_in(form.get(DOCUMENT, ""), limit)
            return (
                Press(draft=draft, faults=wrong) if wrong else Press(draft=Draft(document=document), emptied=DOCUMENT)
            )
        if faults or act not in ("solve", "keep"):
            taken = PASTED if act.partition(" ")[0] == "paste" else ""
            return Press(draft=acted(draft, act, form), faults=faults, emptied=taken)
        if form.get(DOCUMENT, "").strip():
            return Press(draft=draft, faults=[WAITING])
        if form.get(PASTED, "").strip():
            draft, emptied = acted(draft, "paste", form), PASTED
        document = read_json(json.dumps(draft.document).encode(), limit)
        if act == "keep":
            scenarios.check(visitor, document)
            return Press(draft=draft, document=document, emptied=emptied)
        stated = scenarios.opened(visitor, document, *opened) if opened else scenarios.stated(visitor, document)
        return Press(draft=draft, to=orders.plan(visitor, form, stated.scenario, stated.origin))
    except (HeadraceError, ValidationError) as error:
        return Press(draft=draft, faults=[*faults, *problem_of(error).errors], emptied=emptied)


def _draft(form: Form) -> tuple[Draft, list[Fault]]:
    """The document that the form states field by field."""
    found = read(form)
    opened = frozenset(name.removeprefix(OPEN) for name in form if name.startswith(OPEN))
    faults = [Fault(fault.code, fault.path, fault.problem, fault.remedy) for fault in found.faults]
    return Draft(document=found.document, opened=opened, unread=found.unread), faults


def stated_in(text: str, limit: int) -> tuple[dict[str, Any], list[Fault]]:
    """The document of a pasted text, and what of it the form could not show; other faults are shown at their fields."""
    try:
        document = read_json(text.encode(), limit)
        ScenarioIn.model_validate(document)
    except ValidationError as error:
        unshown = [fault for fault in faults_of(error) if fault.code in UNSHOWN]
        return document, [_in_box(fault) for fault in unshown]
    except HeadraceError as error:
        return {}, [_in_box(Fault(error.code, error.path, error.problem, error.remedy))]
    return document, []


def _in_box(fault: Fault) -> Fault:
    """The same fault, said at the box that the document was pasted into."""
    return replace(fault, path=DOCUMENT, problem=f"{fault.path} {fault.problem}".strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands in the form beside the scenario itself."""

    token: str = ""
    notes: str = ""
    tags: str = ""
    into: str = "tactics"
    written: str = ""
    pasted: str = ""
    document: str = ""

    @classmethod
    def of(cls, form: Form, emptied: str) -> Self:
        """As it was sent; `emptied` is the box that is blank again."""
        return cls(
            **{own.name: "" if own.name == emptied else form.get(own.name, str(own.default)) for own in fields(cls)}
        )


def editor(
    request: Request,
    draft: Draft,
    faults: Sequence[Fault] = (),
    *,
    address: str = NEW,
    version: int = 0,
    beside: Beside | None = None,
    versions: Sequence[Version] = (),
    status: int = 422,
) -> Response:
    """The form with the draft in it; `version` was opened, 0: not stored; `status` of faults."""
    faults = [replace(fault, path=fault.path.removeprefix("scenario.")) for fault in faults]
    wrong = [_entry_of(fault.path) for fault in faults]
    opened = draft.opened | frozenset([entry for entry in wrong if entry][:MOST_OPENED])
    words = {fault.path: f"{fault.problem}: {fault.remedy}" for fault in faults}
    return page(
        request,
        "scenario.html",
        status=status if faults else 200,
        title=draft.document.get("name") or "New scenario",
        nodes=tree(draft.document, words, opened, draft.unread),
        faults=faults,
        words=words,
        told=draft.told,
        places={fault.path: field_place(fault.path) for fault in faults},
        opened=sorted(opened),
        lists=list(COLUMNS),
        about=ABOUT,
        suggested=suggestions(draft.document) | stored_curves(request, draft.document),
        catalogue=CATALOGUE.values(),
        examples=EXAMPLES if address == NEW else (),
        address=address,
        version=version,
        beside=beside or Beside(),
        token=(beside and beside.token) or new_token(),
        versions=versions,
    )


def _entry_of(path: str) -> str:
    """The entry of a list that a path leads into.

    >>> _entry_of("tactics[3].response.shape"), _entry_of("name")
    ('tactics[3]', '')
    """
    head, bracket, _ = path.partition("]")
    return head + bracket if head.partition("[")[0] in COLUMNS and bracket else ""
