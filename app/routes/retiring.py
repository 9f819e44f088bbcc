"""Addresses that will go: told in every answer (RFC 9745, RFC 8594) and in the manual, long before they do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any

from fastapi import Depends, Request


def retiring(*, since: date, sunset: date, see: str) -> dict[str, Any]:
    """Arguments for a route: deprecated `since`, gone after `sunset` (both at midnight, UTC), explained at `see`.

    `@router.get("/old", **retiring(since=date(2027, 1, 1), sunset=date(2027, 7, 1), see="/docs/old"))`
    """
    headers = {
        "Deprecation": f"@{round(_midnight(since).timestamp())}",
        "Sunset": format_datetime(_midnight(sunset), usegmt=True),
        "Link": f'<{see}>; rel="deprecation"',
    }

    def tell(request: Request) -> None:
        request.state.headers = headers

    return {"deprecated": True, "dependencies": [Depends(tell)]}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))
