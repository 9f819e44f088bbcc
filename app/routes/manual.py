"""The OpenAPI document as the manual of the interface: bodies, problems and examples included."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from app.errors import MEDIA_TYPE, Problem
from app.schemas.actuals import ActualsIn
from app.schemas.batch import BatchIn
from app.schemas.evaluation import EvaluationIn
from app.schemas.frontier import FrontierIn
from app.schemas.key import NewKeyIn, RotationIn
from app.schemas.named import ChosenScenarioIn, NamedCurveSetIn, NamedScenarioIn, StoredCurveSetOut, StoredScenarioOut
from app.schemas.reconciliation import ReconciliationIn
from app.schemas.scenario import ScenarioIn
from app.schemas.schedules import ScheduleIn
from app.schemas.standing import AnnotationIn
from app.schemas.webhooks import WebhookIn

REF = "#/components/schemas/{model}"
TITLE = "Headrace"
DESCRIPTION = """Headrace splits a marketing budget across tactics and periods, proves how close to the best
plan it got, and keeps every plan. Bodies are JSON (`application/json`, UTF-8); fields that are not known are
refused, and so are parameters that are not known or given twice. Every failure is a problem (RFC 9457,
`application/problem+json`) with a stable `code`, the `path` of each field that is wrong, and the remedy; a 503 carries
`Retry-After`. Each operation lists the role that its key needs. Times in answers are RFC 3339 in UTC and end in `Z`.
Every answer carries `X-Request-ID`."""

NAMED = (ChosenScenarioIn, NamedScenarioIn, NamedCurveSetIn, StoredScenarioOut, StoredCurveSetOut)

_MEANINGS = {
    400: "The body is not JSON as RFC 8259 has it.",
    401: "Nobody knows who asks: no key was sent, or one that opens nothing (any more).",
    403: "The key's role may not do this.",
    404: "There is no such thing in this workspace.",
    408: "The body did not arrive in time.",
    409: "A request with this `Idempotency-Key` is not answered yet (`request_in_progress`), or what is asked for "
    "contradicts what is kept.",
    412: "It was changed meanwhile: `If-Match` names a version that is not the newest.",
    413: "The body, the scenario or its time limit is larger than accepted here; the limit is named.",
    415: "The body is not sent as application/json.",
    422: "The data cannot be meant as it stands; `errors` lists the fields.",
    428: "`If-Match` is missing: it names the version that the change is for.",
    503: "Too many solves wait (`busy`), the database does not answer (`database_unavailable`), or the "
    "solver failed (`solver_timeout`, `solver_died`, `solver_failed`): try again after `Retry-After`.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for its documentation."""
    return {status: _problem_response(status) for status in (*statuses, 500)}


def takes(*models: type[BaseModel], **forms: dict[str, Any]) -> dict[str, Any]:
    """The body of an operation, for its documentation: handlers read it themselves, with a limit; `forms` are the
    media types beside JSON."""
    kinds = [{"$ref": REF.format(model=model.__name__)} for model in models]
    schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}} | forms}}


def sends(model: type[BaseModel]) -> dict[str, Any]:
    """The answer of an operation, for its documentation: handlers send stored text, which is checked by nobody."""
    return {"x-answers": model.__name__}


def manual(version: str, routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The document of these routes."""
    document = get_openapi(title=TITLE, version=version, description=DESCRIPTION, routes=routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= _own_schemas() | schemas
    for path in document["paths"].values():
        for method, operation in path.items():
            _mend(operation)
            if method == "post":
                _once(operation)
    return document


def _problem_response(status: int) -> dict[str, Any]:
    meaning = _MEANINGS.get(status, "Headrace failed; the answer says nothing of the inside.")
    example = {"type": "urn:headrace:problem:…", "title": HTTPStatus(status).phrase, "status": status}
    schema = {"$ref": REF.format(model="Problem")}
    return {"description": meaning, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def _own_schemas() -> dict[str, Any]:
    sent = (
        ScenarioIn,
        BatchIn,
        EvaluationIn,
        FrontierIn,
        ReconciliationIn,
        NewKeyIn,
        RotationIn,
        AnnotationIn,
        *NAMED,
        ActualsIn,
        ScheduleIn,
        WebhookIn,
    )
    _, bodies = models_json_schema([(model, "validation") for model in sent], ref_template=REF)
    problem = TypeAdapter(Problem).json_schema(ref_template=REF)
    shared: dict[str, Any] = bodies["$defs"] | problem.pop("$defs", {})
    return shared | {"Problem": problem}


def _once(operation: dict[str, Any]) -> None:
    """Say that the operation takes an idempotency key, as every POST does (`app/routes/once.py`)."""
    operation.setdefault("parameters", []).append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "A new UUID for each new request; the same when it is sent again: it then has no second "
            "effect and gets the first answer, for 24 hours, with `Idempotency-Replayed: true`. With another body: "
            "422; while the first is not answered: 409 with `Retry-After`.",
            "schema": {"type": "string", "pattern": "^[!#-\\[\\]-~]{1,255}$"},
        }
    )
    for status in (408, 409, 413, 422):  # what the key itself, or the body that is read for it, can meet
        operation["responses"].setdefault(str(status), _problem_response(status))


def _mend(operation: dict[str, Any]) -> None:
    """Say which model a stored text holds, and take out the form of errors that FastAPI would have had."""
    answers = operation["responses"]
    if "security" in operation:
        answers |= {str(status): _problem_response(status) for status in (401, 403)}
    if model := operation.pop("x-answers", None):
        done = next(status for status in answers if status.startswith("2"))
        answers[done]["content"] = {"application/json": {"schema": {"$ref": REF.format(model=model)}}}
    if "application/json" in answers.get("422", {}).get("content", {}):
        del answers["422"]
    answers.setdefault("422", _problem_response(422))  # a query may always be wrong
