"""/v1/scenarios and /v1/curve-sets: what is kept under a name, with every version, has the same addresses."""

# no `from __future__ import annotations`: the annotations below are made of what `named_router` is given

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.records.callers import Caller
from app.records.named import Content, Head, NamedSelection, Version
from app.routes.body import read_body
from app.routes.callers import Planner, Viewer
from app.routes.manual import problems, sends, takes
from app.routes.models import ListQuery, next_link
from app.routes.preconditions import ExpectedVersion, etag
from app.routes.state import SettingsOf
from app.routes.whole import Whole
from app.schemas.body import read_json
from app.schemas.named import HeadOut, HeadPageOut, NamedIn, VersionOut, VersionPageOut, version_text
from app.services.named import NamedService

PLAIN = r"^[^\x00]*$"
SENT = (400, 408, 409, 413, 415, 422, 503)

Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the version: 1, 2, 3 …")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What differs between the kinds: words, wire models, and how a document is checked and named."""

    noun: str  # as people say it
    field: str  # of the document, in what is sent and answered
    given: type[NamedIn]
    stored: type[BaseModel]
    service: Callable[[Request], NamedService]
    content: Callable[[Caller, Any, dict[str, Any], Request], Content]
    body: Callable[..., Any] = read_body  # a dependency that gives the JSON document [bytes]
    sent: dict[str, Any] = dataclasses.field(default_factory=dict)  # further forms of the body, for its documentation


class NamedQuery(ListQuery):
    """Which named things to list."""

    search: str | None = Field(
        default=None, max_length=300, pattern=PLAIN, description="A part of the name; a-z stand for A-Z, too."
    )
    tag: str | None = Field(default=None, max_length=60, pattern=PLAIN, description="Only what has this tag.")
    deleted: bool = Field(default=False, description="true: only what is deleted, in place of what is not.")

    def selection(self) -> NamedSelection:
        """The query in the words of the storage."""
        return NamedSelection(search=self.search, tag=self.tag, deleted=self.deleted)


class VersionsQuery(BaseModel):
    """Which versions to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=20, ge=1, le=100, description="How many a page holds.")
    before: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Only versions below this number.")


def named_router(prefix: str, naming: Naming) -> APIRouter:
    """The addresses of one kind: list, store, read, change, delete, restore, and versions."""
    noun, stored = naming.noun, sends(naming.stored)
    router = APIRouter(prefix=prefix, tags=[f"{noun}s"], route_class=Whole)
    Things = Annotated[NamedService, Depends(naming.service)]  # noqa: N806 - a type
    Body = Annotated[bytes, Depends(naming.body)]  # noqa: N806 - a type
    Id = Annotated[str, Path(description=f"The id of the {noun}, from POST or the list.")]  # noqa: N806 - a type

    def content(caller: Caller, body: bytes, limit: int, request: Request) -> Content:
        document = read_json(body, limit)
        return naming.content(caller, naming.given.model_validate(document), document[naming.field], request)

    @router.post(
        "",
        status_code=201,
        summary=f"Store a {noun}",
        responses=problems(*SENT),
        openapi_extra=takes(naming.given, **naming.sent) | stored,
    )
    def create(caller: Planner, body: Body, request: Request, settings: SettingsOf, things: Things) -> Response:
        """Store it under its name, as version 1. It is checked with all that it names, and kept as it was sent: what it
        names is looked up again whenever it is used. No two share a name."""
        version = things.create(caller, content(caller, body, settings.body_limit, request))
        return _shown(version, naming.field, 201, {"Location": f"{prefix}/{version.id}"})

    @router.get("", summary=f"List {noun}s", responses=problems(422, 503))
    def list_all(
        caller: Viewer, request: Request, query: Annotated[NamedQuery, Query()], things: Things
    ) -> HeadPageOut:
        """What is stored, the newest first, without documents; by a part of the name, or by tag. Follow `next`."""
        page = things.page(caller, query.selection(), query.limit, query.cursor)
        return HeadPageOut(items=[HeadOut.of(head) for head in page.items], next=next_link(request, page.next))

    @router.get("/{thing_id}", summary=f"Read a {noun}", responses=problems(404, 503), openapi_extra=stored)
    def read(caller: Viewer, thing_id: Id, things: Things) -> Response:
        """The newest version, with its document as it was sent, and its ETag."""
        return _shown(things.newest(caller, thing_id)[1], naming.field)

    @router.put(
        "/{thing_id}",
        summary=f"Change a {noun}",
        responses=problems(404, 412, 428, *SENT),
        openapi_extra=takes(naming.given, **naming.sent) | stored,
    )
    def change(
        caller: Planner,
        thing_id: Id,
        expected: ExpectedVersion,
        body: Body,
        request: Request,
        settings: SettingsOf,
        things: Things,
    ) -> Response:
        """Add a version after the one that `If-Match` names; earlier ones stay. What is the same as the newest version
        adds none."""
        given = content(caller, body, settings.body_limit, request)
        return _shown(things.change(caller, thing_id, given, expected), naming.field)

    @router.delete("/{thing_id}", summary=f"Delete a {noun}", responses=problems(404, 412, 428, 503))
    def delete(caller: Planner, thing_id: Id, expected: ExpectedVersion, things: Things, response: Response) -> HeadOut:
        """Take it out of lists and use, and free its name. Its versions can still be read, and it can be restored."""
        return _told(things.delete(caller, thing_id, expected), response)

    @router.post("/{thing_id}/restoration", summary=f"Restore a {noun}", responses=problems(404, 409, 503))
    def restore(caller: Planner, thing_id: Id, things: Things, response: Response) -> HeadOut:
        """Take back what was deleted, under its name; 409 when another has that name by now."""
        return _told(things.restore(caller, thing_id), response)

    @router.get("/{thing_id}/versions", summary=f"List a {noun}'s versions", responses=problems(404, 422, 503))
    def list_versions(
        caller: Viewer, thing_id: Id, request: Request, query: Annotated[VersionsQuery, Query()], things: Things
    ) -> VersionPageOut:
        """Every version that there ever was, newest first, with who made it and when; also of what is deleted."""
        page = things.versions(caller, thing_id, query.before, query.limit)
        older = request.url.include_query_params(before=page.items[-1].version) if page.next else None
        link = None if older is None else f"{older.path}?{older.query}"
        return VersionPageOut(versions=[VersionOut.of(version) for version in page.items], next=link)

    @router.get(
        "/{thing_id}/versions/{number}",
        summary=f"Read a version of a {noun}",
        responses=problems(404, 422, 503),
        openapi_extra=stored,
    )
    def read_version(caller: Viewer, thing_id: Id, number: Number, things: Things) -> Response:
        """One version as it was sent, to the byte, also of what is deleted: plans rest on it."""
        return _shown(things.version(caller, thing_id, number), naming.field)

    return router


def _shown(version: Version, field: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """One version with its document, and its ETag."""
    text = version_text(version, field)
    return Response(text, status, etag(version.version) | (headers or {}), media_type="application/json")


def _told(head: Head, response: Response) -> HeadOut:
    """What was deleted or restored, with its ETag."""
    response.headers.update(etag(head.version))
    return HeadOut.of(head)
