"""Demand pools, period by period."""

from __future__ import annotations

from app.spreadsheets.book import Formula, Sheet, cell
from app.spreadsheets.plan.frame import Frame
from app.spreadsheets.style import DOWNSTREAM, SERIES

FIRST = 4
COLUMNS = (
    ("Pool", 22),
    ("Period", 14),
    ("To convert", 15),
    ("Converted", 15),
    ("Left", 15),
    ("Fades", 15),
    ("Price", 12),
)
MOST_CHARTS = 8


def write_demand(frame: Frame) -> None:
    """What there is to convert, what is converted, and what one more unit would bring; a chart for each pool."""
    sheet = frame.book.sheet("Demand", [width for _, width in COLUMNS])
    sheet.put(0, 0, "Demand", "title")
    told = "Upstream tactics fill the pools, downstream tactics convert what is there. Price: worth of one more unit."
    sheet.put(1, 0, told, "subtitle")
    sheet.row(FIRST - 1, [title for title, _ in COLUMNS], "heading")
    for row, own in enumerate(frame.plan.demand, FIRST):
        left = Formula(f"={cell(row, 2)}-{cell(row, 3)}", own.left)
        sheet.row(row, (own.pool, own.period), "text")
        sheet.row(row, (own.stock, own.converted, left, own.lost, own.price), "figure", start=2)
    sheet.raw.freeze_panes(FIRST, 2)
    sheet.raw.repeat_rows(FIRST - 1)
    pools = [*dict.fromkeys(own.pool for own in frame.plan.demand)]
    for number, pool in enumerate(pools[:MOST_CHARTS]):
        rows = [row for row, own in enumerate(frame.plan.demand, FIRST) if own.pool == pool]
        _chart(frame, sheet, (rows[0], rows[-1]), number)


def _chart(frame: Frame, sheet: Sheet, rows: tuple[int, int], number: int) -> None:
    first, last = rows
    chart = frame.book.chart({"type": "column"})
    for column, colour in ((2, SERIES[0]), (3, DOWNSTREAM)):
        chart.add_series(
            {
                "name": sheet.area(FIRST - 1, column, FIRST - 1, column)[:3],
                "categories": sheet.area(first, 1, last, 1),
                "values": sheet.area(first, column, last, column),
                "fill": {"color": colour},
                "gap": 70,
            }
        )
    chart.set_title({"name": sheet.area(first, 0, first, 0)[:3], "name_font": {"size": 12}})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E5E9ED"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 520, "height": 280})
    sheet.raw.insert_chart(FIRST - 1 + 15 * number, len(COLUMNS) + 1, chart)
