"""Who looks: the holder of a session cookie, or, on a loopback listener without keys, whoever can reach it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from app.errors import ForbiddenError
from app.records.callers import Caller, Role
from app.routes.callers import COOKIE, refuse_open_listener
from app.routes.state import Sessions, SettingsOf


def visitor_of(request: Request, sessions: Sessions, settings: SettingsOf) -> Caller:
    """The visitor; UnknownCallerError sends to the page where one signs in."""
    if settings.auth == "none":
        refuse_open_listener(request)
    known: Caller = sessions.caller(request.cookies.get(COOKIE))
    request.state.caller = known  # for what the page offers
    return known


def _needs(role: Role) -> Any:
    def check(visitor: Annotated[Caller, Depends(visitor_of)]) -> Caller:
        if not visitor.role.covers(role):
            raise ForbiddenError(
                "role_too_low",
                "",
                f"this takes the role {role}, yours is {visitor.role}",
                "ask an admin for such a key",
            )
        return visitor

    return Depends(check)


Reader = Annotated[Caller, _needs(Role.viewer)]
Maker = Annotated[Caller, _needs(Role.planner)]
Approver = Annotated[Caller, _needs(Role.approver)]
