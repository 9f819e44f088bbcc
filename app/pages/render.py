"""From a template and what it shows to an answer with the headers that keep a page safe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.pages.assets import fingerprint
from app.pages.words import FILTERS
from app.records.callers import Caller, Role
from app.routes.callers import COOKIE

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
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser hides from us, too, that a form comes from here
}


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


def page(request: Request, template: str, *, status: int = 200, title: str, **shown: Any) -> HTMLResponse:
    """The template as an answer; `title` stands in the tab, the heading is the template's own."""
    visitor: Caller | None = getattr(request.state, "caller", None)
    around = {
        "title": title,
        "here": request.url.path,
        "signed_in": COOKIE in request.cookies,
        "may_plan": visitor is not None and visitor.role.covers(Role.planner),
        "may_approve": visitor is not None and visitor.role.covers(Role.approver),
    }
    text = ENVIRONMENT.get_template(template).render(**around, **shown)
    return HTMLResponse(text, status, SAFE)


def moved_to(address: str) -> Response:
    """See other: the answer to a form that made something, so that going back does not send it again."""
    return Response(None, 303, {"Location": address, "Cache-Control": "no-store"})
