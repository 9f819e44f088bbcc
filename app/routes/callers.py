"""Who asks, as handlers state it in their signatures: `caller: Planner` refuses whoever may not plan."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from fastapi.security.utils import get_authorization_scheme_param

from app.errors import ForbiddenError, UnknownCallerError
from app.records.callers import Caller, Role
from app.routes.state import state_of
from app.services.access import is_address, is_loopback

COOKIE = "headrace_session"
READS = ("GET", "HEAD")  # what a session of the pages may ask of the API: no other site can change anything with it
SCHEME = HTTPBearer(
    scheme_name="key",
    bearerFormat="hr_…",
    auto_error=False,
    description="An API key, `Authorization: Bearer hr_…`. The role that each operation needs is listed with it; "
    "roles, each with the rights of those before: viewer, planner, approver, admin.",
)


def known_caller(
    scopes: SecurityScopes,
    request: Request,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Security(SCHEME)],
) -> Caller:
    """The caller; 401 when nobody knows who asks, 403 for a role that may not do this."""
    caller = caller_of(request)
    needed = Role(scopes.scopes[0])
    if not caller.role.covers(needed):
        raise ForbiddenError(
            "role_too_low", "", f"takes the role {needed}, this key has {caller.role}", "ask an admin for such a key"
        )
    return caller


def caller_of(request: Request) -> Caller:
    """Whoever asks, found once for each request; 401 when nobody knows."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        state = state_of(request)
        if state.settings.auth == "none":
            refuse_open_listener(request)
        shown = request.headers.get("Authorization")
        if shown is None and request.method in READS and COOKIE in request.cookies:
            known = request.state.caller = state.sessions.caller(request.cookies[COOKIE])
            return known
        scheme, token = get_authorization_scheme_param(shown)
        known = request.state.caller = state.access.caller(token if scheme.lower() == "bearer" and token else None)
    return known


def needs(role: Role) -> Any:
    """The dependency of routes that take this role; OpenAPI lists it under `security`."""
    return Security(known_caller, scopes=[role.value])


Viewer = Annotated[Caller, needs(Role.viewer)]
Planner = Annotated[Caller, needs(Role.planner)]
Approver = Annotated[Caller, needs(Role.approver)]
Admin = Annotated[Caller, needs(Role.admin)]


def refuse_open_listener(request: Request) -> None:
    """A server that was started around the check of the settings (`uvicorn --host 0.0.0.0`) is open to nobody."""
    host = (request.scope.get("server") or ("", None))[0]
    if is_address(host) and not is_loopback(host):
        raise UnknownCallerError(
            "not_loopback", "", "this listener is reached from elsewhere and knows no keys", "set HEADRACE_AUTH=keys"
        )
