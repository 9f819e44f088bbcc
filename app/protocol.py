"""HTTP on the wire: what is no HTTP, and a head that does not end, are problems (RFC 9457) like every other failure."""

from __future__ import annotations

import asyncio
import re
import secrets
import sys
from http import HTTPStatus
from typing import ClassVar

import h11
import structlog
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.routes.journal import HEADERS
from app.routes.problems import wire_answer

NOT_HTTP, TOO_SLOW, TOO_LONG = 400, 408, 431
MOST_HEAD = 16_384  # bytes
WHOLE = re.compile(rb"^https?://[^/?]*/?", re.IGNORECASE)  # an address as proxies are asked (RFC 9112, 3.2.2)

log = structlog.get_logger()


class Connection(h11.Connection):
    """HTTP/1.1 where h11 is kinder than RFC 9112: a body of two lengths may hide another request from a proxy."""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """The next part of a request; one that is asked for by its whole address is the same request."""
        event = super().next_event()
        if not isinstance(event, h11.Request):
            return event
        names = {name for name, _ in event.headers}
        if {b"content-length", b"transfer-encoding"} <= names:
            raise h11.RemoteProtocolError("Content-Length beside Transfer-Encoding", error_status_hint=NOT_HTTP)
        return h11.Request(
            method=event.method,
            headers=event.headers,
            target=WHOLE.sub(b"/", event.target),
            http_version=event.http_version,
        )


class Protocol(H11Protocol):
    """One connection: uvicorn's, which answers in plain text and waits for a head as long as it takes."""

    head_seconds: ClassVar[float]
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first head."""
        super().connection_made(transport)
        self.conn = Connection(h11.SERVER, MOST_HEAD)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take it in; a head that has begun has to end in time."""
        super().data_received(data)
        self._watch()

    def eof_received(self) -> None:
        """Whoever ends in the middle of a head may still listen."""
        if self._begun():
            self._refuse(NOT_HTTP)

    def send_400_response(self, msg: str) -> None:
        """The answer to bytes that are no HTTP."""
        del msg
        hint = getattr(sys.exception(), "error_status_hint", NOT_HTTP)
        self._refuse(TOO_LONG if hint == TOO_LONG else NOT_HTTP)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._stop()
        elif self._late is None:
            self._late = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _begun(self) -> bool:
        """Whether a part of a head is there."""
        return self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])

    def _give_up(self) -> None:
        self._late = None
        if self._begun():
            self._refuse(TOO_SLOW)
        else:  # nothing was asked, so nothing is answered
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """Answer, if there is no answer yet, and leave; whoever makes one is told that nobody waits for it."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._answer(wire_answer(status))
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _answer(self, problem: Response) -> None:
        request_id = secrets.token_hex(8)
        stated = {**problem.headers, **HEADERS, "X-Request-ID": request_id, "Connection": "close"}
        encoded = [(name.encode(), value.encode()) for name, value in stated.items()]
        headers = [*self.server_state.default_headers, *encoded]
        reason = HTTPStatus(problem.status_code).phrase.encode()
        head = h11.Response(status_code=problem.status_code, headers=headers, reason=reason)
        for event in (head, h11.Data(data=bytes(problem.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        log.info("request", request_id=request_id, status=problem.status_code)


def protocol(head_seconds: float) -> type[Protocol]:
    """The protocol with a limit on the time that a head may take [s]."""
    return type("PatientProtocol", (Protocol,), {"head_seconds": head_seconds})
