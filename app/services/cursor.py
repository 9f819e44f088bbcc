"""Pages of a list, and where the next one begins, as text that callers hand back unread."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from app.records.moments import is_id
from optimizer.errors import ScenarioError

T = TypeVar("T", bound="Kept")


class Kept(Protocol):
    """Whatever is listed under an id that sorts by its time."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, newest first, and the cursor for those after them."""

    items: tuple[T, ...]
    next: str | None


def page_of(found: Sequence[T], limit: int) -> Page[T]:
    """The first `limit` of what was found; one more was looked for, to know whether another page follows."""
    shown = tuple(found[:limit])
    return Page(shown, encode(shown[-1].id) if len(found) > limit else None)


def encode(last: str) -> str:
    """The cursor for the page after the thing with this id."""
    return base64.urlsafe_b64encode(last.encode()).decode()


def decode(kind: str, cursor: str) -> str:
    """The id that the page comes after; a text that is no cursor for that kind of thing is refused."""
    try:
        last = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        last = ""
    if not is_id(kind, last):
        raise ScenarioError("bad_cursor", "cursor", "is not a cursor of this list", "follow `next` of a page")
    return last
