"""A request is answered in time, whatever it waits for."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BusyError
from app.routes.problems import problem_answer


class Deadline:
    """503 after so many seconds without the beginning of an answer; one that has begun may go on."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Gate(send)
        work = asyncio.ensure_future(self._app(scope, receive, answer.send))
        try:
            async with asyncio.timeout(self._seconds) as limit:
                answer.limit = limit
                await asyncio.shield(work)
        except TimeoutError:
            if answer.begun:
                await work
                return
            answer.late = True
            work.add_done_callback(_look_at)  # a thread cannot be ended: what it brings is nobody's any more
            await problem_answer(_too_late(self._seconds))(scope, receive, send)
        except asyncio.CancelledError:
            work.cancel()
            raise


class _Gate:
    """Lets an answer through until it is too late for it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False
        self.late = False
        self.limit: asyncio.Timeout | None = None

    async def send(self, message: Message) -> None:
        if self.late:
            return
        if not self.begun and self.limit is not None:
            self.limit.reschedule(None)
        self.begun = True
        await self._send(message)


def _look_at(work: asyncio.Future[None]) -> None:
    if not work.cancelled():
        work.exception()


def _too_late(seconds: float) -> BusyError:
    return BusyError(
        "request_timeout", "", f"the answer was not there within {seconds:g} s", "try again, or ask for less"
    )
