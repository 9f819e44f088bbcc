"""Methods, media types and queries as the manual has them: HEAD beside GET, OPTIONS, all of `Allow`; 406 before
anything happens, and 422 for a parameter that is unknown or stands there twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.routes.problems import parameters_answer, problem_answer, unknown_parameter
from app.validation import Fault

SLOT = re.compile(r"\\\{.*?\\\}")
RANGE = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)")
NONE = re.compile(r";\s*q\s*=\s*0(\.0{0,3})?\s*(;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """A path of the manual, and for each of its methods the media types of answers and the parameters of queries."""

    path: str
    pattern: re.Pattern[str]
    answers: Mapping[str, frozenset[str]]
    queries: Mapping[str, frozenset[str]]

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
        elif wrong := list(_strange(scope["query_string"], address, scope["method"])):
            await parameters_answer(wrong)(scope, receive, send)
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
    >>> found.allowed, bool(found.pattern.fullmatch("/a/7")), found.answers["GET"], found.queries["GET"]
    ('GET, HEAD, OPTIONS', True, frozenset({'text/plain'}), frozenset())
    """
    listed = sorted(document["paths"].items(), key=lambda item: "{" in item[0])
    return [
        Address(
            path,
            re.compile(SLOT.sub("[^/]+", re.escape(path))),
            {method.upper(): _types(operation["responses"]) for method, operation in operations.items()},
            {method.upper(): _queries(operation) for method, operation in operations.items()},
        )
        for path, operations in listed
    ]


def _types(responses: Mapping[str, Any]) -> frozenset[str]:
    succeeding = (found for status, found in responses.items() if status.startswith("2"))
    return frozenset(kind for found in succeeding for kind in found.get("content", {}))


def _queries(operation: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(given["name"] for given in operation.get("parameters", ()) if given["in"] == "query")


def _strange(query: bytes, address: Address, method: str) -> Iterator[Fault]:
    """What the operation does not take; of two values nobody knows which is meant."""
    known = address.queries.get("GET" if method == "HEAD" else method)
    if known is None:
        return
    given = Counter(name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    for name, times in given.items():
        if name not in known:
            yield unknown_parameter(name)
        elif times > 1:
            yield Fault("repeated_parameter", name, "is given more than once", "give it once")


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
