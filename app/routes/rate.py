"""How often a caller may ask: a limit on requests, told in every answer (`RateLimit`, `RateLimit-Policy`)."""

from __future__ import annotations

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooManyError
from app.records.allowances import Policy
from app.routes.callers import caller_of
from app.routes.problems import problem_answer
from app.routes.state import state_of
from app.services.allowances import Standing
from optimizer.errors import HeadraceError

MINUTE, DAY = 60, 86_400  # seconds


class Rate:
    """Around everything under /v1."""

    def __init__(self, app: ASGIApp, per_minute: int, posts_per_day: int) -> None:
        self._app = app
        self._requests = Policy(name="requests", quota=per_minute, seconds=MINUTE) if per_minute else None
        self._posts = Policy(name="posts", quota=posts_per_day, seconds=DAY) if posts_per_day else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        policies = self._policies(scope) if scope["type"] == "http" else []
        if not policies:
            await self._app(scope, receive, send)
            return
        try:
            standings = await run_in_threadpool(_taken, Request(scope, receive), policies)
        except HeadraceError as error:
            await problem_answer(error)(scope, receive, send)
            return
        telling = _Telling(send, standings)
        spent = next((each for each in standings if each.left < 0), None)
        if spent is None:
            await self._app(scope, receive, telling.send)
        else:
            await problem_answer(_too_many(spent))(scope, receive, telling.send)

    def _policies(self, scope: Scope) -> list[Policy]:
        if not scope["path"].startswith("/v1/"):
            return []
        asked = (self._requests, self._posts if scope["method"] == "POST" else None)
        return [policy for policy in asked if policy is not None]


class _Telling:
    """Adds the two header fields of draft-ietf-httpapi-ratelimit-headers, and Retry-After to a refusal."""

    def __init__(self, send: Send, standings: list[Standing]) -> None:
        self._send = send
        self._standings = standings

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            policies = (
                f'"{each.policy.name}";q={each.policy.quota};w={each.policy.seconds}' for each in self._standings
            )
            states = (f'"{each.policy.name}";r={max(0, each.left)};t={each.seconds}' for each in self._standings)
            headers["RateLimit-Policy"] = ", ".join(policies)
            headers["RateLimit"] = ", ".join(states)
            if message["status"] == 429:
                headers["Retry-After"] = str(max(each.seconds for each in self._standings if each.left < 0))
        await self._send(message)


def _taken(request: Request, policies: list[Policy]) -> list[Standing]:
    who, allowances = _who(request), state_of(request).allowances
    return [allowances.take(who, policy) for policy in policies]


def _who(request: Request) -> str:
    """A caller is a key; whoever shows none that opens anything is an address."""
    try:
        caller = caller_of(request)
    except HeadraceError:
        return f"address {request.client.host if request.client else ''}"
    return f"{caller.workspace} {caller.actor}"


def _too_many(spent: Standing) -> TooManyError:
    policy = spent.policy
    return TooManyError(
        "too_many_requests",
        "",
        f"is one more than the {policy.quota} {policy.name} in {policy.seconds} s that are allowed",
        "try again after Retry-After",
    )
