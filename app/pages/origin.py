"""Forms are taken from our own pages only, so that no other site can send them in a visitor's name."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from app.errors import ForeignFormError


def same_origin(request: Request) -> None:
    """Refuse what a browser says comes from elsewhere; a caller that is no browser says nothing and has no cookie."""
    if not comes_from_here(
        request.headers.get("sec-fetch-site"), request.headers.get("origin"), request.headers.get("host", "")
    ):
        raise ForeignFormError(
            "foreign_form", "", "the form was sent from another site", "open the page here and send it again"
        )


def comes_from_here(site: str | None, origin: str | None, host: str) -> bool:
    """Whether the browser's own words name us: Sec-Fetch-Site where it is said, the Origin otherwise.

    >>> comes_from_here("same-origin", "https://a", "a"), comes_from_here("cross-site", None, "a")
    (True, False)
    >>> comes_from_here(None, "https://b", "a"), comes_from_here(None, None, "a")
    (False, True)
    """
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == host


OwnForm = Annotated[None, Depends(same_origin)]
