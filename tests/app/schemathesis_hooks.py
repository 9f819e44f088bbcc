"""How schemathesis sends what is neither JSON nor a form."""

from __future__ import annotations

from typing import Any

import schemathesis

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@schemathesis.serializer(XLSX, "application/octet-stream", "text/csv", "application/zip")
def as_bytes(_context: Any, value: Any) -> bytes:
    """Whatever it made up, as bytes: a file that is no workbook."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
