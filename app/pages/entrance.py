"""Signing in with an API key, and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.errors import UnknownCallerError
from app.pages.form import FormOf
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.routes.callers import COOKIE
from app.routes.state import Sessions

router = APIRouter(route_class=PageRoute)

Next = Annotated[str, Query(max_length=1000)]


@router.get("/sign-in")
def ask(request: Request, next: Next = "/") -> Response:
    """The form for a key."""
    return page(request, "sign_in.html", title="Sign in", next=inside(next), refused=False)


@router.post("/sign-in")
def enter(request: Request, form: FormOf, sessions: Sessions) -> Response:
    """A session for the holder of the key, and back to where they wanted to go."""
    wanted = inside(form.get("next", "/"))
    try:
        opened = sessions.open(form.get("key", "").strip())
    except UnknownCallerError:
        return page(request, "sign_in.html", status=401, title="Sign in", next=wanted, refused=True)
    answer = moved_to(wanted)
    if opened is not None:
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, opened.secret, opened.seconds, httponly=True, samesite="lax", secure=secure)
    return answer


@router.post("/sign-out")
def leave(request: Request, _: FormOf, sessions: Sessions) -> Response:
    """The session ends here and in the database."""
    sessions.close(request.cookies.get(COOKIE))
    answer = moved_to("/sign-in")
    answer.delete_cookie(COOKIE)
    return answer


def inside(address: str) -> str:
    """An address of ours; anything else leads home.

    >>> inside("/plans/plan_1"), inside("//elsewhere.example"), inside("https://elsewhere.example"), inside("/\\\\e")
    ('/plans/plan_1', '/', '/', '/')
    """
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and address.isprintable() else "/"
