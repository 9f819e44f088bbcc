"""Who asks, as handlers state it in their signatures: `caller: Planner` refuses whoever may not plan."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from app.errors import ForbiddenError, UnknownCallerError
from app.records.callers import Caller, Role
from app.routes.state import AccessOf, SettingsOf
from app.services.access import is_address, is_loopback

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
    access: AccessOf,
    settings: SettingsOf,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(SCHEME)],
) -> Caller:
    """The caller; 401 when nobody knows who asks, 403 for a role that may not do this."""
    if settings.auth == "none":
        _check_listener(request)
    caller = access.caller(None if credentials is None else credentials.credentials)
    needed = Role(scopes.scopes[0])
    if not caller.role.covers(needed):
        raise ForbiddenError(
            "role_too_low", "", f"takes the role {needed}, this key has {caller.role}", "ask an admin for such a key"
        )
    return caller


def needs(role: Role) -> Any:
    """The dependency of routes that take this role; OpenAPI lists it under `security`."""
    return Security(known_caller, scopes=[role.value])


Viewer = Annotated[Caller, needs(Role.viewer)]
Planner = Annotated[Caller, needs(Role.planner)]
Approver = Annotated[Caller, needs(Role.approver)]
Admin = Annotated[Caller, needs(Role.admin)]


def _check_listener(request: Request) -> None:
    """A server that was started around the check of the settings (`uvicorn --host 0.0.0.0`) is open to nobody."""
    host = (request.scope.get("server") or ("", None))[0]
    if is_address(host) and not is_loopback(host):
        raise UnknownCallerError(
            "not_loopback", "", "this listener is reached from elsewhere and knows no keys", "set HEADRACE_AUTH=keys"
        )
