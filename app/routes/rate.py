"""How often a caller may ask: a limit on requests, told in every answer (`RateLimit`, `RateLimit-Policy`)."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooManyError
from app.routes.callers import caller_of
from app.routes.problems import problem_answer
from optimizer.errors import HeadraceError


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a policy for a caller."""

    name: str
    item: RateLimitItem
    left: int
    reset: float

    @property
    def seconds(self) -> int:
        """Until there is more, at least one [s]."""
        return max(1, math.ceil(self.reset - time.time()))


class Rate:
    """Around everything under /v1. Each process counts for itself: with n of them a caller has up to n times more."""

    def __init__(self, app: ASGIApp, per_minute: int, posts_per_day: int) -> None:
        self._app = app
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._posts = RateLimitItemPerDay(posts_per_day) if posts_per_day else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        policies = self._policies(scope) if scope["type"] == "http" else {}
        if not policies:
            await self._app(scope, receive, send)
            return
        try:
            who = await _who(Request(scope, receive))
            standings = [self._hit(name, item, who) for name, item in policies.items()]
        except HeadraceError as error:
            await problem_answer(error)(scope, receive, send)
            return
        telling = _Telling(send, standings)
        spent = next((each for each in standings if each.left < 0), None)
        if spent is None:
            await self._app(scope, receive, telling.send)
        else:
            await problem_answer(_too_many(spent))(scope, receive, telling.send)

    def _policies(self, scope: Scope) -> dict[str, RateLimitItem]:
        if not scope["path"].startswith("/v1/"):
            return {}
        asked = {"requests": self._requests, "posts": self._posts if scope["method"] == "POST" else None}
        return {name: item for name, item in asked.items() if item is not None}

    def _hit(self, name: str, item: RateLimitItem, who: str) -> Standing:
        within = self._limiter.hit(item, name, who)
        stats = self._limiter.get_window_stats(item, name, who)
        return Standing(name, item, stats.remaining if within else -1, stats.reset_time)


class _Telling:
    """Adds the two header fields of draft-ietf-httpapi-ratelimit-headers, and Retry-After to a refusal."""

    def __init__(self, send: Send, standings: list[Standing]) -> None:
        self._send = send
        self._standings = standings

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            policies = (f'"{each.name}";q={each.item.amount};w={each.item.get_expiry()}' for each in self._standings)
            states = (f'"{each.name}";r={max(0, each.left)};t={each.seconds}' for each in self._standings)
            headers["RateLimit-Policy"] = ", ".join(policies)
            headers["RateLimit"] = ", ".join(states)
            if message["status"] == 429:
                headers["Retry-After"] = str(max(each.seconds for each in self._standings if each.left < 0))
        await self._send(message)


async def _who(request: Request) -> str:
    """A caller is a key; whoever shows none that opens anything is an address."""
    try:
        caller = await run_in_threadpool(caller_of, request)
    except HeadraceError:
        return f"address {request.client.host if request.client else ''}"
    return f"{caller.workspace} {caller.actor}"


def _too_many(spent: Standing) -> TooManyError:
    return TooManyError(
        "too_many_requests",
        "",
        f"is one more than the {spent.item.amount} {spent.name} in {spent.item.get_expiry()} s that are allowed",
        "try again after Retry-After",
    )
