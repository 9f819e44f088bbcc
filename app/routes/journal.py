"""Around every request: an id, one line in the log, headers, and an answer even to what nobody expected."""

from __future__ import annotations

import re
import secrets
import time
import traceback
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.routes.problems import internal

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

log = structlog.get_logger()


class Journal:
    """Logs ids, paths and times, never bodies or queries."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, _request_id(scope), scope.setdefault("state", {}))
        began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=answer.request_id)
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            pass
        except Exception as error:
            _log_fault(error)
            if answer.status is None:
                await internal()(scope, receive, answer.send)
        finally:
            _log_request(scope, answer.status, time.perf_counter() - began)
            structlog.contextvars.clear_contextvars()


class _Answer:
    """Sends, and remembers the status; None until an answer began."""

    def __init__(self, send: Send, request_id: str, state: dict[str, Any]) -> None:
        self._send = send
        self.request_id = request_id
        self._state = state
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.request_id
            for name, value in (self._state.get("headers", {}) | HEADERS).items():
                headers.setdefault(name, value)
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The caller's own id, where it is a plain one."""
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _log_request(scope: Scope, status: int | None, seconds: float) -> None:
    log.info("request", method=scope["method"], path=scope["path"][:200], status=status, seconds=round(seconds, 4))


def _log_fault(error: Exception) -> None:
    """Where it happened, not its message: that may quote a scenario."""
    where = [line.strip() for line in traceback.format_tb(error.__traceback__)[-5:]]
    log.error("fault", kind=type(error).__name__, where=where)
