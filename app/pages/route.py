"""A page's route: what fails is answered as a page that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError

from app.errors import BodyTooLargeError, Problem, UnknownCallerError, problem_of
from app.pages.form import read_posted
from app.pages.render import moved_to, page
from app.routes.origins import in_parts
from app.routes.state import state_of
from app.validation import Fault
from optimizer.errors import HeadraceError

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
ELSEWHERE = "look for it in the lists, or ask whoever sent the address"
FEWER = "paste fewer rows at a time, or choose a smaller file; your browser’s way back shows the form as you left it"
BAD_ADDRESS = Fault("invalid_parameter", "", "the address or the form cannot be read", "go back and try again")


class PageRoute(APIRoute):
    """Turns expected failures into pages; what nobody expected goes on to the journal, as everywhere."""

    def get_route_handler(self) -> Handler:
        """The handler, with failures answered."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except UnknownCallerError:
                return await signed_out(request)
            except BodyTooLargeError as error:
                return too_much(request, problem_of(error))
            except (HeadraceError, ValidationError) as error:
                return failure(request, problem_of(error))
            except RequestValidationError:
                return failure(request, _unreadable())

        return answer


async def signed_out(request: Request) -> Response:
    """The page where one signs in; a form that was sent stays on a page of its own, to be sent again after that."""
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = f"{request.url.path}{query}"
    if request.method == "GET":
        return moved_to(f"/sign-in?{urlencode({'next': wanted})}")
    try:
        posted = await read_posted(request, state_of(request).settings)
    except BodyTooLargeError as error:
        return too_much(request, problem_of(error))
    except HeadraceError as error:
        return failure(request, problem_of(error))
    return page(request, "signed_out.html", status=401, title="You are signed out", address=wanted, posted=posted)


def too_much(request: Request, problem: Problem) -> Response:
    """The page for a form or file that is longer than is read: what to do, and the way back to where it was sent."""
    told = tuple(replace(fault, problem=f"What was sent {fault.problem}", remedy=FEWER) for fault in problem.errors)
    sender = in_parts(request.headers.get("referer", ""))
    ours = sender.netloc == request.url.netloc
    back = sender._replace(scheme="", netloc="", fragment="").geturl() if ours else request.url.path
    problem = replace(problem, title="This is too much at once", errors=told)
    return failure(request, problem, back="/" + back.lstrip("/"))


def failure(request: Request, problem: Problem, *, back: str = "") -> Response:
    """The page of a failure, with its status; what is not there is looked for in lists, whatever programs do."""
    if problem.status == 404 and problem.code.startswith("unknown_"):
        problem = replace(problem, errors=tuple(replace(fault, remedy=ELSEWHERE) for fault in problem.errors))
    return page(request, "problem.html", status=problem.status, title=problem.title, problem=problem, back=back)


def _unreadable() -> Problem:
    return Problem(
        type="urn:headrace:problem:invalid",
        title="This page does not know what is asked",
        status=422,
        code=BAD_ADDRESS.code,
        detail=str(BAD_ADDRESS),
        errors=(BAD_ADDRESS,),
    )
