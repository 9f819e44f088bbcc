"""Which names the service answers to: a page of another site cannot reach it by a name that leads here."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import ForeignHostError
from app.routes.problems import problem_answer
from app.services.access import is_loopback


class Hosts:
    """Refuses requests to other hosts; loopback is always one of ours. With keys any host is, unless some are given."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str], *, keys: bool) -> None:
        self._app = app
        self._allowed = {host.strip().lower() for host in allowed if host.strip()}
        self._any = keys and not self._allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; one that names no host comes from no browser."""
        if scope["type"] == "http" and not self._any:
            host = host_of(Request(scope).headers.get("host", ""))
            if host and not self._ours(host):
                await problem_answer(_foreign())(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _ours(self, host: str) -> bool:
        return host in self._allowed or is_loopback(host) or host.endswith(".localhost")


def host_of(header: str) -> str:
    """The host in a Host header, without its port.

    >>> host_of("LocalHost:8000"), host_of("[::1]:8000"), host_of("evil.example")
    ('localhost', '::1', 'evil.example')
    """
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if ":" in header else header


def _foreign() -> ForeignHostError:
    return ForeignHostError(
        "unknown_host",
        "Host",
        "is not a name of this service",
        "use localhost, or have the operator add the name to HEADRACE_ALLOWED_HOSTS",
    )
