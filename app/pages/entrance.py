"""Signing in with an API key or with an identity provider, and out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request, Response

from app.config import Settings
from app.errors import NotFoundError, UnknownCallerError
from app.pages.form import FormOf
from app.pages.render import moved_to, over_https, page
from app.pages.route import PageRoute
from app.routes.callers import COOKIE
from app.routes.state import Sessions, SettingsOf, SignInOf
from app.security.code_flow import Attempt
from app.services.sessions import Opened
from app.services.signing_in import SignIn

router = APIRouter(route_class=PageRoute)

ATTEMPT, MINUTES = "headrace_attempt", 10  # the cookie of a signing in that is under way, and how long that may take
NO_PROVIDER = NotFoundError("not_found", "", "no identity provider is set up here", "sign in with an API key")
Next = Annotated[str, Query(max_length=1000)]


@router.get("/sign-in")
def ask(request: Request, sign_in: SignInOf, next: Next = "/") -> Response:
    """The form for a key, and the way to the identity provider."""
    return _shown(request, sign_in, next)


@router.post("/sign-in")
def enter(request: Request, form: FormOf, sessions: Sessions, sign_in: SignInOf) -> Response:
    """A session for the holder of the key, and back to where they wanted to go."""
    wanted = form.get("next", "/")
    try:
        opened = sessions.open(form.get("key", "").strip())
    except UnknownCallerError:
        return _shown(request, sign_in, wanted, "This key opens nothing here: use one that is not expired or revoked.")
    return moved_to(inside(wanted)) if opened is None else _signed_in(request, opened, wanted)


@router.get("/sign-in/provider")
def leave_for_provider(request: Request, sign_in: SignInOf, settings: SettingsOf, next: Next = "/") -> Response:
    """On to the identity provider; what its answer is known by stays in a cookie of this browser."""
    if sign_in is None:
        raise NO_PROVIDER
    attempt = Attempt.new()
    answer = moved_to(sign_in.address(attempt, _back(request, settings)))
    held = urlencode([*asdict(attempt).items(), ("next", inside(next))])
    secure = _back(request, settings).startswith("https:")
    answer.set_cookie(ATTEMPT, held, MINUTES * 60, path="/sign-in", httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/sign-in/answer")
def come_back(
    request: Request,
    sign_in: SignInOf,
    settings: SettingsOf,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """What the provider sends a browser back with: a session for whom it names, where the answer is this browser's."""
    if sign_in is None:
        raise NO_PROVIDER
    held = dict(parse_qsl(request.cookies.get(ATTEMPT, "")))
    attempt = Attempt(**{name: held.get(name, "") for name in ("state", "nonce", "verifier")})
    try:
        if not all(asdict(attempt).values()):
            raise UnknownCallerError("bad_token", "", "no signing in was begun in this browser", "begin again")
        opened = sign_in.entered(attempt, state, code, _back(request, settings))
    except UnknownCallerError as error:
        answer = _shown(request, sign_in, held.get("next", "/"), f"You are not signed in: {error.problem}.")
    else:
        answer = _signed_in(request, opened, held.get("next", "/"))
    answer.delete_cookie(ATTEMPT, path="/sign-in")
    return answer


def _shown(request: Request, sign_in: SignIn | None, wanted: str, refused: str = "") -> Response:
    shown = {"next": inside(wanted), "refused": refused, "provider": sign_in is not None}
    return page(request, "sign_in.html", status=401 if refused else 200, title="Sign in", secret=True, **shown)


def _signed_in(request: Request, opened: Opened, wanted: str) -> Response:
    answer = moved_to(inside(wanted))
    answer.set_cookie(COOKIE, opened.secret, opened.seconds, httponly=True, samesite="lax", secure=over_https(request))
    return answer


def _back(request: Request, settings: Settings) -> str:
    """Where the provider sends browsers back to; it has to know the address."""
    return f"{settings.public_address.rstrip('/') or str(request.base_url).rstrip('/')}/sign-in/answer"


@router.post("/sign-out")
def leave(request: Request, _: FormOf, sessions: Sessions) -> Response:
    """The session ends here and in the database, and the browser forgets what it kept of the pages."""
    sessions.close(request.cookies.get(COOKIE))
    answer = moved_to("/sign-in")
    answer.delete_cookie(COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def inside(address: str) -> str:
    """An address of ours; anything else leads home.

    >>> inside("/plans/plan_1"), inside("//elsewhere.example"), inside("https://elsewhere.example"), inside("/\\\\e")
    ('/plans/plan_1', '/', '/', '/')
    """
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and address.isprintable() else "/"
