"""Methods and media types as HTTP has them: HEAD beside GET, OPTIONS, all of `Allow`; 406 before anything happens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.routes.problems import problem_answer

SLOT = re.compile(r"\\\{.*?\\\}")
RANGE = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)")
NONE = re.compile(r";\s*q\s*=\s*0(\.0{0,3})?\s*(;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """A path of the manual, and the media types of the answers of each of its methods."""

    path: str
    pattern: re.Pattern[str]
    answers: Mapping[str, frozenset[str]]

    @property
    def allowed(self) -> str:
        """What `Allow` says."""
        more = {"HEAD"} if "GET" in self.answers else set()
        return ", ".join(sorted({*self.answers, *more, "OPTIONS"}))


class Methods:
    """Around the routes; it knows the addresses that the manual lists."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._addresses: Sequence[Address] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        address = self._address(scope) if scope["type"] == "http" else None
        if address is None:
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await Response(status_code=204, headers={"Allow": address.allowed})(scope, receive, send)
        elif not _acceptable(Headers(scope=scope).getlist("accept"), address, scope["method"]):
            await problem_answer(HTTPException(406))(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _Bodiless(send).send)
        else:
            await self._app(scope, receive, _Allowing(send, address).send)

    def _address(self, scope: Scope) -> Address | None:
        if self._addresses is None:
            self._addresses = addresses(scope["app"].openapi())
        return next((each for each in self._addresses if each.pattern.fullmatch(scope["path"])), None)


def addresses(document: Mapping[str, Any]) -> list[Address]:
    """What an OpenAPI document lists; fixed paths before those with a slot.

    >>> [found] = addresses({"paths": {"/a/{id}": {"get": {"responses": {"200": {"content": {"text/plain": {}}}}}}}})
    >>> found.allowed, bool(found.pattern.fullmatch("/a/7")), found.answers["GET"]
    ('GET, HEAD, OPTIONS', True, frozenset({'text/plain'}))
    """
    listed = sorted(document["paths"].items(), key=lambda item: "{" in item[0])
    return [
        Address(
            path,
            re.compile(SLOT.sub("[^/]+", re.escape(path))),
            {method.upper(): _types(operation["responses"]) for method, operation in operations.items()},
        )
        for path, operations in listed
    ]


def _types(responses: Mapping[str, Any]) -> frozenset[str]:
    succeeding = (found for status, found in responses.items() if status.startswith("2"))
    return frozenset(kind for found in succeeding for kind in found.get("content", {}))


def _acceptable(stated: Iterable[str], address: Address, method: str) -> bool:
    """Whether some answer of the operation is one that `Accept` takes; problems come whatever it says."""
    ranges = RANGE.findall(",".join(stated))
    given = address.answers.get("GET" if method == "HEAD" else method)
    if not ranges or not given:
        return True
    wanted = [kind.lower() for kind, parameters in ranges if not NONE.search(parameters)]
    return any(kind in ("*/*", f"{one.partition('/')[0]}/*", one) for kind in wanted for one in given)


class _Bodiless:
    """The answer of GET, with all of its headers and nothing more."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


class _Allowing:
    """A refused method is told all that there are."""

    def __init__(self, send: Send, address: Address) -> None:
        self._send = send
        self._address = address

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 405:
            MutableHeaders(scope=message)["Allow"] = self._address.allowed
        await self._send(message)
