"""From a template and what it shows to an answer with the headers that keep a page safe."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.pages.assets import fingerprint
from app.pages.words import FILTERS
from app.records.callers import Caller, Role
from app.routes.callers import COOKIE
from app.routes.state import state_of
from app.services.access import is_loopback

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SAFE = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser hides from us, too, that a form comes from here
}


KEPT, FORGOTTEN = "private, no-cache", "no-store"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= FILTERS
    made.globals["asset"] = fingerprint
    return made


ENVIRONMENT = _environment()


def compile_templates() -> None:
    """Make every template ready, so that no visitor waits for it."""
    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)


def page(
    request: Request, template: str, *, status: int = 200, title: str, secret: bool = False, **shown: Any
) -> HTMLResponse:
    """The template as an answer; `title` stands in the tab, the heading is the template's own.

    A browser may keep it for going back, so that what was typed is still there, unless something `secret` is typed.
    """
    visitor: Caller | None = getattr(request.state, "caller", None)
    around = {
        "title": title,
        "here": request.url.path,
        "signed_in": COOKIE in request.cookies,
        "may_plan": visitor is not None and visitor.role.covers(Role.planner),
        "may_approve": visitor is not None and visitor.role.covers(Role.approver),
    }
    text = ENVIRONMENT.get_template(template).render(**around, **shown)
    return HTMLResponse(text, status, SAFE | {"Cache-Control": KEPT if forgets(request) and not secret else FORGOTTEN})


def over_https(request: Request) -> bool:
    """Whether the browser sees HTTPS: ours, or that of the proxy at the public address."""
    return "https" in (request.url.scheme, urlsplit(state_of(request).settings.public_address).scheme)


def forgets(request: Request) -> bool:
    """Whether nothing that a browser keeps outlives the visit: nobody signs out, or `Clear-Site-Data` is obeyed."""
    return COOKIE not in request.cookies or over_https(request) or is_loopback(request.url.hostname or "")


def moved_to(address: str) -> Response:
    """See other: the answer to a form that made something, so that going back does not send it again."""
    return Response(None, 303, {"Location": address, "Cache-Control": "no-store"})
