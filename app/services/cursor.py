"""Where the next page begins, as text that callers hand back unread."""

from __future__ import annotations

import base64
import binascii
import re

from optimizer.errors import ScenarioError

PLAN_ID = re.compile(r"plan_[0-9a-f]{30}")


def encode(plan_id: str) -> str:
    """The cursor for the page after this plan."""
    return base64.urlsafe_b64encode(plan_id.encode()).decode()


def decode(cursor: str) -> str:
    """The plan that the page comes after; a text that is no cursor is refused."""
    try:
        plan_id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        plan_id = ""
    if not PLAN_ID.fullmatch(plan_id):
        raise ScenarioError("bad_cursor", "cursor", "is not a cursor of this service", "follow `next` of a page")
    return plan_id
