"""Reading a request's body: JSON only, never more than the limit, never longer than the deadline."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.requests import ClientDisconnect

from app.config import Settings
from app.errors import BodyTooLargeError
from app.routes.state import SettingsOf

LINGER = 1.0  # seconds a sender may go on after a refusal, so that it gets to read the answer


async def read_body(request: Request, settings: SettingsOf) -> bytes:
    """The body [bytes]; 415, 413 or 408 as soon as it is known to be of no use."""
    if media_type(request) != "application/json":
        raise HTTPException(415)
    return await read_bytes(request, settings)


async def read_bytes(request: Request, settings: Settings, limit: int | None = None) -> bytes:
    """The body [bytes], of whatever type, up to its own limit or that of documents; 413 or 408."""
    most = settings.body_limit if limit is None else limit
    await _check_length(request, most)
    try:
        async with asyncio.timeout(settings.body_seconds):
            return await _read(request, most)
    except TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"}) from None


Body = Annotated[bytes, Depends(read_body)]


def media_type(request: Request) -> str:
    """What the body is said to be; nothing where it is compressed, or not UTF-8."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.partition("charset=")[2].strip(' "').lower()
    plain = request.headers.get("content-encoding", "identity") == "identity"
    return kind.strip().lower() if charset in ("", "utf-8") and plain else ""


async def _check_length(request: Request, limit: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limit:
        if "expect" not in request.headers:  # who asks first has not sent anything yet
            await _linger(request)
        raise _too_large(limit)


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            if more:
                await _linger(request)
            raise _too_large(limit)
    return bytes(body)


async def _linger(request: Request) -> None:
    """Read on and throw away: closing at once would reset the connection before the answer is read."""
    try:
        async with asyncio.timeout(LINGER):
            while (await request.receive()).get("more_body"):
                pass
    except TimeoutError:
        pass


def _too_large(limit: int) -> BodyTooLargeError:
    return BodyTooLargeError(
        "body_too_large",
        "",
        f"is longer than {limit} bytes",
        "send a smaller document, or ask for a higher limit",
    )
