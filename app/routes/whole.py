"""Routes whose effect and answer are kept together, where their request has a key: it happens once, crash or not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from fastapi import Response
from fastapi.routing import APIRoute

from app.routes.once import UNDER_WAY

MARK = "__whole__"
Endpoint = Callable[..., Any]


class Whole(APIRoute):
    """For routers whose POSTs store something; a solve, which no transaction may wait for, takes a `Seed` instead."""

    def __init__(self, path: str, endpoint: Endpoint, *, status_code: int | None = None, **stated: Any) -> None:
        super().__init__(path, _together(endpoint, status_code or 200), status_code=status_code, **stated)


def holds_secret(endpoint: Endpoint) -> Endpoint:
    """Its answer holds a secret, which is kept nowhere: whoever sends the request again is told so."""
    endpoint.__dict__["secret"] = True
    return endpoint


def _together(endpoint: Endpoint, status: int) -> Endpoint:
    if hasattr(endpoint, MARK):  # routers are included in others
        return endpoint

    @wraps(endpoint)
    def whole(**values: Any) -> Any:
        attempt = UNDER_WAY.get()
        if attempt is None:
            return endpoint(**values)
        secret = getattr(endpoint, "secret", False)
        return attempt.together(lambda: _response(endpoint(**values), values, status), secret=secret)

    setattr(whole, MARK, True)
    return whole


def _response(answer: Any, values: dict[str, Any], status: int) -> Response:
    """What FastAPI makes of the answer, made before anything is committed."""
    if isinstance(answer, Response):
        return answer
    told: dict[str, str] = next((dict(value.headers) for value in values.values() if isinstance(value, Response)), {})
    return Response(answer.model_dump_json(by_alias=True), status, told, media_type="application/json")
