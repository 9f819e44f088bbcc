"""Every failure as an answer: application/problem+json, with a code, the field and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from app.errors import INVALID, MEDIA_TYPE, MOST_FAULTS, Kind, Problem, problem_of
from app.paths import path_of
from app.validation import Fault
from optimizer.errors import HeadraceError

RETRY_AFTER = "2"  # seconds, with whatever may succeed later

_WORDS: Mapping[int, tuple[str, str, str]] = {
    404: (
        "not_found",
        "there is nothing under this address",
        "see /openapi.json for the addresses there are",
    ),
    405: ("method_not_allowed", "this address does not know the method", "use a method that Allow names"),
    406: (
        "not_acceptable",
        "Accept names no media type that this address answers with",
        "accept application/json, or what /openapi.json lists",
    ),
    408: ("body_too_slow", "the body did not arrive in time", "send it again, faster or smaller"),
    415: (
        "not_json_type",
        "the body is not sent as JSON",
        "send Content-Type: application/json, or a file's type where /openapi.json names it, not compressed",
    ),
}

_WIRE: Mapping[int, tuple[str, str, str]] = {
    400: ("not_http", "this is not a request of HTTP/1.1", "send one as RFC 9112 has it, without TLS"),
    408: ("head_too_slow", "the headers did not end in time", "send them at once"),
    431: ("head_too_long", "address and headers are too long", "keep them below 16 KiB in all"),
}


class ProblemResponse(JSONResponse):
    """A problem, with the headers that its status asks for."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.as_dict(), problem.status, headers=_asked_for(problem) | dict(headers or {}))


def _asked_for(problem: Problem) -> dict[str, str]:
    if problem.status == 503 or problem.code == "request_in_progress":
        return {"Retry-After": RETRY_AFTER}
    match problem.status:
        case 401:
            failed = "" if problem.code == "no_key" else ', error="invalid_token"'
            return {"WWW-Authenticate": f'Bearer realm="headrace"{failed}'}
        case _:
            return {}


def answer_problems(app: FastAPI) -> None:
    """Have the application answer every failure as a problem."""
    app.add_exception_handler(HeadraceError, _expected)
    app.add_exception_handler(ValidationError, _expected)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(HTTPException, _bad_request)


def problem_answer(error: Exception) -> ProblemResponse:
    """The answer to a failure outside of the handlers."""
    return _request_problem(error) if isinstance(error, HTTPException) else _expected_problem(error)


def parameters_answer(faults: Sequence[Fault]) -> ProblemResponse:
    """The answer to parameters that cannot be meant."""
    return ProblemResponse(_problem(422, faults))


def unknown_parameter(name: str) -> Fault:
    """A parameter that the address does not take."""
    return Fault("unknown_parameter", path_of([name]), "is not a parameter known here", "see /openapi.json")


def wire_answer(status: int) -> ProblemResponse:
    """The answer to what never became a request: 400, 408 or 431."""
    code, problem, remedy = _WIRE[status]
    return ProblemResponse(_problem(status, [Fault(code, "", problem, remedy)]))


def internal() -> ProblemResponse:
    """The answer to what nobody expected; it says nothing of the inside."""
    return ProblemResponse(problem_of(Exception()))


async def _expected(_: Request, error: Exception) -> ProblemResponse:
    return _expected_problem(error)


def _expected_problem(error: Exception) -> ProblemResponse:
    problem = problem_of(error)
    return ProblemResponse(problem, {"Connection": "close"} if problem.code == "body_too_large" else None)


async def _bad_parameters(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    return parameters_answer([_fault(item) for item in error.errors()])


async def _bad_request(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    return _request_problem(error)


def _request_problem(error: HTTPException) -> ProblemResponse:
    fallback = ("bad_request", "the request cannot be read", "see /openapi.json")
    code, problem, remedy = _WORDS.get(error.status_code, fallback)
    return ProblemResponse(_problem(error.status_code, [Fault(code, "", problem, remedy)]), error.headers)


def _fault(item: dict[str, Any]) -> Fault:
    path = path_of(item["loc"][1:])
    if item["type"] == "extra_forbidden":
        return unknown_parameter(item["loc"][-1])
    wrong = str(item["msg"]).replace("Input should", "should", 1).replace("Value error, ", "", 1)
    return Fault("invalid_parameter", path, wrong, "see /openapi.json for what it takes")


def _problem(status: int, faults: Sequence[Fault]) -> Problem:
    kind = INVALID if status == INVALID.status else Kind("http", HTTPStatus(status).phrase, status)
    return Problem(
        type=f"urn:headrace:problem:{kind.slug}",
        title=kind.title,
        status=status,
        code=faults[0].code,
        detail=str(faults[0]),
        errors=tuple(faults[:MOST_FAULTS]),
        more=max(0, len(faults) - MOST_FAULTS),
    )
