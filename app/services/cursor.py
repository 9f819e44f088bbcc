"""Where the next page begins, as text that callers hand back unread."""

from __future__ import annotations

import base64
import binascii

from app.records.moments import is_id
from optimizer.errors import ScenarioError


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
