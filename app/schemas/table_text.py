"""Rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from optimizer.sources.tables.cells import Row


def csv_text(rows: Iterable[Row]) -> str:
    """With commas and decimal points; whole numbers without a fraction, blanks for None.

    >>> csv_text([("tactic", "spend"), ("tv", 2.0), ("web", None)])
    'tactic,spend\\r\\ntv,2\\r\\nweb,\\r\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(f"{cell:.15g}" if isinstance(cell, float) else cell for cell in row)
    return text.getvalue()
