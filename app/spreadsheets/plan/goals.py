"""Goals: what was asked, what is reached, and what the asking costs."""

from __future__ import annotations

from app.spreadsheets.book import Formula, Sheet, Value, cell
from app.spreadsheets.plan.frame import Frame
from optimizer.answers.plan import GoalResult

FIRST = 4
COLUMNS = (
    ("Goal", 28), ("Metric", 12), ("Required", 10), ("Target", 16), ("Achieved", 16), ("Shortfall", 15),
    ("Reached", 10), ("Met", 8), ("Price", 11), ("Price holds from", 16), ("Price holds to", 16),
    ("Extra budget that meets it", 17), ("Part of", 20), ("Note", 60),
)  # fmt: skip
LOOKS = ("text", "text", "text", "figure", "figure", "figure", "share", "text", "figure", "figure", "figure", "money",
         "text", "wrapped")  # fmt: skip
MOST_BARS = 25


def write_goals(frame: Frame) -> None:
    """One row a goal; below it its targets by period or milestone, where it has several."""
    sheet = frame.book.sheet("Goals", [width for _, width in COLUMNS])
    sheet.put(0, 0, "Goals", "title")
    told = "A price is what one more unit of a required target costs the objective; it holds in the range beside it."
    sheet.put(1, 0, told, "subtitle")
    sheet.row(FIRST - 1, [title for title, _ in COLUMNS], "heading")
    row = FIRST
    for goal in frame.plan.goals:
        for column, (value, look) in enumerate(zip(_values(goal, row), LOOKS, strict=True)):
            sheet.put(row, column, value, look)
        sheet.put(row, 7, "yes" if goal.met else "no", "good" if goal.met else "bad")
        row += 1
    _chart(frame, sheet, len(frame.plan.goals), row + 1)
    row += 18
    for goal in frame.plan.goals:
        if goal.parts:
            row = _parts(sheet, goal, row)
    sheet.raw.freeze_panes(FIRST, 1)


def _values(goal: GoalResult, row: int) -> tuple[Value, ...]:
    target, achieved = cell(row, 3), cell(row, 4)
    whole = not goal.parts  # several targets fall short each by itself
    shortfall: Value = Formula(f"=MAX(0,{target}-{achieved})", goal.shortfall) if whole else goal.shortfall
    reached: Value = Formula(f"={achieved}/{target}", goal.achieved / goal.target) if goal.target else None
    note = "; ".join(note for note in (goal.price_note, goal.extra_budget_reason) if note)
    return (
        goal.name, goal.metric, "yes" if goal.required else "no", goal.target, goal.achieved, shortfall, reached, None,
        goal.price, goal.price_holds_from, goal.price_holds_to, goal.extra_budget, goal.parent, note or None,
    )  # fmt: skip


def _parts(sheet: Sheet, goal: GoalResult, row: int) -> int:
    sheet.put(row, 0, goal.name, "section")
    sheet.row(row + 1, ("Period or date", "Counts", "", "Target", "Achieved", "Shortfall"), "heading")
    for place, part in enumerate(goal.parts, row + 2):
        counts = "in the period" if part.period else "up to its end" if part.by else "as a whole"
        sheet.row(place, (part.period or part.by or "all", counts), "text")
        short = Formula(f"=MAX(0,{cell(place, 3)}-{cell(place, 4)})", part.shortfall)
        sheet.row(place, (part.target, part.achieved, short), "figure", start=3)
    return row + 3 + len(goal.parts)


def _chart(frame: Frame, sheet: Sheet, goals: int, row: int) -> None:
    """Target beside achieved, goal by goal."""
    last = FIRST + min(goals, MOST_BARS) - 1
    chart = frame.book.chart({"type": "bar"})
    for column, colour in ((3, "#B8C2CC"), (4, "#2E75B6")):
        chart.add_series(
            {
                "name": sheet.area(FIRST - 1, column, FIRST - 1, column)[:3],
                "categories": sheet.area(FIRST, 0, last, 0),
                "values": sheet.area(FIRST, column, last, column),
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    chart.set_title({"name": "Goals: target and achieved", "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E5E9ED"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 320})
    sheet.raw.insert_chart(row, 0, chart)
