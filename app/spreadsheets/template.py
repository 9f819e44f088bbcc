"""Templates of curve tables as workbooks: the table to fill in, and what its columns mean."""

from __future__ import annotations

from typing import Any

from app.spreadsheets.book import Book
from optimizer.sources.table import template

TITLES = {
    "parameters": "Curves by their parameters: a row for each tactic",
    "parameters_long": "Curves by their parameters: a row for each parameter",
    "points": "Curves by points: a row for each point",
    "points_wide": "Curves by points: a column for each tactic",
    "judgements": "Curves by judgement: a row for each tactic",
}
GUIDE = (
    "Put your rows in place of the examples; the first row of the table stays.",
    "Money is in whole units of the currency per period, shares are 0 to 1; a cell that stays empty is left out.",
    "current_spend, at_least, at_most and revenue_per_outcome say what is spent today, its limits, and what an outcome "
    "earns; a column tag:region gives tactics that tag.",
    "Judgements are outcomes with no spend (none), half of today's (minus_50), today's (current), half more (plus_50) "
    "and as much as can be (saturation).",
    "More sheets may follow, each with a table of any of the layouts. This one is not read.",
    "Send it to POST /v1/imports to look at, to POST /v1/curve-sets to store, or to headrace import.",
)


def template_workbook(name: str) -> bytes:
    """The XLSX of a template."""
    rows: list[tuple[Any, ...]] = list(template(name))  # texts and numbers
    book = Book(TITLES[name], 2, None)
    table = book.sheet("Curves", [max(12, len(str(head)) + 2) for head in rows[0]], landscape=True)
    table.row(0, rows[0], "heading")
    for row, cells in enumerate(rows[1:], 1):
        for column, cell in enumerate(cells):
            table.put(row, column, cell, "input")
    table.raw.freeze_panes(1, 1)
    guide = book.sheet("Read me", [110], landscape=False)
    guide.put(0, 0, TITLES[name], "title")
    for row, line in enumerate(GUIDE, 2):
        guide.put(row, 0, line, "wrapped")
    return book.bytes()
