"""Idempotency-Key: a POST that is sent again has no second effect and gets the first answer."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Annotated

import structlog
from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BusyError, RefusedError
from app.records.requests import KeyedRequest, Reply
from app.routes.body import read_bytes
from app.routes.callers import caller_of
from app.routes.problems import problem_answer
from app.routes.state import state_of
from app.services.once import RENEWAL, OnceService
from optimizer.errors import HeadraceError, ScenarioError

HEADER = "Idempotency-Key"
KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')  # with the quotation marks of a structured field, or not
UNSETTLED = {401, 403, 408, 413, 415, 429}  # about how it was sent: another attempt may be answered otherwise

log = structlog.get_logger()


UNDER_WAY: ContextVar[Attempt | None] = ContextVar("attempt", default=None)  # the keyed request that is in work


class Once:
    """Around every route, so that none has to think of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; what is no POST with a key goes straight on."""
        if scope["type"] != "http" or scope["method"] != "POST" or HEADER not in Request(scope).headers:
            await self._app(scope, receive, send)
            return
        try:
            attempt = await _begun(Request(scope, receive))
        except (HeadraceError, HTTPException) as error:
            await problem_answer(error)(scope, receive, send)
            return
        if attempt.request.reply is None:
            await self._work(attempt, scope, send)
        else:
            await _replayed(attempt.request.reply)(scope, receive, send)

    async def _work(self, attempt: Attempt, scope: Scope, send: Send) -> None:
        """Have it answered and keep the answer before it is sent."""
        answer = Answer()
        scope.setdefault("state", {})["seed"] = attempt.request.seed
        token = UNDER_WAY.set(attempt)
        try:
            async with attempt.held():
                await self._app(scope, attempt.receive, answer.take)
        except BaseException:
            await asyncio.shield(attempt.end(None))
            raise
        finally:
            UNDER_WAY.reset(token)
        await attempt.end(answer.reply if answer.settled else None)
        for message in answer.messages:
            await send(message)


class Attempt:
    """One request in work: its body, which was read before, and its place among the keyed requests."""

    def __init__(
        self, service: OnceService, workspace: str, request: KeyedRequest, body: bytes, receive: Receive
    ) -> None:
        self.request = request
        self._ended = False
        self._receive = receive
        self._service = service
        self._workspace = workspace
        self._messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive(self) -> Message:
        """The body once more, and then whatever the sender does."""
        return self._messages.pop() if self._messages else await self._receive()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Renew the lease as long as the block runs, so that nobody takes over what is only slow."""
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewing.cancel()

    def together(self, work: Callable[[], Response], *, secret: bool) -> Response:
        """Do what changes something, and keep its answer in the same transaction."""
        with self._service.together(self._workspace, self.request) as keep:
            response = work()
            keep(_secret_told() if secret else _reply(response))
        self._ended = True
        return response

    async def end(self, reply: Reply | None) -> None:
        """Keep the reply, or forget the request. A database that fails now costs no answer: the lease runs out."""
        try:
            if self._ended:
                return
            if reply is None:
                await run_in_threadpool(self._service.give_up, self._workspace, self.request)
            else:
                await run_in_threadpool(self._service.finish, self._workspace, self.request, reply)
        except BusyError:
            log.warning("answer not kept")

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL)
            try:
                await run_in_threadpool(self._service.renew, self._workspace, self.request)
            except BusyError:
                log.warning("lease not renewed")


class Answer:
    """What a handler sends, caught."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        """One message of it."""
        self.messages.append(message)

    @property
    def settled(self) -> bool:
        """Whether the same request would be answered so again."""
        status = self.messages[0]["status"]
        return status < 500 and status not in UNSETTLED

    @property
    def reply(self) -> Reply:
        """All of it, to be kept."""
        start, *rest = self.messages
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
        return Reply(
            status=start["status"], headers=headers, body=b"".join(message.get("body", b"") for message in rest)
        )


def _reply(response: Response) -> Reply:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)
    return Reply(status=response.status_code, headers=headers, body=bytes(response.body))


def _secret_told() -> Reply:
    """What whoever sends it again is told in place of a secret."""
    return _reply(
        problem_answer(
            RefusedError(
                "answer_not_kept",
                HEADER,
                "was sent before and is done; its answer held a secret, which is kept nowhere",
                "make another one if the first answer is lost, and revoke the first",
            )
        )
    )


def _seed(request: Request) -> str | None:
    seed: str | None = getattr(request.state, "seed", None)
    return seed


Seed = Annotated[str | None, Depends(_seed)]
"""What names the effect of this request, the same when it is worked on again; None for one without a key."""


async def _begun(request: Request) -> Attempt:
    key = _key(request)
    caller = await run_in_threadpool(caller_of, request)
    state = state_of(request)
    body = await read_bytes(request, state.settings)
    route = f"{request.method} {request.url.path}"
    begun = await run_in_threadpool(
        state.once.begin, caller.workspace, route, key, _fingerprint(request, caller.actor, body)
    )
    return Attempt(state.once, caller.workspace, begun, body, request.receive)


def _key(request: Request) -> str:
    given = request.headers.getlist(HEADER)
    found = KEY.fullmatch(given[0].strip())
    if found is None or len(given) > 1:
        raise ScenarioError(
            "bad_idempotency_key",
            HEADER,
            "is not one word of at most 255 printable ASCII characters",
            "send a new UUID for each new request",
        )
    return found[1]


def _fingerprint(request: Request, actor: str, body: bytes) -> str:
    """Who asks for what: no header is in it, because clients and proxies write them anew for the same request."""
    digest = hashlib.sha256(body)
    for text in (actor, request.url.query):
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _replayed(reply: Reply) -> Response:
    answer = Response(reply.body, reply.status)
    answer.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    answer.headers["Idempotency-Replayed"] = "true"
    return answer
