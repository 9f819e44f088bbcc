"""Conditional GET: a strong tag on every whole answer, and 304 for whoever has it already."""

from __future__ import annotations

import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
KEPT = {b"etag", b"cache-control", b"vary", b"content-location", b"expires", b"x-request-id"}  # in a 304
REVALIDATED = "private, no-cache"  # kept by who asked, and asked for again each time: keys are revoked


class Conditional:
    """Around the routes: a handler that knows a better tag sets `ETag` itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith("/v1/"):
            send = _Tagging(send, Headers(scope=scope).getlist("if-none-match")).send
        await self._app(scope, receive, send)


class _Tagging:
    """Holds the start of an answer until its one piece of body is there; what comes in pieces passes untouched."""

    def __init__(self, send: Send, known: list[str]) -> None:
        self._send = send
        self._known = known
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            start, message = self._tagged(start, message) if whole else (start, message)
            await self._send(start)
        await self._send(message)

    def _tagged(self, start: Message, body: Message) -> tuple[Message, Message]:
        headers = MutableHeaders(scope=start)
        headers.setdefault("ETag", tag_of(body.get("body", b"")))
        headers.setdefault("Cache-Control", REVALIDATED)
        headers.add_vary_header("Authorization")
        if not matches(self._known, headers["ETag"]):
            return start, body
        kept = [pair for pair in start["headers"] if pair[0] in KEPT]
        return {**start, "status": 304, "headers": kept}, {**body, "body": b""}


def tag_of(body: bytes) -> str:
    """A strong tag: equal for equal bytes only.

    >>> tag_of(b"{}")
    '"44136fa355b3678a1146ad16f7e8649e"'
    """
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def matches(known: list[str], tag: str) -> bool:
    """Whether If-None-Match names the tag, compared weakly as RFC 9110 has it, or anything that there is.

    >>> matches(['W/"a", "b"'], '"a"'), matches(["*"], '"a"'), matches(['"ab"'], '"a"'), matches([], '"a"')
    (True, True, False, False)
    """
    stated = ",".join(known)
    return stated.strip() == "*" or tag.removeprefix("W/") in TAG.findall(stated)
