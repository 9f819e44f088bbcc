"""/v1/curve-sets: the curves of fitted models under names."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from app.records.callers import Caller
from app.records.named import Content
from app.routes.named import Naming, named_router
from app.routes.state import state_of
from app.schemas.named import NamedCurveSetIn, StoredCurveSetOut
from app.services.named import NamedService


def _content(_caller: Caller, given: NamedCurveSetIn, document: dict[str, Any], _request: Request) -> Content:
    """As it is kept: curves that tactics could take."""
    given.check()
    return given.content(given.curve_set.name, document)


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
    ),
)
