"""One row for each tactic and period, with everything that is known of it."""

from __future__ import annotations

from app.spreadsheets.plan.frame import Frame

FIRST = 4
COLUMNS = (
    ("Tactic", 26), ("Period", 12), ("Stage", 12), ("Spend", 15), ("Outcome", 15), ("Revenue", 16),
    ("Marginal revenue", 12), ("Next unit brings", 12), ("Limited by", 36), ("Held by", 36),
)  # fmt: skip
LOOKS = ("text", "text", "text", "money", "figure", "money", "ratio", "ratio", "text", "text")


def write_cells(frame: Frame) -> None:
    """The allocation as a list that can be filtered and pivoted."""
    sheet = frame.book.sheet("Cells", [width for _, width in COLUMNS])
    sheet.put(0, 0, "Cells", "title")
    told = "Every tactic in every period. Marginal revenue is what the next unit of money earns there by itself."
    sheet.put(1, 0, told, "subtitle")
    sheet.row(FIRST - 1, [title for title, _ in COLUMNS], "heading")
    stages = {total.tactic: total.stage for total in frame.plan.tactics}
    for row, own in enumerate(frame.plan.allocations, FIRST):
        values = (
            own.tactic, own.period, stages[own.tactic], own.spend, own.outcome, own.revenue, own.marginal_revenue,
            own.next_unit, ", ".join(own.limited_by), ", ".join(own.held_by),
        )  # fmt: skip
        for column, (value, look) in enumerate(zip(values, LOOKS, strict=True)):
            styles = (stages[own.tactic], look) if column < 3 else (look,)
            sheet.put(row, column, value, *styles)
    sheet.raw.autofilter(FIRST - 1, 0, FIRST - 1 + len(frame.plan.allocations), len(COLUMNS) - 1)
    sheet.raw.freeze_panes(FIRST, 2)
    sheet.raw.repeat_rows(FIRST - 1)
