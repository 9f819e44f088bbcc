"""/v1/curve-sets: the curves of fitted models under names."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.concurrency import run_in_threadpool

from app.records.callers import Caller
from app.records.named import Content
from app.routes.body import read_body
from app.routes.imports import FILES, ImportQuery
from app.routes.named import Naming, named_router
from app.routes.state import Imports, SettingsOf, state_of
from app.routes.uploads import read_upload
from app.schemas.imported import ImportedOut
from app.schemas.named import NamedCurveSetIn, StoredCurveSetOut
from app.services.named import NamedService


def _content(_caller: Caller, given: NamedCurveSetIn, document: dict[str, Any], _request: Request) -> Content:
    """As it is kept: curves that tactics could take."""
    given.check()
    return given.content(given.curve_set.name, document)


async def read_curve_set(
    request: Request, settings: SettingsOf, imports: Imports, query: Annotated[ImportQuery, Query()]
) -> bytes:
    """The JSON document, or that which an uploaded file gives: its curves under their name, with the report."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        return await read_body(request, settings)
    file, *data = await read_upload(request, settings)
    reading = await run_in_threadpool(imports.read, file, query.to_domain(tuple(data)))
    made = ImportedOut.of(reading, query.name, query.currency, query.stage)
    return json.dumps({"curve_set": made.curve_set}, ensure_ascii=False, allow_nan=False).encode()


def _service(request: Request) -> NamedService:
    return state_of(request).curve_sets


router = named_router(
    "/v1/curve-sets",
    Naming(
        noun="curve set",
        field="curve_set",
        given=NamedCurveSetIn,
        stored=StoredCurveSetOut,
        service=_service,
        content=_content,
        body=read_curve_set,
        sent=FILES,
    ),
)
