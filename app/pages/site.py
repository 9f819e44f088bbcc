"""All pages, and the few files that they load, put on the application."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app.errors import Problem
from app.pages import (
    actuals,
    assets,
    comparisons,
    curve_sets,
    entrance,
    frontiers,
    home,
    jobs,
    plans,
    reconcile,
    scenarios,
    schedules,
    standing,
    stored,
    what_if,
)
from app.pages.route import failure
from app.routes.problems import problem_answer
from app.validation import Fault

API = "/v1/"
WORDS: Mapping[int, tuple[str, str, str]] = {
    404: ("not_found", "there is no page under this address", "go on from the first page"),
    405: ("method_not_allowed", "this address takes what a form sends, and is no page", "go on from the first page"),
}
UNREADABLE = ("bad_request", "what was sent cannot be read", "go back and send it again")
ROOMS = (
    entrance,
    frontiers,
    home,
    jobs,
    plans,
    standing,
    actuals,
    what_if,
    frontiers,
    comparisons,
    scenarios,
    stored,
    curve_sets,
    reconcile,
    schedules,
    assets,
)


def show_pages(app: FastAPI) -> None:
    """Add every page; none is part of the API's own description."""
    for room in ROOMS:
        app.include_router(room.router, include_in_schema=False)


def answer_people(app: FastAPI) -> None:
    """Say in a page what no page answers, to whoever asks for one; others get the problem as they do everywhere."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if request.url.path.startswith(API) or "text/html" not in request.headers.get("accept", ""):
            return problem_answer(error)
        shown = failure(request, _told(error))
        shown.headers.update(error.headers or {})
        return shown

    app.add_exception_handler(HTTPException, answer)


def _told(error: HTTPException) -> Problem:
    fault = Fault(WORDS.get(error.status_code, UNREADABLE)[0], "", *WORDS.get(error.status_code, UNREADABLE)[1:])
    title = "There is no such page" if error.status_code in WORDS else "This cannot be read"
    kind = "urn:headrace:problem:http"
    return Problem(
        type=kind, title=title, status=error.status_code, code=fault.code, detail=str(fault), errors=(fault,)
    )
