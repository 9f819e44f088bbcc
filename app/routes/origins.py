"""What changes something comes from our own pages or from no browser: no other site sends it in a visitor's name."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import ForeignFormError
from app.routes.problems import problem_answer

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Origins:
    """Refuses what a browser sends from another site, unless it shows a key: that no browser adds by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; a caller that is no browser says nothing of where it comes from."""
        if scope["type"] == "http" and scope["method"] not in READS and _is_foreign(Headers(scope=scope)):
            await problem_answer(_foreign())(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_foreign(headers: Headers) -> bool:
    site, origin, host = (headers.get(name) for name in ("sec-fetch-site", "origin", "host"))
    return "authorization" not in headers and not comes_from_here(site, origin, host or "")


def comes_from_here(site: str | None, origin: str | None, host: str) -> bool:
    """Whether the browser's own words name us: Sec-Fetch-Site where it is said, the Origin otherwise.

    >>> comes_from_here("same-origin", "https://a", "a"), comes_from_here("cross-site", None, "a")
    (True, False)
    >>> comes_from_here(None, "https://b", "a"), comes_from_here(None, None, "a")
    (False, True)
    """
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or in_parts(origin).netloc == host


def in_parts(address: str) -> SplitResult:
    """An address that a browser names; one that cannot be read is no address at all.

    >>> in_parts("https://a/b").netloc, in_parts("https://[").netloc
    ('a', '')
    """
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _foreign() -> ForeignFormError:
    return ForeignFormError(
        "foreign_form",
        "",
        "was sent from another site",
        "send it from the pages here, from a program, or with a key",
    )
