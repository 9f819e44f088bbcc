"""/v1/scenarios: scenarios under names."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from app.records.callers import Caller
from app.records.named import Content
from app.routes.named import Naming, named_router
from app.routes.state import state_of
from app.schemas.named import NamedScenarioIn, StoredScenarioOut
from app.services.named import NamedService


def _content(caller: Caller, given: NamedScenarioIn, document: dict[str, Any], request: Request) -> Content:
    """As it is kept: a scenario that could be solved now, with all that it names."""
    state_of(request).scenarios.check(caller, document)
    return given.content(given.scenario.name, document)


def _service(request: Request) -> NamedService:
    return state_of(request).scenarios


router = named_router(
    "/v1/scenarios",
    Naming(
        noun="scenario",
        field="scenario",
        given=NamedScenarioIn,
        stored=StoredScenarioOut,
        service=_service,
        content=_content,
    ),
)
