"""Rules, budgets and spend limits with their prices; for a conflict, what would mend it."""

from __future__ import annotations

from app.spreadsheets.plan.frame import Frame
from optimizer.answers.plan import Conflict

FIRST = 4
COLUMNS = (
    ("Limit", 34), ("Kind", 20), ("Binds", 8), ("Price", 14), ("Unit of the price", 36), ("Side", 12),
    ("Price holds from", 17), ("Price holds to", 17), ("Note", 60),
)  # fmt: skip
MENDING = (
    ("Limit", 34),
    ("Side", 14),
    ("Stated", 16),
    ("Has to be", 16),
    ("Change", 16),
    ("Unit", 16),
    ("In words", 70),
)


def write_limits(frame: Frame) -> None:
    """One row a limit; those that bind stand out."""
    sheet = frame.book.sheet("Limits and prices", [width for _, width in COLUMNS])
    sheet.put(0, 0, "Limits and prices", "title")
    told = "What moving each limit by one unit is worth to the objective; to 1 % within the range beside it."
    sheet.put(1, 0, told, "subtitle")
    sheet.row(FIRST - 1, [title for title, _ in COLUMNS], "heading")
    kinds = {rule.name: rule.kind for rule in frame.scenario.rules}
    for row, rule in enumerate(frame.plan.rules, FIRST):
        kind = kinds.get(rule.name, "budget" if rule.name.startswith("budget") else "spend limit")
        sheet.row(row, (rule.name, kind), "text")
        sheet.put(row, 2, "yes" if rule.binding else "no", "bad" if rule.binding else "text")
        sheet.put(row, 3, rule.price, "figure")
        sheet.row(row, (rule.price_unit if rule.price is not None else None, rule.side), "text", start=4)
        sheet.row(row, (rule.price_holds_from, rule.price_holds_to), "figure", start=6)
        sheet.put(row, 8, rule.price_note, "wrapped")
    sheet.raw.autofilter(FIRST - 1, 0, FIRST - 1 + len(frame.plan.rules), len(COLUMNS) - 1)
    sheet.raw.freeze_panes(FIRST, 1)
    sheet.raw.repeat_rows(FIRST - 1)


def write_conflict(frame: Frame, conflict: Conflict) -> None:
    """What cannot all hold, and the changes that would mend it."""
    sheet = frame.book.sheet("Conflict", [width for _, width in MENDING])
    sheet.put(0, 0, "Conflict", "title")
    sheet.put(1, 0, conflict.detail, "subtitle")
    sheet.put(3, 0, "Cannot all hold", "section")
    for row, name in enumerate(conflict.conflicting, 4):
        sheet.put(row, 0, name, "text")
    row = 5 + len(conflict.conflicting)
    cheapest = () if conflict.cheapest is None else conflict.cheapest.changes
    for title, changes in (("Any one of these mends it", conflict.relaxations), ("Together the cheapest", cheapest)):
        if not changes:
            continue
        sheet.put(row, 0, title, "section")
        sheet.row(row + 1, [name for name, _ in MENDING], "heading")
        for place, own in enumerate(changes, row + 2):
            sheet.row(place, (own.item, own.side), "text")
            sheet.row(place, (own.stated, own.to, own.change), "figure", start=2)
            sheet.row(place, (own.unit, own.sentence), "text", start=5)
        row += 3 + len(changes)
